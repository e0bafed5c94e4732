import { join } from "node:path";
import type { ByteSource } from "./byte-source.ts";
import { openEvidence, reasonOf } from "./evidence-bytes.ts";
import { findContent } from "./find-content.ts";
import { readItems } from "./read-items.ts";
import { recognise } from "./recognise.ts";

/** Where a record was read at ingest. */
export interface OriginalPlace {
  readonly mounted_at: string;
  readonly path: string;
  /** Place inside an archive; null for a record of the file itself. */
  readonly member_path: string | null;
  readonly sha256_stored: string;
  readonly record_index: number;
}

export type Original = { readonly text: string } | { readonly missing: string };

/** The record's text as it stands in its evidence file, if the file is still there and has the hash recorded for it. */
export async function readOriginal(place: OriginalPlace): Promise<Original> {
  try {
    const file = openEvidence(join(place.mounted_at, ...place.path.split("/")));
    try {
      const content = await findContent(file, place);
      return "missing" in content ? content : recordIn(content, place.record_index);
    } finally {
      file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { missing: `the evidence file cannot be read (${code ?? reasonOf(error as NodeJS.ErrnoException)})` };
  }
}

function recordIn({ bytes }: { bytes: ByteSource }, record_index: number): Original {
  const found = recognise(bytes);
  if ("reason" in found) return { missing: found.reason };
  let index = 0;
  for (const item of readItems(found)) {
    if (index === record_index && item.kind === "record") {
      const { wrapping = "" } = item.origin ?? {};
      if (isMadeHere(wrapping)) return { missing: `the evidence file holds no JSON of it, only ${wrapping}` };
      return { text: item.text.slice(item.node.start, item.node.end) };
    }
    index += 1;
  }
  return { missing: "the record is not at its place in the evidence file" };
}

/** Whether a record was put together from columns or another schema: the last hop then is its format in parentheses. */
function isMadeHere(wrapping: string): boolean {
  return /(?:^| )\([a-z-]+\)$/.test(wrapping);
}
