import { CATEGORY_WORDS } from "../../../queries/views/coverage-days.ts";
import type { Asked } from "../../services/answers.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fitBoth, fitLines, span } from "../../text/fit.ts";
import { formatElapsed, formatNumber, plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { searchSpans, spaced } from "../search-line.ts";
import { tabLine } from "../tab-line.ts";
import { COVERAGE_TABS, searchOf, type CoverageState, type CoverageTab } from "./coverage-state.ts";
import { drawFiles } from "./files-draw.ts";
import { drawMatrix } from "./matrix-draw.ts";
import { matrixView } from "./matrix-view.ts";
import { drawRequires } from "./requires-draw.ts";

/** Below so many columns words are short. */
const WIDE = 100;

/** Two lines: the tabs, and what is shown of the tab. */
export function coverageHeader(level: Level<CoverageState>, width: number, context: DrawContext): Line[] {
  const { state } = level;
  const { ellipsis } = context.theme.glyphs;
  const titles = COVERAGE_TABS.map((tab) => tabTitle(tab, state, context));
  const right: Line = state.tab === "matrix" ? [span(outsideWords(width, context), "dim"), span(" ")] : [];
  const search = searchSpans(state.typed, searchOf(state), Math.floor(width / 2));
  return [
    tabLine(titles, COVERAGE_TABS.indexOf(state.tab), { width, ellipsis }),
    fitBoth([span(" "), ...spaced([search, [span(shownWords(level, width, context))]])], right, { width, ellipsis }),
  ];
}

export function drawCoverage(level: Level<CoverageState>, rect: Rect, context: DrawContext): Line[] {
  const answer = emptyOrFailed(level, rect, context);
  if (answer !== null) return fitLines(answer, rect);
  if (level.state.tab === "files") return drawFiles(level, rect, context);
  if (level.state.tab === "requires") return drawRequires(level, rect, context);
  const view = matrixView(level.state, rect.width, context.app);
  return view === null ? fitLines([], rect) : drawMatrix(level, { view, rect }, context);
}

/** The question that the tab rests on. */
function askedBy({ state }: Level<CoverageState>, { app }: Pick<DrawContext, "app">): Asked<unknown> {
  const { coverage } = app.services;
  if (state.tab === "matrix") return coverage.rows(state.search.matrix);
  return state.tab === "files" ? coverage.files(state.search.files, 0).asked : coverage.requirements();
}

/** `rows 4 ms`, `counting 1.2 s`. */
export function coverageStatus(level: Level<CoverageState>, context: DrawContext): Line {
  const { status, since_ms, elapsed_ms } = askedBy(level, context);
  if (status === "loading") return [span(`counting ${formatElapsed(Math.max(0, context.now_ms - since_ms))}`)];
  return [span(status === "complete" ? `counted in ${formatElapsed(elapsed_ms)}` : "")];
}

function tabTitle(tab: CoverageTab, state: CoverageState, { app }: DrawContext): string {
  const { coverage } = app.services;
  if (tab === "matrix") return "events and files";
  if (tab === "files") {
    const { total } = coverage.files("", 0);
    return total === null ? "files with problems" : `${plural(total, "file")} with problems`;
  }
  // The open tab comes first: all of them scan the case.
  const isTime = tab === state.tab || coverage.rows(state.search.matrix).value !== null;
  const rows = isTime ? coverage.requirements().value : null;
  const missing = rows?.filter(({ records }) => records === 0).length ?? 0;
  return missing > 0 ? `queries need: ${missing} of ${rows!.length} not logged` : "queries need";
}

function shownWords(level: Level<CoverageState>, width: number, { app }: DrawContext): string {
  const { state } = level;
  if (state.tab === "files") {
    const { total } = app.services.coverage.files(state.search.files, 0);
    return total === null ? "" : `${plural(total, "file")}, the worst first`;
  }
  if (state.tab === "requires") return "kinds of record that the library's queries read";
  const view = matrixView(state, width, app);
  if (view === null) return "";
  const { total, rows } = app.services.coverage.rows(state.search.matrix).value!;
  const shown =
    total > rows.length ? `first ${formatNumber(rows.length)} of ${formatNumber(total)} rows` : plural(total, "row");
  const category = state.category === null ? "all categories" : `${CATEGORY_WORDS[state.category]} only`;
  return `${shown}  ${category}  by ${view.zoom}`;
}

function outsideWords(width: number, { app }: DrawContext): string {
  const outside = app.services.coverage.outside().value;
  if (outside === null) return "";
  const { undated_events, undated_files } = outside;
  if (width < WIDE) {
    const words = [
      ...(undated_events > 0 ? [plural(undated_events, "event")] : []),
      ...(undated_files > 0 ? [plural(undated_files, "file")] : []),
    ];
    return words.length === 0 ? "" : `undated: ${words.join(", ")}`;
  }
  const words = [
    ...(undated_events > 0 ? [plural(undated_events, "event without a time", "events without a time")] : []),
    ...(undated_files > 0 ? [plural(undated_files, "file without a date", "files without a date")] : []),
  ];
  return words.length === 0 ? "" : `not in a cell: ${words.join(", ")}`;
}

/** What stands in the place of a tab that has nothing to draw; null when it has. */
function emptyOrFailed(level: Level<CoverageState>, { width }: Rect, context: DrawContext): Line[] | null {
  const { state } = level;
  const { status, error, value } = askedBy(level, context);
  if (status === "failed")
    return [[], [span(` ! ${safeText(error?.message ?? "", width)}`, "error")], [], [span("  r asks again", "dim")]];
  if (status === "cancelled") return [[], [span("  Cancelled: r asks again.", "dim")]];
  if (value === null) return [[], [span("  counting ...", "dim")]];
  const isEmpty = Array.isArray(value) ? value.length === 0 : (value as { readonly total: number }).total === 0;
  if (!isEmpty) return null;
  const search = searchOf(state);
  if (search !== "")
    return [
      [],
      [span(`  Nothing contains ${JSON.stringify(safeText(search, width))}.`)],
      [span("  Esc takes the search away.", "dim")],
    ];
  return [[], ...EMPTY[state.tab].map((text): Line => [span(`  ${text}`)])];
}

const EMPTY: Readonly<Record<CoverageTab, readonly string[]>> = {
  matrix: ["No event and no log file is in this case.", "coldtrail ingest PATH reads an archive into it."],
  files: [
    "Every file that was offered was read to its end, or is no log file.",
    "coldtrail evidence list shows them all.",
  ],
  requires: ["The library has no query that says what it reads."],
};
