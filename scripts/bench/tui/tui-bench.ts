import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markdownTable } from "../../docs/markdown-table.ts";
import { median, megabytes, percentile, whole } from "../measure/figures.ts";
import { machineInWords } from "../measure/machine.ts";
import { BenchUsageError } from "../options.ts";
import { openForBench } from "../query/bench-reader.ts";
import { measureTui, STOP_MS, type TuiFigures } from "./measure-tui.ts";

const MAIN = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const EVENTS_MIN = 10_000;
const SIZES = [
  [120, 35],
  [200, 50],
] as const;

/** Times the terminal UI on a case, in a pseudo-terminal of each size, and prints a table with the budgets. */
export async function benchTui({ caseFolder }: { readonly caseFolder: string }): Promise<void> {
  const machine = machineInWords();
  const reader = await openForBench(caseFolder);
  const [row] = await reader.rows("SELECT count(*) AS events FROM all_events");
  reader.close();
  const events = Number(row?.["events"]);
  if (events < EVENTS_MIN) throw new BenchUsageError(`${caseFolder} has ${events} events: too few to page through`);
  console.log(`\n### terminal UI, ${whole(events)} events\n\n${machine}\n`);
  const cwd = mkdtempSync(join(tmpdir(), "coldtrail-bench-"));
  try {
    for (const [columns, rows] of SIZES) {
      console.error(`Pressing keys at ${columns}x${rows}.`);
      const argv = [MAIN, "tui", "--case", caseFolder];
      const figures = await measureTui({ program: process.execPath, argv, columns, rows, cwd });
      console.log(`**${columns}x${rows}**\n\n${tuiTable(figures, { columns, rows })}\n`);
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Figures beside their budgets. Budgets of filters are for 5 million events. */
export function tuiTable(
  figures: TuiFigures,
  { columns }: { readonly columns: number; readonly rows: number },
): string {
  const at = columns > 120 ? 2 : 1;
  const rows: string[][] = [
    keyRow("key to frame, cached rows", figures.cached_ms, { p50: 16 * at, p95: 33 * at }),
    keyRow("key to frame, page down", figures.page_ms, { p50: null, p95: 50 }),
    keyRow("key to frame, all queries running", figures.scanning_ms, { p50: null, p95: 100 }),
    figure("start to rows", figures.start_ms, { most: 1_000, unit: "ms" }),
    figure("rows of a new cheap filter", figures.filter_ms, { most: 100, unit: "ms" }),
    figure("its count, facets and histogram", figures.filter_counts_ms, { most: 500, unit: "ms" }),
    figure("rows of a new text search in a column", figures.text_filter_ms, { most: 500, unit: "ms" }),
    figure("rows of words in any column, without a match", figures.words_filter_ms, { most: 500, unit: "ms" }),
    figure(`arrow held for 4 s: CPU, ${whole(figures.hold_frames_per_s)} frames/s`, figures.hold_cpu_percent, {
      most: 60,
      unit: "% of a core",
    }),
    figure("arrow held: lag after release", figures.hold_lag_ms, { most: 50, unit: "ms" }),
    figure("idle for 5 s: frames", figures.idle_frames, { most: 0, unit: "" }),
    figure("idle for 5 s: CPU", figures.idle_cpu_percent, { most: 1, unit: "% of a core" }),
    figure("bytes of a cursor move, median", median(figures.cursor_bytes), { most: 2_000, unit: "B" }),
    ["resident memory at the end, DuckDB's cache included", `${megabytes(figures.rss_bytes)} MB`, "", "reported"],
  ];
  return markdownTable(["what", "figure", "budget", "verdict"], rows);
}

function keyRow(
  what: string,
  values_ms: readonly number[],
  budget: { readonly p50: number | null; readonly p95: number },
): string[] {
  const [p50, p95] = [percentile(values_ms, 50), percentile(values_ms, 95)];
  const isMet = p95 <= budget.p95 && (budget.p50 === null || p50 <= budget.p50);
  return [
    what,
    `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, most ${Math.max(...values_ms).toFixed(1)} ms`,
    `${budget.p50 === null ? "" : `p50 ${budget.p50}, `}p95 ${budget.p95} ms`,
    isMet ? "ok" : `over, ${Math.max(p95 / budget.p95, budget.p50 === null ? 0 : p50 / budget.p50).toFixed(1)}x`,
  ];
}

function figure(
  what: string,
  value: number,
  { most: budget, unit }: { readonly most: number; readonly unit: string },
): string[] {
  if (value === Infinity) return [what, `stopped after ${whole(STOP_MS)} ${unit}`, `${whole(budget)} ${unit}`, "over"];
  const verdict = value <= budget ? "ok" : budget === 0 ? "over" : `over, ${(value / budget).toFixed(1)}x`;
  const shown = Number.isInteger(value) || value >= 100 ? whole(value) : value.toFixed(1);
  return [what, `${shown} ${unit}`.trim(), `${whole(budget)} ${unit}`.trim(), verdict];
}
