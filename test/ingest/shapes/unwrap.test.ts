import { describe, expect, test } from "vitest";
import { SHARD_COLUMNS } from "../../../src/store/case-schema.ts";
import { EVENTS } from "../../data/formats/events.ts";
import { eventsIn, readBytes } from "../../helpers/read-bytes.ts";

const EVENT = '{"eventVersion":"1.08","eventName":"GetObject","eventSource":"s3.amazonaws.com","eventID":"a"}';
const quoted = (text: string): string => JSON.stringify(text);

function columnOf(content: string, name: string): unknown[] {
  const index = SHARD_COLUMNS.findIndex(([column]) => column === name);
  return readBytes(content).rows.map((row) => row[index]);
}

describe("an event is found", () => {
  test.each([
    ["in a wrapper nobody knows", `{"x":1,"payload":{"body":${EVENT}}}`, "payload > body", "bare"],
    ["as text in such a wrapper", `{"x":1,"payload":${quoted(EVENT)}}`, "payload", "bare"],
    [
      "in a document that Filebeat made",
      `{"_source":{"@timestamp":"x","message":${quoted(EVENT)}}}`,
      "_source > message",
      "siem",
    ],
    [
      "in a lookup entry that was parsed already",
      `{"Events":[{"CloudTrailEvent":${EVENT}}]}`,
      "Events[] > CloudTrailEvent",
      "lookup-events",
    ],
    ["encoded twice", quoted(EVENT), "text", "bare"],
    [
      "in a Kinesis record of get-records",
      `{"Records":[{"SequenceNumber":"1","Data":"${Buffer.from(EVENT).toString("base64")}"}]}`,
      "Records[] > Data (base64)",
      "stream",
    ],
    [
      "in SQS's body",
      `{"Records":[{"eventSource":"aws:sqs","eventSourceARN":"x","body":${quoted(`{"detail":${EVENT}}`)}}]}`,
      "Records[] > body > detail",
      "stream",
    ],
    ["without its time in a list of such", `[${EVENT}]`, "[]", "bare"],
  ])("%s", (_how, content, wrapping, fidelity) => {
    expect(eventsIn(content)).toEqual([expect.objectContaining({ text: EVENT, wrapping, fidelity })]);
  });

  test("with its own byte offset where it stands in the file as it is", () => {
    const content = `[\n${EVENTS.join(",\n")}\n]`;
    for (const { text, byteOffset } of eventsIn(content)) {
      expect(Buffer.from(content).subarray(byteOffset).toString()).toMatch(
        new RegExp(`^.{${[...text.slice(0, 20)].length}}`),
      );
      expect(
        Buffer.from(content)
          .subarray(byteOffset, byteOffset + Buffer.byteLength(text))
          .toString(),
      ).toBe(text);
    }
  });
});

describe("a file that mixes shapes", () => {
  test("keeps each record's own wrapping where it differs from the first", () => {
    const content = `${EVENT}\n{"detail":${EVENT}}\n{"Events":[{"CloudTrailEvent":${quoted(EVENT)}}]}\n${EVENT}\n`;
    expect(readBytes(content).file).toMatchObject({
      status: "imported",
      records: 4,
      wrapping: "",
      source_fidelity: "bare",
    });
    expect(columnOf(content, "wrapping")).toEqual([null, "detail", "Events[] > CloudTrailEvent", null]);
    expect(columnOf(content, "source_fidelity")).toEqual(["bare", "stream", "lookup-events", "bare"]);
  });

  test("rejects what is no event, also what stands before the first one", () => {
    const { file, rejected } = readBytes(`{"a":1}\n${EVENT}\n{"digestPublicKeyFingerprint":"x"}\n`);
    expect(file).toMatchObject({ status: "partial", records: 3, rejected: 2, reason: "2 of 3 records rejected" });
    expect(rejected.map(({ record_index, reason, excerpt }) => [record_index, reason, excerpt])).toEqual([
      [0, "JSON, not CloudTrail", '{"a":1}'],
      [2, expect.stringMatching(/digest file, kept for verification/), '{"digestPublicKeyFingerprint":"x"}'],
    ]);
  });

  test("beyond a number counts what is no event, and still finds the events behind it", () => {
    const strangers = '{"a":1}\n'.repeat(9_000);
    const { file, rejected } = readBytes(`${strangers}${EVENT}\n${strangers}${EVENT}\n`);
    expect(file).toMatchObject({ status: "partial", records: 10_003, rejected: 10_001 });
    expect(rejected.at(-1)!.reason).toBe("8000 more values without an event, from here on");
  });

  test("is given up when nothing in it is an event for long", () => {
    const { file } = readBytes(`${'{"a":1}\n'.repeat(10_001)}${EVENT}\n`);
    expect(file).toMatchObject({
      status: "not_events",
      records: 0,
      reason: expect.stringMatching(/first 10000 values/),
    });
  });
});

