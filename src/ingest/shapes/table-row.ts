import { ecsStep, isEcs } from "./ecs.ts";
import type { FlatOptions } from "./flat-record.ts";
import { openFlat } from "./flat-shapes.ts";
import type { Step } from "./found.ts";
import { memberAt, type JsonView } from "./json-view.ts";
import { OCSF_SHAPES } from "./ocsf.ts";

/** What is in a row of a table, given as an object of its columns. */
export function* openRow(row: JsonView, options: FlatOptions): Generator<Step> {
  const ocsf = OCSF_SHAPES.find((shape) => shape.matches(row, null));
  if (ocsf !== undefined) yield* ocsf.open(row);
  else if (memberAt(row, ["event", "original"]) === undefined && isEcs(row)) yield ecsStep(row);
  else yield* openFlat(row, options);
}
