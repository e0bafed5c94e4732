import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ByteStream, ContainerDamageError } from "../../../src/ingest/containers/byte-stream.ts";
import { decompressStream } from "../../../src/ingest/containers/decompress.ts";
import type { Compression } from "../../../src/ingest/containers/magic.ts";
import { inPieces } from "../../helpers/in-pieces.ts";

const TEXT = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `${(i * 7919) % 65_537},`).join(""));
const GZIP = gzipSync(TEXT);
const ZSTD = zstdCompressSync(TEXT, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

interface Read {
  readonly bytes: Buffer;
  readonly damage: string | null;
  readonly notes: string[];
}

async function read(name: Compression, stored: Buffer, piece = 5000): Promise<Read> {
  const notes = new Set<string>();
  const stream = ByteStream.from(decompressStream(name, ByteStream.from(inPieces(stored, piece)), notes));
  const bytes = (await stream.collect(Number.POSITIVE_INFINITY))!;
  return { bytes, damage: stream.damage, notes: [...notes] };
}

const WHOLE: [string, Compression, Buffer, Buffer, string[]][] = [
  ["gzip", "gzip", GZIP, TEXT, []],
  ["gzip members", "gzip", Buffer.concat([GZIP, GZIP]), Buffer.concat([TEXT, TEXT]), ["several gzip members"]],
  [
    "padded gzip",
    "gzip",
    Buffer.concat([GZIP, Buffer.alloc(700)]),
    TEXT,
    ["700 zero bytes of padding after the gzip data"],
  ],
  [
    "gzip before junk",
    "gzip",
    Buffer.concat([GZIP, Buffer.alloc(3), Buffer.from("junk")]),
    TEXT,
    ["3 zero bytes of padding after the gzip data", "4 bytes after the gzip data were ignored"],
  ],
  ["zstd", "zstd", ZSTD, TEXT, []],
  ["zstd frames", "zstd", Buffer.concat([ZSTD, ZSTD]), Buffer.concat([TEXT, TEXT]), ["several zstd frames"]],
  ["zstd frames to be skipped", "zstd", Buffer.concat([SKIPPABLE, ZSTD, SKIPPABLE]), TEXT, []],
  [
    "zstd before junk",
    "zstd",
    Buffer.concat([ZSTD, Buffer.from("junk")]),
    TEXT,
    ["bytes after the zstd data were ignored"],
  ],
];

test.each(WHOLE)("%s is read to its end, piece by piece", async (_what, name, stored, expected, notes) => {
  for (const piece of [64, 5000, stored.length]) {
    const found = await read(name, stored, piece);
    expect(found.bytes.equals(expected)).toBe(true);
    expect(found).toMatchObject({ damage: null, notes });
  }
});

function changed(stored: Buffer, at: number): Buffer {
  const bytes = Buffer.from(stored);
  bytes[at]! ^= 0x55;
  return bytes;
}

describe("what is before a damaged place is read:", () => {
  test.each([
    ["gzip that is cut", "gzip", GZIP.subarray(0, GZIP.length >> 1), /^cut off/, 0.4],
    ["gzip without its checksum", "gzip", GZIP.subarray(0, -8), /^cut off/, 1],
    ["gzip with half its checksum", "gzip", GZIP.subarray(0, -6), /^cut off before its checksum$/, 1],
    ["gzip with another checksum", "gzip", changed(GZIP, GZIP.length - 8), /^the gzip checksum does not match$/, 1],
    ["gzip with another length", "gzip", changed(GZIP, GZIP.length - 1), /^the gzip length does not match$/, 1],
    ["zstd that is cut", "zstd", ZSTD.subarray(0, -200), /^cut off/, 0.3],
    ["zstd with another checksum", "zstd", changed(ZSTD, ZSTD.length - 1), /^damaged zstd data$/, 0.3],
  ] as [string, Compression, Buffer, RegExp, number][])("%s", async (_what, name, stored, damage, share) => {
    const found = await read(name, stored);
    expect(found.damage).toMatch(damage);
    expect(found.bytes.length).toBeGreaterThanOrEqual(TEXT.length * share);
    expect(found.bytes.equals(TEXT.subarray(0, found.bytes.length))).toBe(true);
  });

  test.each([
    ["gzip", Buffer.from("junk"), "not a complete gzip header"],
    ["zstd", Buffer.from("junk"), "not a complete zstd header"],
    ["bzip2", Buffer.from("junk"), "not a complete bzip2 header"],
  ] as [Compression, Buffer, string][])("%s that is none", async (name, stored, damage) => {
    expect(await read(name, stored)).toMatchObject({ bytes: Buffer.alloc(0), damage });
  });
});

describe("a byte stream", () => {
  test("is peeked into, read, skipped and counted across the pieces in which it comes", async () => {
    const stream = ByteStream.from(inPieces(Buffer.from("0123456789"), 3));
    expect((await stream.peek(5)).toString()).toBe("01234");
    expect((await stream.read(2)).toString()).toBe("01");
    expect(await stream.passOver(5)).toBe(5);
    expect(stream.position).toBe(7);
    expect((await stream.read(100)).toString()).toBe("789");
    expect(await stream.passOver(1)).toBe(0);
    expect(await stream.next()).toBeNull();
  });

  test("is not collected beyond a limit", async () => {
    expect(await ByteStream.of(Buffer.from("12345")).collect(4)).toBeNull();
    expect((await ByteStream.of(Buffer.from("12345")).collect(5))!.toString()).toBe("12345");
  });

  test("ends where its source is damaged, and only there", async () => {
    async function* source(error: Error): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from("good"));
      throw error;
    }
    const damaged = ByteStream.from(source(new ContainerDamageError("broken")));
    expect((await damaged.collect(100))!.toString()).toBe("good");
    expect(damaged.damage).toBe("broken");
    await expect(ByteStream.from(source(new Error("a bug"))).collect(100)).rejects.toThrow("a bug");
  });
});
