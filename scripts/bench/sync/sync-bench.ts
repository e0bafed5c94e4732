import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ACCESS_KEY, SECRET_KEY } from "../../../test/sync/s3-fixture/server.ts";
import { megabytes, spread, whole } from "../measure/figures.ts";
import { machineInWords } from "../measure/machine.ts";
import { TreeWatch } from "../measure/process-tree.ts";

interface SyncRun {
  readonly elapsed_s: number;
  readonly cpu_s: number;
  readonly peak_rss_bytes: number;
}

const MAIN = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const SERVER = fileURLToPath(new URL("./object-server.ts", import.meta.url));
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: ACCESS_KEY,
  AWS_SECRET_ACCESS_KEY: SECRET_KEY,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_DEFAULT_REGION: "us-east-1",
};

/** Fetches the same small objects from one server with coldtrail and with `aws s3 sync`, in turn, and prints the ratios. */
export async function benchSync(options: {
  readonly objects: number;
  readonly latency_ms: number;
  readonly rounds: number;
  readonly folder: string;
}): Promise<void> {
  const { objects, latency_ms, rounds } = options;
  const server = await startServer(objects, latency_ms);
  const folder = join(options.folder, "sync");
  const hasAws = spawnSync("aws", ["--version"], { stdio: "ignore" }).status === 0;
  const contenders = {
    coldtrail: [
      process.execPath,
      MAIN,
      "sync",
      "s3://bench",
      folder,
      "--endpoint-url",
      server.url,
      "--path-style",
      "--bucket-region",
      "us-east-1",
      "--quiet",
    ],
    ...(hasAws
      ? { "aws s3 sync": ["aws", "--endpoint-url", server.url, "s3", "sync", "s3://bench", folder, "--quiet"] }
      : {}),
  };
  try {
    const runs = new Map<string, SyncRun[]>();
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, words] of Object.entries(contenders)) {
        rmSync(folder, { recursive: true, force: true });
        runs.set(name, [...(runs.get(name) ?? []), await measure(words)]);
      }
    }
    print(runs, { objects, latency_ms });
    if (!hasAws)
      console.log("`aws` is not on the path (it is in PyPI as awscli), so there is nothing to compare with.");
  } finally {
    rmSync(folder, { recursive: true, force: true });
    server.process.kill();
  }
}

async function startServer(objects: number, latency_ms: number): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [SERVER, String(objects), String(latency_ms)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (text: Buffer) => resolve(text.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { url, process: child };
}

async function measure(words: readonly string[]): Promise<SyncRun> {
  const [program = "", ...args] = words;
  const started = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...ENVIRONMENT }, stdio: ["ignore", "ignore", "pipe"] });
  const watch = new TreeWatch(child.pid!, 20);
  let problems = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (problems += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  const elapsed_s = (performance.now() - started) / 1000;
  watch.stop();
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${String(code)}: ${problems.slice(-2000)}`);
  const cpu_s = watch.threadTimes().reduce((sum, thread) => sum + thread.cpu_s, 0);
  return { elapsed_s, cpu_s, peak_rss_bytes: watch.peak_rss_bytes };
}

function print(runs: ReadonlyMap<string, readonly SyncRun[]>, of: { objects: number; latency_ms: number }): void {
  const { objects, latency_ms } = of;
  console.log(`\n${whole(objects)} objects of 5 kB, ${latency_ms} ms of latency. ${machineInWords()}\n`);
  console.log("| What | Objects/s, median (range) | CPU ms an object | Peak RSS MB |\n| --- | --- | --- | --- |");
  for (const [name, all] of runs) {
    const rate = spread(
      all.map(({ elapsed_s }) => objects / elapsed_s),
      0,
    );
    const cpu = spread(
      all.map(({ cpu_s }) => (cpu_s * 1000) / objects),
      2,
    );
    console.log(
      `| ${name} | ${rate} | ${cpu} | ${megabytes(Math.max(...all.map(({ peak_rss_bytes }) => peak_rss_bytes)))} |`,
    );
  }
  const [own, other] = ["coldtrail", "aws s3 sync"].map((name) => runs.get(name) ?? []);
  if (own === undefined || other === undefined || other.length === 0) return;
  const ratio = (value: (run: SyncRun) => number): string =>
    spread(
      own.map((run, i) => value(other[i]!) / value(run)),
      1,
    );
  console.log(
    `\nIn one round coldtrail was ${ratio(({ elapsed_s }) => elapsed_s)} times as fast, with ${ratio(({ cpu_s }) => cpu_s)} times less CPU.`,
  );
}
