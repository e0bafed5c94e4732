import { Option, type Command } from "commander";
import { EXIT_CODES } from "../errors.ts";
import { checkEvidence, type CheckedFile } from "../ingest/check-evidence.ts";
import type { CaseReader } from "../store/case-reader.ts";
import { fileKey, NEAREST_SOURCES, readFileSources, SOURCE_COLUMNS, type FileSource } from "../store/file-sources.ts";
import { shownName } from "../ingest/file-outcome.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addOutputOptions, printResult, tableOf, type OutputOptions } from "./output-options.ts";
import type { Terminal } from "./terminal.ts";

const STATUSES = ["imported", "partial", "not_events", "unsupported", "unreadable", "not_selected"] as const;

/** How a file stands to the manifest of a sync; `unknown` for one that none knows. */
const SYNC_STATES = ["same", "altered", "missing", "unread", "unknown"] as const;

interface ListOptions extends SharedOptions, OutputOptions {
  readonly status?: (typeof STATUSES)[number];
  readonly sync?: (typeof SYNC_STATES)[number];
}

interface CheckOptions extends SharedOptions, OutputOptions {
  readonly root?: readonly string[];
  readonly all?: boolean;
}

export function addEvidenceCommand(program: Command, terminal: Terminal): void {
  const evidence = program
    .command("evidence")
    .summary("the files behind the case: list them, check them")
    .description("The files behind the case, with sizes, hashes and what became of each.");
  const list = evidence
    .command("list")
    .summary("every file ever offered: path, size, both hashes, status, reason, counts")
    .description(
      "Every file ever offered, as a custody form needs it: path, size, both hashes, status, reason, counts; and where in S3 it came from, if a manifest of `coldtrail sync` lay beside it.",
    )
    .addOption(new Option("--status <status>", "only files of this status").choices(STATUSES))
    .addOption(
      new Option(
        "--sync <state>",
        "only files that stand so to the manifest of a sync: missing ones too, of which the case has nothing",
      ).choices(SYNC_STATES),
    );
  addSharedOptions(addOutputOptions(list)).action(async (options: ListOptions) =>
    runCommand(terminal, options, async (run) => listEvidence(run, options)),
  );
  const check = evidence
    .command("check")
    .summary("hash every file again and compare; exit 4 on any difference")
    .description("Hash every file again and compare with what was recorded at ingest. Exit code 4 on any difference.")
    .option("--root <label=path>", "where an evidence root is mounted now; repeatable", collect)
    .option("--all", "list every file, not only those that differ");
  addSharedOptions(addOutputOptions(check)).action(async (options: CheckOptions) =>
    runCommand(terminal, options, async (run) => checkAgain(run, options)),
  );
}

/** Files that a manifest names and that never were there are rows too, but only where they are asked for. */
const LISTED = `
  SELECT * EXCLUDE (file_path, member_path) FROM (
  SELECT f.path AS file_path, f.member_path, f.root, concat(f.path, '!/' || f.member_path) AS path, f.size_bytes, f.sha256_stored, f.sha256_inflated,
    f.status, f.reason, f.records, f.stored, f.duplicate, f.rejected,
    s.bucket, s.key, s.version_id, s.etag, s.retrieved_at, s.sync
  FROM evidence_files f LEFT JOIN (${NEAREST_SOURCES}) s USING (file_id)
  WHERE (CAST($status AS VARCHAR) IS NULL OR f.status = CAST($status AS VARCHAR))
    AND (CAST($sync AS VARCHAR) IS NULL OR coalesce(s.sync, 'unknown') = CAST($sync AS VARCHAR))
  UNION ALL
  SELECT path, NULL, root, path, recorded_size_bytes, recorded_sha256, NULL, NULL, 'named by a manifest, and not there at ingest',
    0, 0, 0, 0, bucket, key, version_id, etag, retrieved_at, state
  FROM evidence_sources WHERE file_id IS NULL AND CAST($sync AS VARCHAR) = state AND CAST($status AS VARCHAR) IS NULL)
  ORDER BY file_path, member_path NULLS FIRST, root, sha256_stored`;

