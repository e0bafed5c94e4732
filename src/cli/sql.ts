import type { Command } from "commander";
import { existsSync, readFileSync, statSync } from "node:fs";
import { EXIT_CODES, UsageError } from "../errors.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addOutputOptions, printResult, type OutputOptions } from "./output-options.ts";
import type { Terminal } from "./terminal.ts";

export function addSqlCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("sql")
    .summary("ask the case anything in SQL, read-only")
    .description(
      'Run one SELECT on the case and stream its rows. The database is read-only and locked down: no files, no network, no settings. Tables and columns: docs/formats.md, or "SELECT * FROM events LIMIT 1".',
    )
    .argument("<query>", "a SELECT statement, a file that holds one, or - for standard input")
    .addHelpText(
      "after",
      `
Examples:
  $ coldtrail sql "SELECT actor, count(*) AS n FROM events GROUP BY actor ORDER BY n DESC, actor LIMIT 10"
  $ coldtrail sql question.sql --format csv -o answer.csv`,
    );
  addSharedOptions(addOutputOptions(command)).action(async (query: string, options: SharedOptions & OutputOptions) =>
    runCommand(terminal, options, async (run) => sql(run, query, options)),
  );
}

async function sql(run: CommandRun, query: string, options: OutputOptions): Promise<CommandResult> {
  const { text, where } = readQuery(query);
  const reader = await run.openCase();
  try {
    const result = await reader.query(text, {}, { where, line: 1 });
    const rows = await printResult(run, result, options);
    if (rows === 0) run.terminal.tell("No rows. `coldtrail overview` says what this case can and cannot show.");
    return { exitCode: EXIT_CODES.ok, counts: { rows }, exported: options.output !== undefined };
  } finally {
    reader.close();
  }
}

function readQuery(query: string): { text: string; where: string } {
  if (query === "-") return { text: readFileSync(0, "utf8"), where: "standard input" };
  if (existsSync(query) && statSync(query).isFile()) return { text: readFileSync(query, "utf8"), where: query };
  if (!/\s/.test(query.trim()) && /\.sql$|[\\/]/i.test(query)) {
    throw new UsageError({
      what: "No such query file",
      where: query,
      fix: "Check the path, or give the SELECT itself in quotes.",
    });
  }
  return { text: query, where: "query" };
}
