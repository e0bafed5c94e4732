-- ---
-- id: root-activity
-- title: Activity of the root user
-- question: Was the root user of an account used?
-- phase: triage
-- kind: finding
-- severity: medium
-- attack: [T1078.004]
-- requires: [management]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip_address, target: target, ref: event_id}
-- next: [{query: ip-pivot, with: {ip: source_ip_address}}]
-- false_positives: ["Rows with invoked_by are AWS acting on behalf of root, not somebody signed in as root"]
-- cannot_show: root use in accounts, regions and times whose log files are not in the case
-- references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html"]
-- ---
SELECT event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  user_identity_access_key_id AS access_key, source_ip_address, user_agent, target,
  CASE WHEN user_identity_invoked_by <> '' THEN 'AWS on behalf of root' ELSE 'root' END AS detail,
  event_id
FROM events
WHERE user_identity_type = 'Root' AND coalesce(event_type, '') <> 'AwsServiceEvent'
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
