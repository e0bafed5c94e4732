import { appendFile, cp, mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { IntegrityError, UsageError } from "../../src/errors.ts";
import { JournalConflictError } from "../../src/journal/journal-errors.ts";
import { importJournals } from "../../src/journal/merge-journals.ts";
import { verifyJournals } from "../../src/journal/verify-journal.ts";
import { ADA, appendMany, readLinesOf, temporaryFolder, writeLinesOf } from "./journal-fixture.ts";

async function twoFolders(): Promise<{ theirs: string; ours: string }> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "theirs"));
  await mkdir(join(folder, "ours"));
  return { theirs: join(folder, "theirs"), ours: join(folder, "ours") };
}

const bytesOf = async (folder: string): Promise<string> => await readFile(join(folder, ADA), "utf8");

test("A colleague's journals are copied byte for byte beside ours.", async () => {
  const { theirs, ours } = await twoFolders();
  await appendMany(theirs, 3);
  await appendMany(ours, 2, { examiner: "zoe" });

  const imported = await importJournals(theirs, join(ours, "new", "journal"));
  await importJournals(theirs, ours);

  expect(imported).toEqual([
    { file: ADA, outcome: "new", entries: 3, added_bytes: Buffer.byteLength(await bytesOf(theirs)) },
  ]);
  expect(await bytesOf(ours)).toBe(await bytesOf(theirs));
  expect(await readdir(ours)).toEqual([ADA, "new", "zoe@lab.jsonl"]);
  expect(await verifyJournals(ours)).toMatchObject({ ok: true, files: [{ entries: 3 }, { entries: 2 }] });
});

test.each([
  ["extended", 2, 5],
  ["kept", 5, 2],
  ["same", 3, 3],
])("Of two copies of one journal the longer stays: %s.", async (outcome, ourCount, theirCount) => {
  const { theirs, ours } = await twoFolders();
  await appendMany(theirs, 5);
  const lines = await readLinesOf(theirs);
  await writeLinesOf(theirs, lines.slice(0, theirCount));
  await writeLinesOf(ours, lines.slice(0, ourCount));

  expect(await importJournals(theirs, ours)).toMatchObject([{ file: ADA, outcome, entries: theirCount }]);

  expect(await readLinesOf(ours)).toEqual(lines.slice(0, Math.max(ourCount, theirCount)));
});

test("An import that was killed in the middle of a line is completed by the next.", async () => {
  const { theirs, ours } = await twoFolders();
  await appendMany(theirs, 3);
  await cp(join(theirs, ADA), join(ours, ADA));
  await truncate(join(ours, ADA), 700);

  expect(await importJournals(theirs, ours)).toMatchObject([{ outcome: "extended" }]);
  expect(await bytesOf(ours)).toBe(await bytesOf(theirs));
});

test("Two journals of one name that part are refused with the line, and nothing is written.", async () => {
  const { theirs, ours } = await twoFolders();
  await appendMany(theirs, 1, { examiner: "aaa" });
  await appendMany(theirs, 3);
  await writeLinesOf(ours, (await readLinesOf(theirs)).slice(0, 1));
  await appendMany(ours, 1, { exit_code: 5 });
  const before = await bytesOf(ours);

  const refused = importJournals(theirs, ours);

  await expect(refused).rejects.toThrow(JournalConflictError);
  await expect(refused).rejects.toMatchObject({ file: join(ours, ADA), line: 2, exitCode: 2 });
  expect(await bytesOf(ours)).toBe(before);
  expect(await readdir(ours)).toEqual([ADA]);
});

test("A broken chain is refused with its line, and nothing is written.", async () => {
  const { theirs, ours } = await twoFolders();
  await appendMany(theirs, 3);
  await appendMany(theirs, 1, { examiner: "aaa" });
  await writeLinesOf(theirs, (await readLinesOf(theirs)).toSpliced(1, 1));

  const refused = importJournals(theirs, ours);

  await expect(refused).rejects.toThrow(IntegrityError);
  await expect(refused).rejects.toThrow(/line 2: entry 2 was expected/);
  expect(await readdir(ours)).toEqual([]);
});

test("A torn last line comes along, and what its writer adds later follows.", async () => {
  const { theirs, ours } = await twoFolders();
  await appendMany(theirs, 2);
  await appendFile(join(theirs, ADA), '{"torn');

  expect(await importJournals(theirs, ours)).toMatchObject([{ outcome: "new", entries: 2 }]);
  await appendMany(theirs, 1);
  expect(await importJournals(theirs, ours)).toMatchObject([{ outcome: "extended", entries: 3 }]);

  expect(await bytesOf(ours)).toBe(await bytesOf(theirs));
  expect(await verifyJournals(ours)).toMatchObject({ ok: true, files: [{ entries: 3, tornLines: 1 }] });
});

test("A folder without journals is a usage error.", async () => {
  const { theirs, ours } = await twoFolders();
  await writeFile(join(theirs, "notes.jsonl"), "{}\n");

  await expect(importJournals(theirs, ours)).rejects.toThrow(UsageError);
  await expect(importJournals(join(theirs, "nowhere"), ours)).rejects.toThrow(UsageError);
});
