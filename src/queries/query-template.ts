/** The text of a new query file: it is valid as it is, and says what each part is for. */
export function queryTemplate(id: string, phase: string): string {
  return `-- ---
-- id: ${id}
-- title: A few words for lists
-- question: What do you want to know, as a question?
-- phase: ${phase}
-- # overview | finding | pivot | anomaly | coverage | timeline; only finding and anomaly count as findings
-- kind: finding
-- # informational | low | medium | high | critical; a result column \`severity\` overrides it for its row
-- severity: low
-- # ATT&CK v19 techniques
-- attack: [T1078.004]
-- # what must have been recorded: management, management:read, management:write, data:s3:read, insight, network;
-- # of one thing only, when a parameter names it: data:s3:read($bucket), management(key=$access_key)
-- requires: [management:write]
-- # scope: reads \`events\`, which --since, --account and so on narrow; all: reads \`all_events\` too, for context
-- context: scope
-- # records | actions | things: what one row counts
-- counts: records
-- # types: string, glob, regex, int, float, bool, timestamp, duration, cidr, list; without a default it must be given
-- params:
--   name: {type: glob, default: null, suggest: event_name, help: "Only calls with names like this one"}
-- # which result columns play which role, for timelines and pivots
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, why: why}
-- # where a row leads: query, and its parameters from columns of the row
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - What else looks like this
-- cannot_show: what this output can never tell
-- references: []
-- ---
-- Plain DuckDB SQL that ends in an ORDER BY without ties. Parameters are $name, always inside CAST($name AS type).
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message) AS detail, event_id,
  'low' AS severity,
  'why this row is worth a look' AS why
FROM events
WHERE service = 'iam'
  AND read_only = false
  AND (CAST($name AS VARCHAR) IS NULL OR ct_glob(event_name, CAST($name AS VARCHAR)))
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
`;
}
