import { Worker } from "node:worker_threads";
import { CaseError } from "../errors.ts";
import type { FileOutcome, FileTask } from "./file-outcome.ts";
import { unreadOutcome } from "./file-outcome.ts";
import { firstLine } from "../store/database.ts";
import type { ReaderReply, ReaderRequest, ReaderSetup } from "./reader-protocol.ts";

export interface ShardReply {
  readonly paths: readonly string[];
  readonly rows: number;
  readonly outcomes: readonly FileOutcome[];
}

interface Reader {
  worker: Worker;
  readonly number: number;
  current: Int32Array;
  /** Given out and not yet in a shard, by ordinal. */
  readonly open: Map<number, FileTask>;
  busy: boolean;
  /** Rows or files that wait in an unfinished shard. */
  pending: number;
}

/**
 * Reader threads. `read` waits until a reader is free; finished shards come out of `take`. A reader that crashes is
 * replaced: the file it was at is reported as unreadable, the other files it held are read again.
 */
export class ReaderPool {
  private readonly readers: Reader[];
  private readonly shardFolder: string;
  private readonly waiting: (() => void)[] = [];
  private shards: ShardReply[] = [];
  private failure: Error | null = null;
  private closing = false;
  private started = 0;

  constructor(count: number, shardFolder: string) {
    this.shardFolder = shardFolder;
    this.readers = Array.from({ length: count }, (_, number) => this.newReader(number));
  }

  /** Gives files to the next free reader. Throws what a reader failed with. */
  async read(tasks: readonly FileTask[]): Promise<void> {
    const reader = await this.free();
    for (const task of tasks) reader.open.set(task.ordinal, task);
    this.send(reader, { kind: "read", tasks });
  }

  /** Asks every reader to finish its shard, and waits for all of them. */
  async flush(): Promise<void> {
    await this.until(() => this.readers.every(({ busy }) => !busy));
    for (const reader of this.readers) if (reader.pending > 0) this.send(reader, { kind: "flush" });
    await this.until(() => this.readers.every(({ busy, pending }) => !busy && pending === 0));
  }

  /** Shards finished since the last call. */
  take(): ShardReply[] {
    const { shards } = this;
    this.shards = [];
    return shards;
  }

  /** Rows in finished shards that nobody has taken. */
  get waitingRows(): number {
    return this.shards.reduce((sum, { rows }) => sum + rows, 0);
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

  private newReader(number: number): Reader {
    const open = new Map<number, FileTask>();
    const reader = { number, open, busy: false, pending: 0 } as unknown as Reader;
    this.start(reader);
    return reader;
  }

  private start(reader: Reader): void {
    const current = new SharedArrayBuffer(4);
    reader.current = new Int32Array(current);
    reader.current[0] = -1;
    const workerData: ReaderSetup = { shardFolder: this.shardFolder, readerNumber: this.started, current };
    this.started += 1;
    reader.worker = new Worker(workerFile(), { workerData });
    reader.worker.on("message", (reply: ReaderReply) => this.receive(reader, reply));
    reader.worker.on("error", (error) => this.crashed(reader, error as Error));
    reader.worker.on("exit", (code) => {
      if (code !== 0) this.crashed(reader, new Error(`the reader stopped with code ${code}`));
    });
  }

  private receive(reader: Reader, reply: ReaderReply): void {
    if (reply.kind === "shard") {
      for (const { file } of reply.outcomes) reader.open.delete(file.ordinal);
      this.shards.push(reply);
    } else if (reply.kind === "idle") {
      reader.busy = false;
      reader.pending = reply.pending;
    } else this.failure = failureOf(reply);
    this.wake();
  }

  private crashed(reader: Reader, error: Error): void {
    if (this.closing || this.failure !== null) return;
    const ordinal = reader.current[0]!;
    const culprit = reader.open.get(ordinal);
    // Both "error" and "exit" are reported for one crash; the second finds a new worker in place.
    if (culprit === undefined && reader.open.size === 0) return;
    const others = [...reader.open.values()].filter((task) => task.ordinal !== ordinal);
    reader.worker.removeAllListeners();
    reader.open.clear();
    reader.pending = 0;
    this.start(reader);
    if (culprit !== undefined) {
      this.shards.push({
        paths: [],
        rows: 0,
        outcomes: [unreadOutcome(culprit, "unreadable", `the reader crashed on it: ${firstLine(error.message)}`)],
      });
    }
    for (const task of others) reader.open.set(task.ordinal, task);
    if (others.length > 0) this.send(reader, { kind: "read", tasks: others });
    else reader.busy = false;
    this.wake();
  }
}

function workerFile(): URL {
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
