import { createReadStream, statSync } from "node:fs";
import { dirname } from "node:path";
import { parseAnyTime } from "../cloudtrail/event-time.ts";
import type { FindingLine, ManifestEntry } from "../manifest/manifest-line.ts";
import { ownFileOf } from "../manifest/own-files.ts";
import { readManifestText } from "../manifest/read-manifest.ts";
import { recordedFilesOf, type RecordedFile } from "../manifest/recorded-file.ts";
import type { Database } from "../store/database.ts";
import { writeSources, type ManifestPlace, type SourceLine } from "../store/evidence-sources.ts";
import { manifestFileId, readManifestRow, writeManifestRow, type ManifestRow } from "../store/source-report.ts";
import type { ByteSource } from "./byte-source.ts";
import { openEvidence } from "./evidence-bytes.ts";
import { shownName } from "./file-outcome.ts";
import { findContent } from "./find-content.ts";
import {
  hasFile,
  isBelow,
  pathByRule,
  pathRuleOf,
  placeOfManifest,
  type FoundManifest,
  type PathRule,
} from "./found-manifests.ts";

/** Lines that are compared with the case at once; each page goes over all files of the case. */
const PAGE_LINES = 20_000;
/** Objects that failed are remembered up to here, to be forgotten when a later run fetched them. */
const FAILED_MAX = 10_000;
const PIECE_BYTES = 1024 * 1024;

/** A manifest cannot be read: why, in words. */
export class UnreadableManifestError extends Error {}

export interface ManifestReading {
  readonly row: ManifestRow;
  /** True when something in the case is other than before. */
  readonly changed: boolean;
}

/** Where a manifest is named in the case. */
export function manifestPlace({ root, path, member_path }: FoundManifest): ManifestPlace {
  return { root: root.root, manifest: shownName({ path, member_path }) };
}

/**
 * Reads a manifest line by line and writes down of each file where it came from and whether it is what it was. A page of
 * lines is held at a time. Throws UnreadableManifestError.
 */
export async function readProvenance(
  database: Database,
  manifest: FoundManifest,
  signal?: AbortSignal,
): Promise<ManifestReading> {
  const place = manifestPlace(manifest);
  const before = await readManifestRow(database, place);
  const file_id = await fileIdOf(database, manifest);
  // An archive that was passed over holds what it held when its manifest was read.
  if (manifest.isHeld && before !== null && before.file_id === file_id) return { row: before, changed: false };
  const page = new SourcePage(database, manifest);
  const summary = new LineSummary(before);
  for await (const item of readManifestText(await open(manifest))) {
    if (signal?.aborted === true) return { row: summary.row(place, file_id), changed: page.changed };
    if (item.type === "broken") {
      summary.addBroken(item.problem, item.line);
      continue;
    }
    const { entry, seq, hash } = item.line;
    const { files, unusable } = recordedFilesOf(entry);
    summary.add(entry, { seq, hash, unusable });
    for (const recorded of files) page.add(recorded);
    if (page.isFull) await page.write();
  }
  await page.write();
  const row = summary.row(place, file_id);
  const isNew = before === null || !isSameRow(before, row);
  if (isNew) await writeManifestRow(database, row);
  return { row, changed: page.changed || isNew };
}

function isSameRow(a: ManifestRow, b: ManifestRow): boolean {
  return (Object.keys(a) as (keyof ManifestRow)[]).every((name) => a[name] === b[name]);
}

/** The lines of a manifest as they wait for the store. */
class SourcePage {
  changed = false;
  private lines: SourceLine[] = [];
  private readonly database: Database;
  private readonly manifest: FoundManifest;
  private readonly rule: PathRule;
  private readonly folder: string;

  constructor(database: Database, manifest: FoundManifest) {
    this.database = database;
    this.manifest = manifest;
    this.rule = pathRuleOf(manifest);
    this.folder = dirname(placeOfManifest(manifest));
  }

  get isFull(): boolean {
    return this.lines.length >= PAGE_LINES;
  }

  add(file: RecordedFile): void {
    const { path: archive, member_path, scopes } = this.manifest;
    const { path: recorded, retrieved_at, ...rest } = file;
    const named = pathByRule(recorded, this.rule);
    if (named === null) return;
    const about = { ...rest, retrieved_at: retrieved_at === null ? null : parseAnyTime(retrieved_at) };
    if (member_path !== null) this.lines.push({ ...about, path: archive, member_path: named, is_there: null });
    else if (isBelow(named, scopes)) {
      this.lines.push({ ...about, path: named, member_path: null, is_there: hasFile(this.folder, recorded) });
    }
  }

