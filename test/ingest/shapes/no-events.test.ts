import { describe, expect, test } from "vitest";
import { readBytes } from "../../helpers/read-bytes.ts";

function outcomeOf(text: string): { status: string; reason: string | null; records: number } {
  const { status, reason, records } = readBytes(text).file;
  return { status, reason, records };
}

describe("what CloudTrail delivers beside events is kept for verification:", () => {
  test.each([
    ['{"awsAccountId":"111122223333","digestStartTime":"2023-07-10T11:00:00Z","logFiles":[{}]}', /digest file/],
    ['{"digestPublicKeyFingerprint":"x"}', /digest file/],
    ['{"PublicKeyList":[{"Fingerprint":"x","Value":"y"}]}', /public keys/],
    ['{"publicKeyList":[]}', /public keys/],
    ['{"files":[],"hashSignature":"x"}', /Lake signature/],
    ['{"Metadata":{"signature":"x","signature-algorithm":"SHA256withRSA"}}', /digest signature/],
    [
      '{"bucket":"b","key":"k","metadata":{"signature":"x"}}\n{"bucket":"b","key":"l","metadata":{}}\n',
      /digest signature/,
    ],
  ])("%s", (text, reason) => {
    expect(outcomeOf(text)).toEqual({ status: "not_events", reason: expect.stringMatching(reason), records: 0 });
    expect(outcomeOf(text).reason).toMatch(/kept for verification/);
  });
});

describe("a notification is refused with the logs that it points to:", () => {
  const S3 =
    '{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"logs"},"object":{"key":"AWSLogs/a%2Bb.json.gz"}}}';
  const NOTE = '{"s3Bucket":"logs","s3ObjectKey":["AWSLogs/1.json.gz","AWSLogs/2.json.gz"]}';
  test.each([
    ["of S3", `{"Records":[${S3}]}`, "s3://logs/AWSLogs/a+b.json.gz"],
    ["of S3, alone", S3, "s3://logs/AWSLogs/a+b.json.gz"],
    [
      "of S3 through SQS",
      `{"Messages":[{"Body":${JSON.stringify(`{"Records":[${S3}]}`)}}]}`,
      "s3://logs/AWSLogs/a+b.json.gz",
    ],
    [
      "of S3 through EventBridge",
      '{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"logs"},"object":{"key":"k"}}}',
      "s3://logs/k",
    ],
    ["of CloudTrail", NOTE, "s3://logs/AWSLogs/1.json.gz, s3://logs/AWSLogs/2.json.gz"],
    [
      "of CloudTrail through SNS",
      JSON.stringify({ Type: "Notification", TopicArn: "arn:aws:sns:eu-west-1:111122223333:t", Message: NOTE }),
      "s3://logs/AWSLogs/1.json.gz, s3://logs/AWSLogs/2.json.gz",
    ],
  ])("%s", (_of, text, objects) => {
    expect(outcomeOf(text)).toEqual({
      status: "not_events",
      reason: `a pointer to logs, not logs: ${objects}`,
      records: 0,
    });
  });
});

describe("another log is named:", () => {
  test.each([
    ['{"configurationItems":[]}', /AWS Config/],
    ['{"schemaVersion":"2.0","severity":5,"service":{"serviceName":"guardduty"}}', /GuardDuty/],
    [
      '{"version":"0","detail-type":"EC2 Instance State-change Notification","detail":{"state":"running"}}',
      /EventBridge event of another kind/,
    ],
    ['{"webaclId":"x","httpRequest":{}}', /WAF/],
    ['{"class_uid":4001,"metadata":{"product":{"name":"Amazon VPC"}}}', /OCSF event of Amazon VPC/],
    ['{"name":"package","version":"1.0.0"}', /^JSON, not CloudTrail$/],
    ["{}", /^JSON, not CloudTrail$/],
    ["[]", /^JSON, not CloudTrail$/],
    ['["a",{"b":1}]', /^JSON, not CloudTrail$/],
    ['{"a":1}\n{"b":2}\n', /^JSON, not CloudTrail$/],
    ['{"name":"package",', /^JSON that breaks off$/],
  ])("%s", (text, reason) => {
    expect(outcomeOf(text)).toEqual({ status: "not_events", reason: expect.stringMatching(reason), records: 0 });
  });
});

describe("what was meant to hold events and does not is unreadable:", () => {
  test.each([
    ['{"Records":null}', /not an array/],
    ['{"Records":{"eventVersion":"1.08"}}', /not an array/],
    ['{"Records":', /breaks off/],
    ['{"Records" {}', /broken: expected a colon/],
    ['{"Events":[{"CloudTrailEvent":"', /breaks off/],
    ['{"CloudTrailEvent":"{\\"eventVersion\\":"}', /CloudTrailEvent is broken/],
  ])("%s", (text, reason) => {
    expect(outcomeOf(text)).toEqual({ status: "unreadable", reason: expect.stringMatching(reason), records: 0 });
  });
});

describe("rows of a query that are no events are unsupported:", () => {
  test.each([
    [
      '{"QueryResultRows":[[{"eventname":"GetObject"},{"n":"12"}]]}',
      /no eventid and eventtime among the columns eventname, n/,
    ],
    ['{"results":[[{"field":"bin(1h)","value":"x"},{"field":"count","value":"3"}]]}', /no eventid and eventtime/],
  ])("%s", (text, reason) => {
    expect(outcomeOf(text)).toEqual({ status: "unsupported", reason: expect.stringMatching(reason), records: 0 });
  });
});

describe("a list of events that holds none is imported:", () => {
  test.each([
    '{"Events":[]}',
    '{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"CWL CONTROL MESSAGE: Checking health"}]}',
    '{"QueryResultRows":[]}',
    '{"hits":{"hits":[]}}',
    '{"events":[],"searchedLogStreams":[]}',
  ])("%s", (text) => {
    expect(outcomeOf(text)).toMatchObject({ status: "imported", records: 0 });
  });
});
