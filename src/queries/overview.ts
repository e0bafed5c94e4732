import type { CaseReader } from "../store/case-reader.ts";
import type { ResultTable } from "../store/result-table.ts";

/*
 * A first look: what is in the case by account, region and category, who and from where at the top, and in words what
 * cannot be in it. CloudTrail never shows that something did not take place; it shows what was recorded and delivered.
 */

const STREAMS = `
  SELECT e.recipient_account_id AS account, e.aws_region AS region,
    coalesce(e.event_category, CASE WHEN e.management_event THEN 'Management' END, 'not stated') AS category,
    count(*) AS events, min(e.event_time) AS first_event, max(e.event_time) AS last_event,
    count(*) FILTER (WHERE e.outcome IN ('failure', 'denied', 'partial')) AS failures,
    count(*) FILTER (WHERE e.outcome = 'denied') AS denied,
    count(DISTINCT e.actor) AS actors
  FROM all_events e
  GROUP BY 1, 2, 3`;

/** Days of delivery, by the names of the files that a stream's events came in. */
const DAYS = `
  WITH sources AS (
    SELECT DISTINCT e.recipient_account_id AS account, e.aws_region AS region, f.name_account_id, f.name_region
    FROM all_events e JOIN evidence_files f USING (file_id) WHERE f.name_delivered_at IS NOT NULL),
  days AS (
    SELECT DISTINCT s.account, s.region, CAST(f.name_delivered_at AS DATE) AS day
    FROM sources s JOIN evidence_files f
      ON f.name_account_id = s.name_account_id AND f.name_region = s.name_region AND f.name_delivered_at IS NOT NULL
    WHERE f.status IN ('imported', 'partial'))
  SELECT account, region, date_diff('day', min(day), max(day)) + 1 - count(*) AS days_without_files FROM days GROUP BY 1, 2`;

const OVERVIEW = `
  SELECT s.account, s.region, s.category, s.events, s.first_event, s.last_event, d.days_without_files, s.failures, s.denied,
    s.actors
  FROM (${STREAMS}) s LEFT JOIN (${DAYS}) d
    ON d.account IS NOT DISTINCT FROM s.account AND d.region IS NOT DISTINCT FROM s.region
  ORDER BY s.account NULLS LAST, s.region NULLS LAST, s.category`;

const TOP = 5;

const topOf = (column: string, as: string, more: string): string => `
  SELECT ${column} AS ${as}, ${more} count(*) AS events,
    count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS failures,
    min(event_time) AS first_event, max(event_time) AS last_event
  FROM all_events WHERE ${column} IS NOT NULL GROUP BY ALL ORDER BY events DESC, ${as} LIMIT ${TOP}`;

/** Per account, region and category: events, first, last, days without files (null when names carry no dates), failures. */
export async function overviewTable(reader: CaseReader): Promise<ResultTable> {
  return reader.query(OVERVIEW);
}

/** The most active actors. */
export async function topActors(reader: CaseReader): Promise<ResultTable> {
  return reader.query(topOf("actor", "actor", "count(DISTINCT source_ip_address) AS addresses,"));
}

/** The addresses with the most events. */
export async function topAddresses(reader: CaseReader): Promise<ResultTable> {
  return reader.query(
    topOf("source_ip_address", "source_ip_address", "source_ip_kind, count(DISTINCT actor) AS actors,"),
  );
}

/** Sentences on what is not in the case and therefore cannot be answered from it; in a fixed order. */
export async function missingInWords(reader: CaseReader): Promise<string[]> {
  return [
    ...(await missingGlobalRegions(reader)),
    ...(await missingCategories(reader)),
    ...(await fileProblems(reader)),
    ...(await undatedEvents(reader)),
  ];
}

/** Where IAM, STS, sign-in, Organizations and CloudFront events are delivered, by partition. */
const GLOBAL_REGIONS = [
  { prefix: "us-gov-", home: "us-gov-west-1" },
  { prefix: "cn-", home: "cn-north-1" },
  { prefix: "", home: "us-east-1" },
];

