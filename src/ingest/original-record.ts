import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unpack } from "./container.ts";
import { recognise } from "./recognise.ts";
import { readRecords } from "./record-reader.ts";

/** Where a record was read at ingest. */
export interface OriginalPlace {
  readonly mounted_at: string;
  readonly path: string;
  readonly sha256_stored: string;
  readonly record_index: number;
}

export type Original = { readonly text: string } | { readonly missing: string };

/** The record's text as it stands in its evidence file, if the file is still there and has the hash recorded for it. */
export async function readOriginal(place: OriginalPlace): Promise<Original> {
  let stored: Buffer;
  try {
    stored = readFileSync(join(place.mounted_at, ...place.path.split("/")));
  } catch (error) {
    return { missing: `the evidence file cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})` };
  }
  if (createHash("sha256").update(stored).digest("hex") !== place.sha256_stored) {
    return { missing: "the evidence file is not the one that was ingested: its hash differs" };
  }
  const unpacked = await unpack(stored);
  if (unpacked.kind !== "bytes") return { missing: unpacked.reason };
  const found = recognise(unpacked.bytes);
  if (found.kind !== "trail") return { missing: found.reason };
  let index = 0;
  for (const item of readRecords(found.bytes, found.from)) {
    if (item.kind === "end") break;
    if (index === place.record_index && item.kind === "record") {
      return { text: item.text.slice(item.node.start, item.node.end) };
    }
    index += 1;
  }
  return { missing: "the record is not at its place in the evidence file" };
}
