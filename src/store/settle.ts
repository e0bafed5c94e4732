import type { Database } from "./database.ts";

/*
 * What needs more than one record is computed here, once, at the end of every write, from the whole case: the result
 * depends on what is in the case and never on the order in which it arrived. Only rows whose value differs are updated.
 */

/** Computes inferred actors, actions, order within a second, the minute index and the entity summary. */
export async function settle(database: Database): Promise<void> {
  await database.transaction(async () => {
    await inferActors(database);
    await groupActions(database);
    await rankWithinSeconds(database);
    await indexMinutes(database);
    await summariseEntities(database);
  });
}

/**
 * An IAM user's event without an ARN takes the ARN that its principalId has elsewhere in the case, if that is exactly
 * one; `actor_recorded` keeps what the record said.
 */
async function inferActors(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE inferred AS
    WITH known AS (
      SELECT user_identity_principal_id AS principal_id, min(user_identity_arn) AS arn
      FROM event_rows
      WHERE user_identity_type = 'IAMUser' AND user_identity_principal_id <> '' AND user_identity_arn <> ''
      GROUP BY 1 HAVING count(DISTINCT user_identity_arn) = 1)
    SELECT r.rowid AS row, known.arn
    FROM event_rows r JOIN known ON known.principal_id = r.user_identity_principal_id
    WHERE r.user_identity_type = 'IAMUser' AND coalesce(r.user_identity_arn, '') = ''`);
  await database.run(`
    UPDATE event_rows SET actor = actor_recorded, principal_arn = NULL, actor_recorded = NULL
    WHERE actor_recorded IS NOT NULL AND rowid NOT IN (SELECT row FROM inferred)`);
  await database.run(`
    UPDATE event_rows
    SET actor_recorded = coalesce(actor_recorded, actor), actor = inferred.arn, principal_arn = inferred.arn
    FROM inferred WHERE event_rows.rowid = inferred.row AND event_rows.actor IS DISTINCT FROM inferred.arn`);
}

/**
 * Records of one action delivered to several accounts share `action_id`; so do a record and its UPDATED_DATA addendum.
 * A shared_event_id alone proves nothing: the copies must differ in recipient and agree on what happened and when.
 */
async function groupActions(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE actions AS
    WITH shared AS (
      SELECT shared_event_id, event_source, event_name, event_time, request_id, count(*) AS n
      FROM event_rows
      WHERE shared_event_id <> '' AND event_category IS DISTINCT FROM 'Insight'
      GROUP BY ALL HAVING count(DISTINCT recipient_account_id) > 1),
    copies AS (
      SELECT r.rowid AS row, r.event_id, s.shared_event_id AS action_id, s.n
      FROM event_rows r JOIN shared s ON r.shared_event_id = s.shared_event_id
        AND r.event_source IS NOT DISTINCT FROM s.event_source AND r.event_name IS NOT DISTINCT FROM s.event_name
        AND r.event_time IS NOT DISTINCT FROM s.event_time AND r.request_id IS NOT DISTINCT FROM s.request_id),
    addenda AS (
      SELECT a.rowid AS row, o.rowid AS original_row,
        coalesce(c.action_id, o.event_id) AS action_id, coalesce(c.n, 1) AS n_before
      FROM event_rows a JOIN event_rows o ON o.event_id = a.addendum_original_event_id AND o.rowid <> a.rowid
      LEFT JOIN copies c ON c.row = o.rowid
      WHERE a.addendum_original_event_id <> ''),
    totals AS (SELECT action_id, min(n_before) + count(*) AS n FROM addenda GROUP BY 1),
    claims AS (
      SELECT c.row, 1 AS place, c.action_id, coalesce(t.n, c.n) AS n FROM copies c LEFT JOIN totals t USING (action_id)
      UNION ALL SELECT a.row, 0, a.action_id, t.n FROM addenda a JOIN totals t USING (action_id)
      UNION ALL SELECT a.original_row, 0, a.action_id, t.n FROM addenda a JOIN totals t USING (action_id))
    -- The copies of an addendum belong to the action that they amend, and a row to one action only.
    SELECT row, arg_min(action_id, (place, action_id)) AS action_id, arg_min(n, (place, action_id)) AS n
    FROM claims GROUP BY row`);
  await database.run(`
    UPDATE event_rows SET stored_action_id = NULL, event_copies = 1
    WHERE event_copies > 1 AND rowid NOT IN (SELECT row FROM actions)`);
  await database.run(`
    UPDATE event_rows SET stored_action_id = nullif(a.action_id, event_id), event_copies = a.n
    FROM actions a WHERE event_rows.rowid = a.row
      AND (event_copies <> a.n OR coalesce(stored_action_id, event_id) IS DISTINCT FROM a.action_id)`);
}

