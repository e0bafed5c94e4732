import { appendFile, rm, truncate, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { sealLine } from "../../src/journal/journal-entry.ts";
import { appendEntry } from "../../src/journal/journal-file.ts";
import { verifyJournals } from "../../src/journal/verify-journal.ts";
import { ADA, appendMany, newEntry, readLinesOf, temporaryFolder, writeLinesOf } from "./journal-fixture.ts";

const hashOf = (line: string | undefined): string => (JSON.parse(line ?? "") as { hash: string }).hash;

async function journalOfFive(): Promise<{ folder: string; lines: string[] }> {
  const folder = await temporaryFolder();
  await appendMany(folder, 5);
  return { folder, lines: await readLinesOf(folder) };
}

/** The line with a change and a hash that fits it again, as a forger would write it. */
function reseal(line: string, change: object): string {
  const { hash: _hash, ...fields } = JSON.parse(line) as Parameters<typeof sealLine>[0] & { hash: string };
  return sealLine({ ...fields, ...change }).line;
}

test("An untouched journal verifies, and says what that does not prove.", async () => {
  const { folder, lines } = await journalOfFive();

  expect(await verifyJournals(folder)).toEqual({
    ok: true,
    files: [{ file: ADA, ok: true, entries: 5, tornLines: 0, head: { seq: 5, hash: hashOf(lines[4]) }, broken: null }],
    heads: [],
    ignored: [],
    limits: [
      `${ADA}: no noted head is in this journal, so a cut tail or a rewrite of the whole file cannot be excluded.`,
      "No head was given, so a journal that was removed as a whole cannot be excluded.",
    ],
  });
});

test.each<[string, (lines: string[]) => string[], { line: number; reason: string }]>([
  [
    "a changed value",
    (l) => l.with(2, l[2]!.replace('"exit_code":0', '"exit_code":1')),
    { line: 3, reason: "hash-mismatch" },
  ],
  [
    "a changed white space",
    (l) => l.with(2, l[2]!.replace('"seq":3', '"seq": 3')),
    { line: 3, reason: "hash-mismatch" },
  ],
  [
    "a repeated key that hides the first",
    (l) => l.with(2, l[2]!.replace('"exit_code":0', '"exit_code":1,"exit_code":0')),
    { line: 3, reason: "hash-mismatch" },
  ],
  [
    "a changed line with a fresh hash",
    (l) => l.with(2, reseal(l[2]!, { exit_code: 1 })),
    { line: 4, reason: "chain-break" },
  ],
  [
    "a changed last line",
    (l) => l.with(4, l[4]!.replace('"rows":3', '"rows":4')),
    { line: 5, reason: "hash-mismatch" },
  ],
  ["a removed line", (l) => l.toSpliced(2, 1), { line: 3, reason: "seq-gap" }],
  ["a removed first line", (l) => l.slice(1), { line: 1, reason: "seq-gap" }],
  ["a repeated line", (l) => [...l.slice(0, 3), ...l.slice(2)], { line: 4, reason: "seq-gap" }],
  ["two swapped lines", (l) => [l[0]!, l[2]!, l[1]!, l[3]!, l[4]!], { line: 2, reason: "seq-gap" }],
  ["an inserted text", (l) => l.toSpliced(2, 0, "hello"), { line: 3, reason: "unparseable" }],
  ["an inserted blank line", (l) => l.toSpliced(2, 0, ""), { line: 3, reason: "unparseable" }],
  ["foreign line ends", (l) => l.map((line) => `${line}\r`), { line: 1, reason: "torn-tail" }],
])("%s is found, with its line and the reason", async (_, change, broken) => {
  const { folder, lines } = await journalOfFive();

  await writeLinesOf(folder, change(lines));

  const { ok, files } = await verifyJournals(folder);
  expect(ok).toBe(false);
  expect(files[0]).toMatchObject({ ok: false, broken });
});

test("A torn tail is named as such, at its line.", async () => {
  const { folder } = await journalOfFive();
  await truncate(join(folder, ADA), (await stat(join(folder, ADA))).size - 20);

  expect(await verifyJournals(folder)).toMatchObject({
    ok: false,
    files: [{ entries: 4, broken: { line: 5, reason: "torn-tail" } }],
  });
});

test.each<[string, (lines: string[]) => string[]]>([
  ["changed", (lines) => lines.with(2, '{"v":2')],
  ["removed", (lines) => lines.toSpliced(2, 1)],
  ["joined by another", (lines) => lines.toSpliced(2, 0, "x")],
])("A torn line inside a journal that was %s later is found.", async (_, change) => {
  const folder = await temporaryFolder();
  await appendMany(folder, 2);
  await appendFile(join(folder, ADA), '{"v":1');
  await appendEntry(folder, newEntry());
  const lines = await readLinesOf(folder);
  expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ tornLines: 1 }] });

  await writeLinesOf(folder, change(lines));

  expect(await verifyJournals(folder)).toMatchObject({
    ok: false,
    files: [{ broken: { line: 3, reason: "torn-line-changed" } }],
  });
});

test("A cut tail is found with a noted head, and admitted as not excludable without one.", async () => {
  const { folder, lines } = await journalOfFive();
  const head = hashOf(lines[4]);
  await writeLinesOf(folder, lines.slice(0, 4));

  const without = await verifyJournals(folder);
  const withHead = await verifyJournals(folder, { heads: [head] });

  expect(without.ok).toBe(true);
  expect(without.limits[0]).toMatch(/cut tail .* cannot be excluded/);
  expect(withHead).toMatchObject({ ok: false, files: [{ ok: true }], heads: [{ hash: head, ok: false, found: null }] });
});

test("A rewritten journal is found with a noted head.", async () => {
  const { folder, lines } = await journalOfFive();
  await rm(join(folder, ADA));
  await appendMany(folder, 5, { exit_code: 1 });

  expect((await verifyJournals(folder)).ok).toBe(true);
  expect((await verifyJournals(folder, { heads: [hashOf(lines[2])] })).ok).toBe(false);
});

test("A noted head in the middle proves what lies before it and nothing after.", async () => {
  const { folder, lines } = await journalOfFive();

  const verification = await verifyJournals(folder, { heads: [` ${hashOf(lines[2]).toUpperCase()} `] });

  expect(verification).toMatchObject({ ok: true, heads: [{ ok: true, found: { file: ADA, line: 3, seq: 3 } }] });
  expect(verification.limits).toEqual([
    `${ADA}: nothing before entry 3 was changed; after it, a cut tail or a rewrite cannot be excluded.`,
  ]);
});

test.each([
  ["before", 1, { ok: false, found: { line: 4 } }],
  ["after", 4, { ok: true, found: { line: 4 } }],
])("A change %s a noted head counts against it only if it is before", async (_, index, head) => {
  const { folder, lines } = await journalOfFive();
  await writeLinesOf(folder, lines.with(index, (lines[index] ?? "").replace('"exit_code":0', '"exit_code":9')));

  expect(await verifyJournals(folder, { heads: [hashOf(lines[3])] })).toMatchObject({ ok: false, heads: [head] });
});

test("A removed journal is found with its head, and a folder that is not there has none.", async () => {
  const { folder, lines } = await journalOfFive();

  expect(await verifyJournals(join(folder, "nowhere"))).toMatchObject({ ok: true, files: [] });
  expect((await verifyJournals(join(folder, "nowhere"), { heads: [hashOf(lines[4])] })).ok).toBe(false);
});

test("A head that is no hash is a usage error.", async () => {
  await expect(verifyJournals(await temporaryFolder(), { heads: ["abc"] })).rejects.toThrow(UsageError);
});
