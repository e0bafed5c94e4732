import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { coldtrail, type Finished, type RunOptions } from "../helpers/coldtrail.ts";
import { caseOf } from "../helpers/small-case.ts";
import { canMount, mountSmallDisk } from "../helpers/small-disk.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { iamUser, idOf, makeRecord, makeRecords, timeAt } from "../helpers/trail-maker.ts";

// Tags and notes as a person writes, lists and takes them back, each test with a journal of its own.

const KEY = "AKIABOBXXXXXXXXXXXXX";

let caseFolder: string;
let journal: string;

beforeAll(async () => {
  caseFolder = await caseOf([
    ...makeRecords(1, 5),
    makeRecord(6, { userIdentity: iamUser("bob"), sourceIPAddress: "203.0.113.9" }),
    makeRecord(7, {
      eventSource: "s3.amazonaws.com",
      eventName: "GetBucketAcl",
      requestParameters: { bucketName: "backups" },
      resources: [{ ARN: "arn:aws:s3:::backups", type: "AWS::S3::Bucket" }],
    }),
  ]);
});
beforeEach(() => {
  journal = temporaryFolder();
});

async function run(words: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return await coldtrail([...words, "--case", caseFolder, "--journal", journal], {
    ...options,
    env: { COLDTRAIL_EXAMINER: "ada", ...options.env },
  });
}

