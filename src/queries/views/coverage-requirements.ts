import type { CaseReader } from "../../store/case-reader.ts";
import type { QueryFile } from "../query-file.ts";
import { requirementCondition, requirementInWords } from "../requirements.ts";
import { textLiteral } from "./sql-text.ts";

/** A kind of record that queries of the library read, and what the case holds of it. */
export interface RequirementCoverage {
  /** Such as `data:s3:read`, without what it is to be about. */
  readonly requirement: string;
  readonly words: string;
  /** Queries that read it. */
  readonly queries: readonly string[];
  /** Records in the case; 0 is `not logged`. */
  readonly records: number;
  readonly first: string | null;
  readonly last: string | null;
  /** Accounts that received such a record, of all that received any. */
  readonly accounts: number;
  readonly accounts_all: number;
}

/** The kinds of record that the library reads, with the queries that do, in order. */
export function requiredByLibrary(queries: readonly QueryFile[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { id, requires } of queries) {
    for (const kind of new Set(requires.map((text) => text.replace(/\(.*\)$/s, "")))) {
      users.set(kind, [...(users.get(kind) ?? []), id]);
    }
  }
  return new Map([...users].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The statement that counts them all in one scan of the case: a row for each, in order. */
export function requirementCoverageSql(queries: readonly QueryFile[]): string {
  const users = [...requiredByLibrary(queries)];
  const kinds = users.map(([requirement]) => requirementCondition(requirement).sql);
  const counts = kinds.flatMap((sql, i) => [
    `coalesce(sum(n) FILTER (WHERE ${sql}), 0) AS n_${i}`,
    `min(first) FILTER (WHERE ${sql}) AS first_${i}`,
    `max(last) FILTER (WHERE ${sql}) AS last_${i}`,
    `count(DISTINCT recipient_account_id) FILTER (WHERE ${sql}) AS accounts_${i}`,
  ]);
  const rows = users.map(
    ([requirement, ids], i) =>
      `SELECT ${i + 1} AS place, ${textLiteral(requirement)} AS requirement, CAST(n_${i} AS BIGINT) AS records, ` +
      `first_${i} AS first_event, last_${i} AS last_event, accounts_${i} AS accounts, accounts_all, ` +
      `${textLiteral(ids.join(", "))} AS read_by FROM counted`,
  );
  return `WITH counted AS MATERIALIZED (
  SELECT count(DISTINCT recipient_account_id) AS accounts_all,
    ${counts.join(",\n    ")}
  FROM (SELECT recipient_account_id, event_category, management_event, read_only, service,
      count(*) AS n, min(event_time) AS first, max(event_time) AS last
    FROM all_events GROUP BY ALL))
${rows.join("\nUNION ALL ")}
ORDER BY place`;
}

/** What the case holds of each kind of record that the library reads, in order. */
export async function requirementCoverage(
  reader: CaseReader,
  queries: readonly QueryFile[],
): Promise<RequirementCoverage[]> {
  const users = requiredByLibrary(queries);
  if (users.size === 0) return [];
  const rows = await reader.rows(requirementCoverageSql(queries));
  return rows.map((row) => {
    const requirement = String(row["requirement"]);
    return {
      requirement,
      words: requirementInWords(requirement),
      queries: users.get(requirement) ?? [],
      records: Number(row["records"]),
      first: textOf(row["first_event"]),
      last: textOf(row["last_event"]),
      accounts: Number(row["accounts"]),
      accounts_all: Number(row["accounts_all"]),
    };
  });
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
