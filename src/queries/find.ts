import type { CaseReader } from "../store/case-reader.ts";
import type { Database } from "../store/database.ts";
import type { ResultRow, ResultTable } from "../store/result-table.ts";
import { loadTempTable } from "../store/temp-table.ts";
import { FOUND_WORDS, hitsSql, soughtTexts } from "./find-sql.ts";
import { summarySql } from "./find-summary.ts";
import { nextCommandFor, type Indicator } from "./indicator.ts";
import { answerRequirements } from "./requirements.ts";
import type { Scope } from "./scope.ts";

/** Makes the temp tables that the search joins with; to be called before the sandbox closes. */
export async function loadIndicators(database: Database, indicators: readonly Indicator[]): Promise<void> {
  await loadTempTable(
    database,
    { name: "sought", columns: ["place", "kind", "text"] },
    indicators.flatMap((indicator, place) => soughtTexts(indicator).map((text) => [place, indicator.kind, text])),
  );
  await loadTempTable(
    database,
    { name: "sought_ranges", columns: ["place", "low", "high"] },
    indicators.flatMap(({ range }, place) => (range === null ? [] : [[place, range.low, range.high]])),
  );
}

/** What is shown of an event: the standard event columns, with their names. */
const EVENT_COLUMNS = [
  ["event_time", "event_time"],
  ["recipient_account_id", "account"],
  ["aws_region", "region"],
  ["service", "service"],
  ["event_name", "event_name"],
  ["outcome", "outcome"],
  ["actor", "actor"],
  ["nullif(user_identity_access_key_id, '')", "access_key"],
  ["source_ip_address", "source_ip"],
  ["user_agent", "user_agent"],
  ["target", "target"],
  ["coalesce(nullif(error_code, ''), error_message)", "detail"],
  ["event_id", "event_id"],
] as const;
const ORDER_COLUMNS = [
  ["same_second_rank", "same_second_rank"],
  ["file_id", "file_id"],
  ["record_index", "record_index"],
] as const;

/** The events of all values, in time order, each once a value. */
const eventsSql = (indicators: readonly Indicator[]): string => `WITH hits AS (
${hitsSql(indicators, [...EVENT_COLUMNS, ...ORDER_COLUMNS], "events")}
)
SELECT ${EVENT_COLUMNS.map(([, name]) => `h.${name}`).join(", ")}, i.value AS indicator, ${FOUND_WORDS} AS found_in
FROM hits h
JOIN indicators i ON CAST(i.place AS INTEGER) = h.place
JOIN evidence_files f ON f.file_id = h.file_id
ORDER BY h.event_time NULLS LAST, h.same_second_rank, h.event_id NULLS LAST, f.path, h.record_index, h.file_id, h.place`;

/** What was found of one value. */
export interface Finding {
  readonly indicator: Indicator;
  /** Records in the scope that hold it; 0 when there is none. */
  readonly n_records: number;
  /** Records in the whole case. */
  readonly n_in_case: number;
  readonly cells: ResultRow;
}

export const FIND_COLUMNS: ResultTable["columns"] = (
  [
    ["value", "text"],
    ["kind", "text"],
    ["n_records", "integer"],
    ["n_actions", "integer"],
    ["first_seen", "timestamp"],
    ["last_seen", "timestamp"],
    ["n_actors", "integer"],
    ["actors", "text"],
    ["accounts", "text"],
    ["outcomes", "text"],
    ["found_in", "text"],
    ["note", "text"],
    ["next", "text"],
  ] as const
).map(([name, type]) => ({ name, type }));

/**
 * Looks all values up in one pass; findings in the order given. The reader must hold `loadIndicators`'s tables, and be
 * prepared with the same scope.
 */
export async function findIndicators(
  reader: CaseReader,
  indicators: readonly Indicator[],
  scope: Scope,
): Promise<Finding[]> {
  const rows = await reader.rows(summarySql(indicators, scope));
  const byPlace = new Map(rows.map((row) => [Number(row["place"]), row]));
  const coverage = rows.length < indicators.length ? await coverageInWords(reader, scope) : "";
  return indicators.map((indicator, place) => findingOf(indicator, byPlace.get(place) ?? {}, coverage));
}

/** The events in which the values stand, streamed; the reader must hold the `indicators` table too. */
export async function findEvents(reader: CaseReader, indicators: readonly Indicator[]): Promise<ResultTable> {
  return reader.query(eventsSql(indicators));
}

type Row = Awaited<ReturnType<CaseReader["rows"]>>[number];

function findingOf(indicator: Indicator, row: Row, coverage: string): Finding {
  const n_records = Number(row["n_records"] ?? 0);
  const n_in_case = Number(row["n_in_case"] ?? 0);
  const note = n_records > 0 ? elsewhereInWords(row) : absenceInWords(n_in_case, coverage);
  const next = n_in_case > 0 ? nextCommandFor(indicator) : null;
  return {
    indicator,
    n_records,
    n_in_case,
    cells: [
      indicator.value,
      indicator.kind,
      n_records,
      Number(row["n_actions"] ?? 0),
      row["first_seen"] ?? null,
      row["last_seen"] ?? null,
      Number(row["n_actors"] ?? 0),
      row["actors"] ?? null,
      row["accounts"] ?? null,
      row["outcomes"] ?? null,
      row["found_in"] ?? null,
      note,
      next,
    ],
  };
}

function elsewhereInWords(row: Row): string | null {
  const n = Number(row["n_elsewhere"] ?? 0);
  if (n === 0) return null;
  const actors = Number(row["n_elsewhere_actors"]);
  const names = `${String(row["some_actors"])}${actors > 3 ? ` and ${actors - 3} more` : ""}`;
  const services = Number(row["by_services"]);
  const ways = [
    ...(services > 0 ? [`${services} by way of AWS services`] : []),
    ...(n > services ? [`${n - services} from ${Number(row["other_addresses"])} other addresses`] : []),
  ];
  return `its sessions have ${n} more events from other sources (${ways.join(", ")}): ${names}`;
}

function absenceInWords(n_in_case: number, coverage: string): string {
  if (n_in_case > 0) return `no matching record in this scope; ${n_in_case} in the whole case`;
  return `no matching record; ${coverage}`;
}

/** What was recorded in the scope, so that an absence can be weighed. */
async function coverageInWords(reader: CaseReader, scope: Scope): Promise<string> {
  const answers = await answerRequirements(reader, ["management:read", "management:write", "data"], { rows: 1, scope });
  return answers
    .map(({ kind, text }) => (kind === "rows" ? text.replace("recorded in this scope: ", "") : text))
    .join("; ");
}
