import { Worker } from "node:worker_threads";
import { CaseError } from "../errors.ts";
import type { FileOutcome, FileTask } from "./file-outcome.ts";
import { unreadOutcome } from "./file-outcome.ts";
import { firstLine } from "../store/database.ts";
import { SHARED, type ReaderReply, type ReaderRequest, type ReaderSetup } from "./reader-protocol.ts";
import { EVERYTHING, type Selection } from "./selection.ts";

export interface ShardReply {
  readonly paths: readonly string[];
  readonly rows: number;
  readonly outcomes: readonly FileOutcome[];
  readonly abandoned: readonly number[];
}

export interface ReaderPoolOptions {
  /** Code of a reader thread; default: `reader-worker`. */
  readonly workerFile?: URL | undefined;
  /** Which members of archives are read. */
  readonly selection?: Selection;
  /** Called when a shard is finished. */
  readonly onShard?: () => void;
}

interface Reader {
  worker: Worker;
  /** One Int32: see `ReaderSetup`. */
  current: Int32Array;
  /** Given out and not yet in a shard, by ordinal. */
  readonly open: Map<number, FileTask>;
  busy: boolean;
  /** Rows or files that wait in an unfinished shard. */
  pending: number;
}

/** More would only cost memory: each holds a JavaScript engine and a shard. */
const READERS_MAX = 64;
/** A reader that stops between two files so many times will not get better. */
const IDLE_CRASHES_MAX = 3;

/**
 * Reader threads. `read` waits until a reader is free; finished shards come out of `take`. A reader that crashes is
 * replaced: the file it was at is reported as unreadable, the other files it held are read again.
 */
