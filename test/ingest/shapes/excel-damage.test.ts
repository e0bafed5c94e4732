import { describe, expect, test } from "vitest";
import { formatTime } from "../../../src/cloudtrail/event-time.ts";
import { parseReformattedTime, readAccountId } from "../../../src/ingest/shapes/excel-damage.ts";
import { readBytes } from "../../helpers/read-bytes.ts";

describe("an account id", () => {
  test.each([
    ["111122223333", { kind: "whole", id: "111122223333" }],
    ["11112222333", { kind: "repaired", id: "011112222333" }],
    ["1.11122E+11", { kind: "lost" }],
    ["1,11122E+11", { kind: "lost" }],
    ["ANONYMOUS_PRINCIPAL", { kind: "other", id: "ANONYMOUS_PRINCIPAL" }],
  ])("%s", (cell, account) => {
    expect(readAccountId(cell)).toEqual(account);
  });
});

describe("a date that a spreadsheet reformatted", () => {
  test.each([
    ["25/3/2024 9:14", null, "2024-03-25T09:14:00Z"],
    ["3/25/2024 9:14:07 PM", null, "2024-03-25T21:14:07Z"],
    ["3/25/2024 12:05 AM", null, "2024-03-25T00:05:00Z"],
    ["5.3.2024 9:14", null, "2024-03-05T09:14:00Z"],
    ["5/3/2024 9:14", true, "2024-03-05T09:14:00Z"],
    ["5/3/2024 9:14", false, "2024-05-03T09:14:00Z"],
    ["5/3/24 9:14", false, "2024-05-03T09:14:00Z"],
    ["4/4/2024 9:14", null, "2024-04-04T09:14:00Z"],
    ["2024/03/05 9:14", null, "2024-03-05T09:14:00Z"],
    ["5/3/2024 9:14", null, null],
    ["45356.385", null, null],
    ["yesterday", null, null],
  ])("%s, the day first: %s", (cell, dayFirst, time) => {
    const micros = parseReformattedTime(cell, dayFirst);
    expect(micros === null ? null : formatTime(micros)).toBe(time);
  });
});

describe("a saved table", () => {
  const header = "Event ID,Event name,Event time,Event source,Recipient Account Id,Request parameters\n";
  const row = (time: string, account: string, parameters = ""): string =>
    `a,GetObject,${time},s3.amazonaws.com,${account},${parameters}\n`;
  test.each([
    ["rounded account ids", row("2024-03-05T09:14:07Z", "1.11E+11"), /rounded/],
    ["lost zeros", row("2024-03-05T09:14:07Z", "1122223333"), /leading zeros/],
    ["ambiguous dates", row("5/3/2024 9:14", "111122223333"), /cannot be told/],
    ["cells cut at the limit", row("2024-03-05T09:14:07Z", "111122223333", "x".repeat(32_767)), /32,767/],
  ])("with %s is partial and says why, and no row of it is lost", (_what, rows, reason) => {
    const { file } = readBytes(header + rows, "history.csv");
    expect(file).toMatchObject({ status: "partial", records: 1, rejected: 0, reason: expect.stringMatching(reason) });
  });

  test("tells the order of its dates by the one that can only be read one way", () => {
    const { rows } = readBytes(header + row("5/3/2024 9:14", "111122223333") + row("25/3/2024 9:14", "111122223333"));
    expect(rows.map(([time]) => formatTime(time as bigint))).toEqual(["2024-03-05T09:14:00Z", "2024-03-25T09:14:00Z"]);
  });
});
