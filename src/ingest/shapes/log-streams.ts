import type { Shape, Step } from "./found.ts";
import { openFlat } from "./flat-shapes.ts";
import {
  hasMember,
  isObject,
  items,
  member,
  memberAt,
  textMember,
  tokenOf,
  viewOf,
  type JsonView,
} from "./json-view.ts";
import { pageOf } from "./lookup.ts";
import { openPayload } from "./pointers.ts";

/*
 * Events on their way: CloudWatch Logs in its several answers, EventBridge, Firehose.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */

/** Rows 10 to 13 of the decision list. */
export const LOG_STREAM_SHAPES: readonly Shape[] = [
  {
    row: 10,
    name: "CloudWatch Logs subscription",
    says: "logEvents with messageType",
    matches: (view) => member(view, "logEvents")?.node.kind === "array",
    open: function* (view) {
      if (textMember(view, "messageType") === "CONTROL_MESSAGE") yield { kind: "nothing" };
      else yield* openList(view, "logEvents");
    },
  },
  {
    row: 10,
    name: "CloudWatch Logs subscription, as Lambda gets it",
    says: "awslogs with data",
    matches: (view) => memberAt(view, ["awslogs", "data"]) !== undefined,
    open: function* (view) {
      yield* openPayload(member(view, "awslogs") ?? view, "data", "awslogs.data");
    },
  },
  {
    row: 10,
    name: "Firehose or Kinesis record",
    says: "data (or Data) beside recordId, PartitionKey or approximateArrivalTimestamp",
    matches: (view) =>
      (textMember(view, "data") ?? textMember(view, "Data")) !== null &&
      ["recordId", "PartitionKey", "SequenceNumber", "approximateArrivalTimestamp"].some((key) => hasMember(view, key)),
    open: function* (view) {
      const key = hasMember(view, "data") ? "data" : "Data";
      yield* openPayload(view, key, key);
    },
  },
  {
    row: 11,
    name: "filter-log-events or get-log-events",
    says: "an events list of messages",
    matches: isLogEventList,
    open: function* (view) {
      yield* openList(view, "events");
      yield pageOf("filter-log-events", view, "nextToken");
    },
  },
  {
    row: 11,
    name: "log event",
    says: "message beside timestamp or ingestionTime",
    matches: (view) => hasMember(view, "message") && ["timestamp", "ingestionTime"].some((key) => hasMember(view, key)),
    open: function* (view) {
      yield* openMessage(view, member(view, "message")!, "message");
    },
  },
  {
    row: 12,
    name: "Logs Insights result",
    says: "a results list",
    matches: (view) => isObject(view) && member(view, "results")?.node.kind === "array",
    open: function* (view) {
      yield* openList(view, "results", undefined);
    },
  },
  {
    row: 12,
    name: "Logs Insights row",
    says: "an array of field and value, or an object with @message",
    matches: (view) => hasMember(view, "@message") || isFieldList(view),
    open: openInsightsRow,
  },
  {
    row: 13,
    name: "EventBridge event",
    says: "detail beside detail-type, or detail with eventVersion or eventName",
    matches: (view) =>
      member(view, "detail")?.node.kind === "object" &&
      (hasMember(view, "detail-type") ||
        ["eventVersion", "eventName"].some((key) => hasMember(member(view, "detail")!, key))),
    open: openEventBridge,
  },
];

function isLogEventList(view: JsonView): boolean {
  const events = member(view, "events");
  if (events?.node.kind !== "array") return false;
  const [first] = items(events);
  if (first !== undefined) return hasMember(first, "message");
  return ["searchedLogStreams", "nextToken", "nextForwardToken"].some((key) => hasMember(view, key));
}

function* openList(view: JsonView, key: string, fidelity: "stream" | undefined = "stream"): Generator<Step> {
  const list = items(member(view, key));
  if (list.length === 0) yield { kind: "nothing" };
  for (const item of list) {
    yield { kind: "inside", view: item, hop: `${key}[]`, ...(fidelity === undefined ? {} : { fidelity }) };
  }
}

function* openMessage(view: JsonView, message: JsonView, hop: string): Generator<Step> {
  const inner = message.node.kind === "string" ? viewOf(message.node.value) : message;
  if (inner !== null && inner.node.kind !== "number") yield { kind: "inside", view: inner, hop, fidelity: "stream" };
  else
    yield { kind: "no event", as: "unknown", text: tokenOf(view), reason: "a log message that is no CloudTrail event" };
}

function isFieldList(view: JsonView): boolean {
  const fields = items(view);
  return fields.length > 0 && fields.every((field) => hasMember(field, "field") && hasMember(field, "value"));
}

function* openInsightsRow(view: JsonView): Generator<Step> {
  const direct = member(view, "@message");
  const fields = items(view).map((field) => [textMember(field, "field") ?? "", member(field, "value")!] as const);
  const message = direct ?? fields.find(([name]) => name === "@message")?.[1];
  if (message !== undefined) yield* openMessage(view, message, "@message");
  else {
    const columns = fields
      .filter(([name]) => name !== "@ptr")
      .map(([name, value]) => `${JSON.stringify(name)}:${tokenOf(value)}`);
    yield* openFlat(viewOf(`{${columns.join(",")}}`)!, { format: "flat-columns" });
  }
}

function* openEventBridge(view: JsonView): Generator<Step> {
  const detail = member(view, "detail")!;
  const type = textMember(view, "detail-type") ?? "";
  const isEvent = ["eventVersion", "eventName", "insightDetails"].some((key) => hasMember(detail, key));
  if (isEvent || type.includes("CloudTrail")) yield { kind: "inside", view: detail, hop: "detail", fidelity: "stream" };
  else {
    const reason = `an EventBridge event of another kind (${type.slice(0, 60)})`;
    yield { kind: "no event", as: "other log", text: tokenOf(view), reason };
  }
}
