import type { CaseReader } from "../store/case-reader.ts";
import type { Database } from "../store/database.ts";
import type { ResultRow, ResultTable } from "../store/result-table.ts";
import { loadTempTable } from "../store/temp-table.ts";
import { hitsSql, soughtTexts } from "./find-sql.ts";
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

/** Hits with each record once a value: where it stands most tellingly. */
const matched = (indicators: readonly Indicator[]): string => `hits AS (
${hitsSql(indicators)}
),
matched AS MATERIALIZED (
  SELECT CAST(place AS INTEGER) AS place, file_id, record_index, min(found_in) AS found_in FROM hits GROUP BY ALL
)`;

/** The three commonest values of a column among a value's events, as `a (12), b (3), 4 more`. */
const commonest = (name: string, column: string): string => `${name} AS (
  SELECT place,
    array_to_string(list_transform(max({'n': n, 'rank': -rank, 'word': word}, 3), lambda x: x.word || ' (' || x.n || ')'), ', ')
      || CASE WHEN count(*) > 3 THEN ', ' || (count(*) - 3) || ' more' ELSE '' END AS words,
    count(*) AS n_distinct
  FROM (
    SELECT place, word, n, row_number() OVER (PARTITION BY place ORDER BY n DESC, word) AS rank
    FROM (SELECT place, ${column} AS word, count(*) AS n FROM found WHERE ${column} IS NOT NULL AND ${column} <> '' GROUP BY ALL)
  ) GROUP BY place
)`;

/** How many events each principal has from each address under each name. */
const behaviours = (place: string, from: string): string =>
  `SELECT ${place}e.user_identity_principal_id AS principal_id, e.source_ip_address AS address, e.source_ip_kind AS kind, e.actor, count(*) AS n
      FROM ${from} WHERE e.user_identity_principal_id <> '' GROUP BY ALL`;

/**
 * What else the sessions of an address did: events of the same principalId from other sources. Calls that an AWS
 * service made on a caller's behalf carry a key and a creation time of their own; the principalId is what stays.
 *
 * From the counts by address and name those of the value's own events are taken: to join each of thousands of addresses
 * with all events of its principals did not end.
 */
const ELSEWHERE = `visitors AS (
  SELECT DISTINCT m.place, e.user_identity_principal_id AS principal_id
  FROM matched m JOIN all_events e ON e.file_id = m.file_id AND e.record_index = m.record_index
  WHERE m.found_in = '0sourceIPAddress' AND e.user_identity_principal_id <> ''
),
elsewhere AS (
  SELECT place, CAST(sum(n) AS BIGINT) AS n, count(DISTINCT principal_id) AS principals,
    CAST(coalesce(sum(n) FILTER (WHERE kind IN ('aws-service', 'aws-internal')), 0) AS BIGINT) AS by_services,
    count(DISTINCT address) FILTER (WHERE kind NOT IN ('aws-service', 'aws-internal')) AS other_addresses,
    array_to_string(list_slice(list_sort(list(DISTINCT actor)), 1, 3), ', ') AS some_actors,
    count(DISTINCT actor) AS n_actors
  FROM (
    SELECT v.place, a.principal_id, a.address, a.kind, a.actor, a.n - coalesce(h.n, 0) AS n
    FROM visitors v
    JOIN (${behaviours("", "events e")}) a ON a.principal_id = v.principal_id
    LEFT JOIN (${behaviours("m.place, ", "matched m JOIN events e ON e.file_id = m.file_id AND e.record_index = m.record_index")}) h
      ON h.place = v.place AND h.principal_id = a.principal_id AND h.address IS NOT DISTINCT FROM a.address
      AND h.kind IS NOT DISTINCT FROM a.kind AND h.actor IS NOT DISTINCT FROM a.actor
  ) WHERE n > 0
  GROUP BY place
)`;

const summarySql = (indicators: readonly Indicator[]): string => `WITH ${matched(indicators)},
found AS MATERIALIZED (
  SELECT m.place, substr(m.found_in, 2) AS found_in, e.event_time, e.action_id, e.event_copies, e.actor, e.outcome,
    e.recipient_account_id, e.event_id
  FROM matched m JOIN events e ON e.file_id = m.file_id AND e.record_index = m.record_index
),
in_case AS (SELECT place, count(*) AS n FROM matched GROUP BY place),
totals AS (
  SELECT place, count(*) AS n_records,
    count(*) FILTER (WHERE event_copies = 1 OR action_id IS NULL)
      + count(DISTINCT action_id) FILTER (WHERE event_copies > 1) AS n_actions,
    min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM found GROUP BY place
),
${commonest("actors", "actor")},
${commonest("accounts", "recipient_account_id")},
${commonest("outcomes", "outcome")},
${commonest("places", "found_in")},
${ELSEWHERE}
SELECT c.place, c.n AS n_in_case, t.n_records, t.n_actions, t.first_seen, t.last_seen,
  actors.n_distinct AS n_actors, actors.words AS actors, accounts.words AS accounts, outcomes.words AS outcomes,
  places.words AS found_in, e.n AS n_elsewhere, e.principals, e.by_services, e.other_addresses, e.some_actors, e.n_actors AS n_elsewhere_actors
FROM in_case c
LEFT JOIN totals t USING (place) LEFT JOIN actors USING (place) LEFT JOIN accounts USING (place)
LEFT JOIN outcomes USING (place) LEFT JOIN places USING (place) LEFT JOIN elsewhere e USING (place)
ORDER BY c.place`;

/** The events of all values, in time order, each once a value, in the standard event columns. */
const eventsSql = (indicators: readonly Indicator[]): string => `WITH ${matched(indicators)}
SELECT e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome,
  e.actor, nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent,
  e.target, coalesce(nullif(e.error_code, ''), e.error_message) AS detail, e.event_id,
  i.value AS indicator, substr(m.found_in, 2) AS found_in
FROM matched m
JOIN events e ON e.file_id = m.file_id AND e.record_index = m.record_index
JOIN indicators i ON CAST(i.place AS INTEGER) = m.place
JOIN evidence_files f ON f.file_id = e.file_id
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id NULLS LAST, f.path, e.record_index, e.file_id, m.place`;

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
  const rows = await reader.rows(summarySql(indicators));
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
