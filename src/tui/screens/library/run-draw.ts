import { scopeInWords } from "../../../queries/scope.ts";
import { SEVERITIES } from "../../../queries/query-file.ts";
import { worstSeverity, type QueryOutcome } from "../../../queries/run-library.ts";
import type { ManyState } from "../../services/library-run.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect, StyleName } from "../../state/types.ts";
import { fit, fitBoth, fitLine, fitLines, fitValue, span } from "../../text/fit.ts";
import { formatElapsed, formatNumber, plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { paragraphLines } from "./query-words.ts";
import { orderedOutcomes, totalSeverities, type RunState } from "./run-state.ts";
import { severityStyle, severityWord } from "../severity.ts";

const WORST_FIRST = SEVERITIES.toReversed();
const BAR_WIDTH = 20;
const WIDE_MIN = 100;

export function drawRun(level: Level<RunState>, rect: Rect, context: DrawContext): Line[] {
  const many = context.app.services.library.runs.stateOf(level.id);
  const { ellipsis, horizontal } = context.theme.glyphs;
  if (many === null) return fitLines([[span("")], [span("  asking ...", "dim")]], rect);
  const outcomes = orderedOutcomes(many, level.state.order);
  const cursor = Math.max(
    0,
    outcomes.findIndex(({ query }) => query.id === level.state.cursor),
  );
  const foot = footLines(outcomes[cursor] ?? null, many, rect);
  const head = [
    progressLine(many, rect.width, context),
    summaryLine(many, rect.width, ellipsis),
    columnLine(rect.width),
  ];
  const height = Math.max(1, rect.height - head.length - foot.length - 1);
  const top = topOf(`run ${level.id}`, cursor, { count: outcomes.length, height });
  const rows = outcomes
    .slice(top, top + height)
    .map((outcome, i) => outcomeLine(outcome, { isAt: top + i === cursor, width: rect.width, ellipsis }));
  const list = rows.length === 0 ? [[span("  no query has ended yet", "dim")] as Line] : rows;
  return [
    ...head,
    ...fitLines(list, { width: rect.width, height }),
    [span(horizontal.repeat(rect.width), "border")],
    ...foot,
  ];
}

function progressLine(many: ManyState, width: number, { theme, now_ms }: DrawContext): Line {
  const { outcomes, queries, status, current } = many;
  const done = queries.length === 0 ? 1 : outcomes.length / queries.length;
  const full = Math.floor(done * BAR_WIDTH);
  const bar = (theme.glyphs.bars[8] ?? "#").repeat(full).padEnd(BAR_WIDTH, theme.ascii ? "." : "·");
  const elapsed_ms = many.elapsed_ms ?? now_ms - many.started_ms;
  const now =
    current === null
      ? [span(`  ${status === "complete" ? "complete" : status}`, status === "complete" ? "success" : "warning")]
      : [span(`  now: ${current.id} ${formatElapsed(now_ms - many.query_started_ms)}`)];
  const scope: Line = width >= WIDE_MIN ? [span(`scope: ${safeText(scopeInWords(many.scope))} `, "dim")] : [];
  return fitBoth(
    [
      span(" ["),
      span(bar, "title"),
      span(`] ${outcomes.length} of ${queries.length}  ${formatElapsed(elapsed_ms)}`),
      ...now,
    ],
    scope,
    { width, ellipsis: theme.glyphs.ellipsis },
  );
}

/** What needs to be looked at, over all queries that have ended. */
function summaryLine(many: ManyState, width: number, ellipsis: string): Line {
  const totals = totalSeverities(many.outcomes);
  const spans = WORST_FIRST.flatMap((word): Line => [
    span(`${formatNumber(totals[word])} ${word}`, totals[word] > 0 ? severityStyle(word) : "dim"),
    span("  "),
  ]);
  const states = new Map<string, number>();
  for (const { state } of many.outcomes) states.set(state, (states.get(state) ?? 0) + 1);
  const more = (["no-rows", "not-logged", "needs-parameter", "failed"] as const).flatMap((state) =>
    states.has(state) ? [`${states.get(state)!} ${state.replace("-", " ")}`] : [],
  );
  return fitLine([span(" findings: "), ...spans, span(more.join(", "), "dim")], width, { ellipsis });
}

const COUNT_WIDTH = 8;

interface Widths {
  readonly id: number;
  readonly withTimes: boolean;
  readonly withPhase: boolean;
}

function widthsOf(width: number): Widths {
  return { id: Math.min(30, Math.max(16, width - 52)), withTimes: width >= 140, withPhase: width >= WIDE_MIN };
}

function columnLine(width: number): Line {
  const { id, withTimes, withPhase } = widthsOf(width);
  const cells = [
    `  ${fit("query", id)}`,
    ...(withPhase ? [fit("phase", 20)] : []),
    fit("worst", 5),
    fit("rows", COUNT_WIDTH, { align: "right" }),
    ...WORST_FIRST.slice(0, 4).map((word) => fit(severityWord(word), 5, { align: "right" })),
    ...(withTimes ? [fit("first", 19), fit("last", 19)] : []),
  ];
  return fitLine([span(cells.join(" "), "dim")], width);
}

const STATE_WORDS: Readonly<Record<QueryOutcome["state"], string>> = {
  rows: "",
  "no-rows": "no rows",
  "not-logged": "not logged",
  "needs-parameter": "needs a parameter",
  failed: "! failed",
};

function outcomeLine(
  outcome: QueryOutcome,
  { isAt, width, ellipsis }: { isAt: boolean; width: number; ellipsis: string },
): Line {
  const { query, state, rows, severities, first, last } = outcome;
  const { id, withTimes, withPhase } = widthsOf(width);
  const worst = worstSeverity(outcome);
  const isOff = state === "not-logged" || state === "needs-parameter" || state === "no-rows";
  const style: StyleName = isAt ? "cursor" : state === "failed" ? "error" : isOff ? "dim" : "plain";
  const lead = `${fitValue(query.id, id, { ellipsis })} ${withPhase ? `${fitValue(query.phase, 20, { ellipsis })} ` : ""}`;
  if (state !== "rows")
    return fitLine([span(isAt ? "> " : "  ", "key"), span(`${lead}${fit("", 6)}${STATE_WORDS[state]}`, style)], width, {
      ellipsis,
      style: isAt ? "cursor" : "plain",
    });
  const counts = WORST_FIRST.slice(0, 4).map((word) =>
    fit(severities[word] === 0 ? "" : formatNumber(severities[word]), 5, { align: "right", ellipsis }),
  );
  const times = withTimes ? [fit(timeText(first), 19), fit(timeText(last), 19)] : [];
  return fitLine(
    [
      span(isAt ? "> " : "  ", "key"),
      span(lead, style),
      span(
        fit(worst === null ? "" : severityWord(worst), 5),
        isAt ? "cursor" : worst === null ? "plain" : severityStyle(worst),
      ),
      span(
        ` ${[fit(formatNumber(rows), COUNT_WIDTH, { align: "right", ellipsis }), ...counts, ...times].join(" ")}`,
        style,
      ),
    ],
    width,
    { ellipsis, style: isAt ? "cursor" : "plain" },
  );
}

function timeText(time: string | null): string {
  return time === null ? "" : safeText(time.replace("T", " ").replace("Z", "")).slice(0, 19);
}

/** What the query under the cursor said. */
function footLines(outcome: QueryOutcome | null, many: ManyState, { width, height }: Rect): Line[] {
  const room = height >= 20 ? 4 : 2;
  const say = (text: string, style: StyleName = "plain"): Line[] =>
    paragraphLines(text, width - 2, style).map((line): Line => [span(" "), ...line]);
  if (many.problem !== null) return fitLines(say(`! ${many.problem}`, "error"), { width, height: room });
  const removals = many.removals.flatMap((text) => say(`! ${text}`, "warning"));
  if (outcome === null)
    return fitLines([...say("Ctrl-c stops; what was found stays.", "dim"), ...removals], { width, height: room });
  const { query, problem, notes } = outcome;
  const lines = [
    ...say(query.question, "bold"),
    ...(problem === null
      ? []
      : say(`! ${problem.replaceAll(/\s*\n\s*\^?/g, " ")}`, outcome.state === "failed" ? "error" : "warning")),
    ...(notes?.coverage ?? []).flatMap(({ text }) => say(text, "dim")),
    ...removals,
    ...(outcome.rows > 0 ? say(`Enter opens ${plural(outcome.rows, "row")}.`, "dim") : []),
  ];
  return fitLines(lines, { width, height: room });
}
