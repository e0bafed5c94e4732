import type { QueryFile } from "../../../queries/query-file.ts";
import {
  fieldsOf,
  readForm,
  readScope,
  type FormField,
  type FormReading,
  type FormTexts,
} from "../../../queries/views/query-form.ts";

/** What the form of a query keeps. */
export interface FormState {
  /** Null for the form of the scope alone. */
  readonly query: string | null;
  readonly texts: FormTexts;
  /** Filters of the view that the scope was taken from and that no scope can say, in words. */
  readonly left_out: readonly string[];
  readonly field: number;
  /** Place in the field's text, in code units. */
  readonly caret: number;
  /** The suggestion that Enter takes; null when it runs the query. */
  readonly suggestion: number | null;
  /** What only the engine could say, by field name, of the texts as they are. */
  readonly refused: Readonly<Record<string, string>>;
  /** Enter was pressed, so that fields that are still empty are a problem. */
  readonly wasTried: boolean;
}

export function initialForm(query: QueryFile | null, texts: FormTexts, left_out: readonly string[]): FormState {
  const fields = formFields(query, texts);
  const empty = fields.findIndex((field) => field.isRequired && (texts[field.name] ?? "") === "");
  const field = Math.max(0, empty);
  return {
    query: query?.id ?? null,
    texts,
    left_out,
    field,
    caret: (texts[fields[field]?.name ?? ""] ?? "").length,
    suggestion: null,
    refused: {},
    wasTried: false,
  };
}

const NO_QUERY: Pick<QueryFile, "params"> = { params: [] };

export function formFields(query: QueryFile | null, texts: FormTexts): FormField[] {
  return fieldsOf((query ?? NO_QUERY) as QueryFile, texts);
}

/** What the texts say, and what is wrong with them. */
export function formReading(query: QueryFile | null, { texts, refused }: FormState): FormReading {
  const reading = query === null ? { ...readScope(texts), given: new Map<string, string[]>() } : readForm(query, texts);
  return { ...reading, problems: new Map([...reading.problems, ...Object.entries(refused)]) };
}

/** The problem to show under a field: nobody is told off while typing, nor for what is still empty, before Enter. */
export function shownProblem(
  field: FormField,
  reading: FormReading,
  { state, isFocused }: { state: FormState; isFocused: boolean },
): string | null {
  const isUnfinished = isFocused || (state.texts[field.name] ?? "") === "";
  return isUnfinished && !state.wasTried ? null : (reading.problems.get(field.name) ?? null);
}

/** Another field: the caret stands behind its text. */
export function atField(state: FormState, fields: readonly FormField[], field: number): FormState {
  const at = Math.max(0, Math.min(fields.length - 1, field));
  return { ...state, field: at, caret: (state.texts[fields[at]?.name ?? ""] ?? "").length, suggestion: null };
}

/** The field's text, changed. */
export function withText(state: FormState, name: string, { text, caret }: { text: string; caret: number }): FormState {
  const { [name]: _, ...refused } = state.refused;
  return { ...state, texts: { ...state.texts, [name]: text }, caret, suggestion: null, refused };
}

/** What a suggestion completes: the whole text, or in a list what follows the last comma before the caret. */
export function typedPart(field: FormField, text: string): string {
  return field.isList ? text.slice(text.lastIndexOf(",") + 1).trimStart() : text;
}

/** The text with a suggestion in place of what was typed of it. A value that begins with `@` would name a file. */
export function completed(field: FormField, text: string, value: string): string {
  const typed = value.startsWith("@") ? `@${value}` : value;
  if (!field.isList) return typed;
  const comma = text.lastIndexOf(",");
  return comma === -1 ? typed : `${text.slice(0, comma)}, ${typed}`;
}
