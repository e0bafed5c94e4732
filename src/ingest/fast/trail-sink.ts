import type { TrailRows } from "./trail-rows.ts";

/** Takes records of trail files straight from their bytes, into the shard that the rows of all others go to. */
export interface TrailSink {
  readonly rows: TrailRows;
  /** Called after each row. Throws to stop reading. */
  rowAdded(): void;
}
