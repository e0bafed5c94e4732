import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { coldtrail } from "../helpers/coldtrail.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { idOf, logFileName, makeRecord, makeRecords, writeTrail } from "../helpers/trail-maker.ts";

const [FIRST, SECOND] = [logFileName(1), logFileName(2)];
let folder: string;
let evidence: string;
let caseFolder: string;
let template: string | undefined;

beforeEach(async () => {
  template ??= await makeTemplate();
  folder = temporaryFolder();
  evidence = join(folder, "evidence");
  caseFolder = join(folder, "case");
  cpSync(join(template, "evidence"), evidence, { recursive: true });
  cpSync(join(template, "case"), caseFolder, { recursive: true });
});

async function makeTemplate(): Promise<string> {
  const made = temporaryFolder();
  writeTrail(join(made, "evidence"), {
    [FIRST]: makeRecords(1, 3),
    [SECOND]: [makeRecord(2, { userAgent: "curl" }), makeRecord(9)],
    "notes.txt": Buffer.from("x"),
  });
  await quickIngest(join(made, "case"), [join(made, "evidence")]);
  return made;
}

/** The case was copied together with its evidence, so it is told where that is now. */
async function check(...more: string[]): ReturnType<typeof coldtrail> {
  return await coldtrail(["evidence", "check", "--case", caseFolder, ...more]);
}
const here = (): string[] => ["--root", `evidence=${evidence}`];

describe("evidence check", () => {
  test("finds unchanged files the same: exit 0", async () => {
    const { code, stdout, stderr } = await check(...here());

    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("3 same, 0 different, 0 missing, 0 unreadable now; 0 had not been hashed at ingest.");
  });

  test("finds one changed byte of the same size: exit 4, with both hashes", async () => {
    const bytes = readFileSync(join(evidence, FIRST));
    bytes[20]! ^= 1;
    writeFileSync(join(evidence, FIRST), bytes);
    const { code, stdout, stderr } = await check(...here(), "--format", "json");

    expect(code).toBe(4);
    const { rows } = JSON.parse(stdout) as { rows: Record<string, string>[] };
    expect(rows).toMatchObject([{ verdict: "differs", path: FIRST, root: "evidence" }]);
    expect(rows[0]!["recorded"]).not.toBe(rows[0]!["now"]);
    expect(stderr).toContain("2 same, 1 different");
  });

  test("finds a deleted file missing: exit 4", async () => {
    rmSync(join(evidence, SECOND));
    const { code, stdout, stderr } = await check(...here(), "--format", "csv");

    expect(code).toBe(4);
    expect(stdout.split("\r\n")[1]).toMatch(new RegExp(`^missing,evidence,${SECOND},[0-9a-f]{64},,,,,,,$`));
    expect(stderr).toContain("2 same, 0 different, 1 missing");
  });

  test("lists every file with --all", async () => {
    const { stdout } = await check(...here(), "--all", "--format", "jsonl");

    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { verdict: string }).verdict),
    ).toEqual(["same", "same", "same"]);
  });

  test("says how to name a root that is not where it was: exit 2", async () => {
    const moved = join(folder, "moved");
    renameSync(evidence, moved);
    const other = await coldtrail(["ingest", moved, "--case", join(folder, "other"), "--root", `usb=${moved}`]);
    renameSync(moved, evidence);
    const { code, stderr } = await coldtrail(["evidence", "check", "--case", join(folder, "other")]);

    expect(other.code).toBe(0);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `The evidence root "usb" is not mounted: ${moved}\n  Say where it is now: --root usb=PATH.`,
    );
    expect(
      await coldtrail(["evidence", "check", "--case", join(folder, "other"), "--root", `usb=${evidence}`]),
    ).toMatchObject({ code: 0 });
  });
});

test("an ingest from where a root is mounted now skips what it held there before", async () => {
  const { code, stdout } = await coldtrail(["ingest", evidence, "--case", caseFolder, ...here(), "--format", "json"]);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ files: { offered: 3, skipped: 3 }, records: { seen: 0 } });
});

describe("show", () => {
  const showHere = async (id: string): Promise<Record<string, unknown>[]> => {
    await coldtrail(["ingest", evidence, "--case", caseFolder, ...here()]);
    return JSON.parse((await coldtrail(["show", id, "--case", caseFolder, "--format", "json"])).stdout) as Record<
      string,
      unknown
    >[];
  };

  test("prints the original text after checking its file's hash, and both copies of a conflicting event", async () => {
    await coldtrail([
      "ingest",
      writeTrail(join(evidence, "more"), { "b.json": makeRecords(50, 1) }),
      "--case",
      caseFolder,
      ...here(),
    ]);
    const shown = await showHere(idOf(2));

    expect(shown).toMatchObject([
      { event_id: idOf(2), relation: null, path: FIRST, record_index: 1, text_is: "original", record: makeRecord(2) },
      {
        relation: "conflicting",
        fields: '["userAgent"]',
        path: SECOND,
        text_is: "original",
        record: makeRecord(2, { userAgent: "curl" }),
      },
    ]);
  });

  test("rebuilds the record when its file changed or is gone, and says so", async () => {
    await coldtrail([
      "ingest",
      writeTrail(join(evidence, "more"), { "b.json": makeRecords(50, 1) }),
      "--case",
      caseFolder,
      ...here(),
    ]);
    writeFileSync(join(evidence, FIRST), "changed");
    rmSync(join(evidence, SECOND));
    const shown = JSON.parse(
      (await coldtrail(["show", idOf(2), "--case", caseFolder, "--format", "json"])).stdout,
    ) as object[];
    const table = await coldtrail(["show", idOf(2), "--case", caseFolder]);

    expect(shown).toMatchObject([
      { text_is: "rebuilt", why_rebuilt: expect.stringContaining("its hash differs"), record: makeRecord(2) },
      {
        text_is: "rebuilt",
        why_rebuilt: expect.stringContaining("cannot be read (ENOENT)"),
        record: makeRecord(2, { userAgent: "curl" }),
      },
    ]);
    expect(table.stdout).toContain(`copy     ${idOf(2)} (conflicting: ["userAgent"])`);
  });
});
