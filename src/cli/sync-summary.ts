import type { ResultTable } from "../store/result-table.ts";
import type { PlanRow, Prices } from "../sync/plan.ts";
import type { SyncListing } from "../sync/sync-listing.ts";
import type { FinishedSync } from "../sync/sync-run.ts";

export const PLAN_COLUMNS: ResultTable["columns"] = (
  [
    ["account_id", "text"],
    ["kind", "text"],
    ["region", "text"],
    ["month", "text"],
    ["objects", "integer"],
    ["size_bytes", "integer"],
    ["new_objects", "integer"],
    ["new_bytes", "integer"],
    ["unchanged", "integer"],
    ["changed", "integer"],
    ["restore_needed", "integer"],
  ] as const
).map(([name, type]) => ({ name, type }));

export function planCells(row: PlanRow): (string | number)[] {
  return PLAN_COLUMNS.map(({ name }) => row[name as keyof PlanRow]);
}

/** The plan in sentences: what a fetch brings, takes and costs, and what to look at. */
export function planInWords(listing: SyncListing, prices: Prices): string[] {
  const { plan } = listing;
  const totals = plan.totals();
  const cost = plan.cost(prices, listing.list_requests);
  const gets = totals.new_objects + totals.changed;
  const classes = [...plan.storage_classes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, n]) => `${name} ${count(n)}`);
  return [
    `${count(totals.objects)} objects, ${bytes(totals.size_bytes)}; storage classes: ${classes.join(", ") || "none"}`,
    `${count(totals.new_objects)} new, ${count(totals.unchanged)} unchanged, ${count(totals.changed)} changed at source, ${count(plan.missing)} missing at source`,
    `to fetch: ${count(gets)} objects, ${bytes(totals.new_bytes)}; about $${dollars(cost.requests)} for requests and $${dollars(cost.egress)} for leaving AWS, at most $${dollars(cost.kms_at_most)} for KMS (see --prices)`,
    ...(totals.restore_needed > 0
      ? [
          `${count(totals.restore_needed)} objects lie in an archive storage class and must be restored first (aws s3api restore-object); they are not fetched`,
        ]
      : []),
    ...versionsInWords(listing),
    ...(listing.folders.length === 0
      ? ["no AWSLogs folder below this prefix: everything below it is taken, whatever it is"]
      : []),
  ];
}

function versionsInWords(listing: SyncListing): string[] {
  if (listing.versions_refused !== null) {
    return [
      `versions and delete markers were not listed (${listing.versions_refused}): replaced or deleted objects cannot be seen`,
    ];
  }
  if (listing.delete_markers + listing.older_versions === 0) return [];
  return [
    `${count(listing.delete_markers)} delete markers and ${count(listing.older_versions)} older versions: in a bucket of logs each is a finding, and each is in the manifest`,
  ];
}

/** What a custody record needs of a finished run. */
export function syncInWords(
  finished: FinishedSync,
  of: { source: string; folder: string; caller_arn: string | null; elapsed_ms: number },
): string[] {
  const { counts, context, head } = finished;
  const seconds = Math.max(of.elapsed_ms / 1000, 0.001);
  return [
    `Source    ${of.source}`,
    `As        ${of.caller_arn ?? "unknown (STS was not asked or did not answer)"}`,
    `Folder    ${of.folder}`,
    `Fetched   ${count(counts.fetched)} objects, ${bytes(counts.fetched_bytes)} in ${seconds.toFixed(1)} s (${count(Math.round(counts.fetched / seconds))} a second); ${count(counts.attempts)} requests`,
    `Checked   ${count(counts.fetched - counts.not_comparable)} against MD5 or checksum; ${count(counts.not_comparable)} had neither: length and SHA-256 alone`,
    `Failed    ${count(counts.failed)}`,
    ...finished.failures.map(({ key, reason }) => `  ${key}: ${reason}`),
    ...(counts.failed > finished.failures.length
      ? [`  and ${count(counts.failed - finished.failures.length)} more: see the manifest`]
      : []),
    `Findings  ${count(counts.findings)} new in the manifest`,
    ...contextInWords(context),
    `Manifest  entry ${head.seq}, head ${head.hash}`,
    ...(finished.stopped_by === null ? [] : [`Stopped   ${finished.stopped_by}`]),
  ];
}

function contextInWords(context: FinishedSync["context"]): string[] {
  if (context === null) return ["Keys      not asked for: the run ended before"];
  const keys =
    context.public_keys > 0
      ? `Keys      ${context.public_keys} public keys kept in coldtrail-context`
      : "Keys      none: without public keys the digests' signatures can never be verified offline";
  return [keys, ...context.refused.map((text) => `  not given: ${text}`)];
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}

function dollars(n: number): string {
  return n < 0.01 && n > 0 ? "0.01" : n.toFixed(2);
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = n / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]!}`;
}
