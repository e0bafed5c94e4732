import type { FileOutcome, FileTask } from "./file-outcome.ts";

/** What the main thread tells a reader. */
export type ReaderRequest = { readonly kind: "read"; readonly tasks: readonly FileTask[] } | { readonly kind: "flush" };

/**
 * What a reader answers. A shard holds whole files only, listed in `outcomes`, so that a batch of shards can be
 * committed by itself. `idle` asks for more.
 */
export type ReaderReply =
  | {
      readonly kind: "shard";
      readonly paths: readonly string[];
      readonly rows: number;
      readonly outcomes: readonly FileOutcome[];
    }
  | { readonly kind: "idle"; readonly pending: number }
  | { readonly kind: "failed"; readonly message: string; readonly code: string | null };

export interface ReaderSetup {
  readonly shardFolder: string;
  readonly readerNumber: number;
  /** One Int32: the ordinal of the file being read, or -1; tells which file a crashed reader was at. */
  readonly current: SharedArrayBuffer;
}
