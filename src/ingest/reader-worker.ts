import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { ShardValue } from "./event-row.ts";
import { TrailRows } from "./fast/trail-rows.ts";
import type { FileOutcome, FileTask } from "./file-outcome.ts";
import type { Sink } from "./file-reading.ts";
import type { MemberSink } from "./read-archive.ts";
import { readEvidence } from "./read-evidence.ts";
import { SHARED, WAITING_ROWS_MAX, type ReaderReply, type ReaderRequest, type ReaderSetup } from "./reader-protocol.ts";
import { isSelected } from "./selection.ts";
import { Shard } from "./shard.ts";

/*
 * A reader: reads the files it is given and writes their rows as shards. A shard is closed between files, when it
 * is large or the main thread asks for it; one huge file may take several Parquet files, which are reported together.
 */

/** Two of them make a batch: a row group and a little more, to make up for copies (see `commit-pace`). */
const ROWS_PER_SHARD = 62_500;
const BYTES_PER_SHARD = 96 * 1024 * 1024;

const setup = workerData as ReaderSetup;
const current = new Int32Array(setup.current);
const shared = new Int32Array(setup.shared);
const port = parentPort!;

const shard = new Shard();
let paths: string[] = [];
let outcomes: FileOutcome[] = [];
let abandoned: number[] = [];
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
  if (outcomes.length + abandoned.length > 0) reply({ kind: "shard", paths, rows, outcomes, abandoned });
  paths = [];
  outcomes = [];
  abandoned = [];
  rows = 0;
}

const isFull = (): boolean => shard.rowCount >= ROWS_PER_SHARD || shard.size_bytes >= BYTES_PER_SHARD;

/** Whole files are in the shard: it may be closed. */
function closeWhenDue(): void {
  if (isFull() || paths.length > 0 || outcomes.length >= 10_000) closeShard();
}

/** Thrown to leave a file in the middle; rows without an outcome never reach the case. */
class StoppedError extends Error {}

const isStopped = (): boolean => Atomics.load(shared, SHARED.isStopped) === 1;

function waitForStore(): void {
  for (;;) {
    const waiting = Atomics.load(shared, SHARED.waitingRows);
    if (waiting <= WAITING_ROWS_MAX || isStopped()) return;
    Atomics.wait(shared, SHARED.waitingRows, waiting, 100);
  }
}

const members: MemberSink = {
  nextOrdinal: () => Atomics.sub(shared, SHARED.memberOrdinal, 1),
  isSelected: (name) => isSelected(name, setup.selection),
  take(outcome) {
    outcomes.push(outcome);
    closeWhenDue();
    waitForStore();
    if (isStopped()) throw new StoppedError();
  },
};

function rowAdded(): void {
  if (!isFull()) return;
  writeShard();
  if (isStopped()) throw new StoppedError();
}

const takeRow = (row: readonly ShardValue[]): void => {
  shard.append(row);
  rowAdded();
};
const sink: Sink = Object.assign(takeRow, { trail: { rows: new TrailRows(shard), rowAdded } });

async function read(task: FileTask): Promise<void> {
  try {
    const outcome = await readEvidence(task, sink, members);
    // Only now: while an archive is read, shards are closed and `outcomes` begins anew.
    outcomes.push(outcome);
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    abandoned.push(task.ordinal);
  }
}

async function answer(request: ReaderRequest): Promise<void> {
  if (request.kind === "flush") closeShard();
  else {
    for (const task of request.tasks) {
      Atomics.store(current, 0, task.ordinal);
      await read(task);
      Atomics.store(current, 0, -1);
      closeWhenDue();
    }
  }
  reply({ kind: "idle", pending: shard.rowCount + outcomes.length + abandoned.length });
}

let queue: Promise<void> = Promise.resolve();
port.on("message", (request: ReaderRequest) => {
  queue = queue
    .then(() => answer(request))
    .catch((error: NodeJS.ErrnoException) => {
      reply({ kind: "failed", message: error.stack ?? error.message, code: error.code ?? null });
    });
});
