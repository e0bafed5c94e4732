import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { ManifestWriter } from "../../src/manifest/append-manifest.ts";
import {
  formatLine,
  FIRST_PREV,
  MANIFEST_NAME,
  parseLine,
  type FailureLine,
} from "../../src/manifest/manifest-line.ts";
import { manifestHead, readManifest } from "../../src/manifest/read-manifest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const failure = (n: number): FailureLine => ({
  type: "failure",
  bucket: "b",
  key: `k${n}\u2028"\\`,
  reason: "r",
  attempts: n,
  failed_at: "2026-03-01T00:00:00.000Z",
});
let folder: string;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, MANIFEST_NAME);
});

async function append(...numbers: number[]): Promise<void> {
  const writer = await ManifestWriter.open(folder);
  for (const n of numbers) writer.append(failure(n));
  writer.close();
}

async function read(): Promise<string[]> {
  const found: string[] = [];
  for await (const item of readManifest(folder)) {
    found.push(item.type === "line" ? `${item.line.seq}` : `${item.problem} at ${item.line}`);
  }
  return found;
}

test("a line is read as it was written, whatever stands in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (key) => {
      const entry = { ...failure(1), key: key.toWellFormed() };
      const { text, hash } = formatLine(entry, { seq: 1, prev: FIRST_PREV });
      expect(parseLine(text)).toEqual({ seq: 1, prev: FIRST_PREV, hash, entry });
      expect(text).not.toContain("\n");
    }),
  );
});

test("no byte of a line can be changed without it showing", () => {
  const { text } = formatLine(failure(1), { seq: 1, prev: FIRST_PREV });
  for (let at = 0; at < text.length; at += 1) {
    const changed = text.slice(0, at) + (text[at] === "x" ? "y" : "x") + text.slice(at + 1);
    expect(parseLine(changed)).toBeNull();
  }
});

describe("the chain", () => {
  test("goes on over several runs", async () => {
    await append(1, 2);
    await append(3);
    expect(await read()).toEqual(["1", "2", "3"]);
    expect((await manifestHead(folder)).seq).toBe(3);
  });

  test("keeps a line torn by a kill, and goes on below it", async () => {
    await append(1, 2);
    truncateSync(file, readFileSync(file).length - 20);
    expect(await read()).toEqual(["1", "torn at 2"]);
    await append(3);
    expect(await read()).toEqual(["1", "torn at 2", "2"]);
  });

  test("shows a line that was changed, taken out, or put in", async () => {
    await append(1, 2, 3);
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(
      file,
      lines.map((line, i) => (i === 1 ? line.replace('"attempts":2', '"attempts":9') : line)).join("\n"),
    );
    expect(await read()).toEqual(["1", "changed at 2", "3"]);
    writeFileSync(file, [lines[0], lines[2], ""].join("\n"));
    expect(await read()).toEqual(["1", "out of sequence at 2", "3"]);
    writeFileSync(file, [lines[0], lines[1], lines[1], lines[2], ""].join("\n"));
    expect(await read()).toContain("out of sequence at 3");
  });

  test("shows a line with a right hash that was never in it", async () => {
    await append(1);
    appendFileSync(file, `${formatLine(failure(2), { seq: 2, prev: "f".repeat(64) }).text}\n`);
    expect(await read()).toEqual(["1", "out of sequence at 2", "2"]);
  });
});
