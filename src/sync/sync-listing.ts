import { join } from "node:path";
import { parseLogFileName } from "../cloudtrail/log-file-key.ts";
import type { FindingLine, ManifestEntry } from "../manifest/manifest-line.ts";
import { spoolName } from "../manifest/own-files.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { Connection } from "./connection.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { KnownObjects } from "./known-objects.ts";
import { BucketLister, type Listed, type ListedObject, type OldVersion } from "./listing.ts";
import { dayPrefixes, findRegionFolders, type RegionFolder, type Slice } from "./log-prefixes.ts";
import { isArchived, SyncPlan } from "./plan.ts";
import type { S3Location } from "./s3-url.ts";
import { Spool } from "./spool.ts";

/** How many prefixes are listed at once. */
const LISTS_AT_ONCE = 32;
const DAY_MS = 86_400_000;

/** What a listing found; the objects to fetch and the findings stand in spools. */
export interface SyncListing {
  readonly plan: SyncPlan;
  readonly folders: readonly RegionFolder[];
  readonly delete_markers: number;
  readonly older_versions: number;
  /** S3's code when versions may not be listed; then neither of the two was looked for. */
  readonly versions_refused: string | null;
  readonly list_requests: number;
  /** First and last delivery among the names, UTC. */
  readonly first: string | null;
  readonly last: string | null;
  readonly to_fetch: Spool<ListedObject>;
  readonly findings: Spool<FindingLine>;
}

export interface ListingOptions {
  readonly location: S3Location;
  readonly slice: Slice;
  readonly onProgress: (listed: number) => void;
}

/** Lists what a slice needs and compares it with the manifest and the disk. Throws what the SDK throws. */
export async function listForSync(
  connection: Connection,
  store: EvidenceStore,
  options: ListingOptions,
): Promise<SyncListing> {
  const { location, slice } = options;
  const lister = new BucketLister(connection, location.bucket);
  const folders = await findRegionFolders(async (prefix) => lister.folders(prefix), location.prefix, slice);
  const prefixes = prefixesOf(folders, location.prefix, slice);
  const comparison = await Comparison.open(store, location.bucket, slice);
  await eachPage(lister, prefixes, (page) => {
    comparison.add(page);
    options.onProgress(comparison.plan.totals().objects);
  });
  await comparison.findMissing(prefixes);
  return { ...comparison.result(), folders, versions_refused: lister.versionsRefused, list_requests: lister.requests };
}

function prefixesOf(folders: readonly RegionFolder[], prefix: string, slice: Slice): string[] {
  const today = new Date().toISOString().slice(0, 10);
  if (folders.length === 0) return [prefix];
  return folders.flatMap((folder) => dayPrefixes(folder, slice, today) ?? [folder.prefix]);
}

/** Lists prefixes side by side, a few at a time. */
async function eachPage(
  lister: BucketLister,
  prefixes: readonly string[],
  take: (page: Listed[]) => void,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < prefixes.length) {
      const prefix = prefixes[next]!;
      next += 1;
      for await (const page of lister.pages(prefix)) take(page);
    }
  };
  await Promise.all(Array.from({ length: Math.min(LISTS_AT_ONCE, prefixes.length) }, work));
}

class Comparison {
  readonly plan = new SyncPlan();
  private readonly counts = { delete_markers: 0, older_versions: 0 };
  private first: string | null = null;
  private last: string | null = null;
  private readonly known: KnownObjects;
  private readonly store: EvidenceStore;
  private readonly bucket: string;
  private readonly slice: Slice;
  private readonly to_fetch: Spool<ListedObject>;
  private readonly findings: Spool<FindingLine>;
  private readonly found_at = new Date().toISOString();

  private constructor(known: KnownObjects, store: EvidenceStore, of: { bucket: string; slice: Slice }) {
    this.known = known;
    this.store = store;
    this.bucket = of.bucket;
    this.slice = of.slice;
    this.to_fetch = new Spool(join(store.folder, spoolName("to-fetch", process.pid)));
    this.findings = new Spool(join(store.folder, spoolName("findings", process.pid)));
  }

  static async open(store: EvidenceStore, bucket: string, slice: Slice): Promise<Comparison> {
    const known = new KnownObjects();
    for await (const entry of entriesOf(store.folder)) {
      if (entry.type === "object") known.add(entry);
      if (entry.type === "finding") known.addFinding(entry.finding, entry);
    }
    return new Comparison(known, store, { bucket, slice });
  }

