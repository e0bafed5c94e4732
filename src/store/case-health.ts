import { existsSync } from "node:fs";
import { version } from "@duckdb/node-api";
import type { CaseReader } from "./case-reader.ts";

export interface HealthFinding {
  readonly level: "ok" | "note" | "FAILED";
  readonly text: string;
}

/** Version of the DuckDB engine in use, e.g. `v1.5.6`. */
export async function engineVersion(): Promise<string> {
  return Promise.resolve(version());
}

/** Checks the identities that must always hold, and says what the case lacks. */
export async function checkCaseHealth(reader: CaseReader): Promise<HealthFinding[]> {
  return [
    ...(await checkSums(reader)),
    ...(await checkJson(reader)),
    ...(await checkRoots(reader)),
    ...(await findLacks(reader)),
  ];
}

async function checkSums(reader: CaseReader): Promise<HealthFinding[]> {
  const [sums] = await reader.rows(`
    SELECT count(*) AS files, coalesce(sum(records), 0) AS records, coalesce(sum(stored), 0) AS stored,
      coalesce(sum(duplicate), 0) AS duplicate, coalesce(sum(rejected), 0) AS rejected,
      count(*) FILTER (WHERE records <> stored + duplicate + rejected) AS uneven,
      (SELECT count(*) FROM event_rows) AS event_count, (SELECT count(*) FROM event_occurrences) AS copy_count,
      (SELECT count(*) FROM rejected_records) AS rejected_count
    FROM evidence_files`);
  const n = (name: string): number => Number(sums?.[name] ?? 0);
  const holds =
    n("uneven") === 0 &&
    n("stored") === n("event_count") &&
    n("duplicate") === n("copy_count") &&
    n("rejected") === n("rejected_count");
  const text = `${n("files")} files: ${n("records")} records = ${n("stored")} stored + ${n("duplicate")} duplicate + ${n("rejected")} rejected`;
  if (holds) return [{ level: "ok", text }];
  const found = `the case holds ${n("event_count")}, ${n("copy_count")} and ${n("rejected_count")}; ${n("uneven")} files do not add up`;
  return [{ level: "FAILED", text: `${text}, but ${found}: move coldtrail.duckdb away and ingest again` }];
}

async function checkJson(reader: CaseReader): Promise<HealthFinding[]> {
  const columns = [
    "request_parameters",
    "response_elements",
    "additional_event_data",
    "resources",
    "service_event_details",
    "insight_details",
    "extra",
  ];
  const bad = columns.map((column) => `count(*) FILTER (WHERE NOT json_valid(CAST(${column} AS VARCHAR)))`).join(" + ");
  const [row] = await reader.rows(`SELECT ${bad} AS n FROM event_rows`);
  const n = Number(row?.["n"] ?? 0);
  return n === 0
    ? [{ level: "ok", text: "every JSON value is valid" }]
    : [{ level: "FAILED", text: `${n} JSON values are not valid and will fail queries: please report this` }];
}

async function checkRoots(reader: CaseReader): Promise<HealthFinding[]> {
  const roots = await reader.rows("SELECT root, mounted_at FROM evidence_roots ORDER BY root");
  return roots.map(({ root, mounted_at }) =>
    existsSync(String(mounted_at))
      ? { level: "ok", text: `evidence root ${String(root)}: ${String(mounted_at)}` }
      : {
          level: "note",
          text: `evidence root ${String(root)} is not at ${String(mounted_at)}: name its place with --root ${String(root)}=PATH`,
        },
  );
}

async function findLacks(reader: CaseReader): Promise<HealthFinding[]> {
  const rows = await reader.rows(`
    SELECT status, count(*) AS n FROM evidence_files WHERE status IN ('partial', 'unsupported', 'unreadable')
    GROUP BY status ORDER BY status`);
  return rows.map(({ status, n }) => ({
    level: "note",
    text: `${String(n)} files are ${String(status)}: coldtrail evidence list --status ${String(status)}`,
  }));
}
