import { markdownTable } from "../../docs/markdown-table.ts";
import type { CorpusManifest } from "../corpus/corpus-manifest.ts";
import { median, megabytes, spread, whole } from "../measure/figures.ts";
import type { Measurement } from "../measure/run-measured.ts";

/** All runs of one contender; one entry a round. */
export interface ContenderRuns {
  readonly id: string;
  readonly title: string;
  readonly runs: readonly Measurement[];
  /** Of the result on disk; null for programs that keep nothing. */
  readonly bytes_per_event: readonly (number | null)[];
}

/** Time, rates, CPU, memory and size as a Markdown table: medians, with the smallest and largest in brackets. */
export function ingestTable(manifest: CorpusManifest, contenders: readonly ContenderRuns[]): string {
  const header = ["", "wall s", "events/s", "files/s", "MB/s", "CPU s", "peak RSS MB", "B/event"];
  const rows = contenders.map(({ title, runs, bytes_per_event }) => {
    const elapsed = runs.map(({ elapsed_s }) => elapsed_s);
    const middle = median(elapsed);
    const sizes = bytes_per_event.filter((size) => size !== null);
    return [
      title,
      spread(elapsed, 2),
      whole(manifest.records / middle),
      whole(manifest.files / middle),
      megabytes(manifest.json_bytes / middle),
      spread(
        runs.map(({ cpu_s }) => cpu_s),
        1,
      ),
      megabytes(Math.max(...runs.map(({ peak_rss_bytes }) => peak_rss_bytes))),
      sizes.length === 0 ? "" : median(sizes).toFixed(0),
    ];
  });
  return markdownTable(header, rows);
}

/** How coldtrail compares with each other contender, round by round: above 1 it is faster, or takes more CPU. */
export function ratioTable(contenders: readonly ContenderRuns[]): string {
  const [own, ...others] = contenders;
  const header = ["coldtrail against", "speed by round", "median", "CPU by round", "median"];
  const rows = others.map(({ title, runs }) => {
    const pairs = runs.flatMap((run, round) => {
      const mine = own?.runs[round];
      return mine === undefined ? [] : [{ speed: run.elapsed_s / mine.elapsed_s, cpu: mine.cpu_s / run.cpu_s }];
    });
    const list = (values: readonly number[]): string => values.map((value) => `${value.toFixed(2)}x`).join(" ");
    const speeds = pairs.map(({ speed }) => speed);
    const cpus = pairs.map(({ cpu }) => cpu);
    return [title, list(speeds), `${median(speeds).toFixed(2)}x`, list(cpus), `${median(cpus).toFixed(2)}x`];
  });
  return markdownTable(header, rows);
}

/** CPU seconds by kind of thread of a run. */
export function threadTable({ threads, cpu_s }: Measurement): string {
  const seen = threads.filter((thread) => thread.cpu_s >= 0.01);
  const rows = seen.map(({ name, threads: count, cpu_s: seconds }) => [
    name,
    String(count),
    seconds.toFixed(2),
    `${((100 * seconds) / cpu_s).toFixed(0)} %`,
  ]);
  return markdownTable(["thread", "threads", "CPU s", "share"], rows);
}

/** What the corpus is, in one line. */
export function corpusInWords(manifest: CorpusManifest): string {
  const { corpus, scale, files, records, duplicate_records, json_bytes, gzip_bytes, sha256 } = manifest;
  return (
    `${corpus}${scale === 1 ? "" : ` at scale ${scale}`}: ${whole(files)} files, ${whole(records)} records ` +
    `(${whole(duplicate_records)} of them twice), ${megabytes(json_bytes)} MB JSON (${(json_bytes / records).toFixed(0)} B a record), ` +
    `${megabytes(gzip_bytes)} MB gzip, ${(records / files).toFixed(1)} records a file, SHA-256 ${sha256.slice(0, 16)}`
  );
}