async function rowsOf(words: readonly string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await run([...words, "--format", "jsonl"]);
  expect([code, stderr.replace(/^(?!Warning|Note)[^]*/, "")]).toEqual([0, ""]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Line {
  readonly kind: string;
  readonly argv: string[];
  readonly body: Record<string, unknown>;
  readonly exit_code: number;
}

function linesOf(examiner: string): Line[] {
  const text = readFileSync(join(journal, `${examiner}@${hostname()}.jsonl`), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const EVERY_TARGET = [
  ...["--event", idOf(1), "--session", "no-such-session", "--key", KEY, "--ip", "198.51.100.0/24"],
  ...["--principal", "*user/bob", "--resource", "arn:aws:s3:::backups", "--since", timeAt(2), "--until", timeAt(4)],
];

describe("marking", () => {
  test("is one line of the journal, whatever it names, with the targets that the case does not know in a warning", async () => {
    const { code, stdout, stderr } = await run(["tag", "seen", "b", ...EVERY_TARGET, "--note", "one\ntwo"]);

    expect([code, stderr]).toEqual([
      0,
      "Warning: nothing in this case matches session no-such-session. It is written down all the same.\n",
    ]);
    expect(stdout).toMatch(
      /^Tagged seen, b, with a note: event .*, session no-such-session, key .*, ip .*, principal \*user\/bob and 2 more\nundo: coldtrail untag --entry [0-9a-f]{12}\n$/,
    );
    expect(linesOf("ada")).toMatchObject([
      {
        kind: "tag",
        exit_code: 0,
        counts: { targets: 7, absent: 1 },
        body: { tags: ["seen", "b"], note: "one\ntwo", targets: { length: 7 } },
      },
    ]);
  });

  test("lists say how many records each target has, and when", async () => {
    await run(["tag", "seen", ...EVERY_TARGET]);

    expect(
      (await rowsOf(["tag", "--list"])).map(({ kind, n_records, first_seen }) => [kind, n_records, first_seen]),
    ).toEqual([
      ["event", 1, timeAt(1)],
      ["session", 0, null],
      ["key", 1, timeAt(6)],
      ["ip", 6, timeAt(1)],
      ["principal", 1, timeAt(6)],
      ["resource", 1, timeAt(7)],
      ["range", 2, timeAt(2)],
    ]);
    expect(await rowsOf(["tag", "--list", "other"])).toEqual([]);
    expect(await rowsOf(["tag", "--list", "SEEN", "--key", KEY])).toHaveLength(1);
    expect(await rowsOf(["note", "--list"])).toEqual([]);
  });

  test("a file of ten thousand events is one quick line, and the timeline of them quick too", async () => {
    const file = join(temporaryFolder(), "ids.txt");
    writeFileSync(file, Array.from({ length: 10_000 }, (_, i) => idOf(i)).join("\n"));
    const started = performance.now();
    const tagged = await run(["tag", "bulk", "--event", `@${file}`]);
    const timeline = await run(["timeline", "--marked", "--format", "csv"]);

    expect([tagged.code, timeline.code]).toEqual([0, 0]);
    expect(tagged.stderr).toMatch(/^Warning: nothing in this case matches event .* and 9988 more\./);
    expect(timeline.stdout.trim().split("\r\n")).toHaveLength(1 + 7);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(linesOf("ada")).toHaveLength(2);
  });

  test("a note from standard input keeps its lines", async () => {
    expect(await run(["note", "-", "--event", idOf(1)], { input: "first\r\nsecond — 漏洩\n" })).toMatchObject({
      code: 0,
    });

    expect(await rowsOf(["note", "--list"])).toMatchObject([{ note: "first\nsecond — 漏洩", examiner: "ada" }]);
  });

  test.each([
    [["tag", "x"], "Nothing to mark"],
    [["note", "x"], "Nothing to mark"],
    [["note", "--event", idOf(1)], "An empty note"],
    [["tag", "a b", "--event", idOf(1)], 'Not a tag: "a b"'],
    [["tag", "x", "--ip", "300.1.1.1"], "Not an address: --ip 300.1.1.1"],
    [["tag", "x", "--since", "2024-03-01"], "A time range has two ends: --since alone"],
    [["tag", "x", "--since", "tomorrow", "--until", "2024-03-01"], "Not a time: --since tomorrow"],
    [["tag", "x", "--event", idOf(1), "--all"], "Nothing to list"],
    [["tag", "x", "--event", idOf(1), "-o", "f.csv"], "No result to write"],
    [["note", "x", "--list"], "Listing and writing at once"],
    [["note", "x", "--entry", "123456789abc"], "No such entry among the marks"],
    [["untag"], "Nothing to undo"],
    [["untag", "x"], "Nothing to undo"],
    [["untag", "--last", "--event", idOf(1)], "Undo one way at a time"],
    [["untag", "x", "--event", idOf(1)], "No such tag to take away: x"],
    [["untag", "--last"], "Nothing to undo: no tag or note of ada stands"],
  ])("%j is refused: %s", async (words, message) => {
    const { code, stdout, stderr } = await run(words);

    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(linesOf("ada")).toMatchObject([{ kind: "command", exit_code: 2, body: {} }]);
  });
});

describe("taking back", () => {
  const entryIn = ({ stdout }: Finished): string => /--entry ([0-9a-f]{12})/.exec(stdout)![1]!;

  test("by target, by entry and the last one; each new line names the lines that it undoes", async () => {
    const first = entryIn(await run(["tag", "a", "b", "--event", idOf(1), idOf(2)]));
    const second = entryIn(await run(["note", "why", "--event", idOf(1)]));
    const undo = entryIn(await run(["untag", "A", "--event", idOf(1)]));
    await run(["untag", "--last"]);
    const shown = async (): Promise<unknown[]> =>
      (await rowsOf(["tag", "--list"])).map(({ tag, target }) => [tag, target]);

    expect(await shown()).toEqual([
      ["a", idOf(2)],
      ["b", idOf(1)],
      ["b", idOf(2)],
    ]);
    expect(await rowsOf(["note", "--list", "--all"])).toMatchObject([{ entry: second, undone_by: expect.any(String) }]);
    expect(
      linesOf("ada")
        .filter(({ kind }) => kind === "untag")
        .map(({ body }) => body),
    ).toMatchObject([
      { undoes: [expect.stringContaining(first)], tags: ["a"] },
      { undoes: [expect.stringContaining(second)] },
    ]);

    await run(["untag", "--entry", undo]);
    expect(await shown()).toHaveLength(4);
    expect((await run(["untag", "--entry", undo])).stderr).toContain("This entry is undone already");
  });

  test("a colleague's tag can be taken away, and a note worded anew", async () => {
    await run(["tag", "a", "--key", KEY], { env: { COLDTRAIL_EXAMINER: "grace" } });
    const note = entryIn(await run(["note", "old", "words", "--key", KEY], { env: { COLDTRAIL_EXAMINER: "grace" } }));
    await run(["untag", "--key", KEY]);
    expect(await run(["note", "new", "--entry", note])).toMatchObject({ code: 0 });

    expect(await rowsOf(["tag", "--list"])).toEqual([]);
    expect(await rowsOf(["note", "--list"])).toMatchObject([{ note: "new", examiner: "ada", target: KEY }]);
    expect(readdirSync(journal)).toEqual([`ada@${hostname()}.jsonl`, `grace@${hostname()}.jsonl`]);
    expect((await run(["custody", "--verify"])).code).toBe(0);
  });
});

describe("in SQL", () => {
  test("tags and notes join events by id, key, address range and time range", async () => {
    await run(["tag", "seen", ...EVERY_TARGET]);
    await run(["tag", "--event", idOf(7)]);
    const events = async (condition: string): Promise<unknown[]> =>
      (
        await rowsOf(["sql", `SELECT e.event_id FROM events e JOIN tags t ON ${condition} AND NOT t.undone ORDER BY 1`])
      ).map(({ event_id }) => event_id);

    expect(await events("t.target_kind = 'event' AND t.target = e.event_id")).toEqual([idOf(1), idOf(7)]);
    expect(await events("t.target_kind = 'key' AND t.target = e.user_identity_access_key_id")).toEqual([idOf(6)]);
    expect(await events("e.source_ip_key BETWEEN t.ip_low AND t.ip_high")).toHaveLength(6);
    expect(await events("e.event_time >= t.since AND e.event_time < t.until")).toEqual([idOf(2), idOf(3)]);
    expect(await rowsOf(["sql", "SELECT count(*) AS n FROM tags WHERE tag IS NULL"])).toEqual([{ n: 1 }]);
  });

  test("what was undone stays, with the line that undid it in custody_log", async () => {
    await run(["note", "x", "--event", idOf(1)]);
    await run(["untag", "--last"]);

    expect(
      await rowsOf(["sql", "SELECT n.text, n.undone, c.kind FROM notes n JOIN custody_log c ON c.hash = n.undone_by"]),
    ).toEqual([{ text: "x", undone: true, kind: "untag" }]);
  });
});

describe("hostile and foreign text", () => {
  const HOSTILE =
    "\u001b]52;c;ZXZpbA==\u0007\u202egnp.exe\u200b =cmd|' /C calc'!A1 | `x` \u{1F469}\u200d\u{1F4BB} e\u0301";

  test("in a note comes back whole, and reaches no terminal raw", async () => {
    expect(await run(["note", HOSTILE, "--resource", "漏洩/ﷺ"])).toMatchObject({ code: 0 });
    const shown = await run(["note", "--list"]);
    const timeline = await run(["timeline", "--marked"]);

    expect(await rowsOf(["note", "--list"])).toMatchObject([{ note: HOSTILE, target: "漏洩/ﷺ" }]);
    // Nothing that a terminal obeys, and nothing that reorders or hides.
    for (const { stdout, stderr } of [shown, timeline]) {
      expect((stdout + stderr).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(shown.stdout).toContain("\\u202egnp.exe");
  });

  test("a forged line of a newer kind is counted in a warning, and breaks nothing", async () => {
    await run(["tag", "x", "--event", idOf(1)]);
    const file = join(journal, `ada@${hostname()}.jsonl`);
    const line = readFileSync(file, "utf8").split("\n")[0]!;
    const forged = line.replace('"event"', '"planet"').replace(/"hash":".*"/, `"hash":"${"f".repeat(64)}"`);
    writeFileSync(file, `${line}\n${forged}\n`);
    const { code, stderr } = await run(["tag", "--list"]);

    expect([code, stderr.split("\n")[0]]).toEqual([
      0,
      "Warning: 1 journal lines hold marks that this version of coldtrail cannot read.",
    ]);
  });
});

test.runIf(canMount)("on a read-only disk a mark is refused rather than lost; --journal takes it", async () => {
  const disk = mountSmallDisk("64m")!;
  try {
    const onDisk = join(disk.folder, "case");
    await coldtrail(["ingest", join(caseFolder, "../evidence"), "--case", onDisk]);
    disk.remount("ro");
    const words = ["tag", "x", "--event", idOf(1), "--case", onDisk];
    const refused = await coldtrail(words);
    const taken = await coldtrail([...words, "--journal", journal]);

    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toMatch(/^The journal cannot be written: .* is read-only\n.*--journal DIR.*\n$/);
    expect(taken).toMatchObject({ code: 0 });
  } finally {
    disk.unmount();
  }
});
