-- ---
-- id: messaging-abuse
-- title: Mail and text messages misused
-- question: Was the sending of mail or text messages looked into, set up or used by somebody new to it?
-- phase: impact
-- kind: finding
-- severity: medium
-- attack: [T1496.004]
-- requires: [management, data:ses:write, data:sns:write]
-- context: all
-- counts: records
-- params:
--   window: {type: duration, default: 1d, help: "How far apart calls of one caller belong together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: multi-region-enumeration}
--   - {query: quota-and-cost-recon}
-- false_positives:
--   - Applications read their quota before they send, day after day
--   - Whoever sets up sending goes through the same calls; the console makes them by itself
--   - Trusted Advisor and inventory tools read the same limits
-- cannot_show: what was sent and to whom, mail sent by SMTP (it leaves no record), and sending where data events are off
-- references:
--   - "https://docs.aws.amazon.com/ses/latest/dg/logging-using-cloudtrail.html"
--   - "https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html"
--   - "https://attack.mitre.org/techniques/T1496/004/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, service, event_base_name AS call, outcome, aws_region, user_agent,
    session_credential_from_console AS from_console,
    coalesce(principal_unique_id, actor) AS caller, ct_epoch(event_time) AS second,
    CASE
      WHEN event_base_name IN ('SendEmail', 'SendRawEmail', 'SendBulkEmail', 'SendTemplatedEmail', 'SendBulkTemplatedEmail', 'SendCustomVerificationEmail', 'Publish', 'PublishBatch',
        'SendMessages', 'SendUsersMessages', 'SendTextMessage', 'SendVoiceMessage', 'SendMediaMessage') THEN 'sending'
      WHEN event_base_name LIKE 'Delete%' THEN 'clearing'
      WHEN event_base_name LIKE 'Get%' OR event_base_name LIKE 'List%' OR event_base_name LIKE 'Describe%' OR event_base_name LIKE 'Check%' THEN 'search'
      ELSE 'setup'
    END AS phase,
    lower(CAST(CASE WHEN event_base_name IN ('UpdateAccountSendingEnabled', 'PutAccountSendingAttributes', 'Publish') THEN request_parameters END AS VARCHAR)) AS request,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('ses', 'email', 'sns', 'sms-voice', 'pinpoint', 'mobiletargeting')
    AND event_base_name IN ('GetSendQuota', 'GetSendStatistics', 'GetAccount', 'GetAccountSendingEnabled', 'ListIdentities', 'ListEmailIdentities', 'GetEmailIdentity', 'GetIdentityVerificationAttributes',
      'GetIdentityDkimAttributes', 'ListVerifiedEmailAddresses', 'GetIdentityPolicies', 'ListConfigurationSets', 'GetDedicatedIps', 'VerifyEmailIdentity', 'VerifyEmailAddress', 'VerifyDomainIdentity', 'VerifyDomainDkim',
      'CreateEmailIdentity', 'PutAccountDetails', 'PutAccountSendingAttributes', 'UpdateAccountSendingEnabled', 'CreateEmailIdentityPolicy', 'PutIdentityPolicy', 'PutEmailIdentityDkimAttributes',
      'CreateConfigurationSet', 'PutSuppressedDestination', 'PutAccountSuppressionAttributes', 'SendEmail', 'SendRawEmail', 'SendBulkEmail', 'SendTemplatedEmail', 'SendBulkTemplatedEmail',
      'SendCustomVerificationEmail', 'DeleteIdentity', 'DeleteEmailIdentity', 'DeleteIdentityPolicy', 'DeleteSuppressedDestination', 'GetSMSAttributes', 'SetSMSAttributes', 'GetSMSSandboxAccountStatus', 'CreateSMSSandboxPhoneNumber',
      'VerifySMSSandboxPhoneNumber', 'ListSMSSandboxPhoneNumbers', 'ListOriginationNumbers', 'CheckIfPhoneNumberIsOptedOut', 'ListPhoneNumbersOptedOut', 'Publish', 'PublishBatch',
      'SendMessages', 'SendUsersMessages', 'SendTextMessage', 'SendVoiceMessage', 'SendMediaMessage', 'DescribeSpendLimits', 'DescribeAccountAttributes', 'DescribePhoneNumbers', 'DescribeSenderIds',
      'RequestPhoneNumber', 'SetTextMessageSpendLimitOverride', 'CreateApp', 'UpdateSmsChannel', 'UpdateEmailChannel', 'GetApps', 'GetSmsChannel', 'CreateExportJob')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- A topic that programs talk over is no text message.
chosen AS (
  SELECT
    file_id, record_index, event_id, same_second_rank, call, service, phase, caller, second, outcome, aws_region, is_attempt, is_by_service, is_by_deployment_tool, request,
    coalesce(ct_client(user_agent, from_console) IN ('console', 'browser'), false) AS is_by_console
  FROM calls
  WHERE call NOT IN ('Publish', 'PublishBatch') OR contains(request, '"phonenumber"')
),
numbered AS (
  SELECT
    file_id, record_index, call, service, phase, caller, second, outcome, aws_region, is_attempt, is_by_service, is_by_deployment_tool, is_by_console, request,
    CASE WHEN phase = 'sending' THEN coalesce(caller || ' ' || call || ' ' || outcome || ' ' || coalesce(aws_region, '') || ' ' || CAST(second - second % 86400 AS VARCHAR), '') ELSE CAST(file_id AS VARCHAR) || '-' || CAST(record_index AS VARCHAR) END AS alike,
    CASE WHEN phase = 'sending' THEN count(*) OVER (PARTITION BY caller, call, outcome, aws_region, phase, second - second % 86400) ELSE 1 END AS n_alike,
    -- One of each kind of call and one of each region count once in the window.
    row_number() OVER (PARTITION BY caller, phase, call, second - second % 86400 ORDER BY second, same_second_rank, event_id, file_id, record_index) = 1 AS is_new_call,
    row_number() OVER (PARTITION BY caller, aws_region, second - second % 86400 ORDER BY second, same_second_rank, event_id, file_id, record_index) = 1 AS is_new_region,
    min(second) OVER (PARTITION BY caller) AS first_second
  FROM chosen
),
judged AS (
  SELECT
    file_id, record_index, call, phase, is_attempt, is_by_service, is_by_deployment_tool, is_by_console, alike, n_alike, request,
    sum(CASE WHEN phase = 'search' AND is_new_call AND NOT is_by_console THEN 1 ELSE 0 END) OVER near AS n_searches,
    sum(CASE WHEN phase = 'setup' AND NOT is_attempt AND NOT is_by_console THEN 1 ELSE 0 END) OVER near AS n_setups,
    sum(CASE WHEN phase = 'sending' THEN 1 ELSE 0 END) OVER near AS n_sent,
    sum(CASE WHEN is_new_region AND NOT is_by_console THEN 1 ELSE 0 END) OVER near AS n_regions,
    second - first_second < 86400 AS is_new_caller
  FROM numbered
  WINDOW near AS (PARTITION BY caller ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING)
),
reported AS (
  SELECT
    e.file_id, e.record_index,
    row_number() OVER (PARTITION BY j.alike ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index) AS place
  FROM events e
  JOIN judged j ON j.file_id = e.file_id AND j.record_index = e.record_index
  WHERE e.service IN ('ses', 'email', 'sns', 'sms-voice', 'pinpoint', 'mobiletargeting')
  AND e.event_base_name IN ('GetSendQuota', 'GetSendStatistics', 'GetAccount', 'GetAccountSendingEnabled', 'ListIdentities', 'ListEmailIdentities', 'GetEmailIdentity', 'GetIdentityVerificationAttributes',
    'GetIdentityDkimAttributes', 'ListVerifiedEmailAddresses', 'GetIdentityPolicies', 'ListConfigurationSets', 'GetDedicatedIps', 'VerifyEmailIdentity', 'VerifyEmailAddress', 'VerifyDomainIdentity', 'VerifyDomainDkim',
    'CreateEmailIdentity', 'PutAccountDetails', 'PutAccountSendingAttributes', 'UpdateAccountSendingEnabled', 'CreateEmailIdentityPolicy', 'PutIdentityPolicy', 'PutEmailIdentityDkimAttributes',
    'CreateConfigurationSet', 'PutSuppressedDestination', 'PutAccountSuppressionAttributes', 'SendEmail', 'SendRawEmail', 'SendBulkEmail', 'SendTemplatedEmail', 'SendBulkTemplatedEmail',
    'SendCustomVerificationEmail', 'DeleteIdentity', 'DeleteEmailIdentity', 'DeleteIdentityPolicy', 'DeleteSuppressedDestination', 'GetSMSAttributes', 'SetSMSAttributes', 'GetSMSSandboxAccountStatus', 'CreateSMSSandboxPhoneNumber',
    'VerifySMSSandboxPhoneNumber', 'ListSMSSandboxPhoneNumbers', 'ListOriginationNumbers', 'CheckIfPhoneNumberIsOptedOut', 'ListPhoneNumbersOptedOut', 'Publish', 'PublishBatch',
    'SendMessages', 'SendUsersMessages', 'SendTextMessage', 'SendVoiceMessage', 'SendMediaMessage', 'DescribeSpendLimits', 'DescribeAccountAttributes', 'DescribePhoneNumbers', 'DescribeSenderIds',
    'RequestPhoneNumber', 'SetTextMessageSpendLimitOverride', 'CreateApp', 'UpdateSmsChannel', 'UpdateEmailChannel', 'GetApps', 'GetSmsChannel', 'CreateExportJob')
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  j.phase,
  j.n_alike AS n_like_it_that_day,
  j.n_searches AS n_search_calls_near,
  j.n_setups AS n_setups_near,
  j.n_sent AS n_sent_near,
  j.n_regions AS n_regions_near,
  CASE
    WHEN j.is_by_service THEN 'informational'
    WHEN j.is_by_console THEN CASE WHEN j.phase IN ('setup', 'clearing') AND NOT j.is_attempt THEN 'low' ELSE 'informational' END
    WHEN j.is_by_deployment_tool THEN CASE WHEN j.phase IN ('setup', 'clearing') THEN 'low' ELSE 'informational' END
    WHEN j.phase = 'search' THEN CASE
      WHEN NOT j.is_new_caller THEN 'informational'
      WHEN j.n_searches >= 3 OR j.n_regions >= 3 THEN 'medium'
      ELSE 'low' END
    WHEN j.is_attempt THEN CASE WHEN j.n_searches >= 2 THEN 'medium' ELSE 'low' END
    WHEN j.phase IN ('setup', 'sending') AND j.is_new_caller AND (j.n_searches >= 3 AND j.n_setups > 0 OR j.n_regions >= 3 AND j.n_searches > 0) THEN 'high'
    WHEN j.phase IN ('setup', 'clearing') THEN 'medium'
    WHEN j.n_searches >= 2 AND j.is_new_caller THEN 'medium'
    ELSE 'informational'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN j.phase = 'search' THEN 'looked up whether and how much can be sent, or as whom'
      WHEN j.phase = 'clearing' THEN 'a sender or a list of those not to be written to deleted'
      WHEN j.phase = 'sending' THEN 'sent; calls alike that day: ' || CAST(j.n_alike AS VARCHAR)
      WHEN j.call IN ('UpdateAccountSendingEnabled', 'PutAccountSendingAttributes') AND contains(j.request, 'true') THEN 'sending switched on for the account'
      WHEN j.call IN ('UpdateAccountSendingEnabled', 'PutAccountSendingAttributes') THEN 'sending switched off for the account, or its switch used'
      WHEN j.call = 'PutAccountDetails' THEN 'more sending asked of AWS for the account'
      ELSE 'a sender or a setting of sending made'
    END
    || '; in the window by this caller: kinds of look-ups ' || CAST(j.n_searches AS VARCHAR) || ', settings ' || CAST(j.n_setups AS VARCHAR) || ', regions ' || CAST(j.n_regions AS VARCHAR)
    || CASE WHEN j.is_by_console THEN '; in the console' ELSE '' END
    || CASE WHEN j.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN j.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN judged j ON j.file_id = e.file_id AND j.record_index = e.record_index
JOIN reported r ON r.file_id = e.file_id AND r.record_index = e.record_index AND r.place = 1
WHERE e.service IN ('ses', 'email', 'sns', 'sms-voice', 'pinpoint', 'mobiletargeting')
  AND e.event_base_name IN ('GetSendQuota', 'GetSendStatistics', 'GetAccount', 'GetAccountSendingEnabled', 'ListIdentities', 'ListEmailIdentities', 'GetEmailIdentity', 'GetIdentityVerificationAttributes',
    'GetIdentityDkimAttributes', 'ListVerifiedEmailAddresses', 'GetIdentityPolicies', 'ListConfigurationSets', 'GetDedicatedIps', 'VerifyEmailIdentity', 'VerifyEmailAddress', 'VerifyDomainIdentity', 'VerifyDomainDkim',
    'CreateEmailIdentity', 'PutAccountDetails', 'PutAccountSendingAttributes', 'UpdateAccountSendingEnabled', 'CreateEmailIdentityPolicy', 'PutIdentityPolicy', 'PutEmailIdentityDkimAttributes',
    'CreateConfigurationSet', 'PutSuppressedDestination', 'PutAccountSuppressionAttributes', 'SendEmail', 'SendRawEmail', 'SendBulkEmail', 'SendTemplatedEmail', 'SendBulkTemplatedEmail',
    'SendCustomVerificationEmail', 'DeleteIdentity', 'DeleteEmailIdentity', 'DeleteIdentityPolicy', 'DeleteSuppressedDestination', 'GetSMSAttributes', 'SetSMSAttributes', 'GetSMSSandboxAccountStatus', 'CreateSMSSandboxPhoneNumber',
    'VerifySMSSandboxPhoneNumber', 'ListSMSSandboxPhoneNumbers', 'ListOriginationNumbers', 'CheckIfPhoneNumberIsOptedOut', 'ListPhoneNumbersOptedOut', 'Publish', 'PublishBatch',
    'SendMessages', 'SendUsersMessages', 'SendTextMessage', 'SendVoiceMessage', 'SendMediaMessage', 'DescribeSpendLimits', 'DescribeAccountAttributes', 'DescribePhoneNumbers', 'DescribeSenderIds',
    'RequestPhoneNumber', 'SetTextMessageSpendLimitOverride', 'CreateApp', 'UpdateSmsChannel', 'UpdateEmailChannel', 'GetApps', 'GetSmsChannel', 'CreateExportJob')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
