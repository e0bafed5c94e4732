import type { FileOutcome, FileTask } from "./file-outcome.ts";
import type { Selection } from "./selection.ts";

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
      /** Ordinals of files that were given up when the run was stopped: what was read of them is not in the case. */
      readonly abandoned: readonly number[];
    }
  | { readonly kind: "idle"; readonly pending: number }
  | { readonly kind: "failed"; readonly message: string; readonly code: string | null };

export interface ReaderSetup {
  readonly shardFolder: string;
  readonly readerNumber: number;
  /** One Int32: the ordinal of the file being read, or -1; tells which file a crashed reader was at. */
  readonly current: SharedArrayBuffer;
  /** Int32 numbers for all readers, by the names of `SHARED`. */
  readonly shared: SharedArrayBuffer;
  readonly selection: Selection;
}

/** Places in the memory that the main thread and all readers share. */
export const SHARED = {
  /** Counts down: members of archives have negative ordinals. */
  memberOrdinal: 0,
  /** Rows in finished shards that the store has not taken yet. */
  waitingRows: 1,
  /** 1 once the run is to end: readers give up what they are at. */
  isStopped: 2,
} as const;

/** Readers that are inside an archive pause when the store falls so far behind. */
export const WAITING_ROWS_MAX = 491_520;
