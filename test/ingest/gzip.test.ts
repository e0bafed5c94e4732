import { constants, crc32, deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { InflateError, inflateGzip, InflateLimitError } from "../../src/ingest/gzip.ts";

/** Text that compresses about as well as a log file. */
function logText(records: number): Buffer {
  let seed = 1;
  const lines = Array.from({ length: records }, (_, i) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return `{"eventVersion":"1.08","eventName":"GetObject","requestID":"${seed.toString(16)}","n":${i}}`;
  });
  return Buffer.from(lines.join(","));
}

const CONTENT = logText(500);
const GZIP = gzipSync(CONTENT);

interface HeaderParts {
  flags: number;
  fields?: Buffer;
}

/** A member with a header made by hand: RFC 1952. */
function member(content: Buffer, { flags, fields = Buffer.alloc(0) }: HeaderParts): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, fields, deflateRawSync(content), trailer]);
}

function changed(bytes: Buffer, at: number, mask = 0x55): Buffer {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? bytes.length + at : at]! ^= mask;
  return copy;
}

describe("a whole gzip file", () => {
  test.each([
    ["of one member", GZIP, CONTENT],
    ["that is empty", gzipSync(""), Buffer.alloc(0)],
    ["of one byte", gzipSync("x"), Buffer.from("x")],
    ["that is not compressed", gzipSync(CONTENT, { level: 0 }), CONTENT],
    ["without extra fields", member(CONTENT, { flags: 0 }), CONTENT],
    ["with an extra field", member(CONTENT, { flags: 4, fields: Buffer.from([3, 0, 1, 2, 3]) }), CONTENT],
    ["with a name", member(CONTENT, { flags: 8, fields: Buffer.from("a.json\0") }), CONTENT],
    ["with a comment", member(CONTENT, { flags: 16, fields: Buffer.from("\0") }), CONTENT],
    ["with the mark for text", member(CONTENT, { flags: 1 }), CONTENT],
  ])("%s is inflated without a word", async (_what, stored, bytes) => {
    expect(await inflateGzip(stored)).toEqual({ bytes, damage: null, note: null });
  });

  test("with a checksum of its header is inflated", async () => {
    const fields = Buffer.from([2, 0, 9, 9, ...Buffer.from("n\0c\0")]);
    const header = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3]), fields]);
    const checksum = Buffer.alloc(2);
    checksum.writeUInt16LE(crc32(header) & 0xffff);
    const stored = member(CONTENT, { flags: 4 | 8 | 16 | 2, fields: Buffer.concat([fields, checksum]) });
    expect(await inflateGzip(stored)).toEqual({ bytes: CONTENT, damage: null, note: null });

    const { bytes, damage, note } = await inflateGzip(changed(stored, 10 + fields.length));
    expect([bytes.equals(CONTENT), damage]).toEqual([true, null]);
    expect(note).toMatch(/header is not well-formed/);
  });
});

describe("more than one member", () => {
  const other = gzipSync("other");
  const both = Buffer.concat([CONTENT, Buffer.from("other")]);

  test.each([
    ["several members", [GZIP, other], both, /^several gzip members$/],
    ["several members with zeros between", [GZIP, Buffer.alloc(7), other], both, /several .*; 7 zero bytes of padding/],
    ["zeros behind", [GZIP, Buffer.alloc(512)], CONTENT, /^512 zero bytes of padding after the gzip data$/],
    ["zeros behind several members", [GZIP, other, Buffer.alloc(1)], both, /^several gzip members; 1 zero bytes/],
    ["other bytes behind", [GZIP, Buffer.from("junk")], CONTENT, /^4 bytes after the gzip data were ignored$/],
    ["zeros and other bytes behind", [GZIP, Buffer.from("\0\0junk")], CONTENT, /2 zero bytes.*; 4 bytes .* ignored/],
    ["the beginning of a member behind", [GZIP, GZIP.subarray(0, 5)], CONTENT, /^5 bytes after/],
  ])("%s: everything is decoded, and the rest is noted", async (_what, parts, bytes, note) => {
    const inflated = await inflateGzip(Buffer.concat(parts));
    expect([inflated.bytes.equals(bytes), inflated.damage]).toEqual([true, null]);
    expect(inflated.note).toMatch(note);
  });

  test("a bad checksum in one does not hide the next", async () => {
    const { bytes, damage } = await inflateGzip(Buffer.concat([changed(GZIP, -8), other]));
    expect(bytes.equals(both)).toBe(true);
    expect(damage).toBe("the gzip checksum does not match");
  });

  test("a cut in the second leaves the first whole", async () => {
    const { bytes, damage } = await inflateGzip(Buffer.concat([other, GZIP.subarray(0, -20)]));
    expect(bytes.length).toBeGreaterThan(CONTENT.length - 2000);
    expect(bytes.equals(Buffer.concat([Buffer.from("other"), CONTENT]).subarray(0, bytes.length))).toBe(true);
    expect(damage).toMatch(/cut off/);
  });
});

