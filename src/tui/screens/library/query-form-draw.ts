import type { QueryFile } from "../../../queries/query-file.ts";
import type { FormField } from "../../../queries/views/query-form.ts";
import type { Suggestion } from "../../../queries/views/parameter-suggestions.ts";
import { drawField } from "../../components/text-field.ts";
import type { SuggestionState } from "../../services/library.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fitLine, fitLines, fitValue, span, wrapWords } from "../../text/fit.ts";
import { formatNumber } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { formFields, formReading, shownProblem, typedPart, type FormState } from "./query-form-state.ts";
import { paragraphLines } from "./query-words.ts";

const LABEL_WIDTH = 17;
const SIDE_BY_SIDE_MIN = 100;
const SUGGESTIONS_SHOWN = 8;

export function drawForm(level: Level<FormState>, rect: Rect, context: DrawContext): Line[] {
  const { library } = context.app.services;
  const { state } = level;
  const query = state.query === null ? null : library.query(state.query);
  const fields = formFields(query, state.texts);
  const field = fields[state.field];
  const suggested = field === undefined ? null : library.suggestionsOf(field.name);
  const head = headLines(query, rect, state);
  const room = { width: rect.width, height: rect.height - head.length };
  if (rect.width >= SIDE_BY_SIDE_MIN) {
    const left = Math.floor(rect.width * 0.58);
    const right = rect.width - left - 3;
    const lines = fieldLines({ level, query, fields }, { width: left, height: room.height }, context);
    const beside = fitLines(besideLines({ field, state, suggested }, right, context), {
      width: right,
      height: room.height,
    });
    const bar = span(` ${context.theme.glyphs.vertical} `, "border");
    return [...head, ...lines.map((line, i): Line => [...line, bar, ...beside[i]!])];
  }
  const below = besideLines({ field, state, suggested }, rect.width - 2, context);
  const height = Math.max(2, Math.min(below.length, Math.floor(room.height / 2) - 1));
  const rule: Line = [span(context.theme.glyphs.horizontal.repeat(rect.width), "border")];
  return [
    ...head,
    ...fieldLines({ level, query, fields }, { width: rect.width, height: room.height - height - 1 }, context),
    rule,
    ...fitLines(
      below.map((line): Line => [span(" "), ...line]),
      { width: rect.width, height },
    ),
  ];
}

function headLines(query: QueryFile | null, { width, height }: Rect, { left_out }: FormState): Line[] {
  const title = query?.title ?? "Where all queries look";
  const question = query?.question ?? "The scope of every run from the list. A form's own scope is for its run alone.";
  const words = wrapWords(safeText(question, 2000), width - 1);
  const lines: Line[] = [[span(` ${safeText(title)}`, "bold")]];
  for (const line of words.slice(0, height >= 16 ? 2 : 1)) lines.push([span(` ${line}`)]);
  if (left_out.length > 0)
    lines.push([span(` ! no query can be narrowed by ${safeText(left_out.join(", "))}`, "warning")]);
  return lines.map((line) => fitLine(line, width));
}

function fieldLines(
  form: DrawnForm,
  { width, height }: Pick<Rect, "width" | "height">,
  { theme }: DrawContext,
): Line[] {
  const { level, query, fields } = form;
  const { state } = level;
  const reading = formReading(query, state);
  const { ellipsis } = theme.glyphs;
  const lines: Line[] = [];
  let focused = 0;
  fields.forEach((field, i) => {
    const isFocused = i === state.field;
    if (field.type === "scope" && fields[i - 1]?.type !== "scope" && i > 0) lines.push([span(" scope", "title")]);
    if (isFocused) focused = lines.length;
    lines.push(fieldLine(field, state, { width, ellipsis, isFocused }));
    const problem = shownProblem(field, reading, { state, isFocused });
    if (problem !== null) {
      for (const line of paragraphLines(`! ${problem}`, width - LABEL_WIDTH - 3, "error").slice(0, 2))
        lines.push([span(" ".repeat(LABEL_WIDTH + 3)), ...line]);
    }
  });
  const top = topOf(`form ${level.id}`, Math.min(focused + 1, lines.length - 1), { count: lines.length, height });
  return fitLines(lines.slice(Math.min(top, focused)), { width, height });
}

