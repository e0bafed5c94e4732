import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { FIRST_PREV, MANIFEST_NAME, parseLine, type ManifestLine } from "./manifest-line.ts";
import { linesIn } from "./text-lines.ts";

/** A line that is not what the chain says should be there. */
export interface BrokenLine {
  /** From 1. */
  readonly line: number;
  /** `torn` at the end of a run that was killed while writing; else a change. */
  readonly problem: "torn" | "changed" | "out of sequence";
}

export type ManifestItem =
  { readonly type: "line"; readonly line: ManifestLine } | ({ readonly type: "broken" } & BrokenLine);

/** The manifest of an evidence folder, line by line, with what breaks its chain; nothing when there is none. */
export async function* readManifest(folder: string): AsyncGenerator<ManifestItem> {
  const file = join(folder, MANIFEST_NAME);
  if (existsSync(file)) yield* readManifestText(createReadStream(file, { highWaterMark: 1024 * 1024 }));
}

/** The same of a manifest's bytes, wherever they come from. One line is held at a time. */
export async function* readManifestText(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<ManifestItem> {
  let number = 0;
  let previous = { seq: 0, hash: FIRST_PREV };
  let suspect: number | null = null;
  for await (const lines of linesIn(pieces)) {
    for (const text of lines) {
      number += 1;
      const line = parseLine(text);
      if (line === null) {
        if (suspect !== null) yield { type: "broken", line: suspect, problem: "changed" };
        suspect = number;
        continue;
      }
      const follows = line.prev === previous.hash && line.seq === previous.seq + 1;
      // A torn line is followed by one that goes on where the last whole one ended; a changed one is missed.
      if (suspect !== null) yield { type: "broken", line: suspect, problem: follows ? "torn" : "changed" };
      else if (!follows) yield { type: "broken", line: number, problem: "out of sequence" };
      suspect = null;
      previous = { seq: line.seq, hash: line.hash };
      yield { type: "line", line };
    }
  }
  if (suspect !== null) yield { type: "broken", line: suspect, problem: "torn" };
}

/** Sequence number and hash of the last whole line: what the next one follows, and what to write down elsewhere. */
export async function manifestHead(folder: string): Promise<{ seq: number; hash: string }> {
  let head = { seq: 0, hash: FIRST_PREV };
  for await (const item of readManifest(folder)) {
    if (item.type === "line") head = { seq: item.line.seq, hash: item.line.hash };
  }
  return head;
}
