import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { appendEntry } from "../../src/journal/journal-file.ts";
import { journalFileName } from "../../src/journal/journal-name.ts";
import { verifyJournals } from "../../src/journal/verify-journal.ts";
import { newEntry, temporaryFolder } from "./journal-fixture.ts";

test.each([
  ["ada", "lab-7.local", "ada@lab-7.local.jsonl"],
  ["Ada Lovelace", "lab", "Ada%20Lovelace@lab.jsonl"],
  ["../x", "lab", "%2E.%2Fx@lab.jsonl"],
  ["a/b\\c:d", "lab", "a%2Fb%5Cc%3Ad@lab.jsonl"],
  ["..", "..", "%2E.@%2E..jsonl"],
  ["-rf", "lab", "%2Drf@lab.jsonl"],
  ["Zoë", "実験室", "Zo%C3%AB@%E5%AE%9F%E9%A8%93%E5%AE%A4.jsonl"],
  ["a@b", "c%d", "a%40b@c%25d.jsonl"],
  ["a\nb\0", "lab", "a%0Ab%00@lab.jsonl"],
  ["con.x", "NUL", "%63on.x@%4EUL.jsonl"],
  ["console", "lpt10", "console@lpt10.jsonl"],
  ["", "", "@.jsonl"],
])("The journal of %j on %j is %s.", async (examiner, host, name) => {
  const folder = join(await temporaryFolder(), "journal");
  expect(journalFileName(examiner, host)).toBe(name);

  await appendEntry(folder, newEntry({ examiner, host }));

  expect(await readdir(folder)).toEqual([name]);
  expect(await readdir(join(folder, ".."))).toEqual(["journal"]);
  expect(await verifyJournals(folder)).toMatchObject({ ok: true, files: [{ file: name, entries: 1 }], ignored: [] });
});

test("Any two names give two short, safe file names, and a name that was not cut can be read back.", () => {
  const name = fc.oneof(fc.string({ unit: "binary", maxLength: 100 }), fc.string({ maxLength: 12 }));
  fc.assert(
    fc.property(name, name, name, (examiner, other, host) => {
      const file = journalFileName(examiner, host);
      expect(file).toMatch(/^[A-Za-z0-9._%-]*@[A-Za-z0-9._%-]*\.jsonl$/);
      expect(file.length).toBeLessThan(230);
      if (other.toWellFormed() !== examiner.toWellFormed()) expect(journalFileName(other, host)).not.toBe(file);
      const part = file.split("@")[0] ?? "";
      if (!part.includes("%-")) expect(decodeURIComponent(part)).toBe(examiner.toWellFormed());
    }),
  );
});

test("Long names that differ only at the end stay apart.", () => {
  expect(journalFileName("é".repeat(50), "h")).not.toBe(journalFileName(`${"é".repeat(49)}e`, "h"));
});
