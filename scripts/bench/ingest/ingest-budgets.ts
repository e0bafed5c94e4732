import { markdownTable } from "../../docs/markdown-table.ts";
import type { CorpusManifest } from "../corpus/corpus-manifest.ts";
import { median } from "../measure/figures.ts";
import type { ContenderRuns } from "./ingest-report.ts";

interface Budget {
  readonly what: string;
  readonly must: number;
  readonly aim: number;
  readonly figure: number;
  readonly unit: string;
  /** Whether more is better. */
  readonly isFloor: boolean;
}

/** Speed against raw DuckDB that a corpus must reach, and the aim. */
const SPEED: Readonly<Record<string, readonly [must: number, aim: number]>> = { mixed: [1, 1.5], mixed3: [1.5, 2] };
/** A trail with so many records a file has the smaller size budget. */
const MANY_RECORDS_A_FILE = 30;

/** How the ingest stands against its budgets; those that a corpus says nothing about are left out. */
export function budgetTable(manifest: CorpusManifest, own: ContenderRuns, raw: ContenderRuns | undefined): string {
  const rows = budgetsOf(manifest, own, raw).map(({ what, must, aim, figure, unit, isFloor }) => {
    const reaches = (goal: number): boolean => (isFloor ? figure >= goal : figure <= goal);
    const text = (value: number): string =>
      `${value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString("en-US")}${unit}`;
    const verdict = reaches(aim) ? "aim reached" : reaches(must) ? "ok" : "missed";
    return [what, text(figure), text(must), text(aim), verdict];
  });
  return markdownTable(["budget", "figure", "must", "aim", "verdict"], rows);
}

function budgetsOf(manifest: CorpusManifest, own: ContenderRuns, raw: ContenderRuns | undefined): Budget[] {
  const budgets: Budget[] = [];
  const elapsed = median(own.runs.map(({ elapsed_s }) => elapsed_s));
  const speed = SPEED[manifest.corpus];
  if (speed !== undefined && raw !== undefined) {
    const ratios = own.runs.map((run, round) => raw.runs[round]!.elapsed_s / run.elapsed_s);
    const [must, aim] = speed;
    budgets.push({ what: "events/s against raw DuckDB", must, aim, figure: median(ratios), unit: "x", isFloor: true });
  }
  if (manifest.corpus === "small") {
    const figure = manifest.files / elapsed;
    budgets.push({ what: "files/s", must: 5_000, aim: 10_000, figure, unit: "", isFloor: true });
  }
  const sizes = own.bytes_per_event.filter((size) => size !== null);
  const must = manifest.records / manifest.files >= MANY_RECORDS_A_FILE ? 240 : 265;
  budgets.push({ what: "case size a record", must, aim: 200, figure: median(sizes), unit: " B", isFloor: false });
  const peak = Math.max(...own.runs.map(({ peak_rss_bytes }) => peak_rss_bytes)) / 1e9;
  budgets.push({ what: "peak memory of the tree", must: 2, aim: 1.5, figure: peak, unit: " GB", isFloor: false });
  return budgets;
}
