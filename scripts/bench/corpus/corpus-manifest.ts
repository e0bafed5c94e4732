import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { GENERATOR_VERSION, type CorpusName } from "./shapes.ts";

/** What a corpus holds; kept beside its folder, never inside: the folder is evidence. */
export interface CorpusManifest {
  readonly generator: number;
  readonly corpus: CorpusName;
  readonly scale: number;
  /** False while the corpus is being written. */
  readonly complete: boolean;
  readonly files: number;
  readonly records: number;
  /** Records of redelivered files: each comes twice under one eventID. */
  readonly duplicate_records: number;
  readonly json_bytes: number;
  readonly gzip_bytes: number;
  readonly largest_json_bytes: number;
  readonly largest_records: number;
  readonly files_under_10: number;
  /** SHA-256 over the lines `path<TAB>SHA-256 of the JSON`, in the order of delivery. */
  readonly sha256: string;
}

export function manifestPath(folder: string): string {
  return `${folder.replace(/[/\\]+$/, "")}.manifest.json`;
}

/** The manifest beside a corpus folder, or null when there is none. */
export function readManifest(folder: string): CorpusManifest | null {
  try {
    return JSON.parse(readFileSync(manifestPath(folder), "utf8")) as CorpusManifest;
  } catch {
    return null;
  }
}

export function writeManifest(folder: string, manifest: CorpusManifest): void {
  writeFileSync(manifestPath(folder), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Whether a folder holds this corpus whole, written by this generator. */
export function isSameCorpus(folder: string, wanted: { corpus: CorpusName; scale: number }): boolean {
  const manifest = readManifest(folder);
  return (
    manifest !== null &&
    manifest.complete &&
    manifest.generator === GENERATOR_VERSION &&
    manifest.corpus === wanted.corpus &&
    manifest.scale === wanted.scale &&
    countFiles(folder) === manifest.files
  );
}

function countFiles(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  } catch {
    return 0;
  }
}
