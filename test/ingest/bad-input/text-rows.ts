import { writeFileSync } from "node:fs";
import { trailOf } from "../evidence-fixture.ts";
import { record, type BadInput } from "./bad-input.ts";

const trail = (row: string, n = 3): string => trailOf(...Array.from({ length: n }, (_, i) => record(row, i)));
const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();
/** The text with a byte in place of its only question mark. */
function withByte(text: string, byte: number): Buffer {
  const bytes = Buffer.from(text);
  bytes[bytes.indexOf("?")] = byte;
  return bytes;
}

const withUserAgent = (row: string, json: string): string =>
  trailOf(record(row, 0, { userAgent: "@" }).replace('"@"', json));

function manyKeys(row: string, n: number): string {
  const keys = Array.from({ length: n }, (_, i) => `"k${i}":0`).join(",");
  return record(row, 0, { requestParameters: "@" }).replace('"@"', `{${keys}}`);
}

/** Text and JSON that are damaged or odd. */
export const TEXT_ROWS: readonly BadInput[] = [
  { row: "2", input: '`{"Records":[]}`', content: '{"Records":[]}', status: "imported", stored: 0, said: null },
  {
    row: "3",
    input: '`{"Records":null}`',
    content: '{"Records":null}',
    status: "unreadable",
    stored: 0,
    said: "Records is not an array",
  },
  {
    row: "3a",
    input: '`{"Records":{}}`',
    content: '{"Records":{}}',
    status: "unreadable",
    stored: 0,
    said: "Records is not an array",
  },
  {
    row: "12",
    input: "a trail file that is cut inside a record",
    content: trail("12").slice(0, -200),
    status: "partial",
    stored: 2,
    rejected: 1,
    said: "cut off inside the list of records; 1 of 3 records rejected",
  },
  {
    row: "12a",
    input: "a trail file with a broken record among good ones",
    content: trailOf(record("12a", 0), record("12a", 1).replace('"eventID"', "eventID"), record("12a", 2)),
    status: "partial",
    stored: 2,
    rejected: 1,
    said: "1 of 3 records rejected",
  },
  {
    row: "13",
    input: "JSON lines with a broken line",
    content: `${record("13", 0)}\n{"eventVersion":"1.08",oops}\n${record("13", 2)}\n`,
    status: "partial",
    stored: 2,
    rejected: 1,
    said: "1 of 3 records rejected",
  },
  {
    row: "14",
    input: "documents one behind the other",
    content: trail("14", 2) + trail("14a", 1),
    status: "imported",
    stored: 3,
    said: null,
  },
  {
    row: "14a",
    input: "events one behind the other, without a line break",
    content: record("14b", 0) + record("14b", 1),
    status: "imported",
    stored: 2,
    said: null,
  },
  {
    row: "15",
    input: "UTF-16LE with a byte order mark",
    content: Buffer.from(`\ufeff${trail("15")}`, "utf16le"),
    status: "imported",
    stored: 3,
    said: "UTF-16 text",
  },
  {
    row: "15a",
    input: "UTF-16BE with a byte order mark",
    content: utf16be(`\ufeff${trail("15a")}`),
    status: "imported",
    stored: 3,
    said: "UTF-16 text",
  },
  {
    row: "15b",
    input: "UTF-16LE without one",
    content: Buffer.from(trail("15b"), "utf16le"),
    status: "imported",
    stored: 3,
    said: "UTF-16 text",
  },
  {
    row: "15c",
    input: "UTF-16BE without one",
    content: utf16be(trail("15c")),
    status: "imported",
    stored: 3,
    said: "UTF-16 text",
  },
  {
    row: "16",
    input: "a byte in userAgent that is no UTF-8",
    content: withByte(withUserAgent("16", '"a?b"'), 0xff),
    status: "imported",
    stored: 1,
    said: "invalid UTF-8 was replaced by U+FFFD",
    so: "The hash is over the bytes as they are.",
    check: { sql: "SELECT user_agent FROM these", rows: [{ user_agent: "a\ufffdb" }] },
  },
  {
    row: "17",
    input: "an unpaired surrogate and a NUL in userAgent",
    content: withUserAgent("17", String.raw`"a\ud800b\u0000c"`),
    status: "imported",
    stored: 1,
    said: null,
    so: "Every query works; `show` prints what AWS wrote.",
    check: {
      sql: "SELECT length(user_agent) AS n, json_valid(extra) AS valid FROM these",
      rows: [{ n: 5, valid: true }],
    },
  },
  {
    row: "18",
    input: "a key twice in a record",
    content: trailOf(record("18", 0).replace('"eventName"', '"eventName":"First","eventName"')),
    status: "imported",
    stored: 1,
    said: null,
    so: "The last one counts, as in other programs.",
    check: { sql: "SELECT event_name FROM these", rows: [{ event_name: "GetObject" }] },
  },
  {
    row: "19",
    input: "`__proto__` and `constructor` as keys",
    content: trailOf(
      record("19", 0, { constructor: { prototype: { polluted: 1 } } }).replace(
        '"eventName"',
        '"__proto__":{"polluted":1},"eventName"',
      ),
    ),
    status: "imported",
    stored: 1,
    said: null,
    so: "Keys are data.",
    check: {
      sql: `SELECT json_extract_string(extra, '$."__proto__.polluted"') IS NOT NULL OR extra LIKE '%polluted%' AS kept FROM these`,
      rows: [{ kept: true }],
    },
  },
  {
    row: "20",
    input: "100,000 levels in requestParameters",
    content: trailOf(
      record("20", 0, { requestParameters: "@" }).replace('"@"', `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
      record("20", 1),
    ),
    status: "imported",
    stored: 2,
    said: null,
    so: "What lies deeper than 200 levels is kept as text.",
  },
  {
    row: "20a",
    input: "100,000 keys in requestParameters",
    content: trailOf(
      record("20a", 0, {
        requestParameters: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])),
      }),
    ),
    status: "imported",
    stored: 1,
    said: null,
  },
  {
    row: "20c",
    input: "2,100,000 keys in requestParameters",
    content: (path) => writeFileSync(path, trailOf(manyKeys("20c", 2_100_000), record("20c", 1))),
    status: "partial",
    stored: 1,
    rejected: 1,
    said: "1 of 2 records rejected",
    so: 'Its row in `rejected_records` says "more than 2,000,000 values in one".',
  },
  {
    row: "20d",
    input: "1,100,000 levels in requestParameters",
    content: (path) =>
      writeFileSync(
        path,
        trailOf(
          record("20d", 0, { requestParameters: "@" }).replace(
            '"@"',
            `${"[".repeat(1_100_000)}${"]".repeat(1_100_000)}`,
          ),
          record("20d", 1),
        ),
      ),
    status: "partial",
    stored: 1,
    rejected: 1,
    said: "1 of 2 records rejected",
    so: 'Its row in `rejected_records` says "nested deeper than 1,000,000 levels".',
  },
  {
    row: "20b",
    input: "a number of 100,000 digits",
    content: trailOf(record("20b", 0, { requestParameters: { n: "@" } }).replace('"@"', "9".repeat(100_000))),
    status: "imported",
    stored: 1,
    said: null,
    so: "Its digits are kept.",
    check: { sql: "SELECT length(CAST(request_parameters AS VARCHAR)) AS n FROM these", rows: [{ n: 100_006 }] },
  },
  {
    row: "21",
    input: "an event of 8 MB",
    content: trailOf(record("21", 0, { requestParameters: { userData: "x".repeat(8_000_000) } })),
    status: "imported",
    stored: 1,
    said: null,
  },
  {
    row: "22",
    input: "records that are null, text and numbers",
    content: `{"Records":[null,"text",42,${record("22", 0)}]}`,
    status: "partial",
    stored: 1,
    rejected: 3,
    said: "3 of 4 records rejected",
  },
];
