import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// Data events are recorded for chosen buckets only: of another one an empty answer must not pass for a quiet bucket.

const READ = {
  eventCategory: "Data",
  managementEvent: false,
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  sourceIPAddress: "198.51.100.7",
};
const NOBODY = { userIdentity: { type: "AWSAccount", principalId: "", accountId: "anonymous" } };

const read = (n: number, bucketName: string, key: string, changes: RecordFields = {}): RecordFields =>
  makeRecord(n, { ...READ, requestParameters: { bucketName, key }, ...changes });

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf([
    ...Array.from({ length: 25 }, (_, i) => read(i, "exports", `${i}.csv`)),
    ...Array.from({ length: 25 }, (_, i) => read(30 + i, "exports-old", `${i}.csv`)),
    read(60, "site", ".env", NOBODY),
    read(61, "exports", "keys/app.pem"),
  ]);
});

interface Told {
  readonly rows: readonly unknown[];
  readonly coverage: readonly string[];
}

async function told(id: string, bucket: string, column: string): Promise<Told> {
  const { rows, notes } = await ask(caseFolder, id, { params: { bucket } });
  return { rows: rows.map((row) => row[column]), coverage: notes.coverage.map(({ kind, text }) => `${kind}: ${text}`) };
}

describe("an answer about one bucket", () => {
  test("(a) has the rows of this bucket alone", async () => {
    for (const bucket of ["exports", "arn:aws:s3:::exports"]) {
      const { rows, coverage } = await told("s3-bulk-download", bucket, "bucket");

      expect(rows).toEqual(["exports"]);
      expect(coverage).toEqual([
        expect.stringContaining(`rows: recorded in this scope: 26 s3 data read events for ${bucket},`),
      ]);
    }
    expect((await told("sensitive-object-reads", "exports", "target")).rows).toEqual(["exports/keys/app.pem"]);
    expect((await told("anonymous-s3", "site", "bucket")).rows).toEqual(["site"]);
  });

  test("(b) says what was recorded of it when nothing matches", async () => {
    const { rows, coverage } = await told("s3-bulk-download", "site", "bucket");

    expect(rows).toEqual([]);
    expect(coverage).toEqual([
      expect.stringMatching(/^none-matched: no matching record; .*: 1 s3 data read events for site \(1 GetObject\)/),
    ]);
  });

  test.each(["s3-bulk-download", "sensitive-object-reads", "anonymous-s3"])(
    "(c) says in %s that nothing was ever recorded of it",
    async (id) => {
      const { rows, coverage } = await told(id, "payroll", "bucket");

      expect(rows).toEqual([]);
      expect(coverage).toEqual([
        expect.stringMatching(
          /^none-where-asked: no matching record; s3 data .*were recorded here \(52\), but never any for payroll$/,
        ),
      ]);
    },
  );

  test("(d) says that the case has no such record of any bucket", async () => {
    const { coverage } = await told("s3-ransom", "payroll", "bucket");

    expect(coverage[0]).toBe(
      "none-recorded: no record of this category at all: the case holds no s3 data write events",
    );
  });

  test("is about all of them when none is named", async () => {
    const { rows, notes } = await ask(caseFolder, "s3-bulk-download");

    expect(rows.map(({ bucket }) => bucket)).toEqual(["exports", "exports-old"]);
    expect(notes.coverage.map(({ requirement }) => requirement)).toEqual(["data:s3:read"]);
  });
});

test("a pivot on a thing tells which kinds of record were never about it", async () => {
  const { rows, notes } = await ask(caseFolder, "resource-pivot", { params: { resource: "site" } });

  expect(rows.length).toBe(1);
  expect(notes.coverage.map(({ kind }) => kind)).toEqual(["none-recorded", "rows"]);
  expect(notes.coverage[1]!.requirement).toBe("data(site)");
});
