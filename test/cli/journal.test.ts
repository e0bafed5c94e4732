import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { coldtrail, type RunOptions } from "../helpers/coldtrail.ts";
import { canMount, mountSmallDisk } from "../helpers/small-disk.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { idOf, makeRecords, writeTrail } from "../helpers/trail-maker.ts";

// Every command that reads or changes a case leaves a line in a hash chain that says what it printed.

interface Line {
  readonly argv: string[];
  readonly examiner: string;
  readonly examiner_source: string;
  readonly result_sha256: string | null;
  readonly evidence_sha256: string | null;
  readonly exit_code: number;
  readonly counts: Record<string, unknown>;
  readonly hash: string;
}

let evidence: string;
let caseFolder: string;

beforeAll(async () => {
  const folder = temporaryFolder();
  evidence = writeTrail(join(folder, "evidence"), { "a.json.gz": makeRecords(1, 3) });
  caseFolder = join(folder, "case");
});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function linesOf(folder: string, examiner: string): Line[] {
  const file = join(folder, "journal", `${examiner}@${hostname()}.jsonl`);
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Line)
    : [];
}

async function asAda(words: readonly string[], options: RunOptions = {}): ReturnType<typeof coldtrail> {
  return await coldtrail([...words, "--case", caseFolder, "--examiner", "ada"], options);
}

