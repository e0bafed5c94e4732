import { displayWidth } from "../../../export/display-width.ts";
import type { Mark, MarkedTarget } from "../../../journal/mark-book.ts";
import { type MarkKind, targetText } from "../../../journal/mark-target.ts";
import { shortHash } from "../../../journal/mark-undo.ts";
import type { TargetRecords } from "../../../timeline/marked-targets.ts";
import type { MarkedEvent } from "../../../timeline/marked-events.ts";
import type { ColumnSpec } from "../../components/columns.ts";
import { drawPane } from "../../components/pane.ts";
import { drawTable, type TableRow } from "../../components/table.ts";
import type { Line, Rect } from "../../state/types.ts";
import type { Theme } from "../../terminal/theme.ts";
import { fitLines, fitValue, span, wrapWords } from "../../text/fit.ts";
import { formatNumber, plural, wholeSeconds } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import type { MarkRow, TimelineRow } from "./marks-state.ts";

const KIND_NAMES: Record<MarkKind, readonly [one: string, many: string]> = {
  event: ["event", "events"],
  session: ["session", "sessions"],
  key: ["access key", "access keys"],
  ip: ["address", "addresses"],
  principal: ["principal", "principals"],
  resource: ["resource", "resources"],
  range: ["time range", "time ranges"],
};

/** A list with its cursor, as drawn. */
interface Drawn<T> {
  readonly rows: readonly T[];
  readonly rect: Rect;
  readonly index: number;
  readonly top: number;
  readonly focused: boolean;
  readonly theme: Theme;
}

export interface MarkListFacts {
  readonly events: ReadonlyMap<string, MarkedEvent> | null;
  readonly records: ReadonlyMap<string, TargetRecords> | null;
}

/** Tags and the first words of the notes, as one cell. */
function wordsOf({ tags, notes }: MarkedTarget): string {
  const tagWords = tags.length === 0 ? "" : `[${tags.join(", ")}]`;
  return [tagWords, ...notes.map((note) => note.replaceAll(/\s+/g, " "))].filter((text) => text !== "").join(" ");
}

/** All marks by kind. */
export function drawMarkList(drawn: Drawn<MarkRow>, { events, records }: MarkListFacts): Line[] {
  const { rows, rect, index, top, focused, theme } = drawn;
  const n = rows.filter(({ type }) => type === "target").length;
  const inner = Math.max(0, rect.width - 2);
  const lines = rows.slice(top, top + Math.max(0, rect.height - 2)).map((row, i): Line => {
    if (row.type === "kind") {
      return [span(` ${KIND_NAMES[row.kind][row.n === 1 ? 0 : 1]} `, "bold"), span(formatNumber(row.n), "dim")];
    }
    const isCursor = top + i === index;
    const name = nameOf(row.marked, events);
    const absent = isAbsent(row.marked, { events, records });
    const style = isCursor && focused ? "cursor" : absent ? "dim" : "plain";
    const name_width = nameWidth(name, inner);
    const words = absent ? `not in this case ${wordsOf(row.marked)}` : wordsOf(row.marked);
    return [
      span(isCursor ? "> " : "* ", isCursor && focused ? "cursor" : "mark"),
      span(fitValue(name, name_width, { ellipsis: theme.glyphs.ellipsis }), style),
      span(" ", style),
      span(fitValue(words, Math.max(0, inner - 3 - name_width), { ellipsis: theme.glyphs.ellipsis }), style),
    ];
  });
  return drawPane({ ...rect, title: `marks  ${formatNumber(n)}`, focused, lines, theme });
}

const ALIGNED_FROM_COLUMNS = 60;

/** Names stand in a column where there is room; in a narrow pane each takes what it needs. */
function nameWidth(name: string, inner: number): number {
  if (inner >= ALIGNED_FROM_COLUMNS) return Math.floor(inner * 0.6);
  const most = Math.floor(inner * 0.8);
  return Math.max(1, Math.min(most, displayWidth(safeText(name, most))));
}

function nameOf({ target }: MarkedTarget, events: MarkListFacts["events"]): string {
  if (target.kind === "range") return rangeText(wholeSeconds(target.since), wholeSeconds(target.until));
  const event = target.kind === "event" ? events?.get(target.value) : undefined;
  if (event === undefined) return target.value;
  return `${event.event_time === null ? "no time" : wholeSeconds(event.event_time)} ${event.event_name ?? ""}`;
}

function rangeText(since: string, until: string): string {
  const midnight = " 00:00:00";
  if (since.endsWith(midnight) && until.endsWith(midnight)) return `${since.slice(0, 10)} to ${until.slice(0, 10)}`;
  return `${since} to ${since.slice(0, 10) === until.slice(0, 10) ? until.slice(11) : until}`;
}

/** Only what was looked up can be known to be missing. */
function isAbsent({ target, id }: MarkedTarget, { events, records }: MarkListFacts): boolean {
  if (target.kind === "event") return events !== null && !events.has(target.value);
  return records?.get(id)?.n_records === 0;
}

