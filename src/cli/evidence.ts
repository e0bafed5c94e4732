import { Option, type Command } from "commander";
import { EXIT_CODES } from "../errors.ts";
import { checkEvidence } from "../ingest/check-evidence.ts";
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

interface ListOptions extends SharedOptions, OutputOptions {
  readonly status?: (typeof STATUSES)[number];
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
      "Every file ever offered, as a custody form needs it: path, size, both hashes, status, reason, counts.",
    )
    .addOption(new Option("--status <status>", "only files of this status").choices(STATUSES));
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

async function listEvidence(run: CommandRun, options: ListOptions): Promise<CommandResult> {
  const reader = await run.openCase();
  try {
    const result = await reader.query(
      `SELECT root, concat(path, '!/' || member_path) AS path, size_bytes, sha256_stored, sha256_inflated, status, reason, records, stored, duplicate, rejected
       FROM evidence_files WHERE CAST($status AS VARCHAR) IS NULL OR status = CAST($status AS VARCHAR)
       ORDER BY evidence_files.path, member_path NULLS FIRST, root, sha256_stored`,
      { status: options.status ?? null },
    );
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
    const shown = report.files.filter(({ verdict }) => options.all === true || verdict !== "same");
    const columns = (["verdict", "root", "path", "recorded", "now"] as const).map(
      (name) => ({ name, type: "text" }) as const,
    );
    const rows = shown.map((file) => columns.map(({ name }) => (name === "path" ? shownName(file) : file[name])));
    if (rows.length > 0 || options.format !== "table") await printResult(run, tableOf(columns, rows), options);
    const { same, differs, missing, unreadable } = report.counts;
    const line = `${same} same, ${differs} different, ${missing} missing, ${unreadable} unreadable now`;
    run.terminal.tell(`${line}; ${report.notHashed} had not been hashed at ingest.`);
    const whole = differs + missing + unreadable === 0;
    return { exitCode: whole ? EXIT_CODES.ok : EXIT_CODES.integrity, counts: { ...report.counts } };
  } finally {
    reader.close();
  }
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
