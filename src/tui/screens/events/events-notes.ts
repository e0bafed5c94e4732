import { filterWords } from "../../../queries/views/filter-words.ts";
import { activeFilters } from "../../../queries/views/filter.ts";
import type { EventResult } from "../../services/event-result.ts";
import { percentOf, type MatchScan } from "../../services/match-scans.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line } from "../../state/types.ts";
import { fitValue, span, wrapWords } from "../../text/fit.ts";
import { formatElapsed, formatNumber, plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import type { EventsState } from "./events-state.ts";

type EventsLevel = Level<EventsState>;

/** Before the first rows. */
export function loadingLines(result: EventResult, context: DrawContext): Line[] {
  if (result.search !== null) return searchLines(result.search, context);
  if (result.rows.status === "cancelled") return [[span("")], [span("  Cancelled: ctrl-r asks again.", "warning")]];
  return [[span("")], [span(`  rows ...${waited(result.rows.since_ms, context)}`, "dim")]];
}

/** How far whole records have been read: `34 %   3,351,040 of 9,894,468 events read, 0 found`. */
export function searchWords(search: MatchScan): string {
  const { n_events, n_read, n_found } = search;
  if (n_events === 0) return "beginning";
  return `${percentOf(search)} %   ${formatNumber(n_read)} of ${plural(n_events, "event")} read, ${formatNumber(n_found)} found`;
}

function searchLines(search: MatchScan, context: DrawContext): Line[] {
  const { status, since_ms, elapsed_ms } = search;
  if (status === "cancelled")
    return [
      [span("")],
      [span(`  Stopped at ${searchWords(search)}`, "warning")],
      [span("  Ctrl-r goes on from there; Esc goes back.", "dim")],
    ];
  const elapsed = elapsed_ms + Math.max(0, context.now_ms - since_ms);
  return [
    [span("")],
    [span(`  Reading whole records: ${searchWords(search)}`)],
    [span(`  ${formatElapsed(elapsed)}. Ctrl-c stops; events are shown as they are found.`, "dim")],
  ];
}

/** Why there are no rows, whole. */
export function errorLines(result: EventResult, width: number): Line[] {
  const message = result.rows.error?.message ?? "failed";
  const lines = message.split("\n").flatMap((line) => wrapWords(safeText(line, 400), Math.max(20, width - 6)));
  return [
    [span("")],
    ...lines.map((line, i): Line => [span(i === 0 ? "  ! " : "    ", "error"), span(line, "error")]),
    [span("")],
    [span("  v shows the SQL, ctrl-r asks again, Esc goes back.", "dim")],
  ];
}

/** Which filter keeps out how many, and what to press. */
export function emptyLines(level: EventsLevel, width: number, context: DrawContext): Line[] {
  const { state } = level;
  const { n_events } = context.app.caseFacts();
  if (n_events === 0)
    return [
      [span("")],
      [span("  There is no event in this case.")],
      [span("  coldtrail ingest PATH loads an archive; R opens it here when it is done.", "dim")],
    ];
  const active = activeFilters(state.filters);
  const lines: Line[] = [[span("")], [span("  No event matches.")], [span("")]];
  const asked = context.app.services.views.removalsOf(state.filters);
  for (const filter of active) {
    const place = state.filters.indexOf(filter);
    const n = asked.value?.find((removal) => removal.place === place)?.n_without;
    const count = n === undefined ? (asked.status === "failed" ? "not known" : "counting") : formatNumber(n);
    const words = fitValue(filterWords(filter), Math.min(48, Math.max(16, width - 30))).trimEnd();
    lines.push([span("  without "), span(words, "chip"), span(`: ${count}`)]);
  }
  const advice = "Tab goes to the filters: Space turns one off, D takes it away. Ctrl-f turns all of them off.";
  lines.push([span("")], ...wrapWords(advice, Math.max(20, width - 4)).map((line): Line => [span(`  ${line}`, "dim")]));
  return lines;
}

/** The first line of what an error says, harmless. */
export function firstLine(error: Error | null): string {
  return safeText(error?.message.split("\n")[0] ?? "failed", 200);
}

const SHOWN_AFTER_MS = 150;
const CANCEL_AFTER_MS = 1000;

/** How long something has run already, once that is worth saying. */
export function waited(since_ms: number, { now_ms }: Pick<DrawContext, "now_ms">): string {
  const elapsed = now_ms - since_ms;
  if (elapsed < SHOWN_AFTER_MS) return "";
  return ` ${formatElapsed(elapsed)}${elapsed >= CANCEL_AFTER_MS ? "  ctrl-c cancels" : ""}`;
}
