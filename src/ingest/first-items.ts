import { looksLikeNotification, looksLikeRecord } from "./recognise.ts";
import type { RecordItem } from "./record-reader.ts";

/** The first items of a list of records: all that had to be read to tell whether the list is CloudTrail's. */
export interface FirstItems {
  readonly items: readonly RecordItem[];
  /** What the list holds instead of CloudTrail's records, or null. */
  readonly foreign: "notifications" | "other records" | null;
}

/** So many objects that are no records of CloudTrail's decide that the list is not CloudTrail's. */
const STRANGERS_MAX = 10;

/** Reads on until an item tells what the list is; one strange item in front does not hide a trail file. */
export function readFirstItems(list: Iterator<RecordItem>): FirstItems {
  const items: RecordItem[] = [];
  let strangers = 0;
  for (let next = list.next(); next.done !== true && strangers < STRANGERS_MAX; next = list.next()) {
    const item = next.value;
    items.push(item);
    if (item.kind === "end") break;
    if (item.kind === "broken" || item.node.kind !== "object") continue;
    if (looksLikeNotification(item.node)) return { items, foreign: "notifications" };
    if (looksLikeRecord(item.node)) return { items, foreign: null };
    strangers += 1;
  }
  return { items, foreign: strangers > 0 ? "other records" : null };
}