  add(page: readonly Listed[]): void {
    const wanted: ListedObject[] = [];
    const findings: FindingLine[] = [];
    for (const item of page) {
      if (item.type === "old") findings.push(...this.oldVersion(item.old));
      else if (this.isWanted(item.object.key)) this.addObject(item.object, { wanted, findings });
    }
    this.to_fetch.write(wanted);
    this.findings.write(findings);
  }

  private addObject(object: ListedObject, to: { wanted: ListedObject[]; findings: FindingLine[] }): void {
    const { bucket } = this;
    const compared = this.known.compare({ bucket, ...object });
    // What the manifest has and the disk has not any more is fetched again.
    const state = compared === "unchanged" && !this.store.has({ bucket, ...object }) ? "new" : compared;
    this.plan.add(object, state);
    const delivered = parseLogFileName(object.key)?.delivered_at ?? null;
    if (delivered !== null && (this.first === null || delivered < this.first)) this.first = delivered;
    if (delivered !== null && (this.last === null || delivered > this.last)) this.last = delivered;
    if (state === "unchanged") return;
    if (!isArchived(object)) to.wanted.push(object);
    if (state === "changed") {
      const detail = `now ${object.size_bytes} bytes, ETag ${object.etag ?? "unknown"}; what was fetched before stays as it is`;
      to.findings.push(...this.finding("changed-at-source", object, detail));
    }
  }

  /** By name; a name that says nothing is always wanted. */
  private isWanted(key: string): boolean {
    const name = parseLogFileName(key);
    const { accounts, regions, kinds, first_day, last_day } = this.slice;
    if (name === null) return true;
    const day = name.delivered_at?.slice(0, 10) ?? null;
    const until = last_day === null ? null : new Date(Date.parse(last_day) + DAY_MS).toISOString().slice(0, 10);
    return (
      (accounts.length === 0 || accounts.includes(name.account_id)) &&
      (regions.length === 0 || regions.includes(name.region)) &&
      (kinds.length === 0 || kinds.includes(name.kind)) &&
      (day === null || first_day === null || day >= first_day) &&
      (day === null || until === null || day <= until)
    );
  }

  private oldVersion(old: OldVersion): FindingLine[] {
    if (old.kind === "delete-marker") {
      this.counts.delete_markers += 1;
      const words = old.is_latest
        ? "the object is deleted; its versions may still be there"
        : "it was deleted once and put again";
      return this.finding("delete-marker", old, `set ${old.last_modified ?? "at an unknown time"}: ${words}`);
    }
    this.counts.older_versions += 1;
    return this.finding("older-version", old, `written ${old.last_modified ?? "at an unknown time"}, replaced since`);
  }

  private finding(
    finding: FindingLine["finding"],
    of: { key: string; version_id: string | null },
    detail: string,
  ): FindingLine[] {
    const { bucket, found_at } = this;
    const { key, version_id } = of;
    const isNew = this.known.addFinding(finding, { bucket, key, version_id });
    return isNew ? [{ type: "finding", finding, bucket, key, version_id, found_at, detail }] : [];
  }

  /** What is on disk and was not in the listing, of the prefixes that were listed. */
  async findMissing(prefixes: readonly string[]): Promise<void> {
    for await (const entry of entriesOf(this.store.folder)) {
      if (entry.type !== "object" || entry.bucket !== this.bucket || entry.origin === "adopted") continue;
      if (this.known.wasSeen(this.bucket, entry.key) || !this.isWanted(entry.key)) continue;
      if (!prefixes.some((prefix) => entry.key.startsWith(prefix))) continue;
      this.plan.missing += 1;
      this.findings.write(this.finding("missing-at-source", entry, "fetched before, and no longer listed"));
    }
  }

  result(): Omit<SyncListing, "folders" | "versions_refused" | "list_requests"> {
    const { plan, counts, first, last, to_fetch, findings } = this;
    return { plan, ...counts, first, last, to_fetch, findings };
  }
}

async function* entriesOf(folder: string): AsyncGenerator<ManifestEntry> {
  for await (const item of readManifest(folder)) if (item.type === "line") yield item.line.entry;
}
