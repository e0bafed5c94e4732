import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ByteStream } from "../../../src/ingest/containers/byte-stream.ts";
import { UnpackBudget } from "../../../src/ingest/containers/limits.ts";
import { StreamedContent } from "../../../src/ingest/containers/streamed-content.ts";
import { PackedText } from "../../../src/ingest/packed-text.ts";
import { inPieces } from "../../helpers/in-pieces.ts";
import { tarOf } from "../../helpers/tar-maker.ts";
import { zipOf } from "../../helpers/zip-maker.ts";
import { recordOf, sha256, trailOf } from "../evidence-fixture.ts";

/** More than two blocks, and characters of 1 to 4 bytes on every edge. */
const TEXT = trailOf(
  ...Array.from({ length: 20_000 }, (_, i) => recordOf(`large-${i}`, { userAgent: "aé中😀".repeat(i % 9) })),
);
const UTF8 = Buffer.from(TEXT);
const PIECE = 60_000;

function streamed(stored: Buffer): StreamedContent {
  return new StreamedContent(ByteStream.from(inPieces(stored, PIECE)), new UnpackBudget(stored.length));
}

describe("text that comes as a stream", () => {
  test.each([
    ["UTF-8", UTF8, null],
    ["UTF-8 behind a byte order mark", Buffer.concat([Buffer.from("\ufeff"), UTF8]), null],
    ["UTF-16LE", Buffer.from(`\ufeff${TEXT}`, "utf16le"), "UTF-16 text"],
    ["UTF-16BE without a mark", Buffer.from(TEXT, "utf16le").swap16(), "UTF-16 text"],
  ])("in %s can be looked at anywhere as UTF-8", async (_what, content, note) => {
    const text = await PackedText.read(ByteStream.from(inPieces(content, PIECE)));
    expect(text).toMatchObject({ length: UTF8.length, note, sha256: sha256(content), size_bytes: content.length });
    for (const [start, end] of [
      [0, UTF8.length],
      [3_999_999, 4_300_000],
      [UTF8.length - 3, UTF8.length + 3],
      [7, 8],
    ] as const) {
      expect(text.subarray(start, end).equals(UTF8.subarray(start, end))).toBe(true);
    }
  });

  test("with invalid UTF-8 has U+FFFD for it, and says so", async () => {
    const stored = Buffer.from(UTF8);
    stored[5_000_000] = 0xff;
    const text = await PackedText.read(ByteStream.of(stored));
    expect(text.note).toBe("invalid UTF-8 was replaced by U+FFFD");
    expect(text.subarray(0).toString()).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(stored));
  });

  test("that is none is hashed to its end, and held only at its beginning", async () => {
    const binary = randomBytes(9_000_000);
    binary[10] = 0;
    const text = await PackedText.read(ByteStream.from(inPieces(binary, PIECE)));
    expect(text).toMatchObject({ sha256: sha256(binary), size_bytes: 9_000_000 });
    expect(text.length).toBeLessThan(5_000_000);
  });
});

describe("large content", () => {
  test.each([
    ["nothing", UTF8, ""],
    ["gzip", gzipSync(UTF8), "gzip"],
    ["gzip in zstd", zstdCompressSync(gzipSync(UTF8)), "zstd>gzip"],
  ])("is peeled out of %s, and hashed as it is", async (_what, stored, container) => {
    const content = streamed(stored);
    const opened = await content.open([]);
    await content.finish();
    if (opened.kind !== "text") throw new Error(`not text but ${opened.kind}`);
    expect(opened.container).toBe(container);
    expect(opened.bytes.subarray(0).equals(UTF8)).toBe(true);
    expect(content).toMatchObject({ sha256_stored: sha256(stored), size_bytes: stored.length, damage: null });
  });

  test.each([
    ["tar", tarOf([{ name: "a", content: UTF8 }]), "tar", "tar"],
    ["tar.gz", gzipSync(tarOf([{ name: "a", content: UTF8 }])), "gzip>tar", "tar"],
    ["zip in gzip", gzipSync(zipOf([{ name: "a", content: UTF8 }])), "gzip>zip", "zip"],
  ])("that is %s stays packed", async (_what, stored, container, name) => {
    const opened = await streamed(stored).open(["zip"]);
    expect(opened).toMatchObject({ kind: "archive", name, container: `zip>${container}` });
  });

  test("that is refused is hashed all the same", async () => {
    const stored = Buffer.concat([Buffer.from("Rar!\x1a\x07\x01\0"), randomBytes(200_000)]);
    const content = streamed(stored);
    expect(await content.open([])).toMatchObject({ kind: "unsupported", reason: expect.stringMatching(/^rar/) });
    await content.finish();
    expect(content.sha256_stored).toBe(sha256(stored));
  });

  test("that is cut or changed gives what is before that, and says so", async () => {
    const stored = gzipSync(UTF8);
    const content = streamed(stored.subarray(0, -1000));
    const opened = await content.open([]);
    await content.finish();
    if (opened.kind !== "text") throw new Error(`not text but ${opened.kind}`);
    expect(content.damage).toMatch(/^cut off/);
    expect(opened.bytes.length).toBeGreaterThan(UTF8.length * 0.98);
    expect(opened.bytes.subarray(0).equals(UTF8.subarray(0, opened.bytes.length))).toBe(true);
  });

  test("is not opened too deep, nor when it inflates without end", async () => {
    await expect(streamed(gzipSync(UTF8)).open(["zip", "zip", "zip", "zip"])).rejects.toThrow("inside 4 containers");
    const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024));
    await expect(streamed(bomb).open([])).rejects.toThrow("inflates to more than 64 MiB, the limit for one file");
  });
});
