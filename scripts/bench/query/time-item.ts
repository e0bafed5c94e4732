import { readLibrary } from "../../../src/queries/library.ts";
import { runQuery } from "../../../src/queries/run-query.ts";
import type { CaseReader } from "../../../src/store/case-reader.ts";
import { openForBench, WHOLE_CASE } from "./bench-reader.ts";
import type { TimedWork } from "./timed-items.ts";

/**
 * `time-item.ts CASE WORK_AS_JSON WARM_RUNS`: opens the case in this fresh process, runs the work once cold and then
 * several times warm, to the last row and its notes, and prints the times as JSON.
 */

export interface ItemTimes {
  readonly open_ms: number;
  readonly cold_ms: number;
  readonly warm_ms: readonly number[];
  readonly rows: number;
  readonly peak_rss_bytes: number;
  /** Set when a run took longer than the limit and was stopped. */
  readonly stopped: boolean;
}

const LIMIT_MS = 120_000;

const [folder = "", work = "null", warmRuns = "3"] = process.argv.slice(2);
const item = JSON.parse(work) as TimedWork;

async function run(reader: CaseReader): Promise<number> {
  let rows = 0;
  if (item.kind === "sql") {
    for await (const chunk of (await reader.query(item.sql, item.params)).chunks) rows += chunk.length;
    return rows;
  }
  const query = readLibrary([]).queries.get(item.query)!;
  const { result, notes } = await runQuery(reader, query, {
    scope: WHOLE_CASE,
    given: new Map(item.given),
    limit: null,
  });
  for await (const chunk of result.chunks) rows += chunk.length;
  await notes();
  return rows;
}

const opened = performance.now();
const reader = await openForBench(folder);
const open_ms = performance.now() - opened;
const times: number[] = [];
let [rows, stopped] = [0, false];
for (let i = 0; i <= Number(warmRuns) && !stopped; i += 1) {
  const timer = setTimeout(() => {
    stopped = true;
    reader.interrupt();
  }, LIMIT_MS);
  const started = performance.now();
  rows = await run(reader).catch((error: unknown) => {
    if (stopped) return rows;
    throw error;
  });
  times.push(performance.now() - started);
  clearTimeout(timer);
}
reader.close();
const [cold_ms = 0, ...warm_ms] = times;
const peak_rss_bytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ open_ms, cold_ms, warm_ms, rows, peak_rss_bytes, stopped } satisfies ItemTimes));
