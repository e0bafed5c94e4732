import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  evidenceFolder,
  readFileAt,
  recordOf,
  sha256,
  trailOf,
  writeEvidence,
  type ReadResult,
} from "./evidence-fixture.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = trailOf(recordOf("a"), recordOf("b"));

async function readNamed(name: string): Promise<ReadResult> {
  writeEvidence(folder, name, GOOD);
  return await readFileAt(folder, name);
}

describe("a file that cannot be read", () => {
  test("because it vanished has its reason, and nothing else", async () => {
    const { file, rows } = await readFileAt(folder, "gone.json");
    expect(file).toMatchObject({ status: "unreadable", reason: "vanished before it was read", records: 0 });
    expect(file).toMatchObject({ size_bytes: null, sha256_stored: null, sha256_inflated: null });
    expect(rows).toEqual([]);
  });

  test.skipIf(process.platform === "win32")(
    "because it is a pipe that nobody writes to is not waited for",
    async () => {
      execFileSync("mkfifo", [join(folder, "pipe.json")]);
      expect((await readFileAt(folder, "pipe.json")).file).toMatchObject({
        status: "unreadable",
        reason: "not a regular file",
      });
    },
  );

  test("because it is something else has its reason", async () => {
    mkdirSync(join(folder, "folder.json"));
    symlinkSync("loop.json", join(folder, "loop.json"));
    expect((await readFileAt(folder, "folder.json")).file).toMatchObject({
      status: "unreadable",
      reason: "not a regular file",
    });
    expect((await readFileAt(folder, "loop.json")).file.reason).toBe("a loop of symbolic links");
    expect((await readFileAt(folder, "folder.json/x")).file).toMatchObject({
      status: "unreadable",
      sha256_stored: null,
    });
  });

  test("because it is a large one that cannot be unpacked has its reason, its size and its hash", async () => {
    const absolute = writeEvidence(folder, "large.json.gz", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7]));
    truncateSync(absolute, 70 * 1024 * 1024);
    expect((await readFileAt(folder, "large.json.gz")).file).toMatchObject({
      status: "unreadable",
      reason: "damaged compressed data; empty",
      size_bytes: 70 * 1024 * 1024,
      sha256_stored: sha256(readFileSync(absolute)),
    });
    rmSync(absolute);
  });

  test.skipIf(process.getuid?.() === 0)("because it may not be has its reason", async () => {
    writeEvidence(folder, "secret.json", GOOD);
    execFileSync("chmod", ["000", join(folder, "secret.json")]);
    expect((await readFileAt(folder, "secret.json")).file.reason).toBe("no permission to read it");
  });
});

test.each([["a b  c.json"], ["😀 é.json"], ["a\nb.json"], ["-rf.json"], ["%2e%2e.json"], [`${"x".repeat(250)}.json`]])(
  "a file named %j is read",
  async (name) => {
    expect((await readNamed(name)).file).toMatchObject({ status: "imported", records: 2 });
  },
);

test("reading changes nothing about a file", async () => {
  const absolute = writeEvidence(folder, "untouched.json", GOOD);
  utimesSync(absolute, 1_600_000_000, 1_600_000_000);
  const before = statSync(absolute, { bigint: true });
  await readFileAt(folder, "untouched.json");
  const after = statSync(absolute, { bigint: true });
  expect([after.mtimeNs, after.ctimeNs, after.size]).toEqual([before.mtimeNs, before.ctimeNs, before.size]);
});
