import type { Command } from "commander";
import { existsSync } from "node:fs";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { escapeControls } from "../export/sanitise.ts";
import { chainHeads } from "../journal/chain-heads.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import { markInWords } from "../journal/mark-entry.ts";
import { readJournals } from "../journal/read-journals.ts";
import { verifyJournals } from "../journal/verify-journal.ts";
import type { ResultRow, ResultTable } from "../store/result-table.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addOutputOptions, printResult, type OutputOptions } from "./output-options.ts";
import type { Terminal } from "./terminal.ts";

interface CustodyOptions extends SharedOptions, OutputOptions {
  readonly verify?: boolean;
  readonly head?: readonly string[];
}

export function addCustodyCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("custody")
    .summary("who did what with this case, from the hash-chained journals")
    .description(
      "Print every command that read or changed the case, of all examiners, and the heads of the hash chains. Write the heads down elsewhere: with --verify --head they prove later that nothing before them was changed.",
    )
    .option("--verify", "check every chain; exit code 4 when one is broken")
    .option("--head <hash>", "a chain head written down earlier; repeatable", (head: string, all?: string[]) => [
      ...(all ?? []),
      head,
    ]);
  addSharedOptions(addOutputOptions(command)).action(async (options: CustodyOptions) =>
    runCommand(terminal, options, async (run) =>
      options.verify === true ? verify(run, options) : print(run, options),
    ),
  );
}

const COLUMNS = (
  [
    "time_utc",
    "examiner",
    "host",
    "seq",
    "tool_version",
    "command",
    "exit_code",
    "counts",
    "result_sha256",
    "evidence_sha256",
    "hash",
  ] as const
).map(
  (name) =>
    ({ name, type: name === "seq" || name === "exit_code" ? "integer" : name === "counts" ? "json" : "text" }) as const,
);

/** A mistyped folder must not look like one in which all is well. */
function refuseWithoutJournal(run: CommandRun): void {
  if (existsSync(run.journalFolder)) return;
  throw new UsageError({
    what: "No journal here",
    where: run.journalFolder,
    fix: "Name the case folder with --case DIR, or the folder of its journals with --journal DIR.",
  });
}

async function print(run: CommandRun, options: CustodyOptions): Promise<CommandResult> {
  refuseWithoutJournal(run);
  const problems: string[] = [];
  const result: ResultTable = { columns: COLUMNS, chunks: entriesOf(run.journalFolder, problems) };
  const heads = await chainHeads(run.journalFolder);
  const footer = [
    ...heads.map(({ file, seq, hash }) => `head of ${escapeControls(file)}: entry ${seq}, ${hash}`),
    "Times are those of each examiner's machine.",
  ];
  const rows = await printResult(run, result, {
    ...options,
    footer,
    meta: { heads: heads.map((head) => ({ ...head })) },
  });
  for (const problem of problems) run.terminal.complain(problem);
  return { exitCode: EXIT_CODES.ok, counts: { entries: rows } };
}

async function* entriesOf(folder: string, problems: string[]): AsyncGenerator<readonly ResultRow[]> {
  for await (const item of readJournals(folder)) {
    if (item.type === "entry") yield [rowOf(item.entry)];
    else
      problems.push(`${item.file} line ${item.line}: ${item.reason}${item.excerpt === "" ? "" : `: ${item.excerpt}`}`);
  }
}

function rowOf(entry: JournalEntry): ResultRow {
  return [
    entry.time_utc,
    entry.examiner_source === "os-user" ? `${entry.examiner} (OS user)` : entry.examiner,
    entry.host,
    entry.seq,
    entry.tool_version,
    commandOf(entry),
    entry.exit_code,
    JSON.stringify(entry.counts),
    entry.result_sha256,
    entry.evidence_sha256,
    entry.hash,
  ];
}

/** The command line; a mark that was made on the screen says what it is, since its command line does not. */
function commandOf(entry: JournalEntry): string {
  const command = entry.argv.join(" ");
  const words = entry.argv[0] === entry.kind ? null : markInWords(entry);
  return words === null ? command : `${command} → ${words}`;
}

async function verify(run: CommandRun, options: CustodyOptions): Promise<CommandResult> {
  refuseWithoutJournal(run);
  const { ok, files, heads, ignored, limits } = await verifyJournals(run.journalFolder, { heads: options.head ?? [] });
  const lines = [
    ...files.map(({ file, entries, head, broken }) =>
      broken === null
        ? `ok      ${file}: ${entries} entries, head ${head?.hash ?? "none"}`
        : `BROKEN  ${file} line ${broken.line}: ${broken.detail}`,
    ),
    ...heads.map(({ hash, found, ok: whole }) =>
      whole && found !== null
        ? `ok      head ${hash} is entry ${found.seq} of ${found.file}, and everything before it is unchanged`
        : `FAILED  head ${hash} ${found === null ? "is in no journal" : `is in ${found.file}, but something before it was changed`}`,
    ),
    ...ignored.map((file) => `note    ${file} was not read`),
    ...limits.map((limit) => `note    ${limit}`),
  ];
  await run.terminal.print(`${lines.map(escapeControls).join("\n")}\n`);
  return { exitCode: ok ? EXIT_CODES.ok : EXIT_CODES.integrity, counts: { journals: files.length } };
}
