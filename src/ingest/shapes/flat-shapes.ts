import type { Fidelity } from "../../cloudtrail/source-fidelity.ts";
import { derivedStep } from "./derived-step.ts";
import { areEventColumns, decidingFields } from "./flat-columns.ts";
import { flatRecord, type FlatOptions } from "./flat-record.ts";
import type { Shape, Step } from "./found.ts";
import { isObject, items, member, members, scalarText, tokenOf, viewOf, type JsonView } from "./json-view.ts";
import { pageOf } from "./lookup.ts";

/*
 * Rows of tables: CloudTrail Lake, Athena, and flat objects out of other products.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html
 */

/** Columns that hold the whole event as JSON, in the order of preference; plain names. */
const EVENT_COLUMNS = [
  "eventjson",
  "cloudtrailevent",
  "raw",
  "rawevent",
  "rawlog",
  "rawdata",
  "message",
  "eventoriginal",
  "originalevent",
  "event",
  "log",
];

/** Columns of CloudTrail's own interfaces. */
const COLUMN_FIDELITY: Readonly<Record<string, Fidelity>> = { eventjson: "lake", cloudtrailevent: "lookup-events" };

/** Opens a row: by its column with the event's JSON, or by its other columns. */
export function* openFlat(row: JsonView, options: FlatOptions): Generator<Step> {
  const whole = eventColumn(row);
  if (whole !== null) {
    const { name, plain, view } = whole;
    yield {
      kind: "inside",
      view,
      hop: name,
      fidelity: COLUMN_FIDELITY[plain] ?? (name.startsWith("@") ? "stream" : "siem"),
    };
    return;
  }
  const names = members(row).map(([name]) => name);
  if (!areEventColumns(names)) {
    const has = [...decidingFields(names)];
    const reason = `rows of a query, not events: no eventid and eventtime among the columns ${names.slice(0, 20).join(", ")}`;
    yield {
      kind: "no event",
      as: "unsupported",
      text: tokenOf(row),
      reason: has.length === 0 ? reason : `${reason} (only ${has.join(", ")})`,
    };
    return;
  }
  const { record, problems } = flatRecord(row, options);
  if (!record.has("eventID") && !record.has("eventTime") && !record.has("eventName")) {
    yield { kind: "no event", as: "unknown", text: tokenOf(row), reason: "a row without event id, time and name" };
    return;
  }
  yield derivedStep(record);
  for (const text of problems) yield { kind: "problem", text };
}

/** The cell with the event's own JSON. A cell that was cut is none: the other columns then say more. */
function eventColumn(row: JsonView): { name: string; plain: string; view: JsonView } | null {
  const cells = members(row).map(([name, value]) => ({
    name,
    value,
    plain: name.toLowerCase().replace(/[^a-z0-9]/g, ""),
  }));
  for (const wanted of EVENT_COLUMNS) {
    for (const { name, value, plain } of cells) {
      if (plain !== wanted) continue;
      const text = value.node.kind === "string" ? value.node.value : null;
      const view = text === null ? value : /^\s*"?\s*\{/.test(text) ? viewOf(text) : null;
      if (view !== null && (isObject(view) || view.node.kind === "string")) return { name, plain, view };
    }
  }
  return null;
}

/** Row 14 of the decision list. */
export const LAKE_SHAPES: readonly Shape[] = [
  {
    row: 14,
    name: "CloudTrail Lake result",
    says: "an object with QueryResultRows",
    matches: (view) => member(view, "QueryResultRows")?.node.kind === "array",
    open: function* (view) {
      const rows = items(member(view, "QueryResultRows"));
      if (rows.length === 0) yield { kind: "nothing" };
      for (const row of rows) yield { kind: "inside", view: row, hop: "QueryResultRows[]" };
      yield pageOf("get-query-results", view, "NextToken");
    },
  },
  {
    row: 14,
    name: "CloudTrail Lake row",
    says: "an item of QueryResultRows: an array of objects with one column each",
    matches: (view, list) => list === "QueryResultRows[]" && view.node.kind === "array",
    open: function* (view) {
      const columns = items(view).flatMap((column) => members(column));
      const row = viewOf(`{${columns.map(([name, value]) => `${JSON.stringify(name)}:${tokenOf(value)}`).join(",")}}`);
      if (row !== null) yield* openFlat(row, { format: "lake-columns", isTable: true });
    },
  },
];

/** A flat object whose keys are columns; the last resort for rows of other products. */
export const FLAT_SHAPES: readonly Shape[] = [
  {
    row: 23,
    name: "flat object of columns",
    says: "keys that name eventID or eventTime, eventName and one more, in any spelling",
    matches: (view) => isObject(view) && isFlat(view) && areEventColumns(members(view).map(([name]) => name)),
    open: function* (view) {
      yield* openFlat(view, { format: "flat-columns" });
    },
  },
];

/** True when userIdentity is no object: either spread over several keys, or printed as text. */
function isFlat(view: JsonView): boolean {
  const identity = member(view, "userIdentity");
  if (identity !== undefined) return scalarText(identity)?.startsWith("{") === true;
  return (
    members(view).some(([name]) => name.includes(".") || /^(?:useridentity|user_identity)/i.test(name)) ||
    !hasExactNames(view)
  );
}

function hasExactNames(view: JsonView): boolean {
  return member(view, "eventName") !== undefined && member(view, "eventSource") !== undefined;
}
