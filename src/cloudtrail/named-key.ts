/** The member of a request that names an access key: `UpdateAccessKey`, `DeleteAccessKey`, `GetAccessKeyInfo`, … */
export const NAMED_KEY_MEMBER = "accessKeyId";

/**
 * The access key that a call was about, whoever made it; null when its request names none. Stored, since a search for a
 * key would else read the request of every event.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
 */
export function namedAccessKey(requestParameters: unknown): string | null {
  if (typeof requestParameters !== "object" || requestParameters === null) return null;
  if (!Object.hasOwn(requestParameters, NAMED_KEY_MEMBER)) return null;
  const key = (requestParameters as Record<string, unknown>)[NAMED_KEY_MEMBER];
  return typeof key === "string" && key !== "" ? key : null;
}
