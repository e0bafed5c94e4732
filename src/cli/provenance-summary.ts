import { escapeControls } from "../export/sanitise.ts";
import type { ManifestReport, Provenance } from "../ingest/provenance.ts";

const NAMED_MAX = 20;
const MANIFESTS_MAX = 10;

/** What manifests say, in the summary's lines. */
export function manifestLines(provenance: Provenance | null): string[] {
  if (provenance === null) return [];
  const { manifests } = provenance;
  const lines = manifests
    .slice(0, MANIFESTS_MAX)
    .flatMap((report) => [filesOf(report), chainOf(report), ...sourceOf(report)]);
  if (manifests.length > MANIFESTS_MAX) lines.push(`and ${manifests.length - MANIFESTS_MAX} more manifests`);
  const { count } = provenance.strangers;
  if (count > 0) lines.push(`${format(count)} files that no manifest knows`);
  return lines.map((line, i) => `${i === 0 ? "Manifest  " : "          "}${line}`);
}

function filesOf(report: ManifestReport): string {
  const parts = (["same", "altered", "missing", "unread"] as const).filter((state) => report[state] > 0);
  const words = { same: "as recorded", altered: "ALTERED", missing: "MISSING", unread: "not hashed" };
  const counts = parts.map((state) => `${format(report[state])} ${words[state]}`).join(" + ");
  return `${escapeControls(report.manifest)}: ${counts === "" ? "names no file on offer" : `files ${counts}`}`;
}

function chainOf({ entries, head, changed_lines }: ManifestReport): string {
  return `entry ${entries}, head ${head}; its chain is ${changed_lines === 0 && entries > 0 ? "whole" : "BROKEN"}`;
}

function sourceOf({ findings, unfetched, unfinished_runs }: ManifestReport): string[] {
  const parts = [
    ...(findings === null ? [] : [`findings in it: ${findings}`]),
    ...(unfetched > 0 ? [`${format(unfetched)} objects could not be fetched: see its failures`] : []),
    ...(unfinished_runs > 0 ? [`${format(unfinished_runs)} runs were cut off`] : []),
  ];
  return parts.length === 0 ? [] : [parts.join("; ")];
}

/** Files that are not what was fetched, by name, and those that nobody fetched. */
export function provenanceSections(provenance: Provenance | null): string[] {
  if (provenance === null) return [];
  const { problems, problem_count, strangers } = provenance;
  return [
    ...section("NOT AS FETCHED", problem_count, {
      lines: problems.map(({ file, reason }) => `${file}: ${reason}`),
      more: "coldtrail evidence list --sync altered, or --sync missing",
    }),
    ...section("In no manifest", strangers.count, {
      lines: strangers.first,
      more: "coldtrail evidence list --sync unknown",
    }),
  ];
}

function section(title: string, count: number, { lines, more }: { lines: readonly string[]; more: string }): string[] {
  if (count === 0) return [];
  const shown = lines.slice(0, NAMED_MAX).map((line) => `  ${escapeControls(line)}`);
  return [
    "",
    title,
    ...shown,
    ...(count > shown.length ? [`  and ${format(count - shown.length)} more: ${more}`] : []),
  ];
}

/** The same once more for the error stream, where nothing that silences the summary silences it. */
export function provenanceWarning(provenance: Provenance | null): string[] {
  if (provenance === null || provenance.problem_count === 0) return [];
  const sum = (state: "altered" | "missing"): number =>
    provenance.manifests.reduce((total, report) => total + report[state], 0);
  const [altered, missing] = [sum("altered"), sum("missing")];
  const ofManifests = provenance.problem_count - altered - missing;
  const parts = [
    ...(altered > 0 ? [`${format(altered)} altered`] : []),
    ...(missing > 0 ? [`${format(missing)} missing`] : []),
    ...(ofManifests > 0 ? [`${format(ofManifests)} problems of the manifest itself`] : []),
  ];
  return [
    `WARNING: the evidence is not as it was fetched: ${parts.join(", ")}. What is there was loaded and can be queried.`,
  ];
}

function format(n: number): string {
  return n.toLocaleString("en-US");
}