  async write(): Promise<void> {
    const { lines } = this;
    this.lines = [];
    if (lines.length === 0) return;
    if (await writeSources(this.database, manifestPlace(this.manifest), lines)) this.changed = true;
  }
}

const FINDINGS: ReadonlySet<string> = new Set<FindingLine["finding"]>([
  "changed-at-source",
  "missing-at-source",
  "delete-marker",
  "older-version",
  "altered-on-disk",
]);

function findingsInWords(findings: ReadonlyMap<string, number>): string | null {
  const parts = [...findings].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `${n} ${kind}`);
  return parts.length === 0 ? null : parts.join(", ");
}

/** What is said of a manifest as a whole. */
class LineSummary {
  private readonly before: ManifestRow | null;
  private readonly counts = { changed_lines: 0, unusable_entries: 0 };
  private readonly findings = new Map<string, number>();
  private readonly failed = new Set<string>();
  private moreFailed = 0;
  private runs = 0;
  private first_changed_line: number | null = null;
  private last = { seq: 0, hash: "" };
  private goesOn: boolean;

  constructor(before: ManifestRow | null) {
    this.before = before;
    this.goesOn = before === null || before.entries === 0;
  }

  addBroken(problem: string, line: number): void {
    // A run that was killed while it wrote leaves a torn line; nothing was changed.
    if (problem === "torn") return;
    this.counts.changed_lines += 1;
    this.first_changed_line ??= line;
  }

  add(entry: ManifestEntry, of: { seq: number; hash: string; unusable: number }): void {
    this.last = { seq: of.seq, hash: of.hash };
    if (of.hash === this.before?.head && of.seq === this.before.entries) this.goesOn = true;
    this.counts.unusable_entries += of.unusable;
    if (entry.type === "run-start") this.runs += 1;
    else if (entry.type === "run-end") this.runs -= 1;
    else if (entry.type === "finding") this.addFinding(entry.finding);
    else if (entry.type === "failure") {
      if (this.failed.size < FAILED_MAX) this.failed.add(`${entry.bucket}/${entry.key}`);
      else this.moreFailed += 1;
    } else if (entry.type === "object" && this.failed.size > 0) this.failed.delete(`${entry.bucket}/${entry.key}`);
  }

  private addFinding(told: string): void {
    const kind = FINDINGS.has(told) ? told : "other";
    this.findings.set(kind, (this.findings.get(kind) ?? 0) + 1);
  }

  row(place: ManifestPlace, file_id: bigint | null): ManifestRow {
    const { before } = this;
    // Once lost, an entry stays lost: a manifest that was written anew does not become the old one by being read twice.
    const isLost = !this.goesOn && before !== null && before.lost_entry === null;
    return {
      ...place,
      file_id,
      entries: this.last.seq,
      head: this.last.hash,
      ...this.counts,
      first_changed_line: this.first_changed_line,
      findings: findingsInWords(this.findings),
      unfinished_runs: Math.max(0, this.runs),
      unfetched: this.failed.size + this.moreFailed,
      lost_entry: isLost ? before.entries : (before?.lost_entry ?? null),
      lost_head: isLost ? before.head : (before?.lost_head ?? null),
    };
  }
}

async function fileIdOf(database: Database, manifest: FoundManifest): Promise<bigint | null> {
  const { root, path, member_path, hashes } = manifest;
  const named = { root: root.root, path, member_path };
  if (member_path !== null) return manifestFileId(database, named, { hashes });
  return manifestFileId(database, named, { size_bytes: statSync(placeOfManifest(manifest)).size });
}

async function open(manifest: FoundManifest): Promise<AsyncIterable<Buffer> | Iterable<Buffer>> {
  const { member_path, hashes } = manifest;
  const place = placeOfManifest(manifest);
  if (member_path === null) return createReadStream(place, { highWaterMark: PIECE_BYTES });
  let missing = "";
  for (const sha256_stored of hashes) {
    const file = openEvidence(place);
    try {
      const found = await findContent(file, { member_path, sha256_stored });
      // The content of a member is held in memory, so the archive may be closed.
      if ("bytes" in found) return piecesOf(found.bytes);
      ({ missing } = found);
    } finally {
      file.close();
    }
  }
  throw new UnreadableManifestError(missing);
}

function* piecesOf(bytes: ByteSource): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** Whether a file that no manifest names is one that coldtrail keeps in the folder. */
export function isOwnFile(name: string): boolean {
  const kind = ownFileOf(name.replaceAll("\\", "/"))?.kind;
  return kind === "manifest" || kind === "leftover";
}
