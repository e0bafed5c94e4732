import { decodePayload } from "./payload.ts";
import { isNotification } from "./bare-event.ts";
import type { Shape, Step } from "./found.ts";
import {
  hasMember,
  items,
  member,
  memberAt,
  scalarText,
  textMember,
  tokenOf,
  viewOf,
  type JsonView,
} from "./json-view.ts";

/*
 * Notifications: most say that logs were put somewhere, some carry events. The latter are unwrapped, the former named
 * with the objects that they point to.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */

const NAMED_MAX = 5;

/** A step that refuses a notification and says where the logs are. */
function pointerTo(view: JsonView, objects: readonly string[]): Step {
  const named = objects.slice(0, NAMED_MAX).join(", ");
  const more = objects.length > NAMED_MAX ? ` and ${objects.length - NAMED_MAX} more` : "";
  const reason = `a pointer to logs, not logs${named === "" ? "" : `: ${named}${more}`}`;
  return { kind: "no event", as: "pointer", text: tokenOf(view), reason };
}

/** Rows 5 and 17 of the decision list. */
export const POINTER_SHAPES: readonly Shape[] = [
  {
    row: 5,
    name: "notification record",
    says: "a record with s3, Sns, eventSourceARN or kinesis, as S3, SNS, SQS, Kinesis and Lambda send it",
    matches: (view) => view.node.kind === "object" && isNotification(view),
    open: openNotification,
  },
  {
    row: 5,
    name: "S3 event by EventBridge",
    says: "detail with bucket and object",
    matches: (view) =>
      memberAt(view, ["detail", "bucket", "name"]) !== undefined &&
      memberAt(view, ["detail", "object", "key"]) !== undefined,
    open: function* (view) {
      yield pointerTo(view, [
        objectName(memberAt(view, ["detail", "bucket", "name"]), memberAt(view, ["detail", "object", "key"])),
      ]);
    },
  },
  {
    row: 5,
    name: "delivery note",
    says: "s3Bucket with s3ObjectKey, as CloudTrail sends it to SNS, or the test message of S3",
    matches: (view) => hasMember(view, "s3ObjectKey") || textMember(view, "Event") === "s3:TestEvent",
    open: function* (view) {
      const keys = items(member(view, "s3ObjectKey"));
      yield pointerTo(
        view,
        keys.map((key) => objectName(member(view, "s3Bucket"), key)),
      );
    },
  },
  {
    row: 17,
    name: "SNS envelope",
    says: 'Type "Notification" with Message',
    matches: (view) => hasMember(view, "TopicArn") && hasMember(view, "Message"),
    open: function* (view) {
      yield* openText(view, "Message");
    },
  },
];

function* openNotification(view: JsonView): Generator<Step> {
  const kinesis = member(view, "kinesis");
  if (kinesis !== undefined) yield* openPayload(kinesis, "data", "kinesis.data");
  else if (hasMember(view, "body")) yield* openText(view, "body");
  else if (member(view, "Sns") !== undefined) yield* openText(member(view, "Sns")!, "Message", "Sns.Message");
  else {
    const name = objectName(memberAt(view, ["s3", "bucket", "name"]), memberAt(view, ["s3", "object", "key"]));
    yield pointerTo(view, name === "" ? [] : [name]);
  }
}

/** A text member that should hold JSON. */
function* openText(view: JsonView, key: string, hop = key): Generator<Step> {
  const text = textMember(view, key);
  const inner = text === null ? member(view, key) : viewOf(text);
  if (inner == null)
    yield { kind: "no event", as: "pointer", text: tokenOf(view), reason: `a notification whose ${hop} is no JSON` };
  else yield { kind: "inside", view: inner, hop, fidelity: "stream" };
}

/** A member that holds Base64, perhaps of gzip. */
export function* openPayload(view: JsonView, key: string, hop: string): Generator<Step> {
  const payload = decodePayload(textMember(view, key) ?? "");
  if (payload.views.length === 0) {
    yield { kind: "no event", as: "unknown", text: tokenOf(view), reason: `${hop} ${payload.problem ?? "is empty"}` };
  }
  for (const inner of payload.views)
    yield { kind: "inside", view: inner, hop: `${hop} (${payload.encoding})`, fidelity: "stream" };
  if (payload.views.length > 0 && payload.problem !== null)
    yield { kind: "problem", text: `${hop} ${payload.problem}` };
}

function objectName(bucket: JsonView | undefined, key: JsonView | undefined): string {
  if (key === undefined) return "";
  const name = scalarText(key) ?? "";
  return `s3://${bucket === undefined ? "" : (scalarText(bucket) ?? "")}/${decoded(name)}`;
}

/** Keys in notifications are URL-encoded. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}
