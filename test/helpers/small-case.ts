import { quickIngest } from "./quick-ingest.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { writeTrail, type RecordFields } from "./trail-maker.ts";

/** A case of these records alone; its folder goes after the last test of the file. */
export async function caseOf(records: readonly RecordFields[]): Promise<string> {
  const folder = temporaryFolder();
  writeTrail(`${folder}/evidence`, { "trail.json": records });
  await quickIngest(`${folder}/case`, [`${folder}/evidence`]);
  return `${folder}/case`;
}
