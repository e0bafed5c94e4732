import { CommanderError } from "commander";
import { allCommands, buildProgram } from "../../src/cli/program.ts";
import { Terminal } from "../../src/cli/terminal.ts";
import type { Piece } from "./markdown.ts";

/** A command that a page shows, as words: `["overview", "--case", "demo/case"]`. */
export interface ShownCommand {
  readonly line: number;
  readonly words: readonly string[];
}

const COMMAND = /^(?:\s*\$ )?coldtrail(?=\s|$)/;

/** The commands of a fenced block: lines that begin with `coldtrail` or `$ coldtrail`, with their continuations. */
export function commandsIn(block: Piece): ShownCommand[] {
  const lines = block.text.split("\n");
  return lines.flatMap((text, index) => {
    const match = COMMAND.exec(text);
    if (match === null) return [];
    const rest = [text.slice(match[0].length), ...lines.slice(index + 1)].join("\n");
    return [{ line: block.line + index, words: shellWords(rest) }];
  });
}

/**
 * The words of one shell command. It ends at a line break, `|`, `>`, `;`, `&` or `#` outside quotes, and at a gap of
 * several spaces, which in help texts comes before an explanation.
 */
export function shellWords(shellText: string): string[] {
  const text = shellText.replace(/[ \t]*\\\n[ \t]*/g, " ");
  const words: string[] = [];
  const token = /[ \t]*((?:"(?:[^"\\]|\\[^])*"|'[^']*'|\\[^]|[^\s"'\\|>;&#])+)/y;
  for (;;) {
    const gap = /[ \t]{2,}|[ \t]*\n/y;
    gap.lastIndex = token.lastIndex;
    if (words.length > 0 && gap.test(text)) return words;
    const match = token.exec(text);
    if (match === null) return words;
    words.push(unquote(match[1] ?? ""));
  }
}

function unquote(word: string): string {
  return word.replace(/"(?:[^"\\]|\\[^])*"|'[^']*'|\\[^]/g, (part) => {
    if (part.startsWith('"')) return part.slice(1, -1).replace(/\\(["\\$`])/g, "$1");
    return part.startsWith("'") ? part.slice(1, -1) : part.slice(1);
  });
}

const terminal = new Terminal();

/**
 * Why the program would refuse these words, or null. Nothing is run. With `isMention` a command may lack its arguments,
 * as in a sentence that only names it.
 */
export function refusalOf(words: readonly string[], options: { isMention?: boolean } = {}): string | null {
  const program = buildProgram(terminal);
  for (const command of [program, ...allCommands(program)]) {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  try {
    program.parse(words, { from: "user" });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const incomplete = ["commander.missingArgument", "commander.help"].includes(error.code);
    return error.exitCode === 0 || (incomplete && options.isMention === true) ? null : error.message;
  }
}
