import { Option, type Command } from "commander";
import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { withLock } from "../journal/journal-lock.ts";
import { LOCK_NAME } from "../manifest/own-files.ts";
import { expandValues } from "../queries/scope.ts";
import { parseSince, parseUntil, timestampText } from "../queries/time-text.ts";
import type { ConnectionOptions } from "../sync/connection-options.ts";
import type { Slice } from "../sync/log-prefixes.ts";
import type { Prices } from "../sync/plan.ts";
import type { PreparedSync } from "../sync/sync.ts";
import type { FinishedSync } from "../sync/sync-run.ts";
import {
  addSharedOptions,
  runCommand,
  wholeNumber,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { printResult, tableOf } from "./output-options.ts";
import { adoptSynced, verifySynced } from "./sync-folder.ts";
import { bytes, planCells, PLAN_COLUMNS, planInWords, syncInWords } from "./sync-summary.ts";
import type { Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./version.ts";

interface SyncOptions extends SharedOptions {
  readonly dryRun?: boolean;
  readonly format: "table" | "json";
  readonly verify?: string;
  readonly adopt?: string;
  readonly since?: string;
  readonly until?: string;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly kind?: readonly string[];
  readonly profile?: string;
  readonly bucketRegion?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly mfa?: string;
  readonly endpointUrl?: string;
  readonly pathStyle?: boolean;
  readonly requesterPays?: boolean;
  readonly expectedBucketOwner?: string;
  readonly fips?: boolean;
  readonly caBundle?: string;
  readonly proxy?: string;
  readonly concurrency: string;
  readonly maxRps?: string;
  readonly prices?: string;
}

export function addSyncCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("sync")
    .summary("bring a trail's files from S3, with proof of what was fetched")
    .description(
      "Fetches what is new below a prefix into a folder, checks every byte, and writes a manifest that shows any later change. Nothing is overwritten and nothing is deleted, here or there. The only command that uses the network.",
    )
    .argument("[source]", "s3://BUCKET/PREFIX")
    .argument("[folder]", "evidence folder")
    .option("--dry-run", "only say what there is, what is new, and what fetching it costs")
    .option("--verify <folder>", "no network: hash every file of a folder anew and compare with its manifest")
    .option("--adopt <folder>", "no network: make a manifest for a folder that another tool brought")
    .option("--since <time>", "delivered from this day on (UTC)")
    .option("--until <time>", "delivered until this day, and the day after for late deliveries")
    .option("--account <id...>", "accounts")
    .option("--region <region...>", "regions of the events")
    .option(
      "--kind <kind...>",
      "CloudTrail, CloudTrail-Digest, CloudTrail-Insight, CloudTrail-NetworkActivity, CloudTrail-Aggregated",
    )
    .option("--profile <name>", "profile of the AWS configuration, SSO too")
    .option("--bucket-region <region>", "region of the bucket (found out unless given)")
    .option("--role-arn <arn>", "role to assume first")
    .option("--external-id <id>", "its external id")
    .option("--mfa <serial>", "MFA device for it; its code is asked for")
    .option("--endpoint-url <url>", "another S3 than AWS's")
    .option("--path-style", "bucket in the path, not in the host name")
    .option("--requester-pays", "accept the cost of a requester-pays bucket")
    .option("--expected-bucket-owner <account>", "refuse a bucket of any other account")
    .option("--fips", "FIPS endpoints")
    .option("--ca-bundle <file>", "certificates to trust beside the usual ones")
    .option("--proxy <url>", "HTTP proxy")
    .option("--concurrency <n>", "most requests at once", "64")
    .option("--max-rps <n>", "most requests a second")
    .option("--prices <file>", "JSON with list_per_1000, get_per_1000, kms_per_10000, egress_per_gb in US dollars")
    .addOption(new Option("--format <format>", "of the plan").choices(["table", "json"]).default("table"))
    .addHelpText(
      "after",
      "\nExamples:\n  $ coldtrail sync s3://org-trail-logs ./evidence --since 2026-03-01 --dry-run\n  $ coldtrail sync --verify ./evidence",
    );
  addSharedOptions(command).action(
    async (source: string | undefined, folder: string | undefined, options: SyncOptions) =>
      runCommand(terminal, options, async (run) => sync(run, { source, folder }, options)),
  );
}

async function sync(
  run: CommandRun,
  places: { source: string | undefined; folder: string | undefined },
  options: SyncOptions,
): Promise<CommandResult> {
  if (options.verify !== undefined) return verifySynced(run, resolve(options.verify));
  if (options.adopt !== undefined) return adoptSynced(run, resolve(options.adopt));
  const { source, folder } = places;
  if (source === undefined || folder === undefined) {
    throw new UsageError({
      what: "A source and a folder are needed",
      where: "coldtrail sync",
      fix: "coldtrail sync s3://BUCKET/PREFIX ./evidence, or --verify FOLDER, or --adopt FOLDER.",
    });
  }
  // Loaded on demand: no other command needs the AWS SDK.
  const { parseS3Url } = await import("../sync/s3-url.ts");
  const { prepareSync } = await import("../sync/sync.ts");
  const { LIST_PRICES } = await import("../sync/plan.ts");
  const prices = options.prices === undefined ? LIST_PRICES : readPrices(options.prices, LIST_PRICES);
  const request = {
    location: parseS3Url(source),
    folder: resolve(folder),
    slice: sliceOf(options),
    connection: connectionOf(run, options),
    onListed: (listed: number) => run.terminal.progress(`Listing: ${listed.toLocaleString("en-US")} objects`),
  };
  mkdirSync(request.folder, { recursive: true });
  return withLock(resolve(request.folder, LOCK_NAME), async () => {
    const prepared = await prepareSync(request);
    try {
      await printPlan(run, prepared, { format: options.format, prices });
      if (options.dryRun === true) return { exitCode: EXIT_CODES.ok, counts: planCounts(prepared) };
      return await fetchAll(run, prepared, { source, folder: request.folder, options });
    } finally {
      prepared.close();
    }
  });
}

function planCounts({ listing }: PreparedSync): Record<string, number> {
  return { ...listing.plan.totals(), missing: listing.plan.missing };
}

async function printPlan(
  run: CommandRun,
  { listing }: PreparedSync,
  { format, prices }: { format: SyncOptions["format"]; prices: Prices },
): Promise<void> {
  const words = planInWords(listing, prices);
  const meta = { ...listing.plan.totals(), missing: listing.plan.missing, notes: words };
  await printResult(run, tableOf(PLAN_COLUMNS, listing.plan.table().map(planCells)), {
    format,
    meta,
    footer: () => words,
  });
}

async function fetchAll(
  run: CommandRun,
  prepared: PreparedSync,
  { source, folder, options }: { source: string; folder: string; options: SyncOptions },
): Promise<CommandResult> {
  const started = performance.now();
  const totals = prepared.listing.plan.totals();
  const total = totals.new_objects + totals.changed;
  const finished = await prepared.fetch({
    tool_version: TOOL_VERSION,
    argv: process.argv.slice(2),
    concurrency: wholeNumber("--concurrency", options.concurrency),
    max_rps: options.maxRps === undefined ? null : wholeNumber("--max-rps", options.maxRps),
    signal: run.interrupt.signal,
    askToRenew: process.stdin.isTTY && run.terminal.showsProgress ? async (key) => askToRenew(run, key) : null,
    onProgress: ({ counts, at_once }) => {
      const done = counts.fetched + counts.failed;
      const rate = done / Math.max((performance.now() - started) / 1000, 0.001);
      const left = rate > 0 ? Math.ceil((total - done) / rate) : 0;
      run.terminal.progress(
        `Fetching: ${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}, ${bytes(counts.fetched_bytes)}, ${Math.round(rate)} a second, ${at_once} at once, ${left} s left`,
      );
    },
  });
  const lines = syncInWords(finished, {
    source,
    folder,
    caller_arn: prepared.caller_arn,
    elapsed_ms: performance.now() - started,
  });
  for (const line of lines) run.terminal.complain(line);
  if (finished.outcome === "complete") run.terminal.tell(`Next      coldtrail ingest ${folder}`);
  else run.terminal.complain("Run the same command again to fetch what is left.");
  return { exitCode: exitCodeOf(finished), counts: { ...finished.counts }, exported: true };
}

function exitCodeOf({ outcome }: FinishedSync): number {
  if (outcome === "complete") return EXIT_CODES.ok;
  return outcome === "interrupted" ? EXIT_CODES.interrupted : EXIT_CODES.remote;
}

async function askToRenew(run: CommandRun, accessKeyId: string): Promise<boolean> {
  run.terminal.complain(
    `The credentials (${accessKeyId}) are no longer valid. Renew them elsewhere, for example with \`aws sso login\`.`,
  );
  return (await question("Press Enter to go on, or q to stop: ")).trim().toLowerCase() !== "q";
}

async function question(text: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(text);
  } finally {
    lines.close();
  }
}

