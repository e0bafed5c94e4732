import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TreeWatch } from "./process-tree.ts";

/** What one run of a program took: its whole process tree, from start to exit. */
export interface Measurement {
  readonly elapsed_s: number;
  /** User and system time. */
  readonly cpu_s: number;
  /** Largest sum of resident memory over the tree. */
  readonly peak_rss_bytes: number;
  /** CPU by kind of thread, sampled; empty where there is no /proc. */
  readonly threads: readonly { readonly name: string; readonly threads: number; readonly cpu_s: number }[];
  readonly stdout: string;
}

export interface MeasuredOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Further modules to load into every thread before the program. */
  readonly preload?: readonly URL[];
  /** Exit codes besides 0 that are no failure. */
  readonly accepted?: readonly number[];
}

const LOOK_EVERY_MS = 20;
const REPORT_USAGE = new URL("./report-usage.mjs", import.meta.url);

/** Runs a Node program and measures it. Throws when it fails, with what it wrote on stderr. */
export async function runMeasured(argv: readonly string[], options: MeasuredOptions = {}): Promise<Measurement> {
  const usageFolder = mkdtempSync(join(tmpdir(), "coldtrail-bench-"));
  try {
    const started = performance.now();
    const child = spawn(process.execPath, argv, {
      env: environmentFor(usageFolder, options),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const watch = new TreeWatch(child.pid!, LOOK_EVERY_MS);
    const [output, problems] = [collect(child.stdout), collect(child.stderr)];
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, signal) => resolve(exitCode ?? signal ?? "no exit code"));
    });
    const elapsed_s = (performance.now() - started) / 1_000;
    watch.stop();
    if (code !== 0 && options.accepted?.includes(Number(code)) !== true) {
      throw new Error(`${argv.join(" ")} ended with ${code}:\n${problems().slice(-4_000)}`);
    }
    const usage = usageIn(usageFolder);
    const peak_rss_bytes = Math.max(watch.peak_rss_bytes, usage.peak_rss_bytes);
    return { elapsed_s, cpu_s: usage.cpu_s, peak_rss_bytes, threads: watch.threadTimes(), stdout: output() };
  } finally {
    rmSync(usageFolder, { recursive: true, force: true });
  }
}

/** The bench has its own case and journal, whatever the person at the terminal works on. */
function environmentFor(usageFolder: string, options: MeasuredOptions): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("COLDTRAIL_"));
  const imports = [REPORT_USAGE, ...(options.preload ?? [])].map((url) => `--import=${url.href}`);
  return {
    ...Object.fromEntries(inherited),
    ...options.environment,
    NODE_OPTIONS: [process.env["NODE_OPTIONS"] ?? "", ...imports].join(" ").trim(),
    BENCH_USAGE_FOLDER: usageFolder,
  };
}

/** Sums over all processes of the tree; the peak is that of the largest one. */
function usageIn(folder: string): { cpu_s: number; peak_rss_bytes: number } {
  let [cpu_s, peak_rss_bytes] = [0, 0];
  for (const name of readdirSync(folder)) {
    const usage = JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<
      "user_us" | "system_us" | "peak_rss_bytes",
      number
    >;
    cpu_s += (usage.user_us + usage.system_us) / 1e6;
    peak_rss_bytes = Math.max(peak_rss_bytes, usage.peak_rss_bytes);
  }
  return { cpu_s, peak_rss_bytes };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
