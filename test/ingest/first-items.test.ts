import { describe, expect, test } from "vitest";
import { readFirstItems, type FirstItems } from "../../src/ingest/first-items.ts";
import { readRecords } from "../../src/ingest/record-reader.ts";

const RECORD = '{"eventVersion":"1.08"}';

/** Reads the first items of a list, and counts what is left of it behind them. */
function first(items: string): FirstItems & { left: number } {
  const list = readRecords(Buffer.from(`{"Records":[${items}]}`), 12);
  const found = readFirstItems(list);
  return { ...found, left: [...list].length };
}

describe("a list of records", () => {
  test.each([
    ["begins with a record", `${RECORD},${RECORD}`, 1, 2],
    ["begins with a stranger", `{"a":1},{},${RECORD},${RECORD}`, 3, 2],
    ["begins with breakage", `{"a":x},{"b":1},${RECORD}`, 3, 1],
    ["begins with no objects", `1,"x",null,${RECORD}`, 4, 1],
  ])("is CloudTrail's when it %s", (_how, items, count, left) => {
    const found = first(items);
    expect([found.foreign, found.items.length, found.left]).toEqual([null, count, left]);
  });

  test.each([
    ["is empty", "", 1],
    ["holds nothing but breakage", '{"a":x}', 2],
    ["holds no objects", "1,2", 3],
  ])("may be CloudTrail's when it %s", (_how, items, count) => {
    const found = first(items);
    expect([found.foreign, found.items.length, found.left]).toEqual([null, count, 0]);
  });

  test("is not CloudTrail's when it holds other objects alone, or many in front", () => {
    expect(first('{"a":1}').foreign).toBe("other records");
    expect(first('{"a":1},{"b":x},2').foreign).toBe("other records");
    const many = Array.from({ length: 12 }, () => '{"a":1}').join(",");
    expect(first(`${many},${RECORD}`).foreign).toBe("other records");
  });

  test.each(["s3", "Sns", "kinesis", "eventSourceARN"])(
    "holds notifications when its first object has the key %s",
    (key) => {
      expect(first(`{"eventVersion":"2.1","eventName":"ObjectCreated:Put","${key}":{}}`).foreign).toBe("notifications");
    },
  );
});
