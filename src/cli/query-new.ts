import { Option, type Command } from "commander";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { BUNDLED_LIBRARY, libraryFolders, readLibrary } from "../queries/library.ts";
import { PHASES } from "../queries/query-file.ts";
import { queryTemplate } from "../queries/query-template.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import type { Terminal } from "./terminal.ts";

interface NewOptions extends SharedOptions {
  readonly phase: string;
  readonly output?: string;
}

export function addQueryNewCommand(query: Command, terminal: Terminal): void {
  const command = query
    .command("new")
    .summary("a commented query of your own, to change")
    .description(
      "Writes a query that runs, with every part explained, into queries/ of the case (or where -o says). It is then one of the library: list, show, run and check know it.",
    )
    .argument("<id>", "its id and file name, such as my-buckets")
    .addOption(new Option("--phase <phase>", "where it belongs").choices([...PHASES]).default("triage"))
    .option("-o, --output <file>", "another file; its name must be the id");
  addSharedOptions(command).action(async (id: string, options: NewOptions) =>
    runCommand(terminal, options, async (run) => writeNew(run, id, options)),
  );
}

async function writeNew(run: CommandRun, id: string, options: NewOptions): Promise<CommandResult> {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id) || id.length > 60) {
    throw new UsageError({ what: "Not an id", where: id, fix: "Write small letters, digits and hyphens: my-buckets." });
  }
  const known = readLibrary(libraryFolders(run.caseFolder, [])).queries.get(id);
  if (known !== undefined)
    throw new UsageError({ what: "The id is taken", where: known.path, fix: "Choose another id." });
  const file = options.output === undefined ? join(run.caseFolder, "queries", `${id}.sql`) : resolve(options.output);
  if (!file.endsWith(`/${id}.sql`) && !file.endsWith(`\\${id}.sql`)) {
    throw new UsageError({ what: "The file's name is not the id", where: file, fix: `Name it ${id}.sql.` });
  }
  if (existsSync(file))
    throw new UsageError({ what: "The file is there already", where: file, fix: "Choose another id." });
  if (file.startsWith(BUNDLED_LIBRARY)) {
    throw new UsageError({ what: "The bundled library is not for own queries", where: file, fix: "Leave -o out." });
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, queryTemplate(id, options.phase), { flag: "wx" });
  await run.terminal.print(`${file}\n`);
  run.terminal.tell(`Change it, then: coldtrail query check ${file} && coldtrail query run ${id}`);
  return { exitCode: EXIT_CODES.ok, counts: {} };
}
