import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, chmod, mkdir, readFile, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CaseError } from "../../src/errors.ts";
import { chainHeads } from "../../src/journal/chain-heads.ts";
import { JournalNotWritableError } from "../../src/journal/journal-errors.ts";
import { appendEntry } from "../../src/journal/journal-file.ts";
import { verifyJournals } from "../../src/journal/verify-journal.ts";
import { ADA, appendMany, newEntry, readLinesOf, temporaryFolder } from "./journal-fixture.ts";

const CHILD = new URL("./append-child.ts", import.meta.url).pathname;

async function runChild(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.on("close", resolve));
  return output;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("a line", () => {
  test("is one compact JSON object with fixed key order, hashed over everything before its hash", async () => {
    const folder = join(await temporaryFolder(), "case", "journal");

    await appendEntry(folder, newEntry());

    const [line = ""] = await readLinesOf(folder);
    const { time_local, ...fields } = JSON.parse(line) as Record<string, string>;
    // vitest.config.ts sets the zone: half an hour off, and west of UTC.
    expect(time_local).toBe("2023-07-10T09:57:45.123-02:30");
    expect(JSON.stringify(fields)).toBe(
      '{"v":1,"seq":1,"kind":"command","examiner":"ada","examiner_source":"option","host":"lab",' +
        '"time_utc":"2023-07-10T12:27:45.123Z","tool_version":"0.1.0","argv":["query","console-login-no-mfa"],' +
        '"counts":{"rows":3},"result_sha256":null,"evidence_sha256":null,"exit_code":0,"elapsed_ms":12,"body":{},' +
        `"prev":"${"0".repeat(64)}","hash":"${fields["hash"]}"}`,
    );
    expect(fields["hash"]).toBe(sha256(line.replace(/,"hash":"[0-9a-f]{64}"\}$/, "}")));
    expect(JSON.stringify(JSON.parse(line))).toBe(line);
  });

  test("chains to the line before it and is returned as written", async () => {
    const folder = await temporaryFolder();

    const first = await appendEntry(folder, newEntry());
    const second = await appendEntry(folder, newEntry({ kind: "note", body: { text: "a\nb\u2028c" } }));

    expect(second).toMatchObject({ seq: 2, prev: first.hash, body: { text: "a\nb\u2028c" } });
    expect((await readLinesOf(folder)).map((line) => JSON.parse(line) as unknown)).toEqual([first, second]);
  });

  test("defaults to this host and to now", async () => {
    const { host: _host, time: _time, ...entry } = newEntry();
    const before_ms = Date.now();

    const written = await appendEntry(await temporaryFolder(), entry);

    expect(written.host).toBe(hostname());
    expect(Date.parse(written.time_utc)).toBeGreaterThanOrEqual(before_ms);
  });

  test("longer than 16 MiB is refused, and nothing is written", async () => {
    const folder = await temporaryFolder();

    const appended = appendEntry(folder, newEntry({ body: { text: "x".repeat(16 * 1024 * 1024) } }));

    await expect(appended).rejects.toThrow(/too long.*\n.*fewer events/);
    expect((await stat(join(folder, ADA))).size).toBe(0);
  });

  test("of several MiB is found again when the next one is chained to it", async () => {
    const folder = await temporaryFolder();
    await appendEntry(folder, newEntry({ body: { text: "x".repeat(3_000_000) } }));

    await appendEntry(folder, newEntry());

    expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ entries: 2 }] });
  });
});

describe("several processes", () => {
  test("append at the same time without losing or mixing a line", async () => {
    const folder = await temporaryFolder();

    const outputs = await Promise.all(["a", "b", "c", "d"].map((label) => runChild(folder, label, "25")));

    expect(outputs).toEqual(["", "", "", ""]);
    const names = (await readLinesOf(folder)).map((line) => (JSON.parse(line) as { argv: string[] }).argv[1]);
    const expected = ["a", "b", "c", "d"].flatMap((label) => Array.from({ length: 25 }, (_, i) => `${label}-${i}`));
    expect(names.toSorted()).toEqual(expected.toSorted());
    expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ entries: 100, tornLines: 0 }] });
  }, 30_000);

  test("and several appends of one process take turns too", async () => {
    const folder = await temporaryFolder();

    await Promise.all(Array.from({ length: 20 }, (_, i) => appendEntry(folder, newEntry({ argv: [String(i)] }))));

    expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ entries: 20 }] });
  });

  const lock = (changes: object): string =>
    JSON.stringify({ pid: process.pid, host: hostname(), process_start: "x", start: "2023", id: "old", ...changes });

  async function deadPid(): Promise<number> {
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.on("close", resolve));
    return child.pid ?? 0;
  }

  test.each([
    ["a process that is dead", async () => ({ pid: await deadPid() })],
    ["an earlier process with our id", () => ({ process_start: "2001-01-01T00:00:00.000Z" })],
    ["a process that died before it named itself", () => null],
  ])("break the lock of %s", async (_, holderOf) => {
    const folder = await temporaryFolder();
    const holder = await holderOf();
    await writeFile(join(folder, `${ADA}.lock`), holder === null ? "" : lock(holder));

    await Promise.all([1, 2, 3].map(async () => await appendEntry(folder, newEntry(), { wait_ms: 5_000 })));

    expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ entries: 3 }] });
    await expect(stat(join(folder, `${ADA}.lock`))).rejects.toThrow(/ENOENT/);
    await expect(stat(join(folder, `${ADA}.lock.break`))).rejects.toThrow(/ENOENT/);
  });

  test.each([
    ["a living process", lock({ pid: process.ppid }), new RegExp(`process ${process.ppid} on `)],
    ["another host, dead or not", lock({ pid: 999_999, host: "elsewhere" }), /process 999999 on elsewhere/],
    ["a writer about to name itself", "", /names no process/],
  ])("never break the lock of %s, and say whose it is", async (_, text, message) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, `${ADA}.lock`), text);

    const appended = appendEntry(folder, newEntry(), { wait_ms: 60 });

    await expect(appended).rejects.toThrow(CaseError);
    await expect(appended).rejects.toThrow(message);
    expect(await readFile(join(folder, `${ADA}.lock`), "utf8")).toBe(text);
  });
});

