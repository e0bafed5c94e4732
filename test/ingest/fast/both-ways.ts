import { rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import type { ShardValue } from "../../../src/ingest/event-row.ts";
import { TrailRows } from "../../../src/ingest/fast/trail-rows.ts";
import type { FileOutcome } from "../../../src/ingest/file-outcome.ts";
import { FileReading, type Sink } from "../../../src/ingest/file-reading.ts";
import { readContent } from "../../../src/ingest/read-content.ts";
import { Shard } from "../../../src/ingest/shard.ts";
import "../../../src/store/whole-text.ts";
import { evidenceFolder, TRAIL_NAME, trailOf } from "../evidence-fixture.ts";

export interface Read {
  readonly outcome: FileOutcome;
  readonly rows: readonly (readonly unknown[])[];
}

export interface BothWays {
  readonly general: Read;
  readonly fast: Read;
  /** Rows that took the fast path. */
  readonly written: number;
}

const TASK = { ordinal: 7, root: "lab", path: TRAIL_NAME, absolute: "" };

/** Reads the same content with the fast path and without, and the shards of the first back from their Parquet files. */
export class TwoReaders {
  private readonly folder = evidenceFolder();
  private readonly shard = new Shard();
  private readonly trailRows = new TrailRows(this.shard);
  private shards = 0;
  private connection: DuckDBConnection | null = null;
  private readonly rowsPerShard: number;

  constructor(rowsPerShard = Number.POSITIVE_INFINITY) {
    this.rowsPerShard = rowsPerShard;
  }

  close(): void {
    this.connection?.disconnectSync();
    rmSync(this.folder, { recursive: true });
  }

  async read(content: string | Uint8Array): Promise<BothWays> {
    const bytes = Buffer.from(content);
    const before = this.trailRows.written;
    const fast = await this.readFast(bytes);
    return { general: readGeneral(bytes), fast, written: this.trailRows.written - before };
  }

  /** The same for a file of these records. */
  async readTrail(...records: string[]): Promise<BothWays> {
    return this.read(trailOf(...records));
  }

  /** Writes one shard of these files for each way. Returns the rows in only one of them, by way. */
  async differences(
    contents: readonly Buffer[],
  ): Promise<{ fast: unknown[][]; general: unknown[][]; written: number }> {
    const before = this.trailRows.written;
    const [fast, general] = [this.shardOf("fast", contents), this.shardOf("general", contents)];
    const written = this.trailRows.written - before;
    const except = async (a: string, b: string): Promise<unknown[][]> =>
      this.rowsOf(`SELECT * FROM read_parquet('${a}') EXCEPT ALL SELECT * FROM read_parquet('${b}')`);
    return { fast: await except(fast, general), general: await except(general, fast), written };
  }

  private shardOf(way: "fast" | "general", contents: readonly Buffer[]): string {
    const take = (row: readonly ShardValue[]): void => this.shard.append(row);
    const trail = { rows: this.trailRows, rowAdded: (): void => undefined };
    const sink: Sink = way === "fast" ? Object.assign(take, { trail }) : take;
    for (const [ordinal, bytes] of contents.entries()) {
      readContent(new FileReading({ ...TASK, ordinal }, sink), contentOf(bytes));
    }
    return this.writeShard();
  }

  private writeShard(): string {
    // DuckDB remembers files by name, size and time, so each has a name of its own.
    this.shards += 1;
    const path = join(this.folder, `shard-${this.shards}.parquet`);
    this.shard.write(path);
    return path;
  }

  private async rowsOf(sql: string): Promise<unknown[][]> {
    this.connection ??= await (await DuckDBInstance.create()).connect();
    return (await this.connection.runAndReadAll(sql)).getRows();
  }

  private async readFast(bytes: Buffer): Promise<Read> {
    const paths: string[] = [];
    const writeShard = (): void => void paths.push(this.writeShard());
    const rowAdded = (): void => {
      if (this.shard.rowCount >= this.rowsPerShard) writeShard();
    };
    const take = (row: readonly ShardValue[]): void => {
      this.shard.append(row);
      rowAdded();
    };
    const sink: Sink = Object.assign(take, { trail: { rows: this.trailRows, rowAdded } });
    const outcome = readContent(new FileReading(TASK, sink), contentOf(bytes));
    if (this.shard.rowCount > 0) writeShard();
    const rows: unknown[][] = [];
    for (const path of paths) rows.push(...(await this.rowsOf(`SELECT * FROM read_parquet('${path}')`)));
    return { outcome, rows };
  }
}

function readGeneral(bytes: Buffer): Read {
  const rows: (readonly ShardValue[])[] = [];
  const outcome = readContent(new FileReading(TASK, (row) => rows.push(row)), contentOf(bytes));
  return { outcome, rows };
}

function contentOf(bytes: Buffer): Parameters<typeof readContent>[1] {
  return { bytes, damage: null, note: null };
}
