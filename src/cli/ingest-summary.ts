import type { IngestResult } from "../ingest/ingest.ts";
import type { IngestSummary, IngestWarning } from "../ingest/summary.ts";
import { manifestLines, provenanceSections } from "./provenance-summary.ts";
import { escapeControls, escapeJsonControls } from "../export/sanitise.ts";

/** The summary as one JSON object; its keys are a contract. */
export function summaryJson(summary: IngestSummary): string {
  const { files, records, first_event, last_event, accounts, regions, elapsed_ms } = summary;
  const warnings = summary.warnings.map(({ file, reason }) => ({ file, reason }));
  return escapeJsonControls(
    JSON.stringify({
      case: summary.case,
      files,
      records,
      first_event,
      last_event,
      accounts,
      regions,
      warnings,
      ...(summary.provenance === null ? {} : { provenance: summary.provenance }),
      elapsed_ms,
    }),
  );
}

const WARNINGS_SHOWN = 20;
const NAMED_MAX = 10;

/** The summary as an investigator would paste it into the notes. */
export function summaryText(
  { summary }: IngestResult,
  context: { readonly caseOption: string; readonly since: string | null },
): string {
  const lines = [
    `Case      ${escapeControls(context.caseOption)}`,
    `Files     ${countsOf(summary.files)}`,
    `Records   ${countsOf(summary.records, "seen")}`,
    `Events    ${spanOf(summary)}`,
    `Accounts  ${listOf(summary.accounts)}`,
    `Regions   ${listOf(summary.regions)}`,
    ...manifestLines(summary.provenance),
    ...noteLines(summary, context.since),
    ...provenanceSections(summary.provenance),
    ...warningLines(summary),
    "",
    "Next      coldtrail overview" +
      (context.caseOption === "./case" ? "" : ` --case ${escapeControls(context.caseOption)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function countsOf(counts: object, total = "offered"): string {
  const entries = Object.entries(counts) as [string, number][];
  const parts = entries.filter(([name, n]) => name !== total && name !== "replaced" && n > 0);
  const sum = entries.find(([name]) => name === total)?.[1] ?? 0;
  const words = parts.map(([name, n]) => `${format(n)} ${NAMES[name] ?? name}`).join(" + ");
  return `${format(sum)} ${total}${words === "" ? "" : ` = ${words}`}`;
}

const NAMES: Record<string, string> = {
  not_events: "not events",
  skipped: "skipped (in the case already, not re-hashed)",
  not_selected: "not selected",
};

function spanOf({ first_event, last_event, elapsed_ms }: IngestSummary): string {
  const span = first_event === null ? "none with a time" : `${first_event} to ${last_event ?? first_event}`;
  return `${span}   (${(elapsed_ms / 1000).toFixed(1)} s)`;
}

function listOf(values: readonly string[]): string {
  const shown = values.slice(0, 12).map(escapeControls).join(", ");
  return values.length > 12 ? `${shown} and ${values.length - 12} more` : shown || "none";
}

function noteLines(summary: IngestSummary, since: string | null): string[] {
  const notes: string[] = [];
  if (since !== null) notes.push(`same evidence as after the ingest of ${since}`);
  if (summary.records.replaced > 0) {
    notes.push(`${format(summary.records.replaced)} earlier events are now shown from a better copy`);
  }
  if (summary.conflicting > 0) {
    notes.push(
      `${format(summary.conflicting)} records share an eventID with a record that differs: see event_occurrences`,
    );
  }
  if (summary.undated > 0) notes.push(`${format(summary.undated)} events have no usable time: see undated_events`);
  return notes.map((note, i) => `${i === 0 ? "Notes     " : "          "}${note}`);
}

function warningLines({ warnings }: IngestSummary): string[] {
  const problems = warnings.filter(({ isProblem }) => isProblem);
  const others = warnings.filter(({ isProblem }) => !isProblem);
  return [...section("Problems", problems, problems.length), ...otherLines(others)];
}

function section(title: string, warnings: readonly IngestWarning[], n: number): string[] {
  if (n === 0) return [];
  const shown = warnings
    .slice(0, WARNINGS_SHOWN)
    .map(({ file, reason }) => `  ${escapeControls(file)}: ${escapeControls(reason)}`);
  const more = n - shown.length;
  return ["", title, ...shown, ...(more > 0 ? [`  and ${format(more)} more: coldtrail evidence list`] : [])];
}

/** Files that are no log files: named while they are few, else one line for each reason. */
function otherLines(others: readonly IngestWarning[]): string[] {
  if (others.length <= NAMED_MAX) return section("Not log files", others, others.length);
  const reasons = [...new Set(others.map(({ reason }) => reason))].toSorted();
  return [
    "",
    "Not log files",
    ...reasons.map((reason) => `  ${escapeControls(reason)} (coldtrail evidence list --status not_events)`),
  ];
}

function format(n: number): string {
  return n.toLocaleString("en-US");
}
