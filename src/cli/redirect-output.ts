import { format } from "node:util";

const CONSOLE_METHODS = ["log", "info", "warn", "error", "debug", "trace"] as const;

/**
 * Sends what anything prints beside the screen (console, stderr, warnings of Node) elsewhere: it would land in the
 * frame. Returns the function that undoes it.
 */
export function redirectOutput(write: (text: string) => void): () => void {
  const consoleMethods = CONSOLE_METHODS.map((name) => [name, console[name]] as const);
  const stderrWrite = process.stderr.write.bind(process.stderr);
  const warningListeners = process.listeners("warning");
  const onWarning = (warning: Error): void => write(`warning: ${warning.stack ?? warning.message}`);

  for (const name of CONSOLE_METHODS)
    console[name] = (...words: unknown[]): void => write(`${name}: ${format(...words)}`);
  process.stderr.write = ((chunk: string | Uint8Array): boolean => {
    write(`stderr: ${typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8")}`.trimEnd());
    return true;
  }) as typeof process.stderr.write;
  process.removeAllListeners("warning");
  process.on("warning", onWarning);

  return () => {
    for (const [name, method] of consoleMethods) console[name] = method;
    process.stderr.write = stderrWrite;
    process.off("warning", onWarning);
    for (const listener of warningListeners) process.on("warning", listener);
  };
}
