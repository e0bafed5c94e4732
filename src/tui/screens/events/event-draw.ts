import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect, Span, StyleName } from "../../state/types.ts";
import { fit, fitLines, fitValue, span } from "../../text/fit.ts";
import { formatNumber } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { searchSpans } from "../search-line.ts";
import { firstLine, waited } from "./events-notes.ts";
import { fieldLines, matches, rawLines, type EventLine, type EventState } from "./event-state.ts";

type EventLevel = Level<EventState>;

/** What is drawn: the lines, or why there are none yet. */
export type EventContent =
  | { readonly kind: "lines"; readonly lines: readonly EventLine[]; readonly words: string }
  | { readonly kind: "words"; readonly words: string; readonly style: StyleName };

/** The lines of the event in its present form; asking for what is not known. */
export function eventContent(
  { state }: EventLevel,
  { app, now_ms }: Pick<DrawContext, "app" | "now_ms">,
): EventContent {
  const { views } = app.services;
  const asked = views.detail(state.place);
  if (asked.status === "failed") return { kind: "words", words: `! ${firstLine(asked.error)}`, style: "error" };
  if (asked.status === "cancelled") return { kind: "words", words: "Cancelled: ctrl-r asks again.", style: "warning" };
  if (asked.status === "loading")
    return { kind: "words", words: `event ...${waited(asked.since_ms, { now_ms })}`, style: "dim" };
  if (asked.value === null)
    return { kind: "words", words: "The case does not have this event any more.", style: "warning" };
  if (state.mode === "fields") return { kind: "lines", lines: fieldLines(asked.value, state.folded), words: "fields" };
  const raw = views.raw(asked.value);
  if (raw.status === "failed") return { kind: "words", words: `! ${firstLine(raw.error)}`, style: "error" };
  if (raw.value === null)
    return { kind: "words", words: `record ...${waited(raw.since_ms, { now_ms })}`, style: "dim" };
  const records = raw.value;
  const record = records[Math.min(state.copy, records.length - 1)];
  if (record === undefined) return { kind: "words", words: "The record was not found.", style: "warning" };
  const source =
    record.from === "original"
      ? "raw record: original, file hash checked"
      : `raw record: rebuilt from the case: ${record.why ?? ""}`;
  const copies =
    records.length === 1
      ? ""
      : `  record ${Math.min(state.copy, records.length - 1) + 1} of ${records.length} (c: next)${record.record.relation === null ? "" : `: ${record.record.relation} copy`}`;
  return { kind: "lines", lines: rawLines(record, state.folded), words: `${source}${copies}` };
}

/** The list of lines for `drawn-pages.ts`. */
export function eventKey(levelId: number): string {
  return `event ${levelId}`;
}

/** One event whole: a line that says what is shown, then its lines. */
export function drawEvent(level: EventLevel, rect: Rect, context: DrawContext): Line[] {
  const { state } = level;
  const content = eventContent(level, context);
  if (content.kind === "words") return fitLines([[span("")], [span(`  ${content.words}`, content.style)]], rect);
  const { lines, words } = content;
  const found = state.search === "" ? 0 : lines.filter((line) => matches(line, state.search)).length;
  const isSearching = state.typed !== null || state.search !== "";
  const counted = state.search === "" ? "" : `  ${formatNumber(found)} ${found === 1 ? "line" : "lines"}: n N`;
  // What is typed must be seen on the narrowest screen.
  const head: Line = isSearching
    ? [
        span(" "),
        ...searchSpans(state.typed, state.search, 40),
        span(counted, "dim"),
        span(`   ${safeText(words, 200)}`, "title"),
      ]
    : [span(` ${safeText(words, 200)}`, "title")];
  const height = rect.height - 1;
  const cursor = Math.max(0, Math.min(state.line, lines.length - 1));
  const top = topOf(eventKey(level.id), cursor, { count: lines.length, height });
  const labels = Math.min(34, Math.max(12, Math.floor(rect.width * 0.3)));
  const drawn = lines
    .slice(top, top + height)
    .map((line, i) =>
      lineOf(line, { isCursor: top + i === cursor, labels, width: rect.width, search: state.search, context }),
    );
  return fitLines([head, ...drawn], rect);
}

interface LineOptions {
  readonly isCursor: boolean;
  /** Columns for names. */
  readonly labels: number;
  readonly width: number;
  readonly search: string;
  readonly context: DrawContext;
}

function lineOf(line: EventLine, { isCursor, labels, width, search, context }: LineOptions): Line {
  const { ellipsis } = context.theme.glyphs;
  const base: StyleName = isCursor ? "cursor" : "plain";
  const indent = "  ".repeat(Math.min(line.depth, 12));
  const fold = line.fold === null ? "  " : line.isOpen ? "- " : "+ ";
  const label = fitValue(`${indent}${line.fold === null ? "" : fold}${line.label}`, labels, { ellipsis });
  const room = Math.max(1, width - labels - 3);
  return [
    span(isCursor ? "> " : "  ", base),
    span(label, isCursor ? "cursor" : "dim"),
    span(" ", base),
    ...valueSpans(line.text, { room, base, search, ellipsis }),
  ];
}

/** The value, with what was searched for in it. */
function valueSpans(
  text: string,
  { room, base, search, ellipsis }: { room: number; base: StyleName; search: string; ellipsis: string },
): Span[] {
  const at = search === "" ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
  if (at === -1) return [span(fitValue(text, room, { ellipsis }), base)];
  // The match is brought into view: a long value may hold it far from its beginning.
  const from = at > room - search.length - 8 ? Math.max(0, at - Math.floor(room / 3)) : 0;
  const before = safeText(`${from > 0 ? ellipsis : ""}${text.slice(from, at)}`, room);
  const match = safeText(text.slice(at, at + search.length), room);
  const after = safeText(text.slice(at + search.length), room);
  const whole = fit(before + match + after, room, { ellipsis });
  if (!whole.startsWith(before + match)) return [span(whole, base)];
  return [span(before, base), span(match, "match"), span(whole.slice(before.length + match.length), base)];
}
