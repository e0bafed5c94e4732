-- ---
-- id: tls-anomalies
-- title: Weak encryption and odd host names
-- question: Which calls came with an old version of TLS, or to a host name that is not AWS's?
-- phase: pivot
-- kind: anomaly
-- severity: low
-- attack: [T1557]
-- requires: [management, data]
-- counts: records
-- columns: {actor: actor, ip: source_ips, target: host_header, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ua-pivot, with: {ua: user_agent}}
--   - {query: ip-summary}
-- false_positives:
--   - Old devices and programs speak old versions of TLS
--   - Endpoints of one's own in a VPC have names of their own
-- cannot_show: what stood between the caller and AWS, and calls whose record holds no tlsDetails
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
--   - "https://attack.mitre.org/techniques/T1557/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    e.actor, coalesce(e.principal_unique_id, e.actor) AS caller, ct_agent(e.user_agent) AS user_agent, e.tls_version, e.tls_host_header AS host_header, e.service, e.source_ip_address, e.outcome,
    e.event_time, e.same_second_rank, e.event_id,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    k.file_id IS NULL AS is_counted,
    coalesce(e.tls_version IN ('TLSv1', 'TLSv1.0', 'TLSv1.1', 'SSLv3', 'SSLv2'), false) AS is_old,
    coalesce(e.tls_host_header <> '' AND NOT ct_matches(lower(e.tls_host_header), '(^|\.)(amazonaws\.com(\.cn)?|aws\.amazon\.com|api\.aws|on\.aws|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|aws|amazoncognito\.com|amazon\.com)(:[0-9]+)?$'), false) AS is_odd_host
  FROM events e
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE (e.tls_version IN ('TLSv1', 'TLSv1.0', 'TLSv1.1', 'SSLv3', 'SSLv2')
      OR (e.tls_host_header <> '' AND e.tls_host_header NOT LIKE '%.amazonaws.com'))
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  actor, user_agent, tls_version, host_header,
  count(*) AS n_records,
  count(*) FILTER (WHERE is_counted) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  substr(ct_set(service), 1, 1000) AS services,
  count(DISTINCT source_ip_address) AS n_source_ips,
  substr(ct_set(source_ip_address), 1, 1000) AS source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  CASE WHEN is_odd_host THEN 'low' ELSE 'informational' END AS severity,
  CASE
    WHEN is_old AND is_odd_host THEN 'old version of TLS, and a host name that is not AWS''s'
    WHEN is_old THEN 'old version of TLS'
    ELSE 'host name that is not AWS''s'
  END AS why
FROM calls
WHERE is_old OR is_odd_host
GROUP BY actor, caller, user_agent, tls_version, host_header, is_old, is_odd_host
ORDER BY n_records DESC, caller, actor, user_agent NULLS LAST, tls_version NULLS LAST, host_header NULLS LAST;
