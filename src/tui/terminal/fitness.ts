import { UsageError } from "../../errors.ts";

export interface TerminalFacts {
  readonly stdinIsTTY: boolean;
  readonly stdoutIsTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const PLAIN_COMMANDS =
  "The plain commands show the same: `coldtrail overview`, `coldtrail triage`, `coldtrail find`, `coldtrail query list`, `coldtrail timeline`, `coldtrail sql`.";

/** Refuses where no screen can be drawn. Throws UsageError that names the plain commands. */
export function checkTerminal({ stdinIsTTY, stdoutIsTTY, env }: TerminalFacts): void {
  const problem = problemOf({ stdinIsTTY, stdoutIsTTY, env });
  if (problem === null) return;
  throw new UsageError({ what: "The terminal UI cannot run here", where: problem, fix: PLAIN_COMMANDS });
}

function problemOf({ stdinIsTTY, stdoutIsTTY, env }: TerminalFacts): string | null {
  if (!stdoutIsTTY) return "standard output is not a terminal";
  if (!stdinIsTTY) return "standard input is not a terminal";
  if (env["TERM"] === "dumb") return "TERM=dumb, a terminal that cannot place text";
  if (env["INK_SCREEN_READER"] === "true")
    return "INK_SCREEN_READER is set, and a screen of columns cannot be read out";
  return null;
}
