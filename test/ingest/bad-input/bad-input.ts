import type { FileStatus } from "../../../src/store/evidence-file.ts";
import { recordOf } from "../evidence-fixture.ts";

/** One kind of bad input, what is expected of it, and how it is made. */
export interface BadInput {
  /** Row of the list in section 6 of the format reference, with a letter where a row has several inputs. */
  readonly row: string;
  /** What the file is, in words. */
  readonly input: string;
  /** Name below the folder of the row; default: `input.json`. */
  readonly name?: string;
  /** Bytes, or something that puts the file there itself. */
  readonly content: string | Uint8Array | ((path: string) => void);
  /** What becomes of the file; for an archive of the file itself. */
  readonly status: FileStatus | "nothing";
  /** Events that are in the case afterwards, those of members included. */
  readonly stored: number;
  readonly rejected?: number;
  /** Members of an archive: place, status. */
  readonly members?: Readonly<Record<string, FileStatus>>;
  /** What is said of it, as in `evidence list`; null for nothing. */
  readonly said: string | null;
  /** What else holds, in words. */
  readonly so?: string;
  /** A query over the events of the file (`these`), and what it gives. */
  readonly check?: { readonly sql: string; readonly rows: readonly Readonly<Record<string, unknown>>[] };
}

/** A record whose eventID begins with the row, so that rows do not meet. */
export function record(row: string, n: number | string, changes: Record<string, unknown> = {}): string {
  return recordOf(`row-${row}-${n}`, changes);
}
