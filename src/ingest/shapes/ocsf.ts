import { DerivedRecord } from "../../cloudtrail/derived-record.ts";
import { formatTime, parseAnyTime } from "../../cloudtrail/event-time.ts";
import { derivedStep } from "./derived-step.ts";
import { takeSignIn } from "./ecs.ts";
import { fieldNamed } from "./flat-columns.ts";
import type { Shape, Step } from "./found.ts";
import {
  hasMember,
  isObject,
  items,
  member,
  memberAt,
  members,
  scalarText,
  tokenOf,
  viewOf,
  type JsonView,
} from "./json-view.ts";

/*
 * Security Lake's form of an event (OCSF), as JSON or as a row of Parquet. Lossy: what has a place in the record goes
 * there, and the whole OCSF event stays beside it.
 *
 * @see https://schema.ocsf.io/1.1.0/classes/api_activity
 */

const MAPPED: readonly (readonly [string, string])[] = [
  ["metadata.uid", "eventID"],
  ["api.operation", "eventName"],
  ["api.service.name", "eventSource"],
  ["api.version", "apiVersion"],
  ["api.request.uid", "requestID"],
  ["api.response.error", "errorCode"],
  ["api.response.error_message", "errorMessage"],
  ["api.response.message", "errorMessage"],
  ["cloud.region", "awsRegion"],
  ["cloud.account.uid", "recipientAccountId"],
  ["cloud.account_uid", "recipientAccountId"],
  ["accountid", "recipientAccountId"],
  ["src_endpoint.ip", "sourceIPAddress"],
  ["src_endpoint.domain", "sourceIPAddress"],
  ["src_endpoint.svc_name", "sourceIPAddress"],
  ["http_request.user_agent", "userAgent"],
  ["http_request.uid", "requestID"],
  ["actor.user.type", "userIdentity.type"],
  ["actor.user.name", "userIdentity.userName"],
  ["actor.user.account.uid", "userIdentity.accountId"],
  ["actor.user.account_uid", "userIdentity.accountId"],
  ["actor.user.credential_uid", "userIdentity.accessKeyId"],
  ["actor.invoked_by", "userIdentity.invokedBy"],
  ["actor.session.issuer", "userIdentity.sessionContext.sessionIssuer.arn"],
];
/** An ARN, or the principal's id: the versions of the schema differ in which of them holds which. */
const USER_IDS = ["actor.user.uid", "actor.user.uid_alt", "actor.user.uuid"];
const JSON_FIELDS: readonly (readonly [string, string])[] = [
  ["api.request.data", "requestParameters"],
  ["api.response.data", "responseElements"],
];

/** Row 18 of the decision list. */
export const OCSF_SHAPES: readonly Shape[] = [
  {
    row: 18,
    name: "OCSF event",
    says: "class_uid with metadata.product",
    matches: (view) => hasMember(view, "class_uid") && memberAt(view, ["metadata", "product"]) !== undefined,
    open: openOcsf,
  },
];

function* openOcsf(view: JsonView): Generator<Step> {
  const product = textAt(view, "metadata.product.name") ?? textAt(view, "metadata.product") ?? "";
  if (product !== "" && !/cloudtrail/i.test(product)) {
    yield {
      kind: "no event",
      as: "other log",
      text: tokenOf(view),
      reason: `an OCSF event of ${product.slice(0, 60)}, not of CloudTrail`,
    };
    return;
  }
  const raw = textAt(view, "raw_data");
  const original = raw === null ? null : viewOf(raw);
  if (original !== null && isObject(original) && hasMember(original, "eventVersion")) {
    yield { kind: "inside", view: original, hop: "raw_data", fidelity: "siem" };
    return;
  }
  const record = recordOf(view);
  if (record.has("eventName") || record.has("eventID")) yield derivedStep(record);
  else yield { kind: "no event", as: "unsupported", text: tokenOf(view), reason: "an OCSF event without an operation" };
}

function recordOf(view: JsonView): DerivedRecord {
  const record = new DerivedRecord("ocsf");
  const micros = parseAnyTime(textAt(view, "time") ?? "") ?? parseAnyTime(textAt(view, "time_dt") ?? "");
  if (micros !== null) record.setText("eventTime", formatTime(micros));
  for (const [from, path] of MAPPED) {
    const value = textAt(view, from);
    if (value !== null && value !== "" && !record.has(path)) record.setText(path, value);
  }
  for (const from of USER_IDS) {
    const value = textAt(view, from);
    const path = value?.startsWith("arn:") === true ? "userIdentity.arn" : "userIdentity.principalId";
    if (value !== null && value !== "" && !record.has(path)) record.setText(path, value);
  }
  for (const [from, path] of JSON_FIELDS) takeJson(record, path, memberAt(view, from.split(".")));
  takeSession(record, view);
  takeUnmapped(record, member(view, "unmapped"));
  takeSignIn(record, textAt(view, "status"));
  record.keep("ocsf", tokenOf(view));
  return record;
}

function textAt(view: JsonView, path: string): string | null {
  const found = memberAt(view, path.split("."));
  return found === undefined ? null : scalarText(found);
}

function takeJson(record: DerivedRecord, path: string, value: JsonView | undefined): void {
  if (value === undefined) return;
  const plain = scalarText(value);
  const parsed = plain === null ? value : viewOf(plain);
  if (parsed !== null && isObject(parsed)) record.setToken(path, tokenOf(parsed));
}

function takeSession(record: DerivedRecord, view: JsonView): void {
  const attributes = "userIdentity.sessionContext.attributes";
  const created =
    parseAnyTime(textAt(view, "actor.session.created_time") ?? "") ??
    parseAnyTime(textAt(view, "actor.session.created_time_dt") ?? "");
  if (created !== null) record.setText(`${attributes}.creationDate`, formatTime(created));
  const mfa = textAt(view, "actor.session.is_mfa") ?? textAt(view, "actor.session.mfa");
  if (mfa === "true" || mfa === "false") record.setText(`${attributes}.mfaAuthenticated`, mfa);
}

/** Leftovers by the name of the field in the record: an object, or the key and value pairs of a Parquet map. */
function takeUnmapped(record: DerivedRecord, unmapped: JsonView | undefined): void {
  if (unmapped === undefined) return;
  const pairs = items(unmapped).map((pair): [string, JsonView | undefined] => [
    textAt(pair, "key") ?? "",
    member(pair, "value"),
  ]);
  for (const [name, value] of [...members(unmapped), ...pairs]) {
    const plain = value === undefined ? null : scalarText(value);
    const field = fieldNamed(name, "ocsf");
    if (plain === null || plain === "" || field === null || record.has(field.path)) continue;
    const word = plain.toLowerCase();
    const isFlag = field.kind === "flag" || field.kind === "text-flag";
    if (isFlag && (word === "true" || word === "false"))
      record.setToken(field.path, field.kind === "flag" ? word : `"${word}"`);
    else if (field.kind === "text") record.setText(field.path, plain);
    else if (field.kind === "json") takeJson(record, field.path, value);
  }
}
