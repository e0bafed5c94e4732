import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { CaseReader } from "../../../src/store/case-reader.ts";
import { markdownTable } from "../../docs/markdown-table.ts";
import { median, megabytes, whole } from "../measure/figures.ts";
import { machineInWords } from "../measure/machine.ts";
import { bigCase, type BigCase, type BigCaseOptions } from "./big-case.ts";
import { openForBench } from "./bench-reader.ts";
import type { ItemTimes } from "./time-item.ts";
import { timedItems, type TimedItem } from "./timed-items.ts";

export interface QueryBenchOptions extends BigCaseOptions {
  /** Ids of items, or parts of them; all when empty. */
  readonly only: readonly string[];
}

interface Timed {
  readonly item: TimedItem;
  readonly times: ItemTimes;
}

const WARM_RUNS = 3;
const TIME_ITEM = fileURLToPath(new URL("./time-item.ts", import.meta.url));
const DISTINCT = [
  "actor",
  "principal_unique_id",
  "user_identity_access_key_id",
  "source_ip",
  "user_agent",
  "target",
  "event_id",
];

/** Times every pivot, facet and library query on the big case, each in a process of its own, and prints the tables. */
export async function benchQueries(options: QueryBenchOptions): Promise<void> {
  const big = await bigCase(options);
  const machine = machineInWords();
  const reader = await openForBench(big.folder);
  const items = (await timedItems(reader)).filter(({ id }) => isChosen(id, options.only));
  const { events, cardinalities } = await sizeInWords(reader);
  reader.close();
  const canEvict = evict(big);
  const timed: Timed[] = [];
  for (const item of items) {
    if (canEvict) evict(big);
    const times = await timeItem(big.folder, item);
    console.error(
      `${item.id}: cold ${ms(times.cold_ms)}, warm ${ms(median(times.warm_ms))} ms${times.stopped ? " (stopped)" : ""}`,
    );
    timed.push({ item, times });
  }
  const cold = canEvict ? "the case file evicted from the file cache" : "a fresh process, file cache as it was";
  console.log(
    `\n### queries, ${whole(events)} events, ${megabytes(big.bytes)} MB (${(big.bytes / events).toFixed(0)} B an event), ` +
      `${cardinalities}\n\n${machine}\n\nCold: first run with ${cold}. Warm: median of ${WARM_RUNS} further runs (smallest to largest).\n`,
  );
  console.log(resultTable(timed));
  console.log(`\n${budgetTable(timed)}`);
}

function isChosen(id: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((part) => id.includes(part));
}

async function timeItem(folder: string, item: TimedItem): Promise<ItemTimes> {
  const argv = [TIME_ITEM, folder, JSON.stringify(item.work), String(WARM_RUNS)];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1e8 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as ItemTimes;
}

/** Drops the case file, and nothing else, from the file cache; GNU dd can do that without special rights. */
function evict({ folder }: BigCase): boolean {
  const file = join(folder, "coldtrail.duckdb");
  const { status } = spawnSync("dd", [`if=${file}`, "iflag=nocache", "count=0", "status=none"], { stdio: "ignore" });
  return status === 0;
}

async function sizeInWords(reader: CaseReader): Promise<{ events: number; cardinalities: string }> {
  const counts = DISTINCT.map((column) => `approx_count_distinct(${column}) AS ${column}`).join(", ");
  const [row] = await reader.rows(`SELECT count(*) AS events, ${counts} FROM all_events`);
  const distinct = DISTINCT.map((column) => `${whole(Number(row?.[column] ?? 0))} ${column}`).join(", ");
  return { events: Number(row?.["events"]), cardinalities: `about ${distinct}` };
}

function resultTable(timed: readonly Timed[]): string {
  const header = ["item", "budget for", "cold ms", "warm ms", "rows", "peak RSS MB", "budget ms", "verdict"];
  const rows = timed.map(({ item, times }) => [
    item.id,
    item.what,
    ms(times.cold_ms),
    `${ms(median(times.warm_ms))} (${ms(Math.min(...times.warm_ms))} to ${ms(Math.max(...times.warm_ms))})`,
    whole(times.rows),
    megabytes(times.peak_rss_bytes),
    whole(item.budget_ms),
    verdict(item, times),
  ]);
  return markdownTable(header, rows);
}

/** The slowest item under each budget. */
function budgetTable(timed: readonly Timed[]): string {
  const rows = [...new Set(timed.map(({ item }) => item.what))].map((what) => {
    const under = timed.filter(({ item }) => item.what === what);
    const slowest = under.toSorted((a, b) => median(b.times.warm_ms) - median(a.times.warm_ms))[0]!;
    const within = under.filter(({ item, times }) => verdict(item, times) === "ok").length;
    return [
      what,
      whole(slowest.item.budget_ms),
      slowest.item.id,
      ms(median(slowest.times.warm_ms)),
      `${within} of ${under.length}`,
    ];
  });
  return markdownTable(["budget for", "budget ms", "slowest", "warm ms", "within"], rows);
}

function verdict({ budget_ms }: TimedItem, { warm_ms, stopped }: ItemTimes): string {
  if (stopped) return "stopped";
  const ratio = median(warm_ms) / budget_ms;
  return ratio <= 1 ? "ok" : `over, ${ratio.toFixed(1)}x`;
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : whole(value);
}