const TIMELINE_COLUMNS: readonly ColumnSpec[] = [
  { title: "time (UTC)", min: 19 },
  { title: "event", min: 16, max: 28 },
  { title: "tags and notes", min: 18, max: 60, grow: 3 },
  { title: "outcome", min: 9, max: 14 },
  { title: "actor", min: 14, max: 40, grow: 2, cut: "start" },
  { title: "source IP", min: 15 },
  { title: "target", min: 12, max: 40, grow: 2, cut: "start" },
  { title: "account", min: 12 },
];

/** The marked events in time order. */
export function drawTimeline(drawn: Drawn<TimelineRow>, { dimmed }: { dimmed: boolean }): Line[] {
  const { rows, rect, index, top, focused, theme } = drawn;
  const inner = { width: Math.max(0, rect.width - 2), height: Math.max(0, rect.height - 2) };
  const lines = drawTable({
    ...inner,
    columns: TIMELINE_COLUMNS,
    n_rows: rows.length,
    row: (at) => (rows[at] === undefined ? undefined : tableRow(rows[at])),
    scroll: top,
    cursor: index < 0 ? null : { row: index },
    focused,
    dimmed,
    theme,
  });
  const title = `timeline  ${rows.length === 0 ? "" : `row ${formatNumber(index + 1)} of `}${plural(rows.length, "event")}`;
  return drawPane({ ...rect, title, focused, lines, theme });
}

function tableRow({ event, marked }: TimelineRow): TableRow {
  const isBad = event.outcome !== null && event.outcome !== "no-error";
  return {
    gutter: isBad ? "!" : "*",
    cells: [
      event.event_time === null ? "no time" : wholeSeconds(event.event_time),
      event.event_name,
      wordsOf(marked),
      event.outcome === "no-error" ? "" : event.outcome,
      event.actor,
      event.source_ip_address,
      event.target,
      event.account,
    ],
    cellStyles: [undefined, undefined, "mark", isBad ? "error" : undefined],
  };
}

/** Everything that stands about one target: who wrote what, and when. */
export function drawWords(
  marked: MarkedTarget | null,
  { rect, records, theme }: { rect: Rect; records: ReadonlyMap<string, TargetRecords> | null; theme: Theme },
): Line[] {
  const width = Math.max(0, rect.width - 2);
  if (marked === null) return drawPane({ ...rect, title: "what is written", lines: [], theme });
  const lines = [...recordLines(marked, records), ...marked.marks.flatMap((mark) => markLines(mark, width))];
  const shown =
    lines.length > rect.height - 2
      ? [...lines.slice(0, Math.max(0, rect.height - 3)), moreLine(lines.length - rect.height + 3)]
      : lines;
  const title = `${KIND_NAMES[marked.target.kind][0]} ${safeText(targetText(marked.target), width)}`;
  return drawPane({ ...rect, title, lines: fitLines(shown, { width, height: Math.max(0, rect.height - 2) }), theme });
}

function moreLine(n: number): Line {
  return [span(` ${plural(n, "line")} more: e edits, coldtrail note --list shows all`, "dim")];
}

function recordLines({ id, target }: MarkedTarget, records: ReadonlyMap<string, TargetRecords> | null): Line[] {
  const found = target.kind === "event" ? undefined : records?.get(id);
  if (found === undefined) return [];
  const seen =
    found.first_seen === null
      ? ""
      : `  ${wholeSeconds(found.first_seen)} to ${wholeSeconds(found.last_seen ?? "")} UTC`;
  return [[span(` ${plural(found.n_records, "record")} in the whole case${seen}`, "dim")]];
}

function markLines({ kind, text, examiner, time_utc, hash }: Mark, width: number): Line[] {
  const who = `${safeText(examiner, 30)} ${wholeSeconds(time_utc)} UTC  entry ${shortHash(hash)}`;
  if (kind === "tag") {
    return [[span(text === "" ? " marked " : " tag "), span(safeText(text, width), "mark"), span(`  ${who}`, "dim")]];
  }
  const wrapped = text.split("\n").flatMap((line) => wrapWords(safeText(line, 4000), Math.max(10, width - 3)));
  return [[span(" note"), span(`  ${who}`, "dim")], ...wrapped.map((line): Line => [span(`   ${line}`)])];
}

/** A few lines in the middle of a pane that has nothing to show. */
export function drawNothing(
  texts: readonly string[],
  { rect, title, focused, theme }: { rect: Rect; title: string; focused: boolean; theme: Theme },
): Line[] {
  const width = Math.max(0, rect.width - 2);
  const lines = texts
    .flatMap((text) => wrapWords(text, Math.max(10, width - 4)))
    .map((line): Line => [span(`  ${line}`)]);
  return drawPane({ ...rect, title, focused, lines: [[], ...lines], theme });
}
