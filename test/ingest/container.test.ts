import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { unpack } from "../../src/ingest/container.ts";

const TRAIL = Buffer.from('{"Records":[]}');

describe("unpack", () => {
  test("leaves plain bytes as they are", async () => {
    expect(await unpack(TRAIL)).toEqual({ kind: "bytes", bytes: TRAIL, container: "", damage: null, note: null });
    expect(await unpack(Buffer.alloc(0))).toMatchObject({ kind: "bytes", container: "" });
    expect(await unpack(Buffer.from([0x1f]))).toMatchObject({ kind: "bytes", container: "" });
  });

  test.each([1, 2, 3, 4])("peels gzip %i times over", async (times) => {
    let stored = TRAIL;
    for (let i = 0; i < times; i += 1) stored = gzipSync(stored);
    const container = Array.from({ length: times }, () => "gzip").join(">");
    expect(await unpack(stored)).toEqual({ kind: "bytes", bytes: TRAIL, container, damage: null, note: null });
  });

  test("does not peel for ever", async () => {
    let stored = TRAIL;
    for (let i = 0; i < 5; i += 1) stored = gzipSync(stored);
    expect(await unpack(stored)).toEqual({
      kind: "unreadable",
      container: "gzip>gzip>gzip>gzip",
      reason: "compressed more than 4 times over",
    });
  });

  test("keeps the damage and the notes of every layer", async () => {
    const inner = Buffer.concat([gzipSync('{"Rec'), gzipSync('ords":[]}')]);
    const unpacked = await unpack(gzipSync(inner).subarray(0, -2));
    expect(unpacked).toEqual({
      kind: "bytes",
      bytes: TRAIL,
      container: "gzip>gzip",
      damage: "cut off before its checksum",
      note: "several gzip members",
    });
  });

  test("says where it ends when a layer cannot be read", async () => {
    const reason = "not a complete gzip header";
    expect(await unpack(Buffer.from([0x1f, 0x8b, 8]))).toEqual({ kind: "unreadable", container: "gzip", reason });
    const twice = gzipSync(Buffer.from([0x1f, 0x8b, 8]));
    expect(await unpack(twice)).toEqual({ kind: "unreadable", container: "gzip>gzip", reason });
  });

  test("refuses a bomb", async () => {
    const unpacked = await unpack(gzipSync(gzipSync(Buffer.alloc(70 * 1024 * 1024))));
    expect(unpacked).toMatchObject({ kind: "unreadable", reason: expect.stringMatching(/more than 64 MiB/) });
  });
});

const tar = Buffer.alloc(512);
tar.write("a.json", 0);
tar.write("ustar", 257);

const OTHERS: [string, Buffer, RegExp][] = [
  ["zip", Buffer.from("PK\x03\x04\x14\0\0\0"), /^zip is not read: unpack it/],
  ["an empty zip", Buffer.from("PK\x05\x06\0\0\0\0"), /^zip is not read: it holds no files/],
  ["a part of a zip", Buffer.from("PK\x07\x08PK\x03\x04"), /^zip is not read: join its parts/],
  ["tar", tar, /^tar is not read: unpack it/],
  ["zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 4]), /^zstd is not read: .*zstd -d/],
  ["bzip2", Buffer.from("BZh91AY&SY\x12\x34"), /^bzip2 is not read: .*bunzip2/],
  ["an empty bzip2", Buffer.from("QlpoORdyRThQkAAAAAA=", "base64"), /^bzip2 is not read: it holds nothing/],
  ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), /^xz is not read: .*xz -d/],
  ["7z", Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), /^7z is not read: .*7z x/],
  ["Parquet", Buffer.from("PAR1\x15\x04\x15PAR1"), /^Parquet is not read: export the original JSON/],
  ["Avro", Buffer.from("Obj\x01\x04"), /^Avro is not read/],
  ["ORC", Buffer.from("ORC\x0a\x0b\0\x03ORC\x17"), /^ORC is not read/],
];

describe("another container is named, with what to do:", () => {
  test.each(OTHERS)("%s", async (_what, stored, reason) => {
    expect(await unpack(stored)).toEqual({ kind: "unsupported", container: "", reason: expect.stringMatching(reason) });
  });

  test.each(OTHERS)("%s inside gzip", async (_what, stored, reason) => {
    const unpacked = await unpack(gzipSync(stored));
    expect(unpacked).toEqual({ kind: "unsupported", container: "gzip", reason: expect.stringMatching(reason) });
  });
});

test.each(["ORCHIDS are flowers", "BZh is a name", "ORC", "PK", "PAR", "ustar"])(
  "the text %j is no container",
  async (text) => {
    expect(await unpack(Buffer.from(text))).toMatchObject({ kind: "bytes", container: "" });
  },
);
