import { statfsSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { version as duckdbVersion } from "@duckdb/node-api";

/** One line that names what the figures were taken on. */
export function machineInWords(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return (
    `${availableParallelism()} cores (${model}), ${memory} GiB, ${process.platform} ${process.arch}, ` +
    `Node ${process.versions.node}, DuckDB ${duckdbVersion()}, load before ${loadInWords()}`
  );
}

/** Load of the last minute: figures taken on a busy machine are worth less. */
export function loadInWords(): string {
  return loadavg()[0]!.toFixed(1);
}

const FREE_BYTES_MIN = 10e9;

/** Says so on stderr when the disk has little space left. */
export function warnOfLittleSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < FREE_BYTES_MIN) console.error(`Warning: only ${(free / 1e9).toFixed(1)} GB free in ${folder}.`);
}
