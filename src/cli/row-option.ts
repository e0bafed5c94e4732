import { existsSync, readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { parseCsvTable } from "../export/read-back.ts";
import type { RowValues } from "../queries/next-command.ts";

/** Reads `--from-row`: a JSON object, `@file.json` with one, or `@file.csv:3` for the third row of a result. Throws UsageError. */
export function parseRow(text: string): RowValues {
  if (!text.startsWith("@")) return objectOf(text, "--from-row");
  const csv = /^@(.*):(\d+)$/s.exec(text);
  if (csv !== null) return csvRow(csv[1]!, Number(csv[2]));
  const path = text.slice(1);
  if (!existsSync(path)) throw new UsageError({ what: "No such file", where: path, fix: "Check the path after @." });
  return objectOf(readFileSync(path, "utf8"), path);
}

function objectOf(text: string, where: string): RowValues {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as RowValues;
  } catch {
    // Said below.
  }
  throw new UsageError({
    what: "Not a row",
    where,
    fix: `Give a JSON object such as '{"actor":"alice"}' (a line of --format jsonl), or @result.csv:1 for its first row.`,
  });
}

function csvRow(path: string, number: number): RowValues {
  if (!existsSync(path)) throw new UsageError({ what: "No such file", where: path, fix: "Check the path after @." });
  const [head = [], ...rows] = parseCsvTable(readFileSync(path, "utf8"));
  const row = rows[number - 1];
  if (row === undefined) {
    throw new UsageError({ what: "No such row", where: `${path}:${number}`, fix: `It has ${rows.length} rows.` });
  }
  return Object.fromEntries(head.map((name, i) => [name, row[i] === "" ? null : (row[i] ?? null)]));
}
