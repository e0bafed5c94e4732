import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { unpack } from "../../src/ingest/container.ts";
import { BZIP2_OF_EMPTY_TRAIL, BZIP2_OF_NOTHING } from "../helpers/bzip2-samples.ts";
import { tarOf } from "../helpers/tar-maker.ts";
import { zipOf } from "../helpers/zip-maker.ts";

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

  test("does not peel for ever, however many containers there were before", async () => {
    let stored = TRAIL;
    for (let i = 0; i < 5; i += 1) stored = gzipSync(stored);
    const refused = { kind: "unreadable", reason: "inside 4 containers is another one: not opened" } as const;
    expect(await unpack(stored)).toEqual({ ...refused, container: "gzip>gzip>gzip>gzip" });
    expect(await unpack(gzipSync(TRAIL), ["zip", "zip", "gzip", "tar"])).toEqual({
      ...refused,
      container: "zip>zip>gzip>tar",
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

  test.each([
    ["gzip", Buffer.from([0x1f, 0x8b, 8]), "not a complete gzip header"],
    ["zstd", zstdCompressSync(TRAIL).subarray(0, 5), "cut off inside the compressed data"],
    ["bzip2", BZIP2_OF_EMPTY_TRAIL.subarray(0, 12), "cut off inside the bzip2 data"],
  ])("says where it ends when a layer of %s cannot be read", async (name, stored, reason) => {
    expect(await unpack(stored)).toEqual({ kind: "unreadable", container: name, reason });
    expect(await unpack(gzipSync(stored))).toEqual({ kind: "unreadable", container: `gzip>${name}`, reason });
  });

  test.each([
    ["gzip", gzipSync(gzipSync(Buffer.alloc(70 * 1024 * 1024)))],
    ["zstd", zstdCompressSync(Buffer.alloc(70 * 1024 * 1024))],
  ])("refuses a bomb of %s", async (_name, stored) => {
    expect(await unpack(stored)).toMatchObject({
      kind: "unreadable",
      reason: expect.stringMatching(/more than 64 MiB, the limit for one file/),
      isTooLarge: true,
    });
  });
});

const REFUSED: [string, Buffer, RegExp][] = [
  ["a part of a zip", Buffer.from("PK\x07\x08PK\x03\x04"), /^a part of a split zip is not read: join the parts/],
  ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), /^xz is not read: .*xz -d/],
  ["lzip", Buffer.from("LZIP\x01\x0c"), /^lzip is not read: .*lzip -d/],
  ["lz4", Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x64]), /^lz4 is not read: .*lz4 -d/],
  ["compress", Buffer.from([0x1f, 0x9d, 0x90, 0x41, 0]), /^compress \(\.Z\) is not read: .*gzip -d/],
  ["7z", Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), /^7z is not read: .*7z x/],
  ["rar", Buffer.from("Rar!\x1a\x07\x01\0"), /^rar is not read: .*unrar x/],
  ["Parquet", Buffer.from("PAR1\x15\x04\x15PAR1"), /^Parquet inside a container is not read: unpack it/],
  ["Avro", Buffer.from("Obj\x01\x04"), /^Avro is not read: .*avro-tools tojson/],
  ["ORC", Buffer.from("ORC\x0a\x0b\0\x03ORC\x17"), /^ORC is not read: .*orc-tools data/],
];

describe("what is not opened is named, with the command that helps:", () => {
  test.each(REFUSED)("%s", async (_what, stored, reason) => {
    expect(await unpack(stored)).toEqual({ kind: "unsupported", container: "", reason: expect.stringMatching(reason) });
  });

  test.each(REFUSED)("%s inside gzip", async (_what, stored, reason) => {
    const unpacked = await unpack(gzipSync(stored));
    expect(unpacked).toEqual({ kind: "unsupported", container: "gzip", reason: expect.stringMatching(reason) });
  });
});

describe("an archive is told by its content, and left packed:", () => {
  test.each([
    ["zip", zipOf([{ name: "a.json", content: TRAIL }]), "zip"],
    ["zip without members", zipOf([]), "zip"],
    ["ustar", tarOf([{ name: "a.json", content: TRAIL }]), "tar"],
    ["GNU tar", tarOf([{ name: "a", content: "b", form: "gnu" }]), "tar"],
    ["tar without a mark", tarOf([{ name: "a", content: "b", form: "v7" }]), "tar"],
  ])("%s", async (_what, stored, name) => {
    const whole = { kind: "archive", name, damage: null, note: null } as const;
    expect(await unpack(stored)).toEqual({ ...whole, bytes: stored, container: name });
    expect(await unpack(gzipSync(stored))).toEqual({ ...whole, bytes: stored, container: `gzip>${name}` });
    expect(await unpack(stored, ["zip", "gzip"])).toMatchObject({ container: `zip>gzip>${name}` });
  });
});

describe("zstd and bzip2 are peeled like gzip:", () => {
  test.each([
    ["zstd", zstdCompressSync(TRAIL), "zstd"],
    ["bzip2", BZIP2_OF_EMPTY_TRAIL, "bzip2"],
    ["gzip inside zstd", zstdCompressSync(gzipSync(TRAIL)), "zstd>gzip"],
    ["bzip2 inside gzip", gzipSync(BZIP2_OF_EMPTY_TRAIL), "gzip>bzip2"],
  ])("%s", async (_what, stored, container) => {
    expect(await unpack(stored)).toEqual({ kind: "bytes", bytes: TRAIL, container, damage: null, note: null });
  });

  test("also when they hold nothing", async () => {
    expect(await unpack(BZIP2_OF_NOTHING)).toMatchObject({ kind: "bytes", bytes: Buffer.alloc(0), container: "bzip2" });
  });
});

test.each(["ORCHIDS are flowers", "BZh is a name", "ORC", "PK", "PAR", "ustar", "PK\x03", "LZIP", "Rar!"])(
  "the text %j is no container",
  async (text) => {
    expect(await unpack(Buffer.from(text))).toMatchObject({ kind: "bytes", container: "" });
  },
);
