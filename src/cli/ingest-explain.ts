import { EXIT_CODES } from "../errors.ts";
import { escapeControls, escapeJsonControls } from "../export/sanitise.ts";
import { explainFiles } from "../ingest/explain.ts";
import type { CommandResult, CommandRun } from "./command-run.ts";

/** Prints how each file is recognised, step by step. No case is made, and nothing is loaded. */
export async function printExplanation(
  { terminal }: CommandRun,
  paths: readonly string[],
  format: "table" | "json",
): Promise<CommandResult> {
  let files = 0;
  for await (const { file, steps } of explainFiles(paths)) {
    files += 1;
    if (format === "json") await terminal.print(`${escapeJsonControls(JSON.stringify({ file, steps }))}\n`);
    else await terminal.print(`${[file, ...steps.map((step) => `  ${step}`)].map(escapeControls).join("\n")}\n`);
  }
  return { exitCode: EXIT_CODES.ok, counts: { files } };
}
