import type { Cell, ResultTable } from "../store/result-table.ts";
import { nextCommandOf } from "./next-command.ts";
import { SEVERITIES } from "./query-file.ts";
import { worstSeverity, type QueryOutcome } from "./run-library.ts";
import { scopeInWords, type Scope } from "./scope.ts";

const SUMMARY_COLUMNS: ResultTable["columns"] = (
  [
    ["query", "text"],
    ["phase", "text"],
    ["state", "text"],
    ["severity", "text"],
    ["rows", "integer"],
    ...SEVERITIES.toReversed().map((word) => [word, "integer"] as const),
    ["effects", "text"],
    ["first", "timestamp"],
    ["last", "timestamp"],
    ["next", "text"],
    ["note", "text"],
  ] as const
).map(([name, type]) => ({ name, type }));

/** The summary as a table: what needs looking at first, then the rest in the order of an investigation. */
export function summaryTable(outcomes: readonly QueryOutcome[], caseFolder: string | null): ResultTable {
  const weight = (outcome: QueryOutcome): number => {
    const worst = worstSeverity(outcome);
    return worst === null ? -1 : SEVERITIES.indexOf(worst);
  };
  const rows = outcomes
    .map((outcome, place) => ({ outcome, place }))
    .toSorted((a, b) => weight(b.outcome) - weight(a.outcome) || a.place - b.place)
    .map(({ outcome }) => summaryRow(outcome, caseFolder));
  return {
    columns: SUMMARY_COLUMNS,
    chunks: (async function* () {
      yield rows;
    })(),
  };
}

function summaryRow(outcome: QueryOutcome, caseFolder: string | null): Cell[] {
  const { query, state, rows, severities, effects, first, last, notes, problem } = outcome;
  const effectWords = Object.entries(effects)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([effect, n]) => `${n} ${effect}`);
  const absent = notes === null ? null : (notes.coverage.find(({ kind }) => kind !== "rows")?.text ?? null);
  return [
    query.id,
    query.phase,
    state.replaceAll("-", " "),
    worstSeverity(outcome),
    rows,
    ...SEVERITIES.toReversed().map((word) => severities[word]),
    effectWords.join(", ") || null,
    first,
    last,
    rows > 0 ? nextCommandOf(query, caseFolder) : null,
    problem?.split("\n").join(" ") ?? absent,
  ];
}

/** Lines below the summary: what the run covered, and what it cannot show. */
export function summaryNotes(outcomes: readonly QueryOutcome[], scope: Scope): string[] {
  const ran = outcomes.filter(({ notes }) => notes !== null);
  const counts = SEVERITIES.toReversed().map(
    (word) => `${outcomes.reduce((sum, { severities }) => sum + severities[word], 0)} ${word}`,
  );
  const asOf = ran[0]?.notes?.as_of ?? null;
  return [
    `${ran.length} of ${outcomes.length} queries ran · findings: ${counts.join(", ")} · scope: ${scopeInWords(scope)} · as of ${asOf ?? "no dated event"}`,
    "one event can be in several findings; a query without rows says what was recorded, never that nothing took place",
    "cannot show: what no trail recorded, or what was recorded and not handed over; `query show ID` says it for each query",
  ];
}