describe("an export that is not whole says so:", () => {
  const entry = `{"CloudTrailEvent":${quoted(EVENT)}}`;
  const filler = `{"CloudTrailEvent":${quoted(EVENT.replace('"a"', `"${"x".repeat(6 * 1024 * 1024)}"`))}}`;
  test.each([
    ["the last page of lookup-events", `{"Events":[${entry}],"NextToken":"t"}`],
    ["the last of several pages", `{"Events":[${entry}],"NextToken":"t"}\n{"Events":[${entry}],"NextToken":"u"}`],
    ["a page too large to be read at once", `{"Events":[${filler},${entry}],"NextToken":"t"}`],
    ["a page of get-query-results", `{"QueryResultRows":[[{"eventJson":${quoted(EVENT)}}]],"NextToken":"t"}`],
    ["a page of filter-log-events", `{"events":[{"timestamp":1,"message":${quoted(EVENT)}}],"nextToken":"t"}`],
  ])("%s", (_what, content) => {
    expect(readBytes(content).file).toMatchObject({
      status: "imported",
      reason: expect.stringMatching(/is incomplete: its last page/),
    });
  });

  test("pages of which the last has no token are whole", () => {
    const pages = `{"Events":[${entry}],"NextToken":"t"}\n{"Events":[${entry}]}`;
    expect(readBytes(pages).file).toMatchObject({ status: "imported", reason: null });
  });
});

describe("hostile wrappers end:", () => {
  const nested = (depth: number): string => {
    let text = EVENT;
    for (let i = 0; i < depth; i += 1) text = `{"detail":${text},"detail-type":"CloudTrail"}`;
    return text;
  };
  test("twelve are unwrapped, more are refused", () => {
    expect(eventsIn(nested(12))).toHaveLength(1);
    expect(readBytes(nested(14)).file).toMatchObject({
      status: "not_events",
      reason: expect.stringMatching(/more than 12 times/),
    });
  });

  test.each([
    ["Base64 that is none", '{"Records":[{"kinesis":{"data":"***"}}]}'],
    ["gzip that is none", `{"awslogs":{"data":"${Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]).toString("base64")}"}}`],
    ["keys of JavaScript", '{"__proto__":{"eventVersion":"1"},"constructor":{"eventSource":"x"}}'],
    ["a text inside a text inside a text", quoted(quoted(quoted("eventVersion")))],
    ["lists in lists", `${"[".repeat(5000)}${"]".repeat(5000)}`],
  ])("%s", (_what, content) => {
    expect(readBytes(content).file).toMatchObject({ status: "not_events", records: 0 });
  });
});

test("a sign-in out of a console's CSV has no outcome, and none out of columns without a place for errors", () => {
  const header = "Event ID,Event name,Event time,Event source,Event type,Error code\n";
  const csv = `${header}a,ConsoleLogin,2024-03-05T09:15:30Z,signin.amazonaws.com,AwsConsoleSignIn,\nb,GetObject,2024-03-05T09:15:30Z,s3.amazonaws.com,AwsApiCall,\n`;
  expect(columnOf(csv, "outcome")).toEqual(["unknown", "no-error"]);
  const without = csv.replaceAll(/,[^,\n]*\n/g, "\n");
  expect(columnOf(without, "outcome")).toEqual(["unknown", "unknown"]);
});
