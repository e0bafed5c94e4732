import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { BenchUsageError } from "../options.ts";
import { makeCast } from "./cast.ts";
import { isSameCorpus, manifestPath, readManifest, writeManifest, type CorpusManifest } from "./corpus-manifest.ts";
import { planCorpus, type PlannedFile } from "./corpus-plan.ts";
import type { WorkerSetup, WrittenFile } from "./corpus-worker.ts";
import { corpusShape, GENERATOR_VERSION, type CorpusName } from "./shapes.ts";

/** A worker gets at most so much at once; few enough that all of them end together. */
const CHUNK_FILES = 500;
const CHUNK_EVENTS = 20_000;

export interface MadeCorpus {
  readonly manifest: CorpusManifest;
  /** False when the folder held it already. */
  readonly isNew: boolean;
}

/** Makes a corpus in `folder`, unless it is there. Throws BenchUsageError when the folder holds anything else. */
export async function makeCorpus(corpus: CorpusName, scale: number, folder: string): Promise<MadeCorpus> {
  if (isSameCorpus(folder, { corpus, scale })) return { manifest: readManifest(folder)!, isNew: false };
  clearFolder(folder);
  const shape = corpusShape(corpus, scale);
  const plan = planCorpus(shape, makeCast(corpus, shape.days));
  const draft = planFacts(plan, { corpus, scale });
  writeManifest(folder, draft);
  const written = await writeFiles(plan, { folder, corpus, days: shape.days });
  const manifest = { ...draft, ...writtenFacts(plan, written), complete: true };
  writeManifest(folder, manifest);
  return { manifest, isNew: true };
}

/** Removes an older or unfinished corpus; a manifest tells that it was one. */
function clearFolder(folder: string): void {
  const isOurs = existsSync(manifestPath(folder));
  if (!isOurs && existsSync(folder) && readdirSync(folder).length > 0) {
    throw new BenchUsageError(`${folder} holds something that is no corpus; name another folder`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

function planFacts(plan: readonly PlannedFile[], of: { corpus: CorpusName; scale: number }): CorpusManifest {
  const seen = new Set<number>();
  let duplicates = 0;
  for (const { content, events } of plan) {
    if (seen.has(content)) duplicates += events;
    seen.add(content);
  }
  return {
    generator: GENERATOR_VERSION,
    ...of,
    complete: false,
    files: plan.length,
    records: plan.reduce((sum, { events }) => sum + events, 0),
    duplicate_records: duplicates,
    json_bytes: 0,
    gzip_bytes: 0,
    largest_json_bytes: 0,
    largest_records: plan.reduce((most, { events }) => Math.max(most, events), 0),
    files_under_10: plan.filter(({ events }) => events < 10).length,
    sha256: "",
  };
}

function writtenFacts(plan: readonly PlannedFile[], written: readonly WrittenFile[]): Partial<CorpusManifest> {
  const hash = createHash("sha256");
  let [json_bytes, gzip_bytes, largest_json_bytes] = [0, 0, 0];
  for (const [i, file] of written.entries()) {
    hash.update(`${plan[i]!.path}\t${file.sha256}\n`);
    json_bytes += file.json_bytes;
    gzip_bytes += file.gzip_bytes;
    largest_json_bytes = Math.max(largest_json_bytes, file.json_bytes);
  }
  return { json_bytes, gzip_bytes, largest_json_bytes, sha256: hash.digest("hex") };
}

/** Writes all files with a worker a core; the result is in the order of the plan. */
async function writeFiles(plan: readonly PlannedFile[], workerData: WorkerSetup): Promise<WrittenFile[]> {
  const chunks = chunksOf(plan);
  const written: WrittenFile[][] = chunks.map(() => []);
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./corpus-worker.ts", import.meta.url), { workerData });
    try {
      while (next < chunks.length) {
        const number = next;
        next += 1;
        written[number] = await answerOf(worker, chunks[number]!);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), chunks.length) }, work));
  return written.flat();
}

async function answerOf(worker: Worker, chunk: readonly PlannedFile[]): Promise<WrittenFile[]> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.postMessage(chunk);
  });
}

function chunksOf(plan: readonly PlannedFile[]): PlannedFile[][] {
  const chunks: PlannedFile[][] = [];
  let events = Infinity;
  for (const file of plan) {
    if (events >= CHUNK_EVENTS || chunks.at(-1)!.length >= CHUNK_FILES) {
      chunks.push([]);
      events = 0;
    }
    chunks.at(-1)!.push(file);
    events += file.events;
  }
  return chunks;
}
