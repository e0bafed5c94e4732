import { record, type BadInput } from "./bad-input.ts";

const HEADER =
  "User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category";
const csvRow = (id: string, name = "ListBuckets", user = "ada"): string =>
  `${user},,2023-07-10T12:27:45Z,s3.amazonaws.com,${name},eu-west-1,203.0.113.7,aws-cli,,[],r-1,${id},true,AwsApiCall,111122223333,Management`;
const json = (value: unknown): string => JSON.stringify(value);
const entry = (row: string, n: number, text = record(row, n)): Record<string, unknown> => ({
  EventId: `row-${row}-${n}`,
  EventName: "GetObject",
  EventTime: "2023-07-10T12:27:45Z",
  EventSource: "s3.amazonaws.com",
  Username: "ada",
  CloudTrailEvent: text,
});

/** Files of other shapes, and of other programs. */
export const SHAPE_ROWS: readonly BadInput[] = [
  {
    row: "40",
    input: "an S3 event notification",
    content: json({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          eventName: "ObjectCreated:Put",
          s3: { bucket: { name: "b" }, object: { key: "AWSLogs/1/x.json.gz" } },
        },
      ],
    }),
    status: "not_events",
    stored: 0,
    said: "a pointer to logs, not logs: s3://b/AWSLogs/1/x.json.gz",
  },
  {
    row: "40a",
    input: "CloudTrail's delivery note by SNS",
    content: json({
      Type: "Notification",
      TopicArn: "arn:aws:sns:eu-west-1:111122223333:t",
      Message: json({ s3Bucket: "b", s3ObjectKey: ["AWSLogs/1/x.json.gz"] }),
    }),
    status: "not_events",
    stored: 0,
    said: "a pointer to logs, not logs: s3://b/AWSLogs/1/x.json.gz",
  },
  {
    row: "41",
    input: "a VPC flow log",
    content:
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n2 111122223333 eni-1 10.0.0.1 10.0.0.2 443 49152 6 1 40 1688992065 1688992125 ACCEPT OK\n",
    status: "not_events",
    stored: 0,
    said: "VPC flow logs, not CloudTrail",
  },
  {
    row: "41a",
    input: "an AWS Config snapshot",
    content: json({ fileVersion: "1.0", configSnapshotId: "x", configurationItems: [{}] }),
    status: "not_events",
    stored: 0,
    said: "an AWS Config snapshot or history, not CloudTrail",
  },
  {
    row: "42",
    input: "lookup-events with a CloudTrailEvent that is cut",
    content: json({ Events: [entry("42", 0), entry("42", 1, record("42", 1).slice(0, 100))] }),
    status: "partial",
    stored: 2,
    said: "entries whose CloudTrailEvent is cut: only their outer fields are in the case",
  },
  {
    row: "43",
    input: "lookup-events whose last page has a NextToken",
    content: json({ Events: [entry("43", 0)], NextToken: "t" }),
    status: "imported",
    stored: 1,
    said: "this lookup-events export is incomplete: its last page has a NextToken, so more pages existed",
  },
  {
    row: "44",
    input: "lookup-events as a table",
    content:
      "-----------------------------\n|       LookupEvents        |\n+---------------------------+\n||         Events          ||\n",
    status: "unsupported",
    stored: 0,
    said: "output of the AWS CLI in the format table: run the command again with --output json",
  },
  {
    row: "44a",
    input: "lookup-events as YAML",
    content: 'Events:\n- CloudTrailEvent: \'{"eventVersion":"1.08"}\'\n  EventId: a\n',
    status: "unsupported",
    stored: 0,
    said: "output of the AWS CLI in the format yaml: run the command again with --output json",
  },
  {
    row: "45",
    input:
      "a console CSV with its columns in another order, some of them missing, semicolons, CR LF and a byte order mark",
    name: "event_history.csv",
    content:
      "\ufeffEvent name;Event ID;Event time;Event source;AWS region\r\nListBuckets;row-45-0;2023-07-10T12:27:45Z;s3.amazonaws.com;eu-west-1\r\n",
    status: "imported",
    stored: 1,
    said: null,
    check: {
      sql: "SELECT event_name, aws_region FROM these",
      rows: [{ event_name: "ListBuckets", aws_region: "eu-west-1" }],
    },
  },
  {
    row: "46",
    input: "ConsoleLogin in a console CSV",
    name: "event_history.csv",
    content: `${HEADER}\n${csvRow("row-46-0", "ConsoleLogin").replace("s3.", "signin.")}\n`,
    status: "imported",
    stored: 1,
    said: null,
    check: { sql: "SELECT outcome FROM these", rows: [{ outcome: "unknown" }] },
  },
  {
    row: "47",
    input: "a cell that begins with `=`",
    name: "event_history.csv",
    content: `${HEADER}\n${csvRow("row-47-0", "ListBuckets", "=cmd()")}\n`,
    status: "imported",
    stored: 1,
    said: null,
    so: "Stored as it is; neutralised where CSV is written.",
  },
  {
    row: "48",
    input: "a CSV with other columns",
    name: "a.csv",
    content: "name,age\nada,36\n",
    status: "unsupported",
    stored: 0,
    said: "a table without columns of events: name, age",
  },
  {
    row: "49",
    input: "an Athena result without events",
    name: "a.csv",
    content: '"eventname","n"\n"GetObject","12"\n',
    status: "unsupported",
    stored: 0,
    said: "a table without columns of events: eventname, n",
  },
  {
    row: "50",
    input: "CloudWatch lines with a control message and one without JSON",
    content: [
      `2024-01-15T10:00:00.000Z ${record("50", 0)}`,
      "2024-01-15T10:00:01.000Z no JSON here",
      json({ messageType: "CONTROL_MESSAGE", logEvents: [{ id: "x", timestamp: 1, message: "CWL CONTROL MESSAGE" }] }),
    ].join("\n"),
    status: "partial",
    stored: 1,
    rejected: 1,
    said: "1 of 2 records rejected",
  },
  {
    row: "50a",
    input: "the test object of a CloudWatch export",
    name: "aws-logs-write-test",
    content: "Permission Check Successful",
    status: "not_events",
    stored: 0,
    said: "text, not CloudTrail",
  },
  {
    row: "52",
    input: "a Parquet file that is cut",
    content: "PAR1\x15\x04\x15",
    status: "unreadable",
    stored: 0,
    said: "Parquet that cannot be read: File too small to be a Parquet file",
  },
  {
    row: "55",
    input: "a digest file",
    content: json({
      awsAccountId: "111122223333",
      digestStartTime: "2024-03-01T09:00:00Z",
      digestPublicKeyFingerprint: "00",
      logFiles: [],
    }),
    status: "not_events",
    stored: 0,
    said: "CloudTrail digest file, kept for verification: holds no events",
  },
  {
    row: "58",
    input: "an empty list of public keys",
    content: json({ PublicKeyList: [] }),
    status: "not_events",
    stored: 0,
    said: "CloudTrail list of public keys, kept for verification: holds no events",
  },
];
