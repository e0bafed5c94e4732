import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname, sep } from "node:path";
import { parseLogFileName } from "../cloudtrail/log-file-key.ts";
import { CaseError } from "../errors.ts";
import { ownFileOf } from "../manifest/own-files.ts";
import { caseFolder } from "../store/case-folder.ts";
import { discover } from "./discover.ts";
import { WAITING_ROWS_MAX } from "./reader-protocol.ts";
import { isSelected, type Selection } from "./selection.ts";

/** Files of one account, region, kind and month of delivery; null where the name does not say. */
export interface PlanGroup {
  readonly account: string | null;
  readonly region: string | null;
  readonly kind: string | null;
  /** `2023-07`. */
  readonly month: string | null;
  files: number;
  bytes: number;
}

export interface IngestPlan {
  readonly groups: readonly PlanGroup[];
  readonly files: number;
  readonly bytes: number;
  readonly not_selected: number;
  readonly estimated_events: number;
  readonly estimated_minutes: number;
  readonly estimated_case_bytes: number;
  /** What the ingest needs beside what is there, at least: the case as it will be, since it is written as a second copy. */
  readonly needed_bytes: number;
  readonly free_bytes: number;
}

/** Measured (docs/performance.md): a compressed file takes some bytes for itself and some for each event. */
const GZIP_BYTES_A_FILE = 800;
const GZIP_BYTES_AN_EVENT = 260;
const PLAIN_BYTES_AN_EVENT = 1_590;
/** Names of files that hold compressed logs; archives are not opened for an estimate. */
const COMPRESSED = /\.(?:gz|tgz|zip|zst|bz2|tbz2?)$/i;
/** Of the case, all tables; the upper end of what was measured. */
const CASE_BYTES_AN_EVENT = 265;
const CASE_BYTES_A_FILE = 300;
/** Of rows on their way from the readers to the store, which are not compressed. */
const SHARD_BYTES_AN_EVENT = 650;
/** What two cores do; small files cost more than their events. */
const EVENTS_A_SECOND = 40_000;
const FILES_A_SECOND = 4_000;

/** Looks at names and sizes only, and says what loading them would take. */
export function planIngest(paths: readonly string[], selection: Selection, folder: string): IngestPlan {
  const groups = new Map<string, PlanGroup>();
  const total = { files: 0, bytes: 0, not_selected: 0, events: 0 };
  for (const path of paths) {
    for (const found of discover(path, new Set())) {
      if (!("size_bytes" in found)) continue;
      if (!isSelected(found.absolute, selection)) {
        total.not_selected += 1;
        continue;
      }
      total.files += 1;
      total.bytes += found.size_bytes;
      const events = addToGroup(groups, found.absolute, found.size_bytes);
      total.events += events;
    }
  }
  const seconds = Math.max(total.events / EVENTS_A_SECOND, total.files / FILES_A_SECOND);
  const newBytes = Math.round(total.events) * CASE_BYTES_AN_EVENT + total.files * CASE_BYTES_A_FILE;
  const shardBytes = Math.round(Math.min(total.events, WAITING_ROWS_MAX)) * SHARD_BYTES_AN_EVENT;
  return {
    groups: [...groups.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group),
    files: total.files,
    bytes: total.bytes,
    not_selected: total.not_selected,
    estimated_events: Math.round(total.events),
    estimated_minutes: Math.ceil(seconds / 6) / 10,
    estimated_case_bytes: newBytes,
    // Of files that the case holds already nothing is added, so the copy alone may be what it takes.
    needed_bytes: Math.max(newBytes + shardBytes, caseSize(folder)),
    free_bytes: freeBytes(folder),
  };
}

/** Refuses an ingest that the disk has no room for. Throws CaseError. */
export function refuseSmallDisk(plan: IngestPlan, folder: string): void {
  if (plan.needed_bytes <= plan.free_bytes) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString("en-US")} MB`;
  throw new CaseError({
    what: "The disk is too small for this ingest",
    where: `${folder} has ${megabytes(plan.free_bytes)} free; about ${megabytes(plan.needed_bytes)} are needed`,
    fix: "Name another disk with --case DIR, load a part with --since, --until, --account or --region, or go on regardless with --ignore-space.",
  });
}

/** Estimated events in the file. Digests hold none, nor do the lists that a sync keeps. */
function addToGroup(groups: Map<string, PlanGroup>, path: string, bytes: number): number {
  const name = parseLogFileName(path);
  const month = name?.delivered_at?.slice(0, 7) ?? null;
  const key = [name?.account_id, name?.region, name?.kind, month].map((part) => part ?? "~").join(" ");
  const group = groups.get(key) ?? {
    account: name?.account_id ?? null,
    region: name?.region ?? null,
    kind: name?.kind ?? null,
    month,
    files: 0,
    bytes: 0,
  };
  groups.set(key, group);
  group.files += 1;
  group.bytes += bytes;
  if (name?.kind === "CloudTrail-Digest") return 0;
  const own = ownFileOf(path.split(sep).join("/"))?.kind;
  if (own === "manifest" || own === "leftover") return 0;
  if (!COMPRESSED.test(path)) return bytes / PLAIN_BYTES_AN_EVENT;
  return bytes === 0 ? 0 : Math.max(1, (bytes - GZIP_BYTES_A_FILE) / GZIP_BYTES_AN_EVENT);
}

function caseSize(folder: string): number {
  const { published } = caseFolder(folder);
  return existsSync(published) ? statSync(published).size : 0;
}

function freeBytes(folder: string): number {
  let place = folder;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize;
}
