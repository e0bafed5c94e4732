import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { parseJson, JsonTextError, type JsonNode } from "../../src/cloudtrail/json-text.ts";
import { unpack } from "../../src/ingest/container.ts";
import { discover } from "../../src/ingest/discover.ts";
import { isInside } from "../../src/ingest/evidence-root.ts";
import { readFirstItems } from "../../src/ingest/first-items.ts";
import { readItems as readContentItems } from "../../src/ingest/read-items.ts";
import { recognise } from "../../src/ingest/recognise.ts";
import type { ByteSource } from "../../src/ingest/byte-source.ts";
import { readRecords } from "../../src/ingest/record-reader.ts";

/** One item of a trail file, or one line of a file of JSON lines. */
export interface CorpusItem {
  /** Position in the file, broken items counted. */
  readonly index: number;
  readonly text: string;
  /** Null for what is broken. */
  readonly node: JsonNode | null;
}

export interface CorpusFile {
  readonly path: string;
  readonly isTrail: boolean;
}

/** Names that may hold records; what they hold is told by their content. */
const CANDIDATE = /\.(?:json|json\.gz|ndjson)$/i;

/** Files below a folder that hold records, as trail files or as `events.ndjson`, in the order of their paths. */
export async function findCorpusFiles(folder: string): Promise<CorpusFile[]> {
  const files: CorpusFile[] = [];
  for (const found of discover(folder, new Set())) {
    const path = found.absolute;
    if ("reason" in found || !CANDIDATE.test(path)) continue;
    if (basename(path) === "events.ndjson") files.push({ path, isTrail: false });
    else if (await isTrail(path)) files.push({ path, isTrail: true });
  }
  return files;
}

/** Outermost folders that hold a trail file themselves. */
export function trailFolders(files: readonly CorpusFile[]): string[] {
  const folders = [...new Set(files.filter((file) => file.isTrail).map(({ path }) => dirname(path)))];
  return folders.filter((folder) => !folders.some((other) => other !== folder && isInside(folder, other)));
}

export async function* readItems(file: CorpusFile): AsyncGenerator<CorpusItem> {
  if (!file.isTrail) yield* readLines(file.path);
  else {
    const trail = await openTrail(file.path);
    if (trail !== null) yield* readTrail(trail);
  }
}

/** The items of a file in any shape, as an ingest reads them; nothing of an archive or of Parquet. */
export async function* readIngestItems(path: string): AsyncGenerator<CorpusItem> {
  const unpacked = await unpack(readFileSync(path));
  if (unpacked.kind !== "bytes") return;
  let index = 0;
  for (const item of readContentItems(recognise(unpacked.bytes))) {
    yield { index, text: item.text, node: item.kind === "record" ? item.node : null };
    index += 1;
  }
}

function* readLines(path: string): Generator<CorpusItem> {
  const lines = readFileSync(path, "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== "") yield { index, text: line, node: nodeOf(line) };
  }
}

function nodeOf(text: string): JsonNode | null {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonTextError) return null;
    throw error;
  }
}

interface Trail {
  readonly bytes: ByteSource;
  readonly from: number;
}

async function openTrail(path: string): Promise<Trail | null> {
  const unpacked = await unpack(readFileSync(path));
  const found = unpacked.kind === "bytes" ? recognise(unpacked.bytes) : null;
  return found?.kind === "trail" ? found : null;
}

async function isTrail(path: string): Promise<boolean> {
  const trail = await openTrail(path);
  return trail !== null && readFirstItems(readRecords(trail.bytes, trail.from)).foreign === null;
}

function* readTrail({ bytes, from }: Trail): Generator<CorpusItem> {
  let index = 0;
  for (const item of readRecords(bytes, from)) {
    if (item.kind === "end") return;
    yield item.kind === "record" ? { index, text: item.text, node: item.node } : { index, text: item.text, node: null };
    index += 1;
  }
}
