import type { CaseReader } from "../../../src/store/case-reader.ts";
import { quoteIdentifier } from "../../../src/store/database.ts";
import type { QueryFile, QueryParameter } from "../../../src/queries/query-file.ts";

/** Columns for parameters that name none themselves. */
const COLUMN_BY_TYPE: Readonly<Record<string, string>> = { cidr: "source_ip", list: "recipient_account_id" };
const TEXT_BY_TYPE: Readonly<Record<string, string>> = {
  int: "10",
  float: "0.5",
  bool: "true",
  duration: "1h",
  glob: "*role*",
  regex: "assumed-role",
};

/** A value of a column that is neither rare nor the most frequent: a quarter of the distinct values are more frequent. */
export async function typicalValue(reader: CaseReader, column: string): Promise<string | null> {
  const name = quoteIdentifier(column);
  const [row] = await reader.rows(`
    WITH counts AS (SELECT ${name} AS v, count(*) AS n FROM all_events WHERE ${name} IS NOT NULL GROUP BY 1)
    SELECT CAST(v AS VARCHAR) AS v FROM counts ORDER BY n DESC, v
    LIMIT 1 OFFSET (SELECT count(*) // 4 FROM counts)`);
  return (row?.["v"] as string | null | undefined) ?? null;
}

/** Values for the parameters that a query cannot do without, and for those that an investigator would fill in. */
export async function exampleParameters(reader: CaseReader, query: QueryFile): Promise<Map<string, string[]> | null> {
  const given = new Map<string, string[]>();
  for (const param of query.params) {
    if (param.default !== undefined) continue;
    const value = await exampleFor(reader, param);
    if (value === null) return null;
    given.set(param.name, [value]);
  }
  return given;
}

async function exampleFor(reader: CaseReader, param: QueryParameter): Promise<string | null> {
  const column = param.suggest ?? COLUMN_BY_TYPE[param.type];
  if (column !== undefined) return typicalValue(reader, column);
  if (param.type === "timestamp") return middleTime(reader);
  return TEXT_BY_TYPE[param.type] ?? typicalValue(reader, "actor");
}

/** The time of the middle event of the case, as text. */
export async function middleTime(reader: CaseReader): Promise<string | null> {
  const [row] = await reader.rows(`
    SELECT strftime(quantile_disc(event_time, 0.5), '%Y-%m-%dT%H:%M:%SZ') AS t FROM all_events`);
  return (row?.["t"] as string | null | undefined) ?? null;
}
