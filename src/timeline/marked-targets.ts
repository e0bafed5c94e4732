import { cidrKeyRange } from "../cloudtrail/source-address.ts";
import { type MarkTarget, targetId, type ValueKind } from "../journal/mark-target.ts";
import type { CaseReader } from "../store/case-reader.ts";
import { conditionOf } from "./marked.ts";

/** What the whole case has of a target. */
export interface TargetRecords {
  readonly n_records: number;
  /** `2023-07-10T12:27:45Z`; null for none, or none with a time. */
  readonly first_seen: string | null;
  readonly last_seen: string | null;
}

const NONE: TargetRecords = { n_records: 0, first_seen: null, last_seen: null };
const CONDITIONS_AT_ONCE = 30;

/** The records of each target in the whole case, by `targetId`: each kind in one question, some kinds in a few. */
export async function countTargets(
  reader: CaseReader,
  targets: readonly MarkTarget[],
): Promise<Map<string, TargetRecords>> {
  const counts = new Map<string, TargetRecords>(targets.map((target) => [targetId(target), NONE]));
  const put = (target: MarkTarget, row: Row): void => {
    counts.set(targetId(target), recordsOf(row));
  };
  for (const kind of ["event", "session", "key"] as const)
    await countValues(reader, valuesOf(targets, kind), { kind, put });
  await countAddresses(reader, valuesOf(targets, "ip"), put);
  const others = targets.flatMap((target) => {
    const condition = conditionOf(target);
    return condition === null ? [] : [{ target, condition }];
  });
  for (let from = 0; from < others.length; from += CONDITIONS_AT_ONCE) {
    await countConditions(reader, others.slice(from, from + CONDITIONS_AT_ONCE), put);
  }
  return counts;
}

type Row = Awaited<ReturnType<CaseReader["rows"]>>[number];
type Put = (target: MarkTarget, row: Row) => void;

function valuesOf(targets: readonly MarkTarget[], kind: ValueKind): string[] {
  return targets.flatMap((target) => (target.kind === kind ? [target.value] : []));
}

function recordsOf(row: Row): TargetRecords {
  const time = (name: string): string | null => (row[name] == null ? null : String(row[name]));
  return { n_records: Number(row["n"] ?? 0), first_seen: time("first"), last_seen: time("last") };
}

/** A key counts where it was used, issued or named, as in every view; a record once, whatever it does with it. */
const VALUE_COLUMNS = {
  event: ["event_id"],
  session: ["session_group"],
  key: ["user_identity_access_key_id", "issued_access_key_id", "named_access_key_id"],
} as const;

async function countValues(
  reader: CaseReader,
  values: readonly string[],
  { kind, put }: { kind: keyof typeof VALUE_COLUMNS; put: Put },
): Promise<void> {
  if (values.length === 0) return;
  const columns: readonly string[] = VALUE_COLUMNS[kind];
  const parts = columns.map((column, i) => {
    const once = columns.slice(0, i).map((earlier) => ` AND ${earlier} IS DISTINCT FROM ${column}`);
    return `SELECT ${column} AS value, event_time FROM all_events
      WHERE ${column} IN (SELECT unnest($values))${once.join("")}`;
  });
  const rows = await reader.rows(
    `SELECT value, count(*) AS n, min(event_time) AS first, max(event_time) AS last
     FROM (${parts.join(" UNION ALL ")}) GROUP BY value`,
    { values },
  );
  for (const row of rows) put({ kind, value: String(row["value"]) }, row);
}

async function countAddresses(reader: CaseReader, values: readonly string[], put: Put): Promise<void> {
  const known = values.flatMap((value) => {
    const range = cidrKeyRange(value);
    return range === null ? [] : [{ value, ...range }];
  });
  if (known.length === 0) return;
  const rows = await reader.rows(
    `SELECT r.value, sum(k.n) AS n, min(k.first) AS first, max(k.last) AS last
     FROM (SELECT unnest($values) AS value, unnest($lows) AS low, unnest($highs) AS high) r
     JOIN (
       SELECT source_ip_key, count(*) AS n, min(event_time) AS first, max(event_time) AS last
       FROM all_events WHERE source_ip_key IS NOT NULL GROUP BY source_ip_key
     ) k ON k.source_ip_key BETWEEN r.low AND r.high
     GROUP BY r.value`,
    {
      values: known.map(({ value }) => value),
      lows: known.map(({ low }) => low),
      highs: known.map(({ high }) => high),
    },
  );
  for (const row of rows) put({ kind: "ip", value: String(row["value"]) }, row);
}

async function countConditions(
  reader: CaseReader,
  some: readonly { target: MarkTarget; condition: string }[],
  put: Put,
): Promise<void> {
  const columns = some.flatMap(({ condition }, i) => [
    `count(*) FILTER (WHERE ${condition}) AS n${i}`,
    `min(event_time) FILTER (WHERE ${condition}) AS first${i}`,
    `max(event_time) FILTER (WHERE ${condition}) AS last${i}`,
  ]);
  const [row = {}] = await reader.rows(`SELECT ${columns.join(", ")} FROM all_events`);
  some.forEach(({ target }, i) => {
    put(target, { n: row[`n${i}`] ?? 0, first: row[`first${i}`] ?? null, last: row[`last${i}`] ?? null });
  });
}