async function listEvidence(run: CommandRun, options: ListOptions): Promise<CommandResult> {
  const reader = await run.openCase();
  try {
    const result = await reader.query(LISTED, { status: options.status ?? null, sync: options.sync ?? null });
    const rows = await printResult(run, result, options);
    return { exitCode: EXIT_CODES.ok, counts: { files: rows }, exported: options.output !== undefined };
  } finally {
    reader.close();
  }
}

async function checkAgain(run: CommandRun, options: CheckOptions): Promise<CommandResult> {
  const reader = await run.openCase();
  try {
    const report = await checkEvidence(reader, {
      roots: options.root ?? [],
      signal: run.interrupt.signal,
      onProgress: (done, total) => run.terminal.progress(`${done} of ${total} files hashed again`),
    });
    const differing = new Set(report.files.filter(({ verdict }) => verdict !== "same").map(keyOf));
    const sources = await readFileSources(
      reader,
      (key, sync) => options.all === true || sync === "altered" || differing.has(key),
    );
    const isShown = (file: CheckedFile): boolean =>
      options.all === true || file.verdict !== "same" || sources.get(keyOf(file))?.sync === "altered";
    const shown = report.files.filter(isShown);
    const rows = shown.map((file) => [...fileCells(file), ...sourceCells(sources.get(keyOf(file)))]);
    if (rows.length > 0 || options.format !== "table") await printResult(run, tableOf(CHECKED, rows), options);
    const { same, differs, missing, unreadable } = report.counts;
    const line = `${same} same, ${differs} different, ${missing} missing, ${unreadable} unreadable now`;
    run.terminal.tell(`${line}; ${report.notHashed} had not been hashed at ingest.`);
    const manifest_problems = await tellManifestProblems(run, reader);
    const whole = differs + missing + unreadable + manifest_problems === 0;
    return { exitCode: whole ? EXIT_CODES.ok : EXIT_CODES.integrity, counts: { ...report.counts, manifest_problems } };
  } finally {
    reader.close();
  }
}

/** Says what ingest found wrong against the manifests of syncs; returns how much. */
async function tellManifestProblems(run: CommandRun, reader: CaseReader): Promise<number> {
  const [row] = await reader.rows(MANIFEST_COUNTS);
  const [altered, missing, broken] = ["altered", "missing", "broken"].map((name) => Number(row?.[name] ?? 0)) as [
    number,
    number,
    number,
  ];
  if (altered + missing > 0) {
    run.terminal.complain(
      `Against the manifest of the sync: ${altered} altered before they were ingested, ${missing} missing at ingest (coldtrail evidence list --sync altered, or --sync missing).`,
    );
  }
  if (broken > 0) run.terminal.complain(`${broken} manifests are not as they were written; ingest says what is wrong.`);
  return altered + missing + broken;
}

const CHECKED = (["verdict", "root", "path", "recorded", "now", ...SOURCE_COLUMNS] as const).map(
  (name) => ({ name, type: "text" }) as const,
);

/** What ingest found wrong against manifests; counted, since each file may be named by several. */
const MANIFEST_COUNTS = `
  SELECT count(*) FILTER (WHERE state = 'altered') AS altered, count(*) FILTER (WHERE state = 'missing') AS missing,
    (SELECT count(*) FROM evidence_manifests
     WHERE changed_lines + unusable_entries > 0 OR lost_entry IS NOT NULL OR entries = 0) AS broken
  FROM evidence_sources`;

function keyOf(file: CheckedFile): string {
  return fileKey({ ...file, sha256_stored: file.recorded });
}

function fileCells(file: CheckedFile): (string | null)[] {
  return [file.verdict, file.root, shownName(file), file.recorded, file.now];
}

function sourceCells(source: FileSource | undefined): (string | null)[] {
  return SOURCE_COLUMNS.map((name) => source?.[name] ?? null);
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
