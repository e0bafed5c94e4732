import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CaseReader } from "./case-reader.ts";
import { CaseWriter } from "./case-writer.ts";
import type { Database } from "./database.ts";

/** A case with nothing in it, in a temporary folder that goes with it: for checking queries without a case. */
export async function openEmptyCase(
  toolVersion: string,
  prepare: (database: Database) => Promise<void>,
): Promise<CaseReader> {
  const folder = mkdtempSync(join(tmpdir(), "coldtrail-empty-"));
  try {
    const writer = await CaseWriter.open(folder, { toolVersion });
    await writer.publish();
    return await CaseReader.open(folder, { prepare, onClose: () => rmSync(folder, { recursive: true, force: true }) });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
