import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appendEntry, type NewEntry } from "../../src/journal/journal-file.ts";

/** What `ada` on `lab` writes into. */
export const ADA = "ada@lab.jsonl";

export async function temporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "coldtrail-journal-"));
}

export function newEntry(changes: Partial<NewEntry> = {}): NewEntry {
  return {
    kind: "command",
    examiner: "ada",
    examiner_source: "option",
    host: "lab",
    tool_version: "0.1.0",
    argv: ["query", "console-login-no-mfa"],
    counts: { rows: 3 },
    exit_code: 0,
    elapsed_ms: 12,
    time: new Date("2023-07-10T12:27:45.123Z"),
    ...changes,
  };
}

/** Appends `count` entries of ada, a second apart. */
export async function appendMany(folder: string, count: number, changes: Partial<NewEntry> = {}): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const time = new Date(Date.UTC(2023, 6, 10, 12, 0, index));
    await appendEntry(folder, newEntry({ argv: ["query", String(index)], time, ...changes }));
  }
}

export async function readLinesOf(folder: string, file: string = ADA): Promise<string[]> {
  return (await readFile(join(folder, file), "utf8")).split("\n").slice(0, -1);
}

export async function writeLinesOf(folder: string, lines: readonly string[], file: string = ADA): Promise<void> {
  await writeFile(join(folder, file), lines.map((line) => `${line}\n`).join(""));
}
