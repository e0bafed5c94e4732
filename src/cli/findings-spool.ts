import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inOneLine } from "../manifest/manifest-line.ts";
import type { Cell, ResultRow } from "../store/result-table.ts";

/*
 * Findings of many queries, kept on disk query by query and read back as one list in time order: however many there
 * are, they need not fit into memory. Each query's rows are in its own order; at one second queries follow each other.
 */
export class FindingsSpool {
  private readonly folder = mkdtempSync(join(tmpdir(), "coldtrail-findings-"));
  private readonly files: SpooledQuery[] = [];

  /** Begins the rows of one query, whose first cell is their time. */
  begin(): (rows: readonly Cell[][]) => void {
    const query: SpooledQuery = { file: join(this.folder, `${this.files.length}.jsonl`), isSorted: true, last: "" };
    this.files.push(query);
    return (rows) => {
      for (const row of rows) {
        const time = timeOf(row);
        if (time < query.last) query.isSorted = false;
        query.last = time;
      }
      writeFileSync(query.file, linesOf(rows), { flag: "a" });
    };
  }

  /** All findings, by time, then in the order in which the queries ran. */
  async *inTimeOrder(): AsyncGenerator<ResultRow[]> {
    const written = this.files.filter(({ file }) => existsSync(file));
    for (const { file, isSorted } of written) if (!isSorted) sortFile(file);
    const heads = await Promise.all(written.map(async ({ file }) => Head.open(file)));
    let batch: ResultRow[] = [];
    for (let next = earliest(heads); next !== null; next = earliest(heads)) {
      batch.push(next.row!);
      await next.advance();
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const BATCH_ROWS = 1000;

interface SpooledQuery {
  readonly file: string;
  isSorted: boolean;
  last: string;
}

function linesOf(rows: readonly ResultRow[]): string {
  return rows.map((row) => `${inOneLine(JSON.stringify(row, replaceBigInt))}\n`).join("");
}

/** Only queries that count by group are not in time order, and their groups are few. */
function sortFile(file: string): void {
  const rows = readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Cell[]);
  const byTime = (a: Cell[], b: Cell[]): number => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0);
  writeFileSync(file, linesOf(rows.toSorted(byTime)));
}

class Head {
  row: Cell[] | null = null;
  private readonly lines: AsyncIterator<string>;

  private constructor(lines: AsyncIterator<string>) {
    this.lines = lines;
  }

  static async open(file: string): Promise<Head> {
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    const head = new Head(lines[Symbol.asyncIterator]());
    await head.advance();
    return head;
  }

  async advance(): Promise<void> {
    const { done, value } = await this.lines.next();
    this.row = done === true ? null : (JSON.parse(value) as Cell[]);
  }
}

/** The head with the smallest time; undated rows come last, and of equals the first query's. */
function earliest(heads: readonly Head[]): Head | null {
  let best: Head | null = null;
  for (const head of heads) {
    if (head.row === null) continue;
    if (best === null || timeOf(head.row) < timeOf(best.row!)) best = head;
  }
  return best;
}

function timeOf([time = null]: ResultRow): string {
  // Without its Z a whole second sorts before its fractions.
  return typeof time === "string" ? time.replace("Z", "") : "\uFFFF";
}

function replaceBigInt(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
