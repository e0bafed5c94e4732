import { ingestArchives, type IngestOptions, type IngestResult } from "../../src/ingest/ingest.ts";

/** Readers of the build start in half the time that those of the sources need. */
const BUILT_READER = new URL("../../dist/ingest/reader-worker.js", import.meta.url);

/** Ingests in this process, with one reader unless told otherwise. */
export async function quickIngest(
  caseFolder: string,
  paths: readonly string[],
  options: Partial<IngestOptions> = {},
): Promise<IngestResult> {
  return await ingestArchives(paths, {
    caseFolder,
    toolVersion: "test",
    jobs: 1,
    readerWorker: BUILT_READER,
    ...options,
  });
}
