import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MarkFollower, readMarks } from "../../src/journal/follow-marks.ts";
import { appendEntry } from "../../src/journal/journal-file.ts";
import { newNote, newTag } from "../../src/journal/mark-entry.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { ADA, newEntry } from "./journal-fixture.ts";
import { event, standing } from "./mark-fixture.ts";

async function tagEvent(folder: string, id: string, examiner = "ada"): Promise<void> {
  await appendEntry(folder, newEntry({ ...newTag([event(id)], ["a"]), examiner }));
}

test("each look reads what was appended since, of all examiners", async () => {
  const folder = temporaryFolder();
  const follower = new MarkFollower(join(folder, "not-there-yet"));
  expect(await follower.poll()).toBe(false);

  const journals = new MarkFollower(folder);
  await tagEvent(folder, "e1");
  expect([await journals.poll(), standing(journals.book)]).toEqual([true, ["e1: a"]]);
  expect(await journals.poll()).toBe(false);
  await appendEntry(folder, newEntry());
  expect(await journals.poll()).toBe(false);
  await tagEvent(folder, "e2", "grace");
  await tagEvent(folder, "e3");
  expect([await journals.poll(), standing(journals.book)]).toEqual([true, ["e1: a", "e3: a", "e2: a"]]);
});

test("a line that is still being written is read when it is whole", async () => {
  const folder = temporaryFolder();
  await tagEvent(folder, "e1");
  await tagEvent(folder, "e2");
  const path = join(folder, ADA);
  const bytes = readFileSync(path);
  const cut = bytes.indexOf("\n") + 40;
  writeFileSync(path, bytes.subarray(0, cut));
  const journals = new MarkFollower(folder);
  await journals.poll();
  expect(standing(journals.book)).toEqual(["e1: a"]);

  appendFileSync(path, bytes.subarray(cut, -1));
  await journals.poll();
  expect(standing(journals.book)).toEqual(["e1: a", "e2: a"]);
  appendFileSync(path, "\n");
  await tagEvent(folder, "e3");
  await journals.poll();
  expect(standing(journals.book)).toEqual(["e1: a", "e2: a", "e3: a"]);
});

test("a torn line of a killed writer is passed over", async () => {
  const folder = temporaryFolder();
  await tagEvent(folder, "e1");
  const journals = new MarkFollower(folder);
  await journals.poll();
  appendFileSync(join(folder, ADA), '{"v":1,"seq":2,"kind":"tag');
  await journals.poll();
  await tagEvent(folder, "e2");
  await journals.poll();

  expect(standing(journals.book)).toEqual(["e1: a", "e2: a"]);
  expect(standing(await readMarks(folder))).toEqual(["e1: a", "e2: a"]);
});

test("a journal that was exchanged, cut or removed is read anew", async () => {
  const folder = temporaryFolder();
  const other = temporaryFolder();
  await tagEvent(folder, "e1");
  await tagEvent(other, "e2");
  await tagEvent(other, "e3");
  const journals = new MarkFollower(folder);
  await journals.poll();
  renameSync(join(other, ADA), join(folder, ADA));
  expect([await journals.poll(), standing(journals.book)]).toEqual([true, ["e2: a", "e3: a"]]);

  rmSync(join(folder, ADA));
  expect([await journals.poll(), standing(journals.book)]).toEqual([true, []]);
});

test("10,000 notes are read in a few seconds, and one more at once", async () => {
  const folder = temporaryFolder();
  await appendEntry(folder, newEntry(newNote([event("e")], "x")));
  const path = join(folder, ADA);
  const line = readFileSync(path, "utf8");
  const lines = Array.from({ length: 10_000 }, (_, i) =>
    // Not chained, which only `custody --verify` looks at.
    line.replace('"value":"e"', `"value":"e${i}"`).replace(/"hash":".*"/, `"hash":"${String(i).padStart(64, "0")}"`),
  );
  writeFileSync(path, lines.join(""));
  const journals = new MarkFollower(folder);
  const started = performance.now();
  await journals.poll();
  const whole_ms = performance.now() - started;
  appendFileSync(path, line);
  await journals.poll();
  const one_ms = performance.now() - started - whole_ms;

  expect(journals.book.targets().size).toBe(10_001);
  expect(whole_ms).toBeLessThan(10_000);
  expect(one_ms).toBeLessThan(whole_ms);
});
