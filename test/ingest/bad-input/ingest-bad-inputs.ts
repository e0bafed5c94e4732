import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ingestArchives, type IngestResult } from "../../../src/ingest/ingest.ts";
import type { BadInput } from "./bad-input.ts";

/** Folder of a row below the evidence. */
function folderOf({ row }: BadInput): string {
  return `row-${row}`;
}

export function pathOf(input: BadInput): string {
  return `${folderOf(input)}/${input.name ?? "input.json"}`;
}

/** Puts all inputs into one folder, and loads them in one run. */
export async function ingestBadInputs(
  inputs: readonly BadInput[],
  folder: string,
): Promise<{ readonly caseFolder: string; readonly result: IngestResult }> {
  const evidence = join(folder, "evidence");
  for (const input of inputs) {
    const path = join(evidence, pathOf(input));
    mkdirSync(dirname(path), { recursive: true });
    if (typeof input.content === "function") input.content(path);
    else writeFileSync(path, input.content);
  }
  const caseFolder = join(folder, "case");
  return { caseFolder, result: await ingestArchives([evidence], { caseFolder, toolVersion: "test", jobs: 1 }) };
}