describe("after a killed writer", () => {
  test.each([
    ["a cut line", '{"v":1,"seq":3,"ki', '{"v":1,"seq":3,"ki'],
    ["a cut line and a line end", '{"v":1\n', '{"v":1'],
    ["two cut lines", '{"v":1\n{"v', '{"v":1\n{"v'],
    ["only a line end", "\n", ""],
    ["zeros of a lost block", "\0".repeat(70_000), "\0".repeat(70_000)],
  ])("%s stays in the file, and the next entry says so and chains over it", async (_, torn, hashed) => {
    const folder = await temporaryFolder();
    await appendMany(folder, 2);
    const before = await readFile(join(folder, ADA), "utf8");
    await appendFile(join(folder, ADA), torn);

    const next = await appendEntry(folder, newEntry());

    expect(next).toMatchObject({ seq: 3, after_torn_line: true, torn_sha256: sha256(hashed) });
    expect(await readFile(join(folder, ADA), "utf8")).toBe(
      `${before}${torn}${torn.endsWith("\n") ? "" : "\n"}${JSON.stringify(next)}\n`,
    );
    expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ entries: 3, broken: null }] });
  });

  test("a line that only lacks its line end is whole", async () => {
    const folder = await temporaryFolder();
    await appendMany(folder, 2);
    await truncate(join(folder, ADA), (await stat(join(folder, ADA))).size - 1);

    const next = await appendEntry(folder, newEntry());

    expect(next).toMatchObject({ seq: 3 });
    expect(next).not.toHaveProperty("after_torn_line");
    expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ entries: 3, tornLines: 0 }] });
  });

  test("a file that holds nothing but a cut first line is continued from the start", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, ADA), '{"v":1,"se');

    const next = await appendEntry(folder, newEntry());

    expect(next).toMatchObject({ seq: 1, prev: "0".repeat(64), after_torn_line: true });
    expect(await verifyJournals(folder)).toMatchObject({ ok: true });
  });
});

describe("a place that cannot be written", () => {
  test.skipIf(process.platform === "win32")("is a typed error when the folder is read-only", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "journal"));
    await chmod(folder, 0o755);
    await chmod(join(folder, "journal"), 0o555);
    const asAnotherUser = process.getuid?.() === 0 ? ["65534"] : [];

    const output = await runChild(join(folder, "journal"), "a", "1", ...asAnotherUser);

    expect(JSON.parse(output)).toMatchObject({
      name: "JournalNotWritableError",
      message: expect.stringMatching(/read-only\n {2}Name a writable folder with --journal DIR/) as string,
    });
    expect(new JournalNotWritableError({ what: "", where: "", fix: "" })).toMatchObject({
      code: "journal-not-writable",
      exitCode: 2,
    });
  });

  test("is a typed error when a file is in the folder's place", async () => {
    const file = join(await temporaryFolder(), "journal");
    await writeFile(file, "");

    await expect(appendEntry(file, newEntry())).rejects.toThrow(CaseError);
    await expect(appendEntry(join(file, "deeper"), newEntry())).rejects.toThrow(CaseError);
  });

  test.skipIf(process.platform === "win32")("is a symbolic link, and its target stays as it is", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "target"), "untouched");
    await symlink(join(folder, "target"), join(folder, ADA));

    await expect(appendEntry(folder, newEntry())).rejects.toThrow(CaseError);

    expect(await readFile(join(folder, "target"), "utf8")).toBe("untouched");
    expect(await verifyJournals(folder)).toMatchObject({ files: [], ignored: [ADA] });
  });
});

test("The chain heads are the last whole lines of all journals, sorted by file name.", async () => {
  const folder = await temporaryFolder();
  await appendMany(folder, 3, { examiner: "zoe" });
  await appendMany(folder, 2);
  await appendFile(join(folder, ADA), '{"torn');
  await writeFile(join(folder, "empty@lab.jsonl"), "");

  const heads = await chainHeads(folder);

  const last = async (file: string, line: number): Promise<unknown> =>
    (JSON.parse((await readLinesOf(folder, file))[line] ?? "") as { hash: string }).hash;
  expect(heads).toEqual([
    { file: ADA, examiner: "ada", host: "lab", seq: 2, hash: await last(ADA, 1) },
    { file: "zoe@lab.jsonl", examiner: "zoe", host: "lab", seq: 3, hash: await last("zoe@lab.jsonl", 2) },
  ]);
  expect(await chainHeads(join(folder, "nowhere"))).toEqual([]);
});
