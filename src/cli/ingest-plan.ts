import { EXIT_CODES } from "../errors.ts";
import { formatResult } from "../export/write-result.ts";
import { escapeJsonControls } from "../export/sanitise.ts";
import type { IngestPlan, PlanGroup } from "../ingest/plan.ts";
import type { CommandResult, CommandRun } from "./command-run.ts";
import { tableOf } from "./output-options.ts";

const COLUMNS = (["account", "region", "kind", "month", "files", "bytes"] as const).map(
  (name) => ({ name, type: name === "files" || name === "bytes" ? "integer" : "text" }) as const,
);

/** Prints what an ingest would take. Nothing is read but names and sizes, and no case is made. */
export async function printPlan(run: CommandRun, plan: IngestPlan, format: "table" | "json"): Promise<CommandResult> {
  const { terminal } = run;
  if (format === "json") await terminal.print(`${escapeJsonControls(JSON.stringify(plan))}\n`);
  else {
    const rows = plan.groups.map((group) => COLUMNS.map(({ name }) => group[name]));
    await terminal.printAll(
      formatResult("table", tableOf(COLUMNS, rows), { width: terminal.width, footer: footerOf(plan) }),
    );
  }
  return { exitCode: EXIT_CODES.ok, counts: { files: plan.files, not_selected: plan.not_selected } };
}

function footerOf(plan: IngestPlan): string[] {
  const unnamed = plan.groups
    .filter(({ account }) => account === null)
    .reduce((sum, group: PlanGroup) => sum + group.files, 0);
  return [
    `${count(plan.files)} files, ${megabytes(plan.bytes)}${plan.not_selected > 0 ? `; ${count(plan.not_selected)} not selected` : ""}`,
    ...(unnamed > 0 ? [`${count(unnamed)} of them have names that say nothing; they are always loaded`] : []),
    `about ${count(plan.estimated_events)} events, ${plan.estimated_minutes} minutes, a case of ${megabytes(plan.estimated_case_bytes)}`,
    `${megabytes(plan.needed_bytes)} needed with the copy that is written, ${megabytes(plan.free_bytes)} free`,
    "A choice by names can miss events that were delivered days or weeks late.",
  ];
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString("en-US")} MB`;
}
