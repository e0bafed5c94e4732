import { once } from "node:events";
import type { WriteStream, ReadStream } from "node:tty";
import { errorText, type LogFile } from "./terminal/log-file.ts";
import { Session, type SessionParts } from "./session.ts";

/** What the command line hands over: streams, a case, and how to open it again. */
export interface LaunchOptions extends Omit<SessionParts, "stdin" | "stdout" | "end"> {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly log: LogFile;
}

/** How the UI ended. */
export interface LaunchResult {
  readonly exitCode: number;
  /** What must be said once the primary screen is back: a crash. */
  readonly message: string | null;
}

/** Exit codes of the signals that end the UI, as shells count them. */
const SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
];

/** Draws until the person leaves, a signal comes or the UI crashes; the terminal is as before when it returns. */
export async function launch(options: LaunchOptions): Promise<LaunchResult> {
  let finish: (result: LaunchResult) => void = () => undefined;
  const ended = new Promise<LaunchResult>((resolve) => {
    finish = resolve;
  });
  const session = new Session({ ...options, end: (exitCode) => finish({ exitCode, message: null }) });
  const crashed = (error: unknown): void => {
    options.log.write(`crash: ${errorText(error)}`);
    const what = error instanceof Error ? error.message : String(error);
    finish({
      exitCode: 1,
      message: `The terminal UI crashed: ${what}\n  The stack is in ${options.log.path}. Please report it.`,
    });
  };
  const stopListening = listen({ crashed, signalled: (exitCode) => finish({ exitCode, message: null }) });
  try {
    await session.start().catch(crashed);
    const result = await ended;
    await session.stop().catch((error: unknown) => options.log.write(`while ending: ${errorText(error)}`));
    return result;
  } finally {
    stopListening();
    // Paused, or the open terminal would keep the program alive.
    options.stdin.pause();
    options.stdin.unref();
    if (options.stdout.writableNeedDrain)
      await Promise.race([once(options.stdout, "drain"), once(options.stdout, "error")]);
  }
}

interface Endings {
  readonly crashed: (error: unknown) => void;
  readonly signalled: (exitCode: number) => void;
}

function listen({ crashed, signalled }: Endings): () => void {
  const handlers = SIGNALS.map(([signal, exitCode]) => [signal, () => signalled(exitCode)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  process.on("uncaughtException", crashed);
  process.on("unhandledRejection", crashed);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
    process.off("uncaughtException", crashed);
    process.off("unhandledRejection", crashed);
  };
}