function connectionOf(run: CommandRun, options: SyncOptions): ConnectionOptions {
  return {
    profile: options.profile ?? null,
    region: options.bucketRegion ?? null,
    role_arn: options.roleArn ?? null,
    external_id: options.externalId ?? null,
    mfa_serial: options.mfa ?? null,
    endpoint_url: options.endpointUrl ?? null,
    path_style: options.pathStyle === true,
    requester_pays: options.requesterPays === true,
    expected_bucket_owner: options.expectedBucketOwner ?? null,
    fips: options.fips === true,
    ca_bundle: options.caBundle ?? null,
    proxy: options.proxy ?? null,
    concurrency: wholeNumber("--concurrency", options.concurrency),
    askMfaCode:
      process.stdin.isTTY && run.terminal.showsProgress ? async (serial) => question(`MFA code of ${serial}: `) : null,
  };
}

function sliceOf(options: SyncOptions): Slice {
  const day = (micros: bigint): string => timestampText(micros).slice(0, 10);
  return {
    accounts: expandValues(options.account),
    regions: expandValues(options.region),
    kinds: expandValues(options.kind),
    first_day: options.since === undefined ? null : day(parseSince(options.since)),
    // The end is exclusive: a bare date ends with its last moment.
    last_day: options.until === undefined ? null : day(parseUntil(options.until) - 1n),
  };
}

function readPrices(path: string, otherwise: Prices): Prices {
  try {
    const given = JSON.parse(readFileSync(path, "utf8")) as Partial<Record<keyof Prices, unknown>>;
    const prices = { ...otherwise } as Record<keyof Prices, number>;
    for (const name of Object.keys(otherwise) as (keyof Prices)[]) {
      if (given[name] !== undefined) prices[name] = Number(given[name]);
    }
    if (Object.values(prices).every((price) => Number.isFinite(price) && price >= 0)) return prices;
  } catch {
    // Said below.
  }
  throw new UsageError({
    what: "Not a table of prices",
    where: path,
    fix: `Write JSON such as ${JSON.stringify(otherwise)}.`,
  });
}
