import { FileReading } from "../../src/ingest/file-reading.ts";
import type { ShardValue } from "../../src/ingest/event-row.ts";
import type { FileOutcome } from "../../src/ingest/file-outcome.ts";
import { readContent } from "../../src/ingest/read-content.ts";
import { readItems } from "../../src/ingest/read-items.ts";
import { recognise } from "../../src/ingest/recognise.ts";

/** What an ingest makes of content that stands alone. */
export function readBytes(content: string | Uint8Array, path = "export.json"): FileOutcome & { rows: ShardValue[][] } {
  const rows: ShardValue[][] = [];
  const reading = new FileReading({ ordinal: 0, root: "lab", path, absolute: path }, (row) => rows.push([...row]));
  const outcome = readContent(reading, { bytes: Buffer.from(content), damage: null, note: null });
  return { ...outcome, rows };
}

/** An event that was read, as its text and where it was. */
export interface ReadEvent {
  readonly text: string;
  readonly wrapping: string;
  readonly fidelity: string;
  readonly byteOffset: number;
}

/** All events in a content, in their order. */
export function eventsIn(content: string | Uint8Array): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (const item of readItems(recognise(Buffer.from(content)))) {
    if (item.kind !== "record") continue;
    const { wrapping, fidelity } = item.origin ?? { wrapping: "Records[]", fidelity: "trail" };
    const text = item.text.slice(item.node.start, item.node.end);
    events.push({ text, wrapping, fidelity, byteOffset: item.byteOffset });
  }
  return events;
}
