import { join } from "node:path";

/** Where everything of a case lies. */
export interface CaseFolder {
  readonly folder: string;
  /** The published generation: readers open this and writers never change it. */
  readonly published: string;
  /** The generation being written; after a kill it is resumed. */
  readonly next: string;
  readonly lock: string;
  readonly journal: string;
  /** Shards of the running ingest; removed at its start and end. */
  readonly shards: string;
  readonly ownAccounts: string;
}

export function caseFolder(folder: string): CaseFolder {
  return {
    folder,
    published: join(folder, "coldtrail.duckdb"),
    next: join(folder, "coldtrail.next.duckdb"),
    lock: join(folder, "case.lock"),
    journal: join(folder, "journal"),
    shards: join(folder, "shards.tmp"),
    ownAccounts: join(folder, "own-accounts.txt"),
  };
}
