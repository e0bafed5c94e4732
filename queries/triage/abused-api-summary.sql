-- ---
-- id: abused-api-summary
-- title: Calls that attackers favour
-- question: Which calls that attackers are known to make were made here, and did they go through?
-- phase: triage
-- kind: overview
-- severity: informational
-- attack: []
-- requires: [management]
-- context: scope
-- counts: actions
-- params:
--   wild_only: {type: bool, default: false, help: "Only calls that were part of a published incident"}
-- columns: {time: first_seen, actor: actors, ref: first_event_id}
-- next:
--   - {query: top-principals}
--   - {query: write-actions}
-- false_positives:
--   - Nearly all of these calls belong to ordinary work; the list says where to look, not what was meant
-- cannot_show: calls that attackers are not known to make yet
-- references:
--   - "https://traildiscover.cloud/"
-- tests:
--   - {fixture: demo, rows: "72"}
-- ---
SELECT
  r.event_source, n.service_name, r.event_name, r.tactics, r.techniques, r.in_wild,
  count(*) AS n_records,
  ct_actions(action_id, event_copies) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(DISTINCT actor) AS n_actors,
  substr(ct_set(actor), 1, 1000) AS actors,
  count(DISTINCT source_ip) AS n_source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM events e
JOIN ref_abused_apis r ON r.event_source = e.event_source AND r.event_name = e.event_base_name
LEFT JOIN ref_service_names n ON n.service = e.service
WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity') AND (r.in_wild OR NOT CAST($wild_only AS BOOLEAN))
GROUP BY r.event_source, n.service_name, r.event_name, r.tactics, r.techniques, r.in_wild
ORDER BY r.in_wild DESC, n_actions DESC, r.event_source, r.event_name;
