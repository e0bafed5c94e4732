import { FOUND_IN_ADDRESS, FOUND_WORDS, hitsSql } from "./find-sql.ts";
import type { Indicator } from "./indicator.ts";
import { scopeCondition, type Scope } from "./scope.ts";

/** The three commonest values of a column among a value's events, as `a (12), b (3), 4 more`. */
const commonest = (name: string, column: string): string => `${name} AS (
  SELECT place,
    array_to_string(list_transform(max({'n': n, 'rank': -rank, 'word': word}, 3), lambda x: x.word || ' (' || x.n || ')'), ', ')
      || CASE WHEN count(*) > 3 THEN ', ' || (count(*) - 3) || ' more' ELSE '' END AS words,
    count(*) AS n_distinct
  FROM (
    SELECT place, word, n, row_number() OVER (PARTITION BY place ORDER BY n DESC, word) AS rank
    FROM (
      SELECT place, ${column} AS word, CAST(sum(n) AS BIGINT) AS n FROM counted
      WHERE in_scope AND ${column} IS NOT NULL AND ${column} <> '' GROUP BY ALL
    )
  ) GROUP BY place
)`;

/**
 * What else the sessions of an address did: events of the same principalId from other sources. Calls that an AWS
 * service made on a caller's behalf carry a key and a creation time of their own; the principalId is what stays.
 *
 * From the counts by address and name those of the value's own events are taken: to join each of thousands of addresses
 * with all events of its principals did not end.
 */
const ELSEWHERE = `visitors AS (
  SELECT DISTINCT place, principal_id FROM counted WHERE found = ${FOUND_IN_ADDRESS} AND principal_id <> ''
),
behaviours AS (
  SELECT user_identity_principal_id AS principal_id, source_ip_address AS address, source_ip_kind AS kind, actor, count(*) AS n
  FROM events WHERE user_identity_principal_id IN (SELECT principal_id FROM visitors) GROUP BY ALL
),
own AS (
  SELECT place, principal_id, address, kind, actor, CAST(sum(n) AS BIGINT) AS n FROM counted
  WHERE in_scope AND principal_id <> '' GROUP BY ALL
),
others AS (
  SELECT v.place, a.principal_id, a.address, a.kind, a.actor, a.n - coalesce(h.n, 0) AS n
  FROM visitors v
  JOIN behaviours a ON a.principal_id = v.principal_id
  LEFT JOIN own h
    ON h.place = v.place AND h.principal_id = a.principal_id AND h.address IS NOT DISTINCT FROM a.address
    AND h.kind IS NOT DISTINCT FROM a.kind AND h.actor IS NOT DISTINCT FROM a.actor
  WHERE a.n > coalesce(h.n, 0)
),
elsewhere AS (
  SELECT place, CAST(sum(n) AS BIGINT) AS n, count(DISTINCT principal_id) AS principals,
    CAST(coalesce(sum(n) FILTER (WHERE kind IN ('aws-service', 'aws-internal')), 0) AS BIGINT) AS by_services,
    count(DISTINCT address) FILTER (WHERE kind NOT IN ('aws-service', 'aws-internal')) AS other_addresses,
    array_to_string(list_slice(list_sort(list(DISTINCT actor)), 1, 3), ', ') AS some_actors,
    count(DISTINCT actor) AS n_actors
  FROM others GROUP BY place
)`;

/**
 * One row a value that occurs in the case, by its place. The hits are counted by who, where and how as they are found;
 * an action with several records is told apart by its id.
 */
export function summarySql(indicators: readonly Indicator[], scope: Scope): string {
  const condition = scopeCondition(scope);
  const hits = hitsSql(
    indicators,
    [
      [condition === null ? "true" : `coalesce(${condition}, false)`, "in_scope"],
      ["event_time", "event_time"],
      ["actor", "actor"],
      ["recipient_account_id", "recipient_account_id"],
      ["outcome", "outcome"],
      ["CASE WHEN event_copies = 1 THEN NULL ELSE action_id END", "shared_action"],
      ["user_identity_principal_id", "caller_id"],
      ["source_ip_address", "caller_address"],
      ["source_ip_kind", "caller_kind"],
    ],
    "all_events",
  );
  return `WITH counted AS MATERIALIZED (
  SELECT place, found, in_scope, actor, recipient_account_id, outcome, shared_action,
    CASE WHEN is_address THEN caller_id END AS principal_id,
    CASE WHEN is_address THEN caller_address END AS address,
    CASE WHEN is_address THEN caller_kind END AS kind,
    count(*) AS n, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM (
${hits}
  ) GROUP BY ALL
),
in_case AS (SELECT place, CAST(sum(n) AS BIGINT) AS n FROM counted GROUP BY place),
totals AS (
  SELECT place, CAST(sum(n) AS BIGINT) AS n_records,
    CAST(coalesce(sum(n) FILTER (WHERE shared_action IS NULL), 0) AS BIGINT) + count(DISTINCT shared_action) AS n_actions,
    min(first_seen) AS first_seen, max(last_seen) AS last_seen
  FROM counted WHERE in_scope GROUP BY place
),
${commonest("actors", "actor")},
${commonest("accounts", "recipient_account_id")},
${commonest("outcomes", "outcome")},
${commonest("places", FOUND_WORDS)},
${ELSEWHERE}
SELECT c.place, c.n AS n_in_case, t.n_records, t.n_actions, t.first_seen, t.last_seen,
  actors.n_distinct AS n_actors, actors.words AS actors, accounts.words AS accounts, outcomes.words AS outcomes,
  places.words AS found_in, e.n AS n_elsewhere, e.principals, e.by_services, e.other_addresses, e.some_actors, e.n_actors AS n_elsewhere_actors
FROM in_case c
LEFT JOIN totals t USING (place) LEFT JOIN actors USING (place) LEFT JOIN accounts USING (place)
LEFT JOIN outcomes USING (place) LEFT JOIN places USING (place) LEFT JOIN elsewhere e USING (place)
ORDER BY c.place`;
}
