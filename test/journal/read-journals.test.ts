import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sealLine } from "../../src/journal/journal-entry.ts";
import { appendEntry } from "../../src/journal/journal-file.ts";
import { readLines } from "../../src/journal/journal-lines.ts";
import { readJournals } from "../../src/journal/read-journals.ts";
import { ADA, appendMany, newEntry, readLinesOf, temporaryFolder, writeLinesOf } from "./journal-fixture.ts";

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function readAll(folder: string): Promise<string[]> {
  const items = await collect(readJournals(folder));
  return items.map((item) =>
    item.type === "entry"
      ? `${item.entry.time_utc.slice(17, 19)} ${item.entry.examiner}@${item.entry.host} ${item.entry.seq}`
      : `${item.reason} ${item.file}:${item.line} ${item.excerpt}`,
  );
}

const at = (second: number): { time: Date } => ({ time: new Date(Date.UTC(2023, 6, 10, 12, 0, second)) });

test("The union is ordered by time, then examiner, host and sequence, whichever file a line is in.", async () => {
  const folder = await temporaryFolder();
  await appendEntry(folder, newEntry({ examiner: "zoe", ...at(1) }));
  await appendEntry(folder, newEntry({ examiner: "ada", host: "z", ...at(1) }));
  await appendEntry(folder, newEntry({ examiner: "ada", host: "b", ...at(1) }));
  await appendEntry(folder, newEntry({ examiner: "ada", host: "b", ...at(1) }));
  // The clock was set back between two entries of one journal.
  await appendEntry(folder, newEntry({ examiner: "zoe", ...at(0) }));

  expect(await readAll(folder)).toEqual(["00 zoe@lab 2", "01 ada@b 1", "01 ada@b 2", "01 ada@z 1", "01 zoe@lab 1"]);
});

test("What is no entry is reported in its place, never dropped.", async () => {
  const folder = await temporaryFolder();
  await appendMany(folder, 1);
  await appendFile(join(folder, ADA), '{"torn');
  await appendEntry(folder, newEntry(at(5)));
  const lines = await readLinesOf(folder);
  const { hash: _hash, ...last } = JSON.parse(lines[2] ?? "") as Parameters<typeof sealLine>[0] & { hash: string };
  const newer = sealLine({ ...last, v: 2 as 1, seq: 3 }).line;
  await writeLinesOf(folder, [...lines, newer]);
  await appendFile(join(folder, ADA), "tail");
  await writeFile(join(folder, "ada@lab (2).jsonl"), "");
  await writeFile(join(folder, "._ada@lab.jsonl"), "AppleDouble");
  await writeFile(join(folder, `${ADA}.lock`), "");

  expect(await readAll(folder)).toEqual([
    "not-a-journal ada@lab (2).jsonl:0 ",
    "00 ada@lab 1",
    `torn ${ADA}:2 {"torn`,
    "05 ada@lab 2",
    `unknown-entry ${ADA}:4 ${newer.slice(0, 200)}`,
    `torn ${ADA}:5 tail`,
  ]);
});

test.each([
  ["argv", "rm"],
  ["argv", [1]],
  ["counts", []],
  ["body", null],
  ["kind", "verdict"],
  ["examiner_source", "guess"],
  ["time_utc", "yesterday"],
  ["result_sha256", "abc"],
  ["exit_code", "0"],
])("A chained line whose %s is %j is an unknown entry.", async (key, value) => {
  const folder = await temporaryFolder();
  await appendMany(folder, 1);
  const { hash: _hash, ...fields } = JSON.parse((await readLinesOf(folder))[0] ?? "") as Parameters<
    typeof sealLine
  >[0] & { hash: string };
  await writeLinesOf(folder, [sealLine({ ...fields, [key]: value }).line]);

  expect(await collect(readJournals(folder))).toMatchObject([{ type: "problem", reason: "unknown-entry" }]);
});

test("A folder that is not there has no journals.", async () => {
  expect(await readAll(join(await temporaryFolder(), "nowhere"))).toEqual([]);
});

test("Lines are split across blocks, and one longer than a journal line is cut instead of filling the memory.", async () => {
  const file = join(await temporaryFolder(), "lines");
  await writeFile(file, `${"a".repeat(65_535)}\n\n${"b".repeat(200_000)}\n${"c".repeat(17 * 1024 * 1024)}\nend`);

  const lines = await collect(readLines(file));

  expect(
    lines.map(({ bytes, ...rest }) => ({ ...rest, first: String.fromCharCode(bytes[0] ?? 32), n: bytes.length })),
  ).toEqual([
    { line: 1, offset_bytes: 0, terminated: true, cut: false, first: "a", n: 65_535 },
    { line: 2, offset_bytes: 65_536, terminated: true, cut: false, first: " ", n: 0 },
    { line: 3, offset_bytes: 65_537, terminated: true, cut: false, first: "b", n: 200_000 },
    { line: 4, offset_bytes: 265_538, terminated: true, cut: true, first: "c", n: 16 * 1024 * 1024 },
    { line: 5, offset_bytes: 265_539 + 17 * 1024 * 1024, terminated: false, cut: false, first: "e", n: 3 },
  ]);
});
