import type { BadInput } from "./bad-input.ts";
import { CONTAINER_ROWS } from "./container-rows.ts";
import { PLACE_ROWS } from "./place-rows.ts";
import { RECORD_ROWS } from "./record-rows.ts";
import { SHAPE_ROWS } from "./shape-rows.ts";
import { TEXT_ROWS } from "./text-rows.ts";

/** Every bad input, in the order of the list. */
export const BAD_INPUTS: readonly BadInput[] = [
  ...CONTAINER_ROWS,
  ...TEXT_ROWS,
  ...RECORD_ROWS,
  ...SHAPE_ROWS,
  ...PLACE_ROWS,
].toSorted((a, b) => Number.parseInt(a.row, 10) - Number.parseInt(b.row, 10) || (a.row < b.row ? -1 : 1));