function fieldLine(
  field: FormField,
  state: FormState,
  { width, ellipsis, isFocused }: { width: number; ellipsis: string; isFocused: boolean },
): Line {
  const text = state.texts[field.name] ?? "";
  const inner = Math.max(4, width - LABEL_WIDTH - 5);
  const label = fitValue(`${field.label}${field.isRequired ? " *" : ""}`, LABEL_WIDTH, { ellipsis });
  const caret: Line = isFocused ? [span(" ", "cursor")] : [];
  const box: Line =
    text === ""
      ? [...caret, span(fitValue(field.otherwise, inner - caret.length, { ellipsis }), "dim")]
      : isFocused
        ? drawField({ text, cursor: state.caret }, inner, { focused: true })
        : [span(fitValue(text, inner, { ellipsis }))];
  const style = isFocused ? "bold" : "plain";
  return [span(isFocused ? "> " : "  ", "key"), span(`${label} `, style), span("["), ...box, span("]")];
}

interface DrawnForm {
  readonly level: Level<FormState>;
  readonly query: QueryFile | null;
  readonly fields: readonly FormField[];
}

interface Beside {
  readonly field: FormField | undefined;
  readonly state: FormState;
  readonly suggested: SuggestionState | null;
}

/** What the field takes, and values of the case that fit. */
function besideLines({ field, state, suggested }: Beside, width: number, { theme }: DrawContext): Line[] {
  const { ellipsis } = theme.glyphs;
  if (field === undefined) return [];
  const type = field.type === "scope" ? "" : `${field.type}: `;
  const lines = paragraphLines(`${type}${field.help}`, width, "dim");
  if (field.source.kind === "none") return lines;
  if (suggested === null || (suggested.status === "loading" && suggested.values.length === 0))
    return [...lines, [span("looking into the case ...", "dim")]];
  if (suggested.status === "failed")
    return [...lines, [span("! no suggestions: the case could not be asked", "warning")]];
  if (suggested.values.length === 0) {
    const typed = typedPart(field, state.texts[field.name] ?? "");
    return [...lines, [span(fitValue(`nothing in the case has ${typed}`, width), "dim")]];
  }
  const from = Math.max(0, (state.suggestion ?? 0) - SUGGESTIONS_SHOWN + 1);
  const shown = suggested.values.slice(from, from + SUGGESTIONS_SHOWN);
  for (const [i, suggestion] of shown.entries())
    lines.push(suggestionLine(suggestion, { isChosen: from + i === state.suggestion, width, ellipsis }));
  const more = suggested.values.length - from - shown.length;
  if (more > 0) lines.push([span(`  ${more} more: type to narrow`, "dim")]);
  return lines;
}

function suggestionLine(
  { value, n, first, last }: Suggestion,
  { isChosen, width, ellipsis }: { isChosen: boolean; width: number; ellipsis: string },
): Line {
  const days = first === null || last === null ? "" : dayRange(first, last);
  const facts = n === null ? "" : `${formatNumber(n)}${days !== "" && width >= 60 ? `  ${days}` : ""}`;
  const room = Math.max(1, width - 2 - (facts === "" ? 0 : facts.length + 1));
  return [
    span(isChosen ? "> " : "  ", "key"),
    span(fitValue(value, room, { ellipsis }), isChosen ? "cursor" : "plain"),
    ...(facts === "" ? [] : [span(` ${facts}`, "dim")]),
  ];
}

function dayRange(first: string, last: string): string {
  const [from, to] = [first.slice(0, 10), last.slice(0, 10)];
  return from === to ? from : `${from}..${to}`;
}
