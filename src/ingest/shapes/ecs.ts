import { DerivedRecord } from "../../cloudtrail/derived-record.ts";
import { formatTime, parseAnyTime } from "../../cloudtrail/event-time.ts";
import { derivedStep } from "./derived-step.ts";
import type { Step } from "./found.ts";
import { fieldNamed, structureNamed } from "./flat-columns.ts";
import { isObject, memberAt, members, scalarText, tokenOf, viewOf, type JsonView } from "./json-view.ts";

/*
 * Reverses what Elastic's AWS integration makes of an event. Nulls and empty values are gone, and user.name may be the
 * role's name: what cannot be told is not put into the record.
 */

/** ECS path, field of the record; `false`: not exactly what was in the event. */
const MAPPED: readonly (readonly [string, string, boolean])[] = [
  ["@timestamp", "eventTime", true],
  ["event.id", "eventID", true],
  ["event.action", "eventName", true],
  ["event.provider", "eventSource", true],
  ["cloud.region", "awsRegion", true],
  ["source.address", "sourceIPAddress", true],
  ["source.ip", "sourceIPAddress", false],
  ["user_agent.original", "userAgent", true],
  ["user.id", "userIdentity.principalId", true],
  ["cloud.account.id", "userIdentity.accountId", false],
  ["user.name", "userIdentity.userName", false],
  ["tls.client.server_name", "tlsDetails.clientProvidedHostHeader", false],
  ["tls.cipher", "tlsDetails.cipherSuite", false],
];

/** Fields whose object is kept as `flattened`, and as text beside it. */
const FLATTENED: readonly (readonly [string, string])[] = [
  ["request_parameters", "requestParameters"],
  ["response_elements", "responseElements"],
  ["additional_eventdata", "additionalEventData"],
  ["service_event_details", "serviceEventDetails"],
];

export function isEcs(view: JsonView): boolean {
  if (memberAt(view, ["event", "action"]) === undefined) return false;
  if (text(view, "event.dataset") === "aws.cloudtrail" || text(view, "event.module") === "aws") return true;
  if (memberAt(view, ["aws", "cloudtrail"]) !== undefined) return true;
  return text(view, "event.provider")?.endsWith(".amazonaws.com") === true || cloudTrailMembers(view).length > 0;
}

/** The record that a document was made from, as far as it can be told; the document stays beside it. */
export function ecsStep(view: JsonView): Step {
  const record = new DerivedRecord("ecs");
  for (const [key, value] of cloudTrailMembers(view)) take(record, key, value);
  for (const [from, path, isExact] of MAPPED) {
    const value = text(view, from);
    if (value === null || value === "" || record.has(path)) continue;
    // user.name is the name of the role where the caller is a session of it.
    if (path === "userIdentity.userName" && /Role|Service/.test(record.textAt("userIdentity.type") ?? "")) continue;
    const micros = path === "eventTime" ? parseAnyTime(value) : null;
    if (path !== "eventTime") record.setText(path, value, { isExact });
    else if (micros !== null) record.setText(path, formatTime(micros), { isExact });
  }
  takeSignIn(record, text(view, "event.outcome"));
  record.keep("document", tokenOf(view));
  return derivedStep(record);
}

/** The verdict on a sign-in, which the event has in its response. */
export function takeSignIn(record: DerivedRecord, verdict: string | null): void {
  const word = verdict?.toLowerCase();
  const token = word === "success" ? '"Success"' : word === "failure" ? '"Failure"' : null;
  if (token === null || record.textAt("eventName") !== "ConsoleLogin" || record.has("responseElements")) return;
  record.setToken("responseElements", `{"ConsoleLogin":${token}}`, { isExact: false });
}

function text(view: JsonView, path: string): string | null {
  const found = memberAt(view, path.split("."));
  return found === undefined ? null : scalarText(found);
}

const PREFIX = "aws.cloudtrail.";

/** Members of `aws.cloudtrail`, nested or with dotted keys. */
function cloudTrailMembers(view: JsonView): [string, JsonView][] {
  const nested = memberAt(view, ["aws", "cloudtrail"]);
  const dotted = members(view).filter(([name]) => name.startsWith(PREFIX));
  return [
    ...(nested === undefined ? [] : members(nested)),
    ...dotted.map(([name, value]): [string, JsonView] => [name.slice(PREFIX.length), value]),
  ];
}

function take(record: DerivedRecord, key: string, value: JsonView): void {
  const flattened = FLATTENED.find(([name]) => key === name || key === `flattened.${name}`);
  if (key === "flattened") for (const [name, inner] of members(value)) take(record, `flattened.${name}`, inner);
  else if (flattened !== undefined) takeFlattened(record, flattened[1], { key, value });
  else if (isObject(value)) for (const [name, inner] of members(value)) take(record, `${key}.${name}`, inner);
  else takeField(record, key, value);
}

/** The object wins over its text, which is printed as `{a=b}`. */
function takeFlattened(record: DerivedRecord, path: string, { key, value }: { key: string; value: JsonView }): void {
  const plain = scalarText(value);
  const parsed = plain === null ? value : viewOf(plain);
  if (parsed !== null && isObject(parsed) && (key.startsWith("flattened.") || !record.has(path))) {
    record.setToken(path, tokenOf(parsed), { isExact: false });
  }
}

function takeField(record: DerivedRecord, key: string, value: JsonView): void {
  const field = fieldNamed(key, "ecs") ?? fieldNamed(key.replace("session_context.", "sessionContext."), "ecs");
  const plain = scalarText(value);
  if (field === null || structureNamed(key) !== null || plain === null || plain === "") return;
  const word = plain.toLowerCase();
  if (field.kind === "flag" || field.kind === "text-flag") {
    if (word === "true" || word === "false") record.setToken(field.path, field.kind === "flag" ? word : `"${word}"`);
  } else if (field.kind === "time") {
    const micros = parseAnyTime(plain);
    if (micros !== null) record.setText(field.path, formatTime(micros));
  } else if (field.kind === "text") record.setText(field.path, plain);
}
