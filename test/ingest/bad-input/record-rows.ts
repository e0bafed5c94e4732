import { trailOf } from "../evidence-fixture.ts";
import { record, type BadInput } from "./bad-input.ts";

/** A trail file of one record with changes; `undefined` leaves a field out. */
const one = (row: string, changes: Record<string, unknown>): string => trailOf(record(row, 0, changes));
const base = { status: "imported", stored: 1, said: null } as const;

/** Records that are not as the documentation says. */
export const RECORD_ROWS: readonly BadInput[] = [
  {
    ...base,
    row: "23",
    input: "a record without eventTime",
    content: one("23", { eventTime: undefined }),
    so: "In `undated_events`; never at 1970.",
    check: { sql: "SELECT event_time FROM these", rows: [{ event_time: null }] },
  },
  {
    ...base,
    row: "24",
    input: "eventTime with a fraction, an offset, in basic ISO form, as a number",
    stored: 4,
    content: trailOf(
      record("24", 0, { eventTime: "2023-07-10T12:27:45.250Z" }),
      record("24", 1, { eventTime: "2023-07-10T14:27:45+02:00" }),
      record("24", 2, { eventTime: "20230710T122745Z" }),
      record("24", 3, { eventTime: 1_688_992_065 }),
    ),
    so: "All are read as UTC, and the original is kept.",
    check: {
      sql: "SELECT count(DISTINCT date_trunc('second', event_time)) AS n, count(event_time) AS dated FROM these",
      rows: [{ n: 1, dated: 4 }],
    },
  },
  {
    ...base,
    row: "25",
    input: "eventTime in 1970 and in 2199",
    stored: 2,
    content: trailOf(
      record("25", 0, { eventTime: "1970-01-01T00:00:00Z" }),
      record("25", 1, { eventTime: "2199-01-01T00:00:00Z" }),
    ),
    check: { sql: "SELECT year(event_time) AS y FROM these ORDER BY y", rows: [{ y: 1970 }, { y: 2199 }] },
  },
  {
    ...base,
    row: "26",
    input: "two records without eventID, equal",
    stored: 2,
    content: trailOf(record("26", 0, { eventID: undefined }), record("26", 0, { eventID: undefined })),
    so: "Two events in one file; the same in two files is one.",
  },
  {
    ...base,
    row: "27",
    input: "one eventID twice, equal",
    content: trailOf(record("27", 0), record("27", 0)),
    so: "One event; the other place is in `event_occurrences` as identical.",
    check: {
      sql: "SELECT relation FROM event_occurrences WHERE event_id = 'row-27-0'",
      rows: [{ relation: "identical" }],
    },
  },
  {
    ...base,
    row: "28",
    input: "one eventID twice, with different content",
    content: trailOf(record("28", 0), record("28", 0, { eventName: "DeleteObject" })),
    so: "One is shown by rule; the other is in `event_occurrences` as conflicting, with the fields.",
    check: {
      sql: "SELECT relation, fields FROM event_occurrences WHERE event_id = 'row-28-0'",
      rows: [{ relation: "conflicting", fields: '["eventName"]' }],
    },
  },
  {
    ...base,
    row: "29",
    input: "account ids as numbers",
    content: one("29", { recipientAccountId: 111122223333 }),
    check: { sql: "SELECT recipient_account_id FROM these", rows: [{ recipient_account_id: "111122223333" }] },
  },
  {
    ...base,
    row: "30",
    input: 'readOnly `"true"`, `true`, absent',
    stored: 3,
    content: trailOf(record("30", 0, { readOnly: "true" }), record("30", 1, { readOnly: true }), record("30", 2)),
    check: {
      sql: "SELECT read_only FROM these ORDER BY event_id",
      rows: [{ read_only: true }, { read_only: true }, { read_only: null }],
    },
  },
  {
    ...base,
    row: "31",
    input: 'mfaAuthenticated `"true"`, `true`, absent',
    stored: 3,
    content: trailOf(
      ...[{ mfaAuthenticated: "true" }, { mfaAuthenticated: true }, {}].map((attributes, i) =>
        record("31", i, { userIdentity: { type: "AssumedRole", sessionContext: { attributes } } }),
      ),
    ),
    check: {
      sql: "SELECT session_mfa_authenticated AS mfa FROM these ORDER BY event_id",
      rows: [{ mfa: true }, { mfa: true }, { mfa: null }],
    },
  },
  {
    ...base,
    row: "32",
    input: "userIdentity absent, `{}`, text, without type",
    stored: 4,
    content: trailOf(
      ...[undefined, {}, "root", { principalId: "AIDAX" }].map((userIdentity, i) => record("32", i, { userIdentity })),
    ),
  },
  {
    ...base,
    row: "33",
    input: "sourceIPAddress of a service, a DNS name, IPv6, empty, a list",
    stored: 5,
    content: trailOf(
      ...["AWS Internal/3", "cloudtrail.amazonaws.com", "2001:db8::1", "", "203.0.113.7, 10.0.0.1"].map(
        (sourceIPAddress, i) => record("33", i, { sourceIPAddress }),
      ),
    ),
    so: "The text is kept; `source_ip` only for a single address.",
    check: {
      sql: "SELECT source_ip FROM these ORDER BY event_id",
      rows: [
        { source_ip: null },
        { source_ip: null },
        { source_ip: "2001:db8::1" },
        { source_ip: null },
        { source_ip: null },
      ],
    },
  },
  {
    ...base,
    row: "34",
    input: "requestParameters as a list, as text, as the mark of what AWS left out",
    stored: 3,
    content: trailOf(
      ...[["a"], "text", { omitted: true, originalSize: 300_000, reason: "response_elements_too_large" }].map(
        (requestParameters, i) => record("34", i, { requestParameters }),
      ),
    ),
  },
  {
    ...base,
    row: "35",
    input: "resources null, and items without ARN",
    stored: 2,
    content: trailOf(
      record("35", 0, { resources: null }),
      record("35", 1, { resources: [{ type: "AWS::S3::Object", ARNPrefix: "arn:aws:s3:::b/" }] }),
    ),
  },
  {
    ...base,
    row: "36",
    input: "eventVersion 1.12, 2.0, absent, a number",
    stored: 4,
    content: trailOf(...["1.12", "2.0", undefined, 1.08].map((eventVersion, i) => record("36", i, { eventVersion }))),
    said: "records of eventVersion 2.0, newer than any known",
  },
  {
    ...base,
    row: "37",
    input: "an eventType, a category and an identity type that nobody knows",
    content: one("37", { eventType: "AwsNew", eventCategory: "New", userIdentity: { type: "NewKind" } }),
    check: {
      sql: "SELECT event_type, event_category FROM these",
      rows: [{ event_type: "AwsNew", event_category: "New" }],
    },
  },
  {
    ...base,
    row: "38",
    input: "an Insight that only begins",
    content: trailOf(
      record("38", 0, {
        eventCategory: "Insight",
        eventType: "AwsCloudTrailInsight",
        sharedEventID: "s-38",
        insightDetails: {
          state: "Start",
          eventSource: "ec2.amazonaws.com",
          eventName: "RunInstances",
          insightType: "ApiCallRateInsight",
        },
      }),
    ),
    check: { sql: "SELECT state FROM insights WHERE event_id = 'row-38-0'", rows: [{ state: "Start" }] },
  },
];
