import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CorpusManifest } from "../corpus/corpus-manifest.ts";
import { loadInWords, machineInWords } from "../measure/machine.ts";
import { runMeasured, type Measurement } from "../measure/run-measured.ts";
import { clearWork, CONTENDERS, type Contender, type Course } from "./contenders.ts";
import { budgetTable } from "./ingest-budgets.ts";
import { evidenceFiles } from "./evidence-files.ts";
import { corpusInWords, ingestTable, ratioTable, threadTable, type ContenderRuns } from "./ingest-report.ts";

export interface IngestBenchOptions {
  readonly manifest: CorpusManifest;
  readonly evidence: string;
  /** Folder for cases and databases, beside the corpora. */
  readonly scratch: string;
  readonly rounds: number;
  /** Ids of contenders; all of them when empty. */
  readonly only: readonly string[];
  readonly jobs: string | null;
}

/** Runs all contenders in turn, round after round, and prints the tables. Throws when one of them miscounts. */
export async function benchIngest(options: IngestBenchOptions): Promise<void> {
  const { manifest, evidence, scratch, jobs } = options;
  const course: Course = { manifest, evidence, work: join(scratch, "ingest-run"), jobs };
  const chosen = CONTENDERS.filter(({ id, isFor }) =>
    options.only.length === 0 ? (isFor?.(manifest) ?? true) : options.only.includes(id),
  );
  const machine = machineInWords();
  const runs = new Map<string, { measurement: Measurement; size: number | null }[]>(chosen.map(({ id }) => [id, []]));
  console.error("Reading every file once, so that all contenders find them in the file cache.");
  for (const path of evidenceFiles(evidence)) readFileSync(path);
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const contender of chosen) runs.get(contender.id)!.push(await runOnce(contender, course, round));
  }
  clearWork(course);
  printReport(
    manifest,
    machine,
    chosen.map((contender) => gathered(contender, runs.get(contender.id)!)),
  );
}

async function runOnce(
  contender: Contender,
  course: Course,
  round: number,
): Promise<{ measurement: Measurement; size: number | null }> {
  clearWork(course);
  mkdirSync(course.work, { recursive: true });
  const load = loadInWords();
  const measurement = await runMeasured(contender.argv(course));
  const size = contender.check(course, measurement.stdout);
  const { elapsed_s, cpu_s } = measurement;
  console.error(
    `round ${round}  ${contender.title}: ${elapsed_s.toFixed(2)} s, ${cpu_s.toFixed(1)} CPU-s (load before ${load})`,
  );
  return { measurement, size };
}

function gathered(
  contender: Contender,
  runs: readonly { measurement: Measurement; size: number | null }[],
): ContenderRuns {
  const { id, title } = contender;
  return { id, title, runs: runs.map(({ measurement }) => measurement), bytes_per_event: runs.map(({ size }) => size) };
}

function printReport(manifest: CorpusManifest, machine: string, contenders: readonly ContenderRuns[]): void {
  console.log(`\n### ingest, ${corpusInWords(manifest)}\n\n${machine}\n`);
  console.log(ingestTable(manifest, contenders));
  const own = contenders.find(({ id }) => id === "coldtrail");
  if (own === undefined) return;
  console.log(`\n${ratioTable([own, ...contenders.filter((contender) => contender !== own)])}`);
  const raw = contenders.find(({ id }) => id === "duckdb");
  console.log(`\n${budgetTable(manifest, own, raw)}`);
  const last = own.runs.at(-1)!;
  if (last.threads.length > 0) console.log(`\nThreads of coldtrail, last round:\n\n${threadTable(last)}`);
}
