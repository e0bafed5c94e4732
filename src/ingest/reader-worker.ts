import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { FileOutcome } from "./file-outcome.ts";
import { readEvidence } from "./read-evidence.ts";
import type { ReaderReply, ReaderRequest, ReaderSetup } from "./reader-protocol.ts";
import { Shard } from "./shard.ts";

/*
 * A reader: reads the files it is given and writes their rows as shards. A shard is closed between files, when it
 * is large or the main thread asks for it; one huge file may take several Parquet files, which are reported together.
 */

const ROWS_PER_SHARD = 61_440;
const TEXT_PER_SHARD = 96 * 1024 * 1024;

const setup = workerData as ReaderSetup;
const current = new Int32Array(setup.current);
const port = parentPort!;

const shard = new Shard();
let paths: string[] = [];
let outcomes: FileOutcome[] = [];
let written = 0;
let rows = 0;

const reply = (message: ReaderReply): void => port.postMessage(message);

function writeShard(): void {
  if (shard.rowCount === 0) return;
  const path = join(setup.shardFolder, `reader-${setup.readerNumber}-${written}.parquet`);
  written += 1;
  rows += shard.rowCount;
  shard.write(path);
  paths.push(path);
}

function closeShard(): void {
  writeShard();
  if (outcomes.length > 0) reply({ kind: "shard", paths, rows, outcomes });
  paths = [];
  outcomes = [];
  rows = 0;
}

const isFull = (): boolean => shard.rowCount >= ROWS_PER_SHARD || shard.textLength >= TEXT_PER_SHARD;

async function answer(request: ReaderRequest): Promise<void> {
  if (request.kind === "flush") closeShard();
  else {
    for (const task of request.tasks) {
      Atomics.store(current, 0, task.ordinal);
      const outcome = await readEvidence(task, (row) => {
        shard.append(row);
        if (isFull()) writeShard();
      });
      outcomes.push(outcome);
      Atomics.store(current, 0, -1);
      if (isFull() || paths.length > 0 || outcomes.length >= 10_000) closeShard();
    }
  }
  reply({ kind: "idle", pending: shard.rowCount + outcomes.length });
}

let queue: Promise<void> = Promise.resolve();
port.on("message", (request: ReaderRequest) => {
  queue = queue
    .then(() => answer(request))
    .catch((error: NodeJS.ErrnoException) => {
      reply({ kind: "failed", message: error.stack ?? error.message, code: error.code ?? null });
    });
});
