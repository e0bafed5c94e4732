/** Runs the built command line as a person would: `npm test` builds it first. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Leaves standard input open; the caller ends it. */
  readonly keepInput?: boolean;
}

/** Runs a command to its end. */
export async function coldtrail(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return await startColdtrail(args, options).finished;
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** Starts a command; `finished` never rejects. */
export function startColdtrail(args: readonly string[], options: RunOptions = {}): Started {
  if (!existsSync(MAIN)) throw new Error("dist/main.js is not there: run `npm run build` first");
  return startProgram(process.execPath, [MAIN, ...args], options);
}

/** The same for any program. */
export function startProgram(program: string, args: readonly string[], options: RunOptions = {}): Started {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A command that reads no input may be gone before it is written.
  child.stdin.on("error", () => undefined);
  if (options.keepInput !== true) child.stdin.end(options.input ?? "");
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  return { child, finished };
}

/** Without what a developer may have set for coldtrail. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(?:COLDTRAIL_|NODE_OPTIONS$|NO_COLOR$|FORCE_COLOR$|COLUMNS$)/.test(entry[0]),
  );
  return Object.fromEntries(entries);
}
