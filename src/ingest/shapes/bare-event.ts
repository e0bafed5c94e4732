import { DERIVED_KEY, DerivedRecord } from "../../cloudtrail/derived-record.ts";
import { formatTime, parseAnyTime } from "../../cloudtrail/event-time.ts";
import { type Shape, type Step } from "./found.ts";
import {
  hasMember,
  isObject,
  items,
  members,
  textMember,
  tokenOf,
  viewOf,
  type JsonView,
  type ObjectView,
} from "./json-view.ts";
import { NOTIFICATION_KEYS } from "./notification-keys.ts";
import { derivedStep } from "./derived-step.ts";

/** True for a record that another service sends; see NOTIFICATION_KEYS. */
export function isNotification(view: JsonView): boolean {
  return (
    [...NOTIFICATION_KEYS].some((key) => hasMember(view, key)) ||
    textMember(view, "eventSource")?.startsWith("aws:") === true
  );
}

/** True for an event as CloudTrail writes it, told from the few keys that decide; what wraps one is not. */
export function isPlainEvent(view: ObjectView): boolean {
  const { keys, values } = view.node;
  let hasVersion = false;
  let isEvent = false;
  for (let i = 0; i < keys.length; i += 1) {
    switch (keys[i]!.value) {
      case "eventVersion":
        hasVersion = true;
        break;
      case "eventSource": {
        const value = values[i]!;
        if (value.kind === "string" && value.value.startsWith("aws:")) return false;
        isEvent = true;
        break;
      }
      case "insightDetails":
      case "eventType":
        isEvent = true;
        break;
      case "userIdentity":
        if (values[i]!.kind !== "object") return false;
        break;
      case "@timestamp":
        return false;
      default:
        if (keys[i]!.value.includes(".") || NOTIFICATION_KEYS.has(keys[i]!.value)) return false;
    }
  }
  return hasVersion && isEvent;
}

const VERSIONED_KEYS = ["eventSource", "eventType", "eventID", "eventName", "insightDetails", "userIdentity"];
const FEW_KEYS = ["eventTime", "awsRegion", "userIdentity", "eventType", "@timestamp", "eventID", "sourceIPAddress"];

/** Records of CloudTrail have one of these at least; a list of them may hold any. */
const RECORD_KEYS = ["eventVersion", "userIdentity", "eventCategory", "eventName", "eventSource", "eventID"];

function isEvent(view: JsonView, list: string | null): boolean {
  if (!isObject(view) || isNotification(view)) return false;
  if (list === "Records[]" && RECORD_KEYS.some((key) => hasMember(view, key))) return true;
  if (hasMember(view, "eventVersion") && VERSIONED_KEYS.some((key) => hasMember(view, key))) return true;
  if (textMember(view, "eventCategory") === "Aggregated" && hasMember(view, "timeWindow")) return true;
  return hasMember(view, "eventName") && hasMember(view, "eventSource") && FEW_KEYS.some((key) => hasMember(view, key));
}

export const BARE_SHAPES: readonly Shape[] = [
  {
    row: 19,
    name: "Logstash event",
    says: "an event with @timestamp and without eventTime",
    matches: (view, list) =>
      isEvent(view, list) && !hasMember(view, "eventTime") && textMember(view, "@timestamp") !== null,
    open: function* (view) {
      yield logstashStep(view);
    },
  },
  {
    row: 19,
    name: "event",
    says: "eventVersion with another of its keys, or eventName and eventSource with another one",
    matches: isEvent,
    open: function* (view) {
      if (isObject(view)) yield { kind: "event", view, hop: null };
    },
  },
  {
    row: 20,
    name: "list",
    says: "an array",
    matches: (view) => view.node.kind === "array",
    open: function* (view) {
      const inside = items(view);
      if (inside.length === 0) yield { kind: "nothing" };
      for (const item of inside) yield { kind: "inside", view: item, hop: "[]" };
    },
  },
  {
    row: 21,
    name: "JSON inside a string",
    says: "a string that holds JSON",
    matches: (view) => view.node.kind === "string" && /^\s*["{[]/.test(view.node.value),
    open: function* (view) {
      const inner = view.node.kind === "string" ? viewOf(view.node.value) : null;
      if (inner !== null) yield { kind: "inside", view: inner, hop: "text" };
      else yield { kind: "no event", as: "malformed", text: tokenOf(view), reason: "a text that holds broken JSON" };
    },
  },
];

/** Logstash's codec moves eventTime to @timestamp; other pipelines put the time of arrival there. */
function logstashStep(view: JsonView): Step {
  const record = new DerivedRecord("logstash");
  for (const [key, value] of members(view)) {
    if (key === "@timestamp" || key === "@version" || key === DERIVED_KEY) record.keep(key, tokenOf(value));
    else record.setMember(key, tokenOf(value));
  }
  const micros = parseAnyTime(textMember(view, "@timestamp") ?? "");
  if (micros !== null) record.setText("eventTime", formatTime(micros), { isExact: false });
  return derivedStep(record);
}
