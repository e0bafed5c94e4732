import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { roleSession } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { iamUser, makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// Whoever takes a bucket's objects a few at a time, from one address or session after the other, is one reader.

const records: RecordFields[] = [];
const read = (bucketName: string, key: string, sourceIPAddress: string, changes: RecordFields): void => {
  records.push(
    makeRecord(records.length, {
      eventID: `read-${records.length}`,
      eventCategory: "Data",
      managementEvent: false,
      eventSource: "s3.amazonaws.com",
      eventName: "GetObject",
      sourceIPAddress,
      requestParameters: { bucketName, key },
      additionalEventData: { bytesTransferredOut: 10 },
      ...changes,
    }),
  );
};
const each = (count: number, make: (i: number) => void): void =>
  Array.from({ length: count }, (_, i) => i).forEach(make);
const by = (name: string, changes: RecordFields = {}): RecordFields => ({ userIdentity: iamUser(name), ...changes });
const REFUSED = { errorCode: "AccessDenied" };

each(120, (i) => read("rotated", `k-${i}`, `203.0.113.${i}`, by("rotator")));
each(19, (i) => read("little", `k-${i}`, `203.0.113.${i}`, by("browser")));
each(40, (i) => read("one-thing", "k", `203.0.113.${i}`, by("poller")));
each(60, (i) => read("halves", `k-${i}`, "198.51.100.1", by("mover")));
each(60, (i) => read("halves", `k-${60 + i}`, "198.51.100.2", by("mover")));
each(5, (i) => read("halves", `k-${i}`, `203.0.113.${i}`, by("mover")));
each(20, (i) => read("guessed", `k-${i}`, `203.0.113.${i}`, by("guesser", REFUSED)));
each(20, (i) => read("sessions", `k-${i}`, "192.0.2.1", { userIdentity: roleSession(`session-${i}`) }));

let answer: Answer;
beforeAll(async () => {
  answer = await ask(await caseOf(records), "s3-bulk-download");
});

const rowsOf = (bucket: string): Answer["rows"] => answer.rows.filter((row) => row["bucket"] === bucket);

describe("s3-bulk-download", () => {
  test("puts together what one caller read from addresses that change", () => {
    expect(rowsOf("rotated")).toEqual([
      expect.objectContaining({
        source_ip: null,
        n_source_ips: 120,
        n_objects: 120,
        bytes_out: 1200,
        severity: "low",
        why: expect.stringMatching(
          /^different objects read: 120, from addresses that change: 120, bytes: 1200;/,
        ) as string,
      }),
    ]);
    expect(rowsOf("guessed")).toEqual([expect.objectContaining({ n_objects: 0, n_denied: 20, n_source_ips: 20 })]);
  });

  test("judges by all that the caller read, and gives each busy address its row", () => {
    expect(
      rowsOf("halves").map((row) => [row["source_ip"], row["n_objects"], row["n_objects_by_caller"], row["severity"]]),
    ).toEqual([
      ["198.51.100.1", 60, 120, "low"],
      ["198.51.100.2", 60, 120, "low"],
    ]);
  });

  test("takes the sessions of one role for one caller, whatever their names", () => {
    expect(rowsOf("sessions").map((row) => [row["n_objects"], row["actor"]])).toEqual([
      [20, expect.stringMatching(/:role\/deploy$/)],
    ]);
  });

  test("leaves out few objects from many addresses, and one object from many", () => {
    expect([...rowsOf("little"), ...rowsOf("one-thing")]).toEqual([]);
  });
});
