import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { readMarks } from "../../src/journal/follow-marks.ts";
import { newNote } from "../../src/journal/mark-entry.ts";
import { verifyJournals } from "../../src/journal/verify-journal.ts";
import { writeMark } from "../../src/journal/write-mark.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const CHILD = new URL("./mark-child.ts", import.meta.url).pathname;

/** Starts a process that writes marks; ends with the names that it says are on the disk. */
async function writing(args: readonly string[], kill_after?: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (kill_after !== undefined && output.split("\n").length > kill_after) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.on("close", resolve));
  return output.split("\n").slice(0, -1);
}

test.each([
  ["the same examiner", ["ada", "ada", "ada"]],
  ["different examiners", ["ada", "grace", "ada"]],
])("several processes of %s lose no note, and a reader meanwhile sees each once", async (_, examiners) => {
  const folder = temporaryFolder();
  const children = examiners.map((examiner, i) => writing([folder, examiner, `p${i}`, "30"]));
  const written = (await Promise.all(children)).flat();

  const book = await readMarks(folder);
  const found = [...book.targets().values()].map(({ target }) => (target.kind === "event" ? target.value : ""));
  expect(written).toHaveLength(90);
  expect(found.toSorted()).toEqual(written.toSorted());
  expect([...book.targets().values()].every(({ tags, notes }) => tags.length === 1 && notes.length === 1)).toBe(true);
  expect(await verifyJournals(folder)).toMatchObject({ ok: true });
});

test("a writer killed at any moment loses at most the note in flight, and the next one goes on", async () => {
  const folder = temporaryFolder();
  const written: string[] = [];
  for (const [round, kill_after] of [1, 3, 6, 10].entries()) {
    written.push(...(await writing([folder, "ada", `r${round}`, "5000"], kill_after)));
  }
  const author = { folder, examiner: { name: "ada", source: "option" as const }, tool_version: "0.1.0", argv: [] };
  await writeMark(author, newNote([{ kind: "event", value: "last" }], "still here"));

  const book = await readMarks(folder);
  const found = new Set([...book.targets().values()].map(({ id }) => id.slice("event ".length)));
  expect(written.filter((name) => !found.has(name))).toEqual([]);
  // Of each killed writer at most one more than it could tell of.
  expect(found.size).toBeLessThanOrEqual(written.length + 4 + 1);
  expect(found.has("last")).toBe(true);
  expect(await verifyJournals(folder)).toMatchObject({ ok: true });
});
