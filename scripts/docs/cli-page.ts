import type { Command } from "commander";
import { EXIT_CODE_MEANINGS, allCommands, buildProgram } from "../../src/cli/program.ts";
import { Terminal } from "../../src/cli/terminal.ts";
import { EXIT_CODES } from "../../src/errors.ts";
import { WRITTEN_BY } from "./generated-file.ts";
import { markdownTable } from "./markdown-table.ts";

/** docs/cli.md: what every command says of itself with --help, and what they have in common. */
export function renderCliPage(): string {
  const program = buildProgram(new Terminal());
  const commands = [program, ...allCommands(program)];
  return [
    "# Commands",
    WRITTEN_BY,
    INTRODUCTION,
    markdownTable(["Command", "What for"], commands.slice(1).map(indexRow)),
    "## Exit codes",
    "Scripts may rely on these: a number keeps its meaning for good.",
    markdownTable(["Code", "Meaning"], exitCodeRows()),
    "## Environment variables",
    "An option on the command line wins over its variable.",
    markdownTable(["Variable", "Stands for", "Meaning"], environmentRows(commands)),
    ...commands.map(section),
    "",
  ].join("\n\n");
}

const INTRODUCTION = `Results go to standard output, or whole to the file that \`-o\` names; progress, warnings and errors go to standard
error. Every command that reads or changes a case leaves a line in its journal.`;

/** Variables that are no option's: name, what they stand for, meaning. */
const OTHER_VARIABLES: readonly (readonly [string, string, string])[] = [
  ["COLDTRAIL_QUERIES", "--library", "folders of own queries, separated as in PATH"],
  ["NO_COLOR", "--no-color", "no colour, whatever its value"],
];

/** `coldtrail evidence list`. */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function indexRow(command: Command): string[] {
  const name = fullName(command);
  return [`[\`${name}\`](#${name.replaceAll(" ", "-")})`, command.summary()];
}

function exitCodeRows(): string[][] {
  return Object.entries(EXIT_CODES).map(([name, code]) => [
    String(code),
    EXIT_CODE_MEANINGS[name as keyof typeof EXIT_CODES],
  ]);
}

function environmentRows(commands: readonly Command[]): string[][] {
  const rows = new Map<string, string[]>();
  for (const { options } of commands) {
    for (const { envVar, long, description } of options) {
      if (envVar !== undefined) rows.set(envVar, [`\`${envVar}\``, `\`${long ?? ""}\``, description]);
    }
  }
  for (const [name, option, meaning] of OTHER_VARIABLES) rows.set(name, [`\`${name}\``, `\`${option}\``, meaning]);
  return [...rows.values()].toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

function section(command: Command): string {
  return `## ${fullName(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``;
}

/** The text that --help prints, examples included. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHasColors: () => false });
  command.outputHelp();
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}