describe("a damaged gzip file", () => {
  test("cut anywhere gives what came before the cut, and says so", async () => {
    let cuts = 0;
    for (let end = 18; end < GZIP.length; end += 97) {
      const { bytes, damage } = await inflateGzip(GZIP.subarray(0, end));
      expect([end, CONTENT.subarray(0, bytes.length).equals(bytes)]).toEqual([end, true]);
      expect(damage).toMatch(/^cut off/);
      // No more is lost than the last symbols before the cut.
      expect(bytes.length).toBeGreaterThan((CONTENT.length * (end - 1500)) / GZIP.length);
      cuts += 1;
    }
    expect(cuts).toBeGreaterThan(40);
  });

  test.each([8, 7, 4, 1])("without the last %i bytes still gives all", async (missing) => {
    const { bytes, damage } = await inflateGzip(GZIP.subarray(0, -missing));
    expect(bytes.equals(CONTENT)).toBe(true);
    expect(damage).toMatch(/^cut off .*checksum$/);
  });

  test.each([
    ["a bad checksum", changed(GZIP, -5), "the gzip checksum does not match"],
    ["a bad length", changed(GZIP, -1), "the gzip length does not match"],
    ["a length that would not fit", changed(GZIP, -1, 0xff), "the gzip length does not match"],
  ])("with %s gives all", async (_what, stored, reason) => {
    const { bytes, damage, note } = await inflateGzip(stored);
    expect(bytes.equals(CONTENT)).toBe(true);
    expect([damage, note]).toEqual([reason, null]);
  });

  test("gives nearly all before a place that makes no sense", async () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    const flushed = deflateRawSync(CONTENT, { finishFlush: constants.Z_FULL_FLUSH });
    const { bytes, damage, note } = await inflateGzip(Buffer.concat([header, flushed, Buffer.alloc(3000, 0xff)]));
    expect([damage, note]).toEqual(["damaged compressed data", null]);
    expect(bytes.equals(CONTENT.subarray(0, bytes.length))).toBe(true);
    expect(bytes.length).toBeGreaterThan(CONTENT.length - 1500);
  });

  test("with a changed byte anywhere is never taken for whole", async () => {
    let prefix = 0;
    for (let at = 12; at < GZIP.length - 8; at += 211) {
      const { bytes, damage } = await inflateGzip(changed(GZIP, at, 0x20));
      expect([at, damage]).toEqual([at, expect.stringMatching(/damaged compressed data|does not match|cut off/)]);
      let same = 0;
      while (same < bytes.length && bytes[same] === CONTENT[same]) same += 1;
      prefix += same / CONTENT.length;
    }
    // Half of the content, on the average, stands before the changed byte.
    expect(prefix / Math.ceil((GZIP.length - 20) / 211)).toBeGreaterThan(0.4);
  });

  test.each([
    ["only magic bytes", Buffer.from([0x1f, 0x8b])],
    ["half a header", GZIP.subarray(0, 9)],
    ["a header whose name never ends", Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 0x61, 0x61])],
    ["an extra field longer than the file", Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, 0xff, 0xff])],
    ["an unknown compression", changed(GZIP, 2)],
    ["nothing", Buffer.alloc(0)],
  ])("of %s is refused", async (_what, stored) => {
    await expect(inflateGzip(stored)).rejects.toThrow(InflateError);
  });
});

describe("a bomb", () => {
  const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024));

  test("is refused, also when it comes in small members", async () => {
    expect(bomb.length).toBeLessThan(100_000);
    await expect(inflateGzip(bomb)).rejects.toThrow(InflateLimitError);
    const part = gzipSync(Buffer.alloc(9 * 1024 * 1024));
    await expect(inflateGzip(Buffer.concat(Array.from({ length: 8 }, () => part)))).rejects.toThrow(/more than 64 MiB/);
  });

  test("is refused too when it is damaged", async () => {
    await expect(inflateGzip(bomb.subarray(0, -4))).rejects.toThrow(InflateLimitError);
  });

  test("is what no log file is: highly compressed content below the limit is read", async () => {
    const { bytes, damage } = await inflateGzip(gzipSync(Buffer.alloc(20 * 1024 * 1024)));
    expect([bytes.length, damage]).toEqual([20 * 1024 * 1024, null]);
  });
});
