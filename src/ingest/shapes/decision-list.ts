import { BARE_SHAPES } from "./bare-event.ts";
import { FLAT_SHAPES, LAKE_SHAPES } from "./flat-shapes.ts";
import type { Shape } from "./found.ts";
import { LOG_STREAM_SHAPES } from "./log-streams.ts";
import { RECORD_LIST_SHAPES } from "./lookup.ts";
import { OCSF_SHAPES } from "./ocsf.ts";
import { OTHER_LOG_SHAPES } from "./other-logs.ts";
import { POINTER_SHAPES } from "./pointers.ts";
import { SIEM_SHAPES } from "./siem.ts";
import { VERIFICATION_SHAPES } from "./verification.ts";

/**
 * Every shape that a value may have, in the order in which they are tried: the first that matches decides. A flat
 * object of columns is told before a bare event, whose names it may share.
 */
export const DECISION_LIST: readonly Shape[] = [
  ...VERIFICATION_SHAPES,
  ...POINTER_SHAPES,
  ...RECORD_LIST_SHAPES,
  ...LOG_STREAM_SHAPES,
  ...LAKE_SHAPES,
  ...SIEM_SHAPES,
  ...OCSF_SHAPES,
  ...OTHER_LOG_SHAPES,
  ...FLAT_SHAPES,
  ...BARE_SHAPES,
];
