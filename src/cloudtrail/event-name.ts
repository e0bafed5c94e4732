const VERSION_SUFFIX = /20\d{2}_?\d{2}_?\d{2}(?:v\d)?$/;
const CHINA_DOMAIN = ".amazonaws.com.cn";
const DOMAIN = ".amazonaws.com";

/**
 * The API's own name: Lambda and CloudFront append the API version to it (`UpdateFunctionCode20150331v2`,
 * `UpdateDistribution2014_01_31`). A name that is nothing but a version stays as it is.
 */
export function baseEventName(eventName: string): string {
  // Every suffix ends in a digit, which very few event names do: the regex runs for those only.
  const last = eventName.charCodeAt(eventName.length - 1);
  if (!(last >= 48 && last <= 57)) return eventName;
  const base = eventName.replace(VERSION_SUFFIX, "");
  return base === "" ? eventName : base;
}

/** `ec2` of `ec2.amazonaws.com`; a source that is not an AWS service name stays as it is. */
export function serviceName(eventSource: string): string {
  const domain = eventSource.endsWith(DOMAIN) ? DOMAIN : CHINA_DOMAIN;
  if (eventSource.length <= domain.length || !eventSource.endsWith(domain)) return eventSource;
  return eventSource.slice(0, -domain.length);
}
