import { createHash } from "node:crypto";
import type { Database } from "./database.ts";
import type { EvidenceFile, ReadFile } from "./evidence-file.ts";

/**
 * Gives each file its id: 62 bits of a hash over path, member and content, so that the same evidence gets the same ids
 * whatever the order of arrival. Equal files under several roots are told apart by a count.
 * Needs `rememberOffered` for the same files.
 */
export async function assignFileIds(database: Database, files: readonly ReadFile[]): Promise<EvidenceFile[]> {
  const taken = await takenIds(database);
  return files.map((file) => {
    let copy = 0;
    let id = fileId(file, copy);
    while (taken.has(id)) {
      copy += 1;
      id = fileId(file, copy);
    }
    taken.add(id);
    return { ...file, file_id: id };
  });
}

/** Makes the temp table `offered`: what the files are called. */
export async function rememberOffered(database: Database, files: readonly ReadFile[]): Promise<void> {
  await database.run("CREATE OR REPLACE TEMP TABLE offered (root VARCHAR, path VARCHAR)");
  const appender = await database.connection.createAppender("offered", "main", "temp");
  for (const { root, path } of files) {
    appender.appendVarchar(root);
    appender.appendVarchar(path);
    appender.endRow();
  }
  appender.closeSync();
}

/** Ids in the case of files whose path occurs in the batch: equal paths are the only way to equal ids. */
async function takenIds(database: Database): Promise<Set<bigint>> {
  const rows = await database.rows("SELECT file_id FROM evidence_files WHERE path IN (SELECT path FROM offered)");
  return new Set(rows.map(({ file_id }) => file_id as bigint));
}

function fileId(file: ReadFile, copy: number): bigint {
  const parts = [file.path, file.member_path ?? "", file.sha256_stored ?? "unread", String(copy)];
  const hash = createHash("sha256").update(parts.join("\0")).digest();
  return hash.readBigUInt64BE(0) >> 2n;
}
