import { readFirstItems } from "./first-items.ts";
import type { Recognised } from "./recognise.ts";
import { readRecords, type RecordItem } from "./record-reader.ts";
import { readShapes } from "./shapes/shape-reader.ts";

/** The items of a content in their order, whatever shape it has: the place of a record is its number here. */
export function* readItems(found: Recognised): Generator<Exclude<RecordItem, { kind: "end" }>> {
  if (found.kind === "shapes") yield* readShapes(found);
  else if (found.kind === "trail") {
    const list = readRecords(found.bytes, found.from);
    const first = readFirstItems(list);
    if (first.foreign !== null) {
      yield* readShapes({ bytes: found.bytes, from: 0, strategy: { kind: "values" } });
      return;
    }
    for (const item of first.items) if (item.kind !== "end") yield item;
    for (const item of list) if (item.kind !== "end") yield item;
  }
}
