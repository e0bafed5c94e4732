import { describe, expect, test } from "vitest";
import { bufferAccess, type RandomAccess } from "../../src/ingest/containers/random-access.ts";
import { FileChangedError, LargeFile } from "../../src/ingest/large-file.ts";
import { readRecords } from "../../src/ingest/record-reader.ts";
import { recordOf, sha256, trailOf } from "./evidence-fixture.ts";

/** More than two blocks, and characters of 1 to 4 bytes on every edge. */
const TEXT = trailOf(
  ...Array.from({ length: 20_000 }, (_, i) => recordOf(`large-${i}`, { userAgent: "aé中😀".repeat(i % 9) })),
);
const UTF8 = Buffer.from(TEXT);

function everyByte(file: LargeFile, step: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < file.length; at += step) parts.push(Buffer.from(file.subarray(at, at + step)));
  return Buffer.concat(parts);
}

describe("a large file", () => {
  test.each([
    ["UTF-8", UTF8, null],
    ["UTF-8 behind a byte order mark", Buffer.concat([Buffer.from("\ufeff"), UTF8]), null],
    ["UTF-16LE", Buffer.from(`\ufeff${TEXT}`, "utf16le"), "UTF-16 text"],
    ["UTF-16BE", Buffer.from(`\ufeff${TEXT}`, "utf16le").swap16(), "UTF-16 text"],
    ["UTF-16LE without a mark", Buffer.from(TEXT, "utf16le"), "UTF-16 text"],
  ])("in %s is shown as UTF-8, and hashed as it is", (_what, stored, note) => {
    const file = new LargeFile(bufferAccess(stored));
    expect(UTF8.length).toBeGreaterThan(8 * 1024 * 1024);
    expect(file).toMatchObject({ length: UTF8.length, note, sha256: sha256(stored) });
    expect(everyByte(file, 1_000_003).equals(UTF8)).toBe(true);
    expect(file.subarray(file.length - 5).equals(UTF8.subarray(-5))).toBe(true);
    expect(file.subarray(3_000_000, 8_500_000).equals(UTF8.subarray(3_000_000, 8_500_000))).toBe(true);
    expect(file.subarray(file.length, file.length + 10)).toHaveLength(0);
  });

  test("with bytes that are no UTF-8 has U+FFFD for them, and the same as a small one", () => {
    const stored = Buffer.from(UTF8);
    for (let at = 1000; at < stored.length; at += 99_991) stored[at] = 0xff;
    // Around the edge of a block nothing but broken characters.
    stored.fill(0xe2, 4 * 1024 * 1024 - 6, 4 * 1024 * 1024 + 6);
    const file = new LargeFile(bufferAccess(stored));
    expect(file.note).toBe("invalid UTF-8 was replaced by U+FFFD");
    expect(everyByte(file, 777_777).toString()).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(stored));
  });

  test("gives its records through a window that looks at it piece by piece", () => {
    const file = new LargeFile(bufferAccess(UTF8));
    let records = 0;
    for (const item of readRecords(file, '{"Records":['.length)) {
      if (item.kind === "record") records += 1;
      else expect(item).toEqual({ kind: "end", problem: null, note: null });
    }
    expect(records).toBe(20_000);
  });

  test("that changes after it was hashed is noticed", () => {
    const stored = Buffer.from(UTF8);
    const file = new LargeFile(bufferAccess(stored));
    stored[5_000_000]! ^= 1;
    expect(file.subarray(0, 1000).equals(UTF8.subarray(0, 1000))).toBe(true);
    expect(() => file.subarray(4_999_000, 5_001_000)).toThrow(FileChangedError);
  });

  test("that becomes shorter while it is hashed is noticed", () => {
    const shrinking: RandomAccess = {
      size: UTF8.length,
      read: (at, n) => UTF8.subarray(0, 5_000_000).subarray(at, at + n),
    };
    expect(() => new LargeFile(shrinking)).toThrow("changed while it was read");
  });
});
