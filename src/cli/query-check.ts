import type { Command } from "commander";
import { existsSync, statSync } from "node:fs";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { escapeControls } from "../export/sanitise.ts";
import { prepareCase } from "../queries/case-views.ts";
import { checkQuery, type QueryCheck } from "../queries/check-query.ts";
import { BUNDLED_LIBRARY, libraryFolders, queryFilesIn, readLibrary, readQuery } from "../queries/library.ts";
import { parseScope } from "../queries/scope.ts";
import type { QueryFile } from "../queries/query-file.ts";
import { openEmptyCase } from "../store/empty-case.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import type { Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./version.ts";

export function addQueryCheckCommand(query: Command, terminal: Terminal): void {
  const command = query
    .command("check")
    .summary("validate query files, and say whether other engines can run them")
    .description(
      "Validate query files without a case: front matter, parameters, order, columns. Each is labelled portable, or duckdb-only with the reasons. Exit code 5 when one is not valid.",
    )
    .argument("[path...]", "files or folders (default: the bundled library and the own ones)");
  addSharedOptions(command).action(async (paths: string[], options: SharedOptions) =>
    runCommand(terminal, options, async (run) => checkAll(run, paths)),
  );
}

async function checkAll(run: CommandRun, paths: readonly string[]): Promise<CommandResult> {
  const folders = libraryFolders(run.caseFolder, []);
  const ids = new Set(readLibrary(folders).queries.keys());
  const files = paths.length > 0 ? paths.flatMap(filesOf) : [BUNDLED_LIBRARY, ...folders].flatMap(queryFilesIn);
  const reader = await openEmptyCase(TOOL_VERSION, async (database) => prepareCase(database, parseScope({})));
  let wrong = 0;
  try {
    for (const path of files) {
      const check = await checkOne(path, async (query) => checkQuery(reader, query, ids));
      if (check.failed) wrong += 1;
      await run.terminal.print(check.text);
    }
  } finally {
    reader.close();
  }
  run.terminal.tell(`${files.length} files, ${wrong} not valid`);
  return { exitCode: wrong > 0 ? EXIT_CODES.query : EXIT_CODES.ok, counts: { files: files.length, wrong } };
}

async function checkOne(
  path: string,
  check: (query: QueryFile) => Promise<QueryCheck>,
): Promise<{ failed: boolean; text: string }> {
  try {
    const { query, errors, label, deviations } = await check(readQuery(path));
    const lines = [
      ...errors.map((error) => error.message),
      `${errors.length > 0 ? "not valid" : label.padEnd(11)} ${path}`,
      ...deviations.map(
        ({ line, what, instead }) => `  ${path}:${query.sql_line + line - 1}: ${what}; portable: ${instead}`,
      ),
    ];
    return {
      failed: errors.length > 0,
      text: `${lines.map((line) => line.split("\n").map(escapeControls).join("\n")).join("\n")}\n`,
    };
  } catch (error) {
    return { failed: true, text: `${(error as Error).message.split("\n").map(escapeControls).join("\n")}\n` };
  }
}

function filesOf(path: string): string[] {
  if (!existsSync(path))
    throw new UsageError({ what: "No such query file or folder", where: path, fix: "Check the path." });
  return statSync(path).isDirectory() ? queryFilesIn(path) : [path];
}