/** Longest chain of issuing and using within one second that is followed. */
const CHAIN_MAX = 10;

/**
 * CloudTrail's times are whole seconds. Within one, an event that issues a credential, opens a session or creates a
 * thing ranks before the events that use it; everything else keeps rank 0.
 */
async function rankWithinSeconds(database: Database): Promise<void> {
  const created = "concat_ws(chr(31), 'created', recipient_account_id, service, lower(target))";
  await database.run(`
    CREATE OR REPLACE TEMP TABLE issuers AS
    SELECT rowid AS row, event_time, unnest(list_filter([
        issued_access_key_id, issued_session_group, CASE WHEN created_target THEN ${created} END],
        lambda t: t IS NOT NULL)) AS token
    FROM event_rows
    WHERE issued_access_key_id IS NOT NULL OR issued_session_group IS NOT NULL OR created_target`);
  // A moment is a token at a second. Events are joined with moments and never with each other: a key that issues and is
  // used hundreds of times in one second has that many events, and the square of it pairs.
  await database.run(`
    CREATE OR REPLACE TEMP TABLE moments AS
    SELECT row_number() OVER () AS moment, event_time, token, count(DISTINCT row) AS n_issuers, min(row) AS issuer
    FROM issuers WHERE event_time IS NOT NULL GROUP BY event_time, token`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE moment_uses AS
    WITH uses AS (
      SELECT rowid AS row, event_time, user_identity_access_key_id AS token FROM event_rows
      UNION ALL SELECT rowid, event_time, session_group FROM event_rows
      UNION ALL SELECT rowid, event_time, ${created} FROM event_rows WHERE created_target IS NOT TRUE AND target IS NOT NULL)
    SELECT DISTINCT u.row, m.moment
    FROM uses u JOIN moments m ON u.token = m.token AND u.event_time = m.event_time
    WHERE m.n_issuers > 1 OR m.issuer <> u.row`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE ranked AS
    WITH RECURSIVE steps AS (
      SELECT DISTINCT u.moment AS used, m.moment AS issued
      FROM moment_uses u JOIN issuers i ON i.row = u.row JOIN moments m ON m.token = i.token AND m.event_time = i.event_time
      WHERE m.moment <> u.moment),
    chain(moment, rank) AS (
      SELECT moment, 1 FROM moments
      UNION
      SELECT s.issued, c.rank + 1 FROM chain c JOIN steps s ON s.used = c.moment WHERE c.rank < ${CHAIN_MAX})
    SELECT u.row, max(c.rank) AS rank FROM moment_uses u JOIN chain c USING (moment) GROUP BY u.row`);
  await database.run(`
    UPDATE event_rows SET same_second_rank = 0
    WHERE same_second_rank <> 0 AND rowid NOT IN (SELECT row FROM ranked)`);
  await database.run(`
    UPDATE event_rows SET same_second_rank = ranked.rank
    FROM ranked WHERE event_rows.rowid = ranked.row AND same_second_rank <> ranked.rank`);
}

/** Any window of the time-ordered events is found by minute, without a sort. */
async function indexMinutes(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TABLE event_minutes AS
    SELECT date_trunc('minute', event_time) AS minute, count(*) AS n, min(rowid) AS first_row
    FROM event_rows WHERE event_category IS DISTINCT FROM 'Aggregated' GROUP BY ALL ORDER BY ALL`);
}

/** Columns of `events` whose values are summarised: too many of them to be counted while somebody waits. */
export const ENTITY_COLUMNS = [
  "user_identity_access_key_id",
  "source_ip",
  "actor",
  "principal_unique_id",
  "session_issuer_arn",
] as const;

/** Who and whence at a glance: every value of a column with how many events it has, the most frequent first. */
async function summariseEntities(database: Database): Promise<void> {
  const counts = ENTITY_COLUMNS.map(
    (column) => `
      SELECT '${column}' AS column_name, ${column} AS value, count(*) AS n,
        count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
        min(event_time) AS first_event, max(event_time) AS last_event
      FROM events GROUP BY ${column}`,
  );
  await database.run(`
    CREATE OR REPLACE TABLE entity_summary AS
    SELECT * FROM (${counts.join(" UNION ALL ")}) ORDER BY column_name, n DESC, value NULLS LAST`);
}
