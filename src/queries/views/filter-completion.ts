import type { CaseReader } from "../../store/case-reader.ts";
import { columnTyped, VIEW_COLUMNS } from "./event-column.ts";
import { ENTITY_KINDS, type EntityKind } from "./filter.ts";
import { splitWords } from "./filter-text.ts";
import { columnWord, ENTITY_NAMES, word } from "./filter-words.ts";
import { suggestValues } from "./parameter-suggestions.ts";

/** The word under the cursor of the filter editor. */
export interface TypedPart {
  /** Where the completed part begins and ends in the text. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** The column whose values are asked for; null while a name is typed. */
  readonly column: string | null;
}

/** A completion: what goes into the text, and how many events have it; null for a name. */
export interface Completion {
  readonly text: string;
  readonly n: number | null;
}

/** Columns whose values stand for an entity's. */
const ENTITY_COLUMNS: Readonly<Record<EntityKind, string>> = {
  key: "user_identity_access_key_id",
  principal: "actor",
  address: "source_ip",
  session: "session_group",
  resource: "target",
  agent: "user_agent",
  request: "request_id",
  account: "recipient_account_id",
  event: "event_id",
};

const COMPLETIONS_MAX = 20;

/** What is being typed at a place of a filter text: a name, or the value behind one. */
export function typedPartAt(text: string, cursor: number): TypedPart {
  const found = splitWords(text).find(({ text: typed, from }) => from <= cursor && cursor <= from + typed.length);
  const from = found?.from ?? cursor;
  const typed = text.slice(from, cursor);
  const condition = /^-?([A-Za-z_][\w.[\]-]*)!?[=~:](?:.*,)?/s.exec(typed);
  const name = condition?.[1] ?? "";
  const entity = ENTITY_KINDS.find((kind) => ENTITY_NAMES[kind].toLowerCase() === name.toLowerCase());
  const column = entity === undefined ? (columnTyped(name)?.name ?? null) : ENTITY_COLUMNS[entity];
  const start = condition === null || column === null ? from : from + condition[0].length;
  return { from: start, to: cursor, text: text.slice(start, cursor).replaceAll('"', ""), column };
}

/** Names that begin with the text or have it in them, those that begin with it first. */
export function completeName(text: string): Completion[] {
  const sought = text.replace(/^-/, "").toLowerCase();
  const minus = text.startsWith("-") ? "-" : "";
  const names = [
    ...new Set([...Object.values(ENTITY_NAMES), "time", ...VIEW_COLUMNS.map(({ name }) => columnWord(name))]),
  ];
  const starting = names.filter((name) => name.toLowerCase().startsWith(sought));
  const holding = names.filter((name) => !starting.includes(name) && name.toLowerCase().includes(sought));
  return [...starting, ...holding].slice(0, COMPLETIONS_MAX).map((name) => ({ text: `${minus}${name}=`, n: null }));
}

/** The most frequent values of a column with the text in them, as words of the editor. Throws QueryError. */
export async function completeValue(reader: CaseReader, { column, text }: TypedPart): Promise<Completion[]> {
  if (column === null || column.includes(".")) return [];
  const values = await suggestValues(reader, { kind: "column", column }, text);
  return values
    .filter(({ value }) => value.length <= 500)
    .slice(0, COMPLETIONS_MAX)
    .map(({ value, n }) => ({ text: word(value), n }));
}
