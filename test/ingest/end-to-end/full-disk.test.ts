import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { askCase, caseHash } from "../../helpers/case-content.ts";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { canMount, mountSmallDisk, type SmallDisk } from "../../helpers/small-disk.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { type FileContent, logFileName, makeRecord, writeTrail } from "../../helpers/trail-maker.ts";

// Needs a disk that can be filled: root on Linux, as in CI. Elsewhere these tests are left out.

const FILES = 120;

/** Records of 40 KB that hardly compress, so that the disk fills before all files are read. */
function writeBulkyFiles(folder: string): string {
  const files: Record<string, FileContent> = {};
  for (let i = 0; i < FILES; i += 1) {
    const bulk = Array.from({ length: 640 }, (_, j) => createHash("sha256").update(`${i} ${j}`).digest("hex")).join("");
    files[logFileName(i)] = [0, 1, 2].map((n) => makeRecord(i * 3 + n, { requestParameters: { bulk: `${n}${bulk}` } }));
  }
  return writeTrail(folder, files);
}

const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

describe.runIf(canMount)("a disk that fills during an ingest", () => {
  let disk: SmallDisk;
  let evidence: string;
  let first: string;
  let caseFolder: string;
  let published: string;

  beforeAll(() => {
    const folder = temporaryFolder();
    evidence = writeBulkyFiles(join(folder, "evidence"));
    first = writeTrail(join(folder, "first"), { [logFileName(900)]: [makeRecord(9_000)] });
  });
  beforeEach(async () => {
    disk = mountSmallDisk("10m")!;
    caseFolder = join(disk.folder, "case");
    await quickIngest(caseFolder, [first]);
    published = sha256(join(caseFolder, "coldtrail.duckdb"));
  });
  afterEach(() => disk.unmount());

  const ingest = async (...more: string[]): ReturnType<typeof coldtrail> =>
    await coldtrail(["ingest", evidence, "--case", caseFolder, ...more]);

  test("ends the ingest with advice; the published case is untouched, and with space the next run goes on", async () => {
    const { code, stderr } = await ingest("--ignore-space");

    expect(code).toBe(2);
    expect(stderr).toContain("The disk is full: ");
    expect(stderr).toContain("run the same command again");
    expect(stderr).not.toMatch(/\n\s+at |This is a bug/);
    expect(sha256(join(caseFolder, "coldtrail.duckdb"))).toBe(published);
    expect(existsSync(join(caseFolder, "case.lock"))).toBe(false);
    expect(existsSync(join(caseFolder, "shards.tmp"))).toBe(false);
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM events")).toEqual([{ n: 1 }]);

    disk.remount("size=200m");
    expect(await ingest()).toMatchObject({ code: 0 });
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM events")).toEqual([{ n: FILES * 3 + 1 }]);
    const undisturbed = join(temporaryFolder(), "case");
    await quickIngest(undisturbed, [evidence, first]);
    expect(await caseHash(caseFolder)).toBe(await caseHash(undisturbed));
  });

  test("is refused at the start when it looks too small, before anything is written", async () => {
    const before = readdirSync(caseFolder);
    const { code, stderr } = await ingest();

    expect(code).toBe(2);
    expect(stderr).toMatch(/The disk is too small for this ingest: .* MB are needed\n.*--ignore-space/);
    expect(readdirSync(caseFolder).filter((name) => name !== "journal")).toEqual(before);
  });

  test("too full for a second copy, it says so and names --in-place; the case is left as it was", async () => {
    const before = readdirSync(caseFolder);
    const filler = join(disk.folder, "filler");
    const { bavail, bsize } = statfsSync(disk.folder);
    const left = statSync(join(caseFolder, "coldtrail.duckdb")).size / 2;
    writeFileSync(filler, Buffer.alloc(bavail * bsize - left));
    const { code, stderr } = await ingest("--ignore-space");
    rmSync(filler);

    expect(code).toBe(2);
    expect(stderr).toContain("--in-place");
    expect(stderr).not.toMatch(/\n\s+at |This is a bug/);
    expect(readdirSync(caseFolder).filter((name) => name !== "journal")).toEqual(before);
    expect(sha256(join(caseFolder, "coldtrail.duckdb"))).toBe(published);
  });
});
