import type { EventDetail, RawRecord } from "../../../queries/views/event-detail.ts";
import type { EventPlace } from "../../../queries/views/event-order.ts";
import type { TextField } from "../../components/text-field.ts";
import { isJsonTree, jsonLines } from "../../components/json-lines.ts";
import { fieldsWithValues } from "./event-fields.ts";

/** What the screen of one event keeps. */
export interface EventState {
  readonly place: EventPlace;
  readonly mode: "fields" | "raw";
  readonly line: number;
  /** Trees that are closed. */
  readonly folded: readonly string[];
  readonly typed: TextField | null;
  readonly search: string;
  /** Which of the records of the event is shown raw. */
  readonly copy: number;
}

/** All fields, with everything open. */
export function initialEvent(place: EventPlace): EventState {
  return { place, mode: "fields", line: 0, folded: [], typed: null, search: "", copy: 0 };
}

/** A line of an event: a field, or a part of one that holds JSON. */
export interface EventLine {
  readonly depth: number;
  readonly label: string;
  readonly text: string;
  /** Column or path to filter by; null where there is none. */
  readonly column: string | null;
  readonly value: string | null;
  readonly fold: string | null;
  readonly isOpen: boolean;
}

/** The lines of all fields with a value, JSON as a tree. */
export function fieldLines(detail: EventDetail, folded: readonly string[]): EventLine[] {
  const closed = new Set(folded);
  const lines = fieldsWithValues(detail).flatMap(({ column, label, value }): EventLine[] => {
    const isJson = JSON_COLUMNS.has(column) && isJsonTree(value);
    if (!isJson) return [{ depth: 0, label, text: value, column, value, fold: null, isOpen: false }];
    return (jsonLines(value, closed, column) ?? []).map((line, i) => ({
      ...line,
      label: i === 0 ? label : line.label,
      column:
        line.path === null || line.path === "" ? null : `${column}${line.path.startsWith("[") ? "" : "."}${line.path}`,
    }));
  });
  const source = (label: string, value: string): EventLine => ({
    depth: 0,
    label,
    text: value,
    column: null,
    value,
    fold: null,
    isOpen: false,
  });
  return [
    ...lines,
    source("evidence file", detail.source_file),
    source("evidence root", detail.source_root),
    source("record", String(detail.place.record_index)),
    source("file SHA-256", detail.source_sha256),
  ];
}

const JSON_COLUMNS = new Set([
  "request_parameters",
  "response_elements",
  "additional_event_data",
  "resources",
  "service_event_details",
  "insight_details",
  "user_identity_in_scope_of",
  "extra",
  "target",
]);

/** The record as it stands in the file, one token a line. */
export function rawLines(raw: RawRecord, folded: readonly string[]): EventLine[] {
  const lines = jsonLines(raw.text, new Set(folded), "raw");
  if (lines === null)
    return [{ depth: 0, label: "", text: raw.text, column: null, value: raw.text, fold: null, isOpen: false }];
  return lines.map((line) => ({ ...line, column: null }));
}

/** Whether a line holds what is searched for. */
export function matches({ label, text }: EventLine, search: string): boolean {
  return search !== "" && `${label} ${text}`.toLowerCase().includes(search.toLowerCase());
}
