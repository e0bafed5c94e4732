import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { evidenceFiles, FileReader } from "./evidence-files.ts";

/**
 * `inflate-files.ts FOLDER THREADS inflate|parse`: the floor under any loader. Inflates every file as fast as Node's
 * zlib can (one output buffer of the exact size), or also decodes and parses the JSON, and throws the result away.
 * Prints what it saw as JSON.
 */

interface Work {
  readonly paths: readonly string[];
  readonly parses: boolean;
}

interface Seen {
  readonly json_bytes: number;
  /** 0 when nothing was parsed. */
  readonly records: number;
}

const INFLATED_MAX = 512 * 1024 * 1024;

function inflateAll({ paths, parses }: Work): Seen {
  const reader = new FileReader();
  let [json_bytes, records] = [0, 0];
  for (const path of paths) {
    const stored = reader.read(path);
    // The last four bytes of a gzip file are the size of what it holds.
    const size = stored.readUInt32LE(stored.length - 4);
    const json = gunzipSync(stored, { chunkSize: Math.max(64, Math.min(size, INFLATED_MAX) + 1) });
    json_bytes += json.length;
    if (parses) records += (JSON.parse(json.toString("utf8")) as { Records: unknown[] }).Records.length;
  }
  return { json_bytes, records };
}

async function inThreads(work: Work, threads: number): Promise<Seen[]> {
  if (threads === 1) return [inflateAll(work)];
  // Every n-th file, so that large files do not all fall to one thread.
  const shares = Array.from({ length: threads }, (_, n) => work.paths.filter((_path, i) => i % threads === n));
  return Promise.all(
    shares.map(
      async (paths) =>
        new Promise<Seen>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: { ...work, paths } });
          worker.once("message", resolve);
          worker.once("error", reject);
        }),
    ),
  );
}

if (isMainThread) {
  const [folder = "", threads = "1", task = "inflate"] = process.argv.slice(2);
  const seen = await inThreads({ paths: evidenceFiles(folder), parses: task === "parse" }, Number(threads));
  const sum = (key: keyof Seen): number => seen.reduce((total, part) => total + part[key], 0);
  console.log(JSON.stringify({ json_bytes: sum("json_bytes"), records: sum("records") }));
} else parentPort!.postMessage(inflateAll(workerData as Work));
