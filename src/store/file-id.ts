import { createHash } from "node:crypto";
import type { Database } from "./database.ts";
import type { EvidenceFile, ReadFile } from "./evidence-file.ts";

/**
 * Gives each file its id: 62 bits of a hash over path, member and content, so that the same evidence gets the same ids
 * whatever the order of arrival. Equal files under several roots are told apart by a count.
 */
export async function assignFileIds(database: Database, files: readonly ReadFile[]): Promise<EvidenceFile[]> {
  const ids = new Map<ReadFile, bigint>();
  const given = new Set<bigint>();
  let open = files;
  for (let copy = 0; open.length > 0; copy += 1) {
    const wanted = open.map((file) => ({ file, id: fileId(file, copy) }));
    const taken = await takenIds(
      database,
      wanted.map(({ id }) => id),
    );
    for (const { file, id } of wanted) {
      if (taken.has(id) || given.has(id)) continue;
      given.add(id);
      ids.set(file, id);
    }
    open = open.filter((file) => !ids.has(file));
  }
  return files.map((file) => ({ ...file, file_id: ids.get(file)! }));
}

/** Makes the temp table `offered`: what the files are called. */
export async function rememberOffered(database: Database, files: readonly ReadFile[]): Promise<void> {
  await database.run(
    "CREATE OR REPLACE TEMP TABLE offered (root VARCHAR, path VARCHAR, member_path VARCHAR, sha256_stored VARCHAR)",
  );
  const appender = await database.connection.createAppender("offered", "main", "temp");
  for (const { root, path, member_path, sha256_stored } of files) {
    appender.appendVarchar(root);
    appender.appendVarchar(path);
    appender.appendVarchar(member_path ?? "");
    appender.appendVarchar(sha256_stored ?? "");
    appender.endRow();
  }
  appender.closeSync();
}

/** Those of the ids that the case has. */
async function takenIds(database: Database, ids: readonly bigint[]): Promise<Set<bigint>> {
  await database.run("CREATE OR REPLACE TEMP TABLE wanted_ids (file_id BIGINT)");
  const appender = await database.connection.createAppender("wanted_ids", "main", "temp");
  for (const id of ids) {
    appender.appendBigInt(id);
    appender.endRow();
  }
  appender.closeSync();
  const rows = await database.rows(
    "SELECT file_id FROM evidence_files WHERE file_id IN (SELECT file_id FROM wanted_ids)",
  );
  return new Set(rows.map(({ file_id }) => file_id as bigint));
}

function fileId(file: ReadFile, copy: number): bigint {
  const parts = [file.path, file.member_path ?? "", file.sha256_stored ?? "unread", String(copy)];
  const hash = createHash("sha256").update(parts.join("\0")).digest();
  return hash.readBigUInt64BE(0) >> 2n;
}
