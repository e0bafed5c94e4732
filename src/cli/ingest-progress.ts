import { discover } from "../ingest/discover.ts";
import type { IngestProgress } from "../ingest/loading.ts";
import type { Terminal } from "./terminal.ts";

const REDRAW_MS = 200;

/** A progress line with files, records, rate and time left. Counts the files first, but only when somebody watches. */
export function ingestProgress(terminal: Terminal, paths: readonly string[]): (progress: IngestProgress) => void {
  if (!terminal.showsProgress) return () => undefined;
  const total = countFiles(terminal, paths);
  let drawn = 0;
  return (progress) => {
    const now = performance.now();
    if (now - drawn < REDRAW_MS) return;
    drawn = now;
    terminal.progress(progressLine(progress, total));
  };
}

/** One line, e.g. `12,000 of 20,000 files · 410,000 records · 96 MB/s · 8 s left`. */
export function progressLine({ files_done, records, bytes, elapsed_ms }: IngestProgress, total: number): string {
  const seconds = Math.max(elapsed_ms / 1000, 0.001);
  const left = files_done === 0 ? null : ((total - files_done) * seconds) / files_done;
  return [
    `${format(files_done)} of ${format(Math.max(total, files_done))} files`,
    `${format(records)} records`,
    `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`,
    left === null ? "estimating" : `${duration(left)} left`,
  ].join(" · ");
}

function countFiles(terminal: Terminal, paths: readonly string[]): number {
  let count = 0;
  for (const path of paths) {
    for (const found of discover(path, new Set())) {
      if ("size_bytes" in found) count += 1;
      if (count % 10_000 === 0) terminal.progress(`looking for files: ${format(count)}`);
    }
  }
  return count;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function format(n: number): string {
  return n.toLocaleString("en-US");
}