describe("each command", () => {
  const COMMANDS: readonly (readonly [string[], number])[] = [
    [["ingest", "$EVIDENCE"], 0],
    [["ingest", "$EVIDENCE", "--format", "json"], 0],
    [["overview"], 0],
    [["sql", "SELECT * FROM events ORDER BY event_id", "--format", "jsonl"], 0],
    [["sql", "SELECT nosuch"], 5],
    [["show", idOf(1)], 0],
    [["show", "nosuch"], 2],
    [["evidence", "list", "--format", "csv"], 0],
    [["evidence", "check", "--all"], 0],
    [["custody"], 0],
    [["custody", "--verify"], 0],
    [["doctor"], 0],
    [["query", "list"], 0],
  ];

  test("leaves one line with its words, its exit code and the SHA-256 of what it printed", async () => {
    const expected: object[] = [];
    for (const [words, exit_code] of COMMANDS) {
      const argv = words.map((word) => word.replace("$EVIDENCE", evidence));
      const { code, stdout } = await asAda(argv);
      expect([argv, code]).toEqual([argv, exit_code]);
      expected.push({
        argv: [...argv, "--case", caseFolder, "--examiner", "ada"],
        examiner: "ada",
        examiner_source: "option",
        exit_code,
        result_sha256: stdout === "" ? null : sha256(stdout),
      });
    }

    expect(linesOf(caseFolder, "ada")).toMatchObject(expected);
  });

  test("that ingests also notes what the evidence was, the same after every ingest of the same", () => {
    const [first, second] = linesOf(caseFolder, "ada");

    expect(first!.evidence_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(second!.evidence_sha256).toBe(first!.evidence_sha256);
    expect(first!.counts).toMatchObject({ files: { imported: 1 }, records: { stored: 3 } });
    expect(second!.counts).toMatchObject({ files: { skipped: 1 }, records: { stored: 0 } });
  });

  test("that writes to a file notes the SHA-256 of the file", async () => {
    const file = join(temporaryFolder(), "answer.csv");
    await asAda(["sql", "SELECT 1 AS n", "--format", "csv", "-o", file]);

    expect(linesOf(caseFolder, "ada").at(-1)!.result_sha256).toBe(sha256(readFileSync(file, "utf8")));
  });

  test("is found again in the case by SQL", async () => {
    const { stdout } = await asAda([
      "sql",
      "SELECT count(*) AS n FROM custody_log WHERE examiner = 'ada' AND exit_code = 5",
      "--format",
      "csv",
    ]);

    expect(stdout).toBe("n\r\n1\r\n");
  });
});

describe("where it is written, and by whom", () => {
  test("the environment names the case and the examiner; an empty name counts as none", async () => {
    const env = { COLDTRAIL_CASE: caseFolder, COLDTRAIL_EXAMINER: "grace" };
    expect(await coldtrail(["sql", "SELECT 1"], { env })).toMatchObject({ code: 0 });
    await coldtrail(["sql", "SELECT 1"], { env: { ...env, COLDTRAIL_EXAMINER: "" } });

    expect(linesOf(caseFolder, "grace")).toMatchObject([{ argv: ["sql", "SELECT 1"], examiner_source: "environment" }]);
    expect(linesOf(caseFolder, userInfo().username)).toMatchObject([{ examiner_source: "os-user" }]);
  });

  test("--journal names another folder, and the case is left alone", async () => {
    const other = temporaryFolder();
    const before = linesOf(caseFolder, "ada").length;
    expect(await asAda(["sql", "SELECT 1", "--journal", other])).toMatchObject({ code: 0 });

    expect(readdirSync(other)).toEqual([`ada@${hostname()}.jsonl`]);
    expect(linesOf(caseFolder, "ada")).toHaveLength(before);
  });

  test("empty variables count as not set: the case is ./case, the journal in it", async () => {
    const env = { COLDTRAIL_CASE: "", COLDTRAIL_JOURNAL: "", COLDTRAIL_EXAMINER: "grace" };
    const before = linesOf(caseFolder, "grace").length;
    expect(await coldtrail(["sql", "SELECT 1"], { env, cwd: join(caseFolder, "..") })).toMatchObject({ code: 0 });

    expect(linesOf(caseFolder, "grace")).toHaveLength(before + 1);
  });

  test("a folder that holds no case gets no journal", async () => {
    const empty = temporaryFolder();
    expect(await coldtrail(["sql", "SELECT 1", "--case", empty])).toMatchObject({ code: 2 });

    expect(readdirSync(empty)).toEqual([]);
  });

  test.runIf(canMount)("a case on a read-only disk answers, with one warning", async () => {
    const disk = mountSmallDisk("64m")!;
    try {
      const onDisk = join(disk.folder, "case");
      expect(await coldtrail(["ingest", evidence, "--case", onDisk])).toMatchObject({ code: 0 });
      disk.remount("ro");
      const { code, stdout, stderr } = await coldtrail([
        "sql",
        "SELECT count(*) AS n FROM events",
        "--case",
        onDisk,
        "--format",
        "csv",
      ]);
      const ingest = await coldtrail([
        "ingest",
        writeTrail(temporaryFolder(), { "b.json": makeRecords(5, 1) }),
        "--case",
        onDisk,
      ]);

      expect([code, stdout]).toEqual([0, "n\r\n3\r\n"]);
      expect(stderr).toMatch(/^Warning: this is not in the journal\. .*\n(?: .*\n)+$/);
      expect(stderr.match(/^\S.*$/gm)).toHaveLength(1);
      expect(ingest.code).toBe(2);
      expect(ingest.stderr).toContain("The case cannot be written");
      expect(ingest.stderr).not.toMatch(/\n\s+at |This is a bug/);
    } finally {
      disk.unmount();
    }
  });
});

describe("custody", () => {
  test("--verify passes, finds a head that was noted, and says what it cannot exclude", async () => {
    const head = linesOf(caseFolder, "ada")[2]!.hash;
    const whole = await asAda(["custody", "--verify", "--head", head]);
    const unknown = await asAda(["custody", "--verify", "--head", "0".repeat(64)]);

    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain(
      `ok      head ${head} is entry 3 of ada@${hostname()}.jsonl, and everything before it is unchanged`,
    );
    expect(whole.stdout).toContain("cannot be excluded");
    expect(unknown).toMatchObject({ code: 4, stdout: expect.stringContaining("is in no journal") });
  });

  test("prints the heads, to be written down", async () => {
    const { stdout } = await asAda(["custody"]);
    const { hash, argv } = linesOf(caseFolder, "ada").at(-2)!;

    expect(stdout).toContain(`head of ada@${hostname()}.jsonl: entry `);
    expect(stdout).toContain(hash);
    expect(stdout).toContain(argv.join(" ").slice(0, 40));
  });

  test("a colleague's journal comes in with `journal import`, and the chain of both verifies", async () => {
    const theirs = join(temporaryFolder(), "case");
    await coldtrail(["ingest", evidence, "--case", theirs, "--examiner", "grete"]);
    const imported = await asAda(["journal", "import", theirs]);
    const again = await asAda(["journal", "import", join(theirs, "journal")]);

    expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('"outcome":"new","') });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('"outcome":"same","') });
    expect(linesOf(caseFolder, "grete")).toEqual(linesOf(theirs, "grete"));
    expect(await asAda(["custody", "--verify"])).toMatchObject({ code: 0 });
  });

  // The last one: it breaks the journal.
  test("--verify and doctor find a changed line: exit 4, with its number", async () => {
    const file = join(caseFolder, "journal", `ada@${hostname()}.jsonl`);
    const lines = readFileSync(file, "utf8").split("\n");
    lines[1] = lines[1]!.replace('"stored":0', '"stored":9');
    writeFileSync(file, lines.join("\n"));
    const verify = await asAda(["custody", "--verify"]);
    const doctor = await asAda(["doctor"]);

    expect(verify).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(`BROKEN  ada@${hostname()}.jsonl line 2`),
    });
    expect(doctor).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(`FAILED  journal ada@${hostname()}.jsonl line 2`),
    });
  });
});