async function missingGlobalRegions(reader: CaseReader): Promise<string[]> {
  const rows = await reader.rows(`
    SELECT recipient_account_id AS account, string_agg(DISTINCT aws_region, ' ') AS text,
      count(*) FILTER (WHERE event_source IN ('iam.amazonaws.com', 'organizations.amazonaws.com')) AS iam
    FROM all_events WHERE recipient_account_id <> '' GROUP BY 1 ORDER BY 1`);
  return rows.flatMap(({ account, text, iam }) => {
    const regions = String(text ?? "").split(" ");
    const { home } = GLOBAL_REGIONS.find(({ prefix }) => regions.some((region) => region.startsWith(prefix)))!;
    if (regions.includes(home)) return [];
    const some = Number(iam) > 0 ? ", apart from the few that were delivered elsewhere" : "";
    return [`no ${home} for account ${String(account)}: IAM and sign-in events cannot be here${some}`];
  });
}

async function missingCategories(reader: CaseReader): Promise<string[]> {
  const rows = await reader.rows(`
    SELECT recipient_account_id AS account,
      count(*) FILTER (WHERE coalesce(event_category, '') = 'Data' OR (event_category IS NULL AND management_event = false)) AS data,
      count(*) FILTER (WHERE read_only) AS reads,
      count(*) FILTER (WHERE read_only = false) AS writes
    FROM all_events WHERE recipient_account_id <> '' GROUP BY 1 ORDER BY 1`);
  return rows.flatMap(({ account, data, reads, writes }) => [
    ...(Number(data) === 0
      ? [
          `no data events for account ${String(account)}: reading and writing of S3 objects, Lambda invocations and the like were not recorded here`,
        ]
      : []),
    ...(Number(reads) === 0 ? [`no read-only events for account ${String(account)}: enumeration cannot be seen`] : []),
    ...(Number(writes) === 0 ? [`no write events for account ${String(account)}: changes cannot be seen`] : []),
  ]);
}

async function fileProblems(reader: CaseReader): Promise<string[]> {
  const [row] = await reader.rows(`
    SELECT count(*) FILTER (WHERE status = 'unreadable') AS unreadable, count(*) FILTER (WHERE status = 'partial') AS partial,
      count(*) FILTER (WHERE status = 'unsupported') AS unsupported,
      count(*) FILTER (WHERE status = 'not_selected') AS not_selected, coalesce(sum(rejected), 0) AS rejected,
      count(*) FILTER (WHERE status IN ('imported', 'partial') AND name_delivered_at IS NULL) AS undated,
      count(*) FILTER (WHERE reason LIKE 'a CloudTrail digest file%') AS digests
    FROM evidence_files`);
  const n = (name: string): number => Number(row?.[name] ?? 0);
  return [
    ...(n("unreadable") > 0
      ? [`${n("unreadable")} files could not be read: coldtrail evidence list --status unreadable`]
      : []),
    ...(n("partial") > 0
      ? [
          `${n("partial")} files were read in part (${n("rejected")} records rejected): coldtrail evidence list --status partial`,
        ]
      : []),
    ...(n("not_selected") > 0
      ? [
          `${n("not_selected")} files were left out at ingest by their names, and late deliveries may be among them: coldtrail evidence list --status not_selected`,
        ]
      : []),
    ...(n("unsupported") > 0
      ? [`${n("unsupported")} files are of a format that is not read: coldtrail evidence list --status unsupported`]
      : []),
    ...(n("undated") > 0
      ? [`${n("undated")} files have no delivery time in their names: days without files cannot be told for them`]
      : []),
    ...(n("digests") === 0
      ? ["no digest files: nothing here can prove that the log files are what AWS delivered"]
      : []),
  ];
}

async function undatedEvents(reader: CaseReader): Promise<string[]> {
  const rows = await reader.rows("SELECT count(*) AS n FROM undated_events");
  const undated = Number(rows[0]?.["n"] ?? 0);
  return undated > 0 ? [`${undated} events have no usable time; a time range leaves them out: see undated_events`] : [];
}
