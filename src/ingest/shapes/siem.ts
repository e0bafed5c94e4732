import { ecsStep, isEcs } from "./ecs.ts";
import type { Shape, Step } from "./found.ts";
import { openFlat } from "./flat-shapes.ts";
import {
  hasMember,
  isObject,
  items,
  member,
  memberAt,
  members,
  scalarText,
  textMember,
  tokenOf,
  viewOf,
  type JsonView,
} from "./json-view.ts";

/*
 * Exports of log products. The original text of the event wins wherever it was kept.
 *
 * @see https://www.elastic.co/docs/reference/integrations/aws/cloudtrail
 */

/** Rows 15 and 16 of the decision list. */
export const SIEM_SHAPES: readonly Shape[] = [
  {
    row: 15,
    name: "Splunk export line",
    says: "result beside preview, offset or lastrow",
    matches: (view) =>
      member(view, "result")?.node.kind === "object" &&
      ["preview", "offset", "lastrow"].some((key) => hasMember(view, key)),
    open: function* (view) {
      yield { kind: "inside", view: member(view, "result")!, hop: "result", fidelity: "siem" };
    },
  },
  {
    row: 15,
    name: "Splunk or Cribl event",
    says: "_raw",
    matches: (view) => hasMember(view, "_raw"),
    open: openRaw,
  },
  {
    row: 15,
    name: "Splunk status line",
    says: "preview and lastrow without result, or messages",
    matches: (view) => hasMember(view, "preview") && !hasMember(view, "results"),
    open: function* () {
      yield { kind: "nothing" };
    },
  },
  {
    row: 16,
    name: "Elasticsearch answer",
    says: "hits with hits",
    matches: (view) => memberAt(view, ["hits", "hits"])?.node.kind === "array",
    open: function* (view) {
      const hits = items(memberAt(view, ["hits", "hits"]));
      if (hits.length === 0) yield { kind: "nothing" };
      for (const hit of hits) yield { kind: "inside", view: hit, hop: "hits.hits[]", fidelity: "siem" };
    },
  },
  {
    row: 16,
    name: "Elasticsearch hit",
    says: "_source",
    matches: (view) => member(view, "_source")?.node.kind === "object",
    open: function* (view) {
      yield { kind: "inside", view: member(view, "_source")!, hop: "_source", fidelity: "siem" };
    },
  },
  {
    row: 16,
    name: "bulk request action",
    says: "index, create, update or delete alone",
    matches: (view) =>
      view.node.kind === "object" &&
      view.node.keys.length === 1 &&
      ["index", "create", "update", "delete"].some((key) => isActionTarget(member(view, key))),
    open: function* () {
      yield { kind: "nothing" };
    },
  },
  {
    row: 16,
    name: "document with the original event",
    says: "event.original",
    matches: (view) => memberAt(view, ["event", "original"])?.node.kind === "string",
    open: openOriginal,
  },
  {
    row: 16,
    name: "document with the whole event",
    says: "aws.cloudtrail with eventVersion",
    matches: (view) => {
      const event = memberAt(view, ["aws", "cloudtrail"]);
      return event !== undefined && hasMember(event, "eventVersion");
    },
    open: function* (view) {
      yield { kind: "inside", view: memberAt(view, ["aws", "cloudtrail"])!, hop: "aws.cloudtrail", fidelity: "siem" };
    },
  },
  {
    row: 16,
    name: "ECS document",
    says: "event.action with event.provider, or with any aws.cloudtrail field",
    matches: isEcs,
    open: function* (view) {
      yield ecsStep(view);
    },
  },
];

function isActionTarget(view: JsonView | undefined): boolean {
  return (
    view !== undefined &&
    isObject(view) &&
    members(view).every(([name]) => name.startsWith("_") || name === "retry_on_conflict" || name === "routing")
  );
}

function* openRaw(view: JsonView): Generator<Step> {
  const raw = member(view, "_raw")!;
  const text = raw.node.kind === "string" ? raw.node.value : null;
  const inner = text === null ? raw : viewOf(text);
  if (inner !== null) {
    yield { kind: "inside", view: inner, hop: "_raw", fidelity: "siem" };
    return;
  }
  const rest = members(view).filter(([name]) => name !== "_raw");
  const row = viewOf(`{${rest.map(([name, value]) => `${JSON.stringify(name)}:${tokenOf(value)}`).join(",")}}`)!;
  yield* openFlat(row, { format: "flat-columns" });
  yield {
    kind: "problem",
    text: "events whose _raw is no whole JSON: read from their other fields, where there are any",
  };
}

function* openOriginal(view: JsonView): Generator<Step> {
  const original = memberAt(view, ["event", "original"])!;
  const inner = viewOf(scalarText(original) ?? "");
  if (inner !== null) yield { kind: "inside", view: inner, hop: "event.original", fidelity: "siem" };
  else if (isEcs(view)) {
    yield ecsStep(view);
    yield { kind: "problem", text: "documents whose event.original is cut: read from their other fields" };
  } else {
    const reason = `a document whose event.original is no JSON (${textMember(view, "message") === null ? "no other fields" : "other fields unknown"})`;
    yield { kind: "no event", as: "unknown", text: tokenOf(view), reason };
  }
}
