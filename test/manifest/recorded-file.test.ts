import { describe, expect, test } from "vitest";
import type { ManifestEntry } from "../../src/manifest/manifest-line.ts";
import { isManifestPath, ownFileOf } from "../../src/manifest/own-files.ts";
import { recordedFilesOf } from "../../src/manifest/recorded-file.ts";
import { linesIn } from "../../src/manifest/text-lines.ts";

const OBJECT = {
  type: "object",
  bucket: "b",
  key: "k",
  path: "b/k",
  version_id: "v",
  etag: '"e"',
  retrieved_at: "2024-03-02T08:00:00.000Z",
  size_bytes: 1,
  sha256: "0".repeat(64),
  origin: "fetched",
};

describe("a file that an entry records", () => {
  test.each<[string, object]>([
    ["leads out of the folder", { path: "../../../etc/passwd" }],
    ["leads out of it later", { path: "b/../../k" }],
    ["is absolute", { path: "/etc/passwd" }],
    ["has an empty part", { path: "b//k" }],
    ["is a folder", { path: "b/" }],
    ["has a null character", { path: "b/\0" }],
    ["is a number", { path: 7 }],
    ["is empty", { path: "" }],
    ["is of a negative size", { size_bytes: -1 }],
    ["is of a size that no number holds", { size_bytes: 1e300 }],
    ["has its size as text", { size_bytes: "1" }],
    ["has no hash", { sha256: null }],
    ["has a hash of another kind", { sha256: "0".repeat(40) }],
  ])("is not taken when it %s", (_, changes) => {
    const entry = { ...OBJECT, ...changes } as unknown as ManifestEntry;
    expect(recordedFilesOf(entry)).toEqual({ files: [], unusable: 1 });
  });

  test("is taken without what is no text, and with text that a database takes", () => {
    const entry = { ...OBJECT, bucket: 1, key: "a\0\ud800", version_id: "", etag: {}, retrieved_at: null };
    expect(recordedFilesOf(entry as unknown as ManifestEntry).files).toEqual([
      expect.objectContaining({ bucket: null, key: "a\ufffd\ufffd", version_id: null, etag: null, retrieved_at: null }),
    ]);
  });

  test.each<[string, object, number]>([
    ["files that are no list", { files: 7 }, 1],
    ["files that are no objects", { files: [null, 7, "x"] }, 3],
  ])("context with %s", (_, changes, unusable) => {
    const entry = { type: "context", fetched_at: "2024-03-02T08:00:00Z", ...changes } as unknown as ManifestEntry;
    expect(recordedFilesOf(entry)).toEqual({ files: [], unusable });
  });
});

test.each<[string, string | null]>([
  ["coldtrail-manifest.jsonl", "manifest"],
  ["a/b/coldtrail-manifest.jsonl", "manifest"],
  ["a.zip!/coldtrail-manifest.jsonl", "manifest"],
  ["not-coldtrail-manifest.jsonl", null],
  ["coldtrail-manifest.jsonl.gz", null],
  [".coldtrail-manifest.jsonl.lock", "leftover"],
  [".coldtrail-to-fetch-12.jsonl", "leftover"],
  [".coldtrail-findings-12.jsonl", "leftover"],
  [".coldtrail-evidence.json.gz", null],
  ["a/.coldtrail-drafts/1-2.part", "leftover"],
  ["coldtrail-context/20240302T080000Z/public-keys-us-east-1.json", "context"],
  ["coldtrail-context", null],
])("by its name %s is %s", (path, kind) => {
  expect(ownFileOf(path)?.kind ?? null).toBe(kind);
  expect(isManifestPath(path)).toBe(kind === "manifest");
});

test.each([
  ["in one piece", ["a\nbé\r\n\nlast"]],
  ["cut in a character and before a line end", ["a\nb", "\xc3", "\xa9\r", "\n", "\nla", "", "st"]],
])("lines %s", async (_, pieces) => {
  const found: string[] = [];
  const bytes = pieces.map((piece) => Buffer.from(piece, /\xc3/.test(pieces[1] ?? "") ? "latin1" : "utf8"));
  for await (const lines of linesIn(bytes)) found.push(...lines);
  expect(found).toEqual(["a", "bé", "", "last"]);
});

test("a line that is too long to be one is not held", async () => {
  const piece = Buffer.alloc(1024 * 1024, "x");
  function* pieces(): Generator<Buffer> {
    for (let i = 0; i < 64; i += 1) yield piece;
    yield Buffer.from("\nnext\n");
  }
  const before = process.memoryUsage().arrayBuffers;
  const found: string[] = [];
  for await (const lines of linesIn(pieces())) found.push(...lines);
  expect(found).toEqual(["", "next"]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
});
