import type { Shape } from "./found.ts";
import { hasMember, isObject, memberAt, textMember, tokenOf, type JsonView } from "./json-view.ts";

/*
 * Logs that lie beside CloudTrail's in the same buckets, known by name so that nobody wonders.
 */

const has = (view: JsonView, ...keys: readonly string[]): boolean => keys.every((key) => hasMember(view, key));

const TESTS: readonly (readonly [string, string, (view: JsonView) => boolean])[] = [
  ["an AWS Config snapshot or history", "configurationItems", (view) => has(view, "configurationItems")],
  [
    "an AWS Config message",
    "configurationItem or configRuleName",
    (view) => has(view, "configurationItem") || has(view, "configRuleName"),
  ],
  ["a GuardDuty finding", "service.serviceName guardduty, or detectorId", isGuardDuty],
  ["a Security Hub finding", "SchemaVersion with ProductArn", (view) => has(view, "SchemaVersion", "ProductArn")],
  ["an AWS WAF log", "webaclId with httpRequest", (view) => has(view, "webaclId", "httpRequest")],
  ["a Route 53 Resolver query log", "query_name with query_type", (view) => has(view, "query_name", "query_type")],
  ["VPC flow logs", "interface-id or interfaceId with srcaddr", (view) => has(view, "srcaddr", "dstaddr")],
  ["an Access Analyzer finding", "analyzedAt with principal", (view) => has(view, "analyzedAt", "principal")],
  ["an IAM policy", "Statement with Version", (view) => has(view, "Statement", "Version")],
];

/** Beside the decision list: other logs by name. */
export const OTHER_LOG_SHAPES: readonly Shape[] = TESTS.map(([name, says, test]) => ({
  row: 0,
  name,
  says,
  matches: (view) => isObject(view) && test(view),
  open: function* (view) {
    yield { kind: "no event", as: "other log", text: tokenOf(view), reason: `${name}, not CloudTrail` };
  },
}));

function isGuardDuty(view: JsonView): boolean {
  const service = memberAt(view, ["service", "serviceName"]);
  if (service !== undefined && tokenOf(service) === '"guardduty"') return true;
  return has(view, "schemaVersion", "severity") && textMember(view, "arn")?.includes(":guardduty:") === true;
}

/** First lines of text logs, by name. */
const TEXT_LOGS: readonly (readonly [string, RegExp])[] = [
  ["VPC flow logs", /^(?:version )?account-id interface-id |^\d+ (?:\d{12}|unknown) eni-[0-9a-f]+ /],
  ["an Application Load Balancer log", /^(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT[\d:.]+Z \S+ \S+:\d+ /],
  ["a Network Load Balancer log", /^tls \d\.\d \d{4}-\d\d-\d\dT/],
  ["a Classic Load Balancer log", /^\d{4}-\d\d-\d\dT[\d:.]+Z \S+ \d+\.\d+\.\d+\.\d+:\d+ (?:\S+:\d+|-) /],
  ["an S3 server access log", /^[0-9a-f]{64} \S+ \[\d\d\/\w{3}\/\d{4}:/],
  ["a CloudFront log", /^#Version: 1\.\d\s+#Fields:/],
  ["a web server's log", /^\S+ \S+ \S+ \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/],
];

/** The log that a text begins like, or null. */
export function textLogNamed(head: string): string | null {
  return TEXT_LOGS.find(([, pattern]) => pattern.test(head))?.[0] ?? null;
}
