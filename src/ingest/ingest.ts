import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { CaseWriter, type WriterOptions } from "../store/case-writer.ts";
import { evidenceHash, readRoots, readSpan, writeRoots } from "../store/evidence-manifest.ts";
import { excludeCase, refuseOverlap } from "./case-and-evidence.ts";
import { asCaseError } from "../store/store-error.ts";
import { resolveOffers } from "./evidence-root.ts";
import type { FoundManifests } from "./found-manifests.ts";
import { Loading, type IngestProgress } from "./loading.ts";
import { readManifests, type Provenance } from "./provenance.ts";
import { planIngest, refuseSmallDisk } from "./plan.ts";
import { EVERYTHING, type Selection } from "./selection.ts";
import type { IngestSummary } from "./summary.ts";

export interface IngestOptions extends WriterOptions {
  readonly caseFolder: string;
  /** Reader threads; default: one a core. */
  readonly jobs?: number;
  /** Code of a reader thread; default: `reader-worker`. */
  readonly readerWorker?: URL;
  /** Which files to load, by their names; default: all. */
  readonly selection?: Selection;
  /** Starts even when the disk looks too small. */
  readonly ignoreSpace?: boolean;
  /** `LABEL=PATH` texts. */
  readonly roots?: readonly string[];
  /** Aborted by Ctrl-C: what is committed stays and is published. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

export interface IngestResult {
  readonly summary: IngestSummary;
  readonly interrupted: boolean;
  /** True when the unfinished work of a killed ingest was taken up. */
  readonly resumed: boolean;
  /** See `evidenceHash`. */
  readonly evidence_sha256: string;
}

/**
 * Loads archives into a case. Safe to repeat and to kill at any moment: files and their events are committed together,
 * and what is committed is skipped the next time. Throws UsageError and CaseError; bad evidence is in the summary.
 */
export async function ingestArchives(paths: readonly string[], options: IngestOptions): Promise<IngestResult> {
  refuseOverlap(paths, options.caseFolder);
  // Wrong paths are told before a case is made for them.
  resolveOffers(paths, [], options.roots ?? []);
  const selection = options.selection ?? EVERYTHING;
  if (options.ignoreSpace !== true)
    refuseSmallDisk(planIngest(paths, selection, options.caseFolder), options.caseFolder);
  const started = performance.now();
  const writer = await openCase(options);
  let loading: Loading | null = null;
  try {
    const { database } = writer;
    const { offers, roots } = resolveOffers(paths, await readRoots(database), options.roots ?? []);
    await writeRoots(database, roots);
    loading = new Loading(writer, {
      jobs: options.jobs ?? availableParallelism(),
      excluded: excludeCase(writer.folder),
      roots,
      selection,
      ...(options.readerWorker === undefined ? {} : { readerWorker: options.readerWorker }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    const counts = await loading.load(offers);
    const read = await provenanceOf(writer, loading.manifests, options.signal);
    const summary: IngestSummary = {
      case: options.caseFolder,
      ...counts,
      provenance: read.provenance,
      ...(await readSpan(database)),
      elapsed_ms: Math.round(performance.now() - started),
    };
    const evidence_sha256 = await evidenceHash(database);
    const { resumed } = writer;
    const isFirst = !existsSync(writer.folder.published);
    if (loading.committed || read.changed || resumed || isFirst) await writer.publish();
    else writer.abandon({ discard: true });
    return { summary, interrupted: options.signal?.aborted === true, resumed, evidence_sha256 };
  } catch (error) {
    // What was committed is taken up by the next run; a copy that nothing was added to would only be in the way.
    writer.abandon({ discard: loading?.committed !== true && !writer.resumed });
    throw asCaseError(error as Error, writer.folder.folder);
  }
}

/** What manifests say; null when there are none, or the run was stopped before all files that they speak of were read. */
async function provenanceOf(
  { database }: CaseWriter,
  manifests: FoundManifests,
  signal?: AbortSignal,
): Promise<{ readonly provenance: Provenance | null; readonly changed: boolean }> {
  const isStopped = (): boolean => signal?.aborted === true;
  const found = manifests.list();
  if (found.length === 0 || isStopped()) return { provenance: null, changed: false };
  const { provenance, changed } = await readManifests(database, found, signal);
  return { provenance: isStopped() ? null : provenance, changed };
}

async function openCase(options: IngestOptions): Promise<CaseWriter> {
  try {
    return await CaseWriter.open(options.caseFolder, options);
  } catch (error) {
    throw asCaseError(error as Error, options.caseFolder);
  }
}