export class ReaderPool {
  private readonly readers: Reader[];
  private readonly shardFolder: string;
  private readonly workerFile: URL;
  private readonly waiting: (() => void)[] = [];
  private readonly shards: ShardReply[] = [];
  private failure: Error | null = null;
  private closing = false;
  private started = 0;
  private idleCrashes = 0;
  private readonly selection: Selection;
  private readonly onShard: () => void;
  /** See `SHARED`. */
  private readonly shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(SHARED).length));

  constructor(count: number, shardFolder: string, options: ReaderPoolOptions = {}) {
    this.shardFolder = shardFolder;
    this.workerFile = options.workerFile ?? readerWorkerFile();
    this.selection = options.selection ?? EVERYTHING;
    this.onShard = options.onShard ?? ((): void => undefined);
    this.shared[SHARED.memberOrdinal] = -2;
    this.readers = Array.from({ length: Math.min(count, READERS_MAX) }, () => this.newReader());
  }

  /** Gives files to the next free reader. Throws what a reader failed with. */
  async read(tasks: readonly FileTask[]): Promise<void> {
    const reader = await this.free();
    for (const task of tasks) reader.open.set(task.ordinal, task);
    this.send(reader, { kind: "read", tasks });
  }

  /** Asks every reader to finish its shard, and waits for all of them. */
  async flush(): Promise<void> {
    for (;;) {
      await this.until(() => this.readers.every(({ busy }) => !busy));
      // Asked again when a reader crashed on it: the one in its place has read the files anew.
      const unfinished = this.readers.filter(({ pending }) => pending > 0);
      if (unfinished.length === 0) break;
      for (const reader of unfinished) this.send(reader, { kind: "flush" });
    }
    if (this.readers.some(({ open }) => open.size > 0))
      throw new Error("A reader was idle, but had not read all its files");
  }

  /** Finished shards, the oldest first, until they hold so many rows; the others stay. */
  take(rows = Infinity): ShardReply[] {
    let taken = 0;
    const enough = this.shards.findIndex((shard) => (taken += shard.rows) >= rows);
    const shards = this.shards.splice(0, enough === -1 ? this.shards.length : enough + 1);
    this.tellWaiting();
    return shards;
  }

  /** Whether `take` would return anything. */
  get hasShards(): boolean {
    return this.shards.length > 0;
  }

  /** Whoever waits for readers gets this error: they may never be free again. */
  fail(error: Error): void {
    this.failure ??= error;
    this.wake();
  }

  /** Lets readers give up what they are at; what they have read whole stays. */
  stop(): void {
    Atomics.store(this.shared, SHARED.isStopped, 1);
    Atomics.notify(this.shared, SHARED.waitingRows);
  }

  /** Rows in finished shards that nobody has taken. */
  get waitingRows(): number {
    return this.shards.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Readers inside an archive wait for this number to fall. */
  private tellWaiting(): void {
    Atomics.store(this.shared, SHARED.waitingRows, this.waitingRows);
    Atomics.notify(this.shared, SHARED.waitingRows);
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.readers.map(async ({ worker }) => worker.terminate()));
  }

  private async free(): Promise<Reader> {
    await this.until(() => this.readers.some(({ busy }) => !busy));
    return this.readers.filter(({ busy }) => !busy).toSorted((a, b) => a.open.size - b.open.size)[0]!;
  }

  private async until(ready: () => boolean): Promise<void> {
    for (;;) {
      if (this.failure !== null) throw this.failure;
      if (ready()) return;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private send(reader: Reader, request: ReaderRequest): void {
    reader.busy = true;
    reader.worker.postMessage(request);
  }

  private newReader(): Reader {
    const reader = { open: new Map<number, FileTask>(), busy: false, pending: 0 } as unknown as Reader;
    this.start(reader);
    return reader;
  }

  private start(reader: Reader): void {
    const current = new SharedArrayBuffer(4);
    const workerData: ReaderSetup = {
      shardFolder: this.shardFolder,
      readerNumber: this.started,
      current,
      shared: this.shared.buffer as SharedArrayBuffer,
      selection: this.selection,
    };
    const worker = new Worker(this.workerFile, { workerData });
    this.started += 1;
    reader.worker = worker;
    reader.current = new Int32Array(current).fill(-1);
    // One crash is reported as "error" and as "exit"; the second time another worker is in place.
    const ifInPlace = (report: () => void): void => {
      if (reader.worker === worker && !this.closing && this.failure === null) report();
    };
    worker.on("message", (reply: ReaderReply) => ifInPlace(() => this.receive(reader, reply)));
    worker.on("error", (error) => ifInPlace(() => this.crashed(reader, error as Error)));
    worker.on("exit", (code) => ifInPlace(() => this.crashed(reader, new Error(`it stopped with code ${code}`))));
  }

  private receive(reader: Reader, reply: ReaderReply): void {
    if (reply.kind === "shard") {
      for (const { file } of reply.outcomes) reader.open.delete(file.ordinal);
      for (const ordinal of reply.abandoned) reader.open.delete(ordinal);
      this.shards.push(reply);
      this.tellWaiting();
      this.onShard();
    } else if (reply.kind === "idle") {
      reader.busy = false;
      reader.pending = reply.pending;
    } else this.failure = failureOf(reply);
    this.wake();
  }

  private crashed(reader: Reader, error: Error): void {
    const culprit = reader.open.get(reader.current[0]!);
    const others = [...reader.open.values()].filter((task) => task !== culprit);
    reader.open.clear();
    reader.pending = 0;
    if (culprit === undefined) {
      this.idleCrashes += 1;
      if (this.idleCrashes > IDLE_CRASHES_MAX) this.failure = error;
    } else {
      this.shards.push({
        paths: [],
        rows: 0,
        abandoned: [],
        outcomes: [unreadOutcome(culprit, "unreadable", `the reader crashed on it: ${firstLine(error.message)}`)],
      });
    }
    if (this.failure === null) this.start(reader);
    for (const task of others) reader.open.set(task.ordinal, task);
    if (others.length > 0) this.send(reader, { kind: "read", tasks: others });
    else reader.busy = false;
    this.wake();
  }
}

function readerWorkerFile(): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./reader-worker.${extension}`, import.meta.url);
}

function failureOf(reply: { message: string; code: string | null }): Error {
  if (reply.code !== "ENOSPC" && reply.code !== "EDQUOT") return new Error(reply.message);
  return new CaseError({
    what: "The disk is full",
    where: "while reading evidence",
    fix: "Free some space and run the same command again: what was committed stays, and it goes on from there.",
  });
}
