import { DerivedRecord } from "../../cloudtrail/derived-record.ts";
import { formatTime, parseAnyTime } from "../../cloudtrail/event-time.ts";
import { derivedStep } from "./derived-step.ts";
import type { Shape, Step } from "./found.ts";
import {
  hasMember,
  isObject,
  items,
  member,
  members,
  scalarText,
  tokenOf,
  viewOf,
  type JsonView,
} from "./json-view.ts";

/*
 * The document that CloudTrail delivers, and the answers of its LookupEvents.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */

/** Says that an answer has more pages than there are; a list of pages is whole when the last one has none. */
export function pageOf(of: string, view: JsonView, key: string): Step {
  const token = member(view, key);
  const text = token === undefined ? "" : (scalarText(token) ?? "");
  return {
    kind: "page",
    of,
    text: text === "" ? null : `this ${of} export is incomplete: its last page has a ${key}, so more pages existed`,
  };
}

export const RECORD_LIST_SHAPES: readonly Shape[] = [
  {
    row: 6,
    name: "trail file",
    says: "an object with a Records list",
    matches: (view) => isObject(view) && hasMember(view, "Records"),
    open: function* (view) {
      const records = member(view, "Records");
      if (records?.node.kind !== "array") {
        yield { kind: "no event", as: "malformed", text: tokenOf(view), reason: "Records is not an array" };
        return;
      }
      if (records.node.items.length === 0) yield { kind: "nothing" };
      for (const record of items(records)) yield { kind: "inside", view: record, hop: "Records[]", fidelity: "trail" };
    },
  },
  {
    row: 7,
    name: "lookup-events or list-insights-data",
    says: "an object with an Events list",
    matches: (view) => isObject(view) && member(view, "Events")?.node.kind === "array",
    open: function* (view) {
      const events = items(member(view, "Events"));
      if (events.length === 0) yield { kind: "nothing" };
      for (const event of events) yield { kind: "inside", view: event, hop: "Events[]", fidelity: "lookup-events" };
      yield pageOf("lookup-events", view, "NextToken");
    },
  },
  {
    row: 9,
    name: "lookup-events entry",
    says: "an object with CloudTrailEvent",
    matches: (view) => isObject(view) && hasMember(view, "CloudTrailEvent"),
    open: openEntry,
  },
];

function* openEntry(view: JsonView): Generator<Step> {
  const event = member(view, "CloudTrailEvent")!;
  const inner = event.node.kind === "string" ? viewOf(event.node.value) : event;
  if (inner !== null && inner.node.kind !== "null") {
    yield { kind: "inside", view: inner, hop: "CloudTrailEvent", fidelity: "lookup-events" };
    return;
  }
  const outer = outerFields(view);
  if (outer === null) {
    yield {
      kind: "no event",
      as: "malformed",
      text: tokenOf(view),
      reason: "a lookup-events entry whose CloudTrailEvent is broken",
    };
    return;
  }
  yield derivedStep(outer);
  yield { kind: "problem", text: "entries whose CloudTrailEvent is cut: only their outer fields are in the case" };
}

/** Of an entry whose event is cut: what stands beside it. */
function outerFields(view: JsonView): DerivedRecord | null {
  const record = new DerivedRecord("lookup-entry");
  record.lacksErrors = true;
  const text = (key: string): string | null => {
    const value = member(view, key);
    return value === undefined ? null : scalarText(value);
  };
  const set = (path: string, value: string | null): void => {
    if (value !== null && value !== "") record.setText(path, value);
  };
  const micros = parseAnyTime(text("EventTime") ?? "");
  if (micros !== null) record.setText("eventTime", formatTime(micros - (micros % 1_000_000n)));
  set("eventID", text("EventId"));
  set("eventName", text("EventName"));
  set("eventSource", text("EventSource"));
  set("userIdentity.accessKeyId", text("AccessKeyId"));
  set("userIdentity.userName", text("Username"));
  const readOnly = text("ReadOnly")?.toLowerCase();
  if (readOnly === "true" || readOnly === "false") record.setToken("readOnly", readOnly);
  for (const [key, value] of members(view)) record.keep(key, tokenOf(value));
  return record.has("eventID") || record.has("eventName") ? record : null;
}
