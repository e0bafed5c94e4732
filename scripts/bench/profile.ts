import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "../docs/markdown-table.ts";
import type { CorpusManifest } from "./corpus/corpus-manifest.ts";
import { clearWork, CONTENDERS, type Course } from "./ingest/contenders.ts";
import { corpusInWords, threadTable } from "./ingest/ingest-report.ts";
import { machineInWords } from "./measure/machine.ts";
import { runMeasured } from "./measure/run-measured.ts";
import { selfTimes, selfTimesByFile, type CpuProfile, type SelfTime } from "./measure/self-times.ts";

export interface ProfileOptions {
  readonly manifest: CorpusManifest;
  readonly evidence: string;
  readonly scratch: string;
  readonly jobs: string | null;
}

/** A .cpuprofile with two members more, which other readers of such files ignore. */
interface ThreadProfile extends CpuProfile {
  readonly threadId: number;
  readonly cpu_us: number;
}

const TOP_FUNCTIONS = 25;
const TOP_FILES = 12;
const TOP_STATEMENTS = 20;

/** Runs one ingest with a CPU profile in every JavaScript thread and prints where each spends its time. */
export async function profileIngest(options: ProfileOptions): Promise<void> {
  const { manifest, evidence, scratch, jobs } = options;
  const course: Course = { manifest, evidence, work: join(scratch, "profile-run"), jobs };
  const profiles = join(scratch, "profiles");
  clearWork(course);
  rmSync(profiles, { recursive: true, force: true });
  for (const folder of [course.work, profiles]) mkdirSync(folder, { recursive: true });
  const statements = join(scratch, "statements.json");
  const ingest = CONTENDERS.find(({ id }) => id === "coldtrail")!;
  const machine = machineInWords();
  const measurement = await runMeasured(ingest.argv(course), {
    environment: { BENCH_PROFILE_FOLDER: profiles, BENCH_STATEMENTS_FILE: statements },
    preload: [
      new URL("./measure/profile-threads.mjs", import.meta.url),
      new URL("./measure/time-statements.mjs", import.meta.url),
    ],
  });
  ingest.check(course, measurement.stdout);
  clearWork(course);
  console.log(`\n### profile, ${corpusInWords(manifest)}\n\n${machine}\n`);
  console.log(
    `${measurement.elapsed_s.toFixed(2)} s, ${measurement.cpu_s.toFixed(1)} CPU-s with profiling on. ` +
      `\`MainThread\` and \`WorkerThread\` run JavaScript, \`libuv-worker\` runs DuckDB, \`V8Worker\` collects garbage and compiles.\n`,
  );
  console.log(threadTable(measurement));
  console.log(`\n${statementTable(statements)}`);
  for (const thread of readProfiles(profiles)) printThread(thread);
  console.log(`\nProfiles of the threads, for any reader of .cpuprofile files: ${profiles}`);
}

/** Where DuckDB spends its time: wall time by statement, while readers take their share of the cores. */
function statementTable(file: string): string {
  const times = JSON.parse(readFileSync(file, "utf8")) as { statement: string; calls: number; milliseconds: number }[];
  const rows = times
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, TOP_STATEMENTS)
    .map(({ statement, calls, milliseconds }) => [statement, String(calls), milliseconds.toFixed(0)]);
  return markdownTable(["statement", "calls", "wall ms"], rows);
}

/** The main thread first, then readers in the order of their start. */
function readProfiles(folder: string): ThreadProfile[] {
  return readdirSync(folder)
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ThreadProfile)
    .toSorted((a, b) => a.threadId - b.threadId);
}

function printThread(profile: ThreadProfile): void {
  const { threadId, cpu_us } = profile;
  const title = threadId === 0 ? "main thread" : `reader thread ${threadId}`;
  const functions = selfTimes(profile);
  const total = functions.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  console.log(`\n#### ${title}: ${(total / 1_000).toFixed(2)} s not idle, ${(cpu_us / 1e6).toFixed(2)} CPU-s\n`);
  console.log(timesTable("function (self time)", functions.slice(0, TOP_FUNCTIONS), total));
  console.log(`\n${timesTable("file (self time)", selfTimesByFile(profile).slice(0, TOP_FILES), total)}`);
}

function timesTable(title: string, times: readonly SelfTime[], total: number): string {
  const rows = times.map(({ name, milliseconds }) => [
    name,
    milliseconds.toFixed(0),
    `${((100 * milliseconds) / total).toFixed(1)} %`,
  ]);
  return markdownTable([title, "ms", "share"], rows);
}
