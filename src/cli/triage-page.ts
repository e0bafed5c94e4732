import { escapeControls } from "../export/sanitise.ts";
import { formatResult } from "../export/write-result.ts";
import { SEVERITIES } from "../queries/query-file.ts";
import { needsInWords, type QueryOutcome } from "../queries/run-library.ts";
import type { ResultColumn, ResultRow } from "../store/result-table.ts";
import { tableOf } from "./output-options.ts";

/** A result held whole; an empty list for one that was not made. */
type SmallTable = readonly { readonly columns: readonly ResultColumn[]; readonly rows: readonly ResultRow[] }[];

/** What the first report says. */
export interface TriageParts {
  readonly scope: string;
  readonly tool_version: string;
  readonly overview: SmallTable;
  readonly actors: SmallTable;
  readonly addresses: SmallTable;
  /** Sentences on what is not in the case. */
  readonly missing: readonly string[];
  readonly found: SmallTable;
  readonly summary: SmallTable;
  readonly summary_notes: readonly string[];
  readonly outcomes: readonly QueryOutcome[];
  readonly timeline: { readonly rows: number; readonly seeds: string };
  readonly order_note: string;
}

export interface PageOptions {
  readonly width: number | null;
  readonly color: boolean;
  readonly markdown?: boolean;
}

/** The report, for a terminal or as Markdown; what comes from evidence cannot drive either. */
export async function* triagePage(parts: TriageParts, options: PageOptions): AsyncGenerator<string> {
  const page = new Page(options);
  yield page.heading("Triage", 1);
  yield page.lines([`Scope: ${parts.scope}.`]);
  yield page.heading("What is in the case");
  yield* page.table(parts.overview);
  yield page.heading("Who, by number of events");
  yield* page.table(parts.actors);
  yield page.heading("From where");
  yield* page.table(parts.addresses);
  yield page.heading("What is not in it, and cannot be answered");
  yield page.list([...parts.missing, "what no trail recorded, or what was recorded and not handed over"]);
  yield page.heading("Indicators");
  if (parts.found[0]?.rows.length === 0) yield page.lines(["None were given."]);
  else yield* page.table(parts.found);
  yield page.heading("Findings");
  yield page.lines([severityLine(parts.outcomes), effectLine(parts.outcomes)].filter((line) => line !== ""));
  yield* page.table(withFindings(parts.summary));
  yield page.lines(parts.summary_notes);
  yield page.heading("Not answered");
  yield page.list(unanswered(parts.outcomes));
  yield page.heading("Timeline");
  yield page.lines([
    parts.timeline.rows > 0
      ? `${parts.timeline.rows.toLocaleString("en-US")} events, from the seeds: ${parts.timeline.seeds}.`
      : `No events. Seeds: ${parts.timeline.seeds}.`,
    parts.order_note,
  ]);
}

class Page {
  private readonly options: PageOptions;

  constructor(options: PageOptions) {
    this.options = options;
  }

  heading(text: string, level = 2): string {
    return this.options.markdown === true
      ? `${level === 1 ? "" : "\n"}${"#".repeat(level)} ${text}\n\n`
      : `\n${text}\n`;
  }

  lines(lines: readonly string[]): string {
    const end = this.options.markdown === true ? "\n\n" : "\n";
    return lines.map((line) => `${escapeControls(line)}${end}`).join("");
  }

  list(items: readonly string[]): string {
    return items.map((item) => `- ${escapeControls(item)}\n`).join("");
  }

  async *table([table]: SmallTable): AsyncGenerator<string> {
    if (table === undefined) return;
    const { width, color, markdown } = this.options;
    yield* formatResult(markdown === true ? "md" : "table", tableOf(table.columns, table.rows), { width, color });
    if (markdown === true) yield "\n";
  }
}

function severityLine(outcomes: readonly QueryOutcome[]): string {
  const words = SEVERITIES.toReversed().flatMap((word) => {
    const n = outcomes.reduce((sum, { severities }) => sum + severities[word], 0);
    return n > 0 ? [`${n} ${word}`] : [];
  });
  return words.length === 0 ? "No query found a row to judge." : `By severity: ${words.join(", ")}.`;
}

function effectLine(outcomes: readonly QueryOutcome[]): string {
  const totals = new Map<string, number>();
  for (const { effects } of outcomes) {
    for (const [effect, n] of Object.entries(effects)) totals.set(effect, (totals.get(effect) ?? 0) + n);
  }
  const words = [...totals].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([effect, n]) => `${n} ${effect}`);
  return words.length === 0 ? "" : `By effect: ${words.join(", ")}.`;
}

/** The summary's rows with a severity, and of them the columns that a page has room for. */
function withFindings([table]: SmallTable): SmallTable {
  if (table === undefined) return [];
  const names = ["query", "severity", "rows", "effects", "first", "last", "next"];
  const places = names.map((name) => table.columns.findIndex((column) => column.name === name));
  const rows = table.rows
    .filter((row) => row[places[1]!] !== null)
    .map((row) => places.map((place) => row[place] ?? null));
  return [{ columns: places.map((place) => table.columns[place]!), rows }];
}

/** Questions to which the case has no answer, by the reason. */
function unanswered(outcomes: readonly QueryOutcome[]): string[] {
  const of = (state: QueryOutcome["state"]): QueryOutcome[] => outcomes.filter((outcome) => outcome.state === state);
  const named = (some: readonly QueryOutcome[]): string => some.map(({ query }) => query.id).join(", ");
  const byNeed = new Map<string, QueryOutcome[]>();
  for (const outcome of of("not-logged")) {
    const need = needsInWords(outcome);
    byNeed.set(need, [...(byNeed.get(need) ?? []), outcome]);
  }
  return [
    ...[...byNeed].map(([need, some]) => `nothing of ${need} was recorded: ${named(some)}`),
    ...of("failed").map(({ query, problem }) => `failed: ${query.id}: ${problem?.split("\n")[0] ?? ""}`),
    ...(of("no-rows").length > 0 ? [`recorded, and no row: ${named(of("no-rows"))}`] : []),
  ];
}
