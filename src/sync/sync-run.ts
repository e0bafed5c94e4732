import { ManifestWriter } from "../manifest/append-manifest.ts";
import type { ObjectLine, RunEndLine } from "../manifest/manifest-line.ts";
import type { Connection } from "./connection.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { fetchObjects, FetchStopped } from "./fetch-objects.ts";
import { RequestWindow } from "./request-window.ts";
import type { S3Location } from "./s3-url.ts";
import { objectGetter } from "./signed-get.ts";
import type { SyncListing } from "./sync-listing.ts";
import { fetchContext, type ContextResult } from "./trail-context.ts";

export interface SyncCounts {
  fetched: number;
  fetched_bytes: number;
  failed: number;
  /** Requests for objects, repeated ones too. */
  attempts: number;
  /** Fetched, but S3 told nothing that their bytes could be compared with. */
  not_comparable: number;
  findings: number;
}

export interface FinishedSync {
  readonly outcome: RunEndLine["outcome"];
  /** Why it ended early, or null. */
  readonly stopped_by: string | null;
  readonly counts: SyncCounts;
  /** The first failures; the manifest has all of them. */
  readonly failures: readonly { readonly key: string; readonly reason: string }[];
  readonly context: ContextResult | null;
  /** Last line of the manifest: written down elsewhere, it shows later that nothing before it was changed. */
  readonly head: { readonly seq: number; readonly hash: string };
}

export interface SyncRunOptions {
  readonly location: S3Location;
  readonly tool_version: string;
  readonly argv: readonly string[];
  readonly caller_arn: string | null;
  readonly concurrency: number;
  readonly max_rps: number | null;
  readonly signal: AbortSignal;
  /** Renews expired credentials; false when that is not possible. */
  readonly renew: () => Promise<boolean>;
  readonly onProgress: (progress: { readonly counts: SyncCounts; readonly at_once: number }) => void;
}

const FAILURES_SHOWN = 20;
/** A machine that loses its power loses at most what was fetched since; the next run fetches it again. */
const FLUSH_EVERY_MS = 2000;

/** Fetches what a listing found, and writes each object, finding and failure into the manifest. */
export async function runSync(
  connection: Connection,
  { store, listing }: { store: EvidenceStore; listing: SyncListing },
  options: SyncRunOptions,
): Promise<FinishedSync> {
  const run = new SyncRun(await ManifestWriter.open(store.folder), connection, options);
  return run.go(store, listing);
}

class SyncRun {
  private readonly writer: ManifestWriter;
  private readonly connection: Connection;
  private readonly options: SyncRunOptions;
  private readonly counts: SyncCounts = {
    fetched: 0,
    fetched_bytes: 0,
    failed: 0,
    attempts: 0,
    not_comparable: 0,
    findings: 0,
  };
  private readonly failures: { key: string; reason: string }[] = [];
  private flushed_ms = performance.now();

  constructor(writer: ManifestWriter, connection: Connection, options: SyncRunOptions) {
    this.writer = writer;
    this.connection = connection;
    this.options = options;
  }

  async go(store: EvidenceStore, listing: SyncListing): Promise<FinishedSync> {
    let stopped_by: string | null = null;
    let context: ContextResult | null = null;
    try {
      this.begin();
      for await (const finding of listing.findings.read()) {
        this.writer.append(finding);
        this.counts.findings += 1;
      }
      await this.fetchAll(store, listing);
      if (!this.options.signal.aborted) context = await this.keepContext(store.folder, listing);
    } catch (error) {
      stopped_by = stopReason(error);
    }
    const outcome = this.outcome(stopped_by);
    return {
      outcome,
      stopped_by: this.end(outcome) ?? stopped_by,
      counts: this.counts,
      failures: this.failures,
      context,
      head: this.writer.head,
    };
  }

  private begin(): void {
    const { location, tool_version, argv, caller_arn } = this.options;
    this.writer.append({
      type: "run-start",
      tool_version,
      argv,
      caller_arn,
      source: `s3://${location.bucket}/${location.prefix}`,
      endpoint: this.connection.options.endpoint_url,
      region: this.connection.region,
      started_at: new Date().toISOString(),
      clock_skew_ms: this.connection.s3.config.systemClockOffset ?? null,
    });
  }

  private async fetchAll(store: EvidenceStore, listing: SyncListing): Promise<void> {
    const { location, concurrency, max_rps, signal, renew } = this.options;
    const { bucket } = location;
    const window = new RequestWindow({ largest: concurrency, max_rps });
    const report = (): void => this.options.onProgress({ counts: this.counts, at_once: window.size });
    await fetchObjects(
      {
        bucket,
        get: await objectGetter(this.connection, bucket),
        window,
        store,
        signal,
        renew,
        onFetched: (line) => {
          this.fetched(line);
          report();
        },
        onFailed: (object, reason, attempts) => {
          this.writer.append({
            type: "failure",
            bucket,
            key: object.key,
            reason,
            attempts,
            failed_at: new Date().toISOString(),
          });
          this.counts.failed += 1;
          this.counts.attempts += attempts;
          if (this.failures.length < FAILURES_SHOWN) this.failures.push({ key: object.key, reason });
          report();
        },
      },
      listing.to_fetch.read(),
    );
  }

  private fetched(line: ObjectLine): void {
    this.writer.append(line);
    this.counts.fetched += 1;
    this.counts.fetched_bytes += line.size_bytes;
    this.counts.attempts += line.attempts;
    if (line.checks.md5 === "not-possible" && line.checks.checksum === null) this.counts.not_comparable += 1;
    if (performance.now() - this.flushed_ms < FLUSH_EVERY_MS) return;
    this.writer.flush();
    this.flushed_ms = performance.now();
  }

  private async keepContext(folder: string, listing: SyncListing): Promise<ContextResult> {
    const regions = [...new Set([...listing.folders.map(({ region }) => region), this.connection.region])].toSorted();
    const fetched_at = new Date().toISOString();
    const { bucket } = this.options.location;
    const { first, last } = listing;
    const context = await fetchContext(this.connection, { folder, bucket, regions, first, last, fetched_at });
    this.writer.append({ type: "context", ...context, fetched_at });
    return context;
  }

  private outcome(stopped_by: string | null): RunEndLine["outcome"] {
    if (stopped_by !== null) return "stopped";
    if (this.options.signal.aborted) return "interrupted";
    return this.counts.failed > 0 ? "with-failures" : "complete";
  }

  /** Closes the run in the manifest; returns why that was not possible, else null. */
  private end(outcome: RunEndLine["outcome"]): string | null {
    try {
      this.writer.append({ type: "run-end", ended_at: new Date().toISOString(), outcome, counts: { ...this.counts } });
      this.writer.close();
      return null;
    } catch (error) {
      return `the manifest could not be closed: ${(error as Error).message}`;
    }
  }
}

/** Only what was foreseen ends a run with a reason; anything else is a bug and goes on up. */
function stopReason(error: unknown): string {
  if (error instanceof FetchStopped) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EROFS" || code === "EACCES") {
    return `the evidence folder cannot be written (${code})`;
  }
  throw error;
}
