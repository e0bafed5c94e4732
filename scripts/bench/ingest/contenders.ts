import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CorpusManifest } from "../corpus/corpus-manifest.ts";

/** What a contender has to work on. */
export interface Course {
  readonly manifest: CorpusManifest;
  readonly evidence: string;
  /** A folder for what it makes; emptied before every run. */
  readonly work: string;
  readonly jobs: string | null;
}

/** One program to be measured. */
export interface Contender {
  readonly id: string;
  readonly title: string;
  /** Left out: for every corpus. */
  readonly isFor?: (manifest: CorpusManifest) => boolean;
  readonly argv: (course: Course) => string[];
  /** Throws unless the output shows that all of the corpus was read; returns bytes on disk per event, if any. */
  readonly check: (course: Course, stdout: string) => number | null;
}

const coldtrail = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const rawDuckdb = fileURLToPath(new URL("./raw-duckdb.ts", import.meta.url));
const inflateFiles = fileURLToPath(new URL("./inflate-files.ts", import.meta.url));

export const CONTENDERS: readonly Contender[] = [
  {
    id: "coldtrail",
    title: "coldtrail ingest",
    argv: ({ evidence, work, jobs }) => {
      const argv = [coldtrail, "ingest", evidence, "--case", join(work, "case"), "--format", "json", "--quiet"];
      return jobs === null ? argv : [...argv, "--jobs", jobs];
    },
    check: checkCase,
  },
  loader("duckdb", "raw DuckDB read_json", "unordered"),
  loader("duckdb-ordered", "the same, insertion order kept", "ordered"),
  inflater("gunzip-1", "gunzip alone, 1 thread", { threads: "1", task: "inflate" }),
  inflater("gunzip-2", "gunzip alone, 2 threads", { threads: "2", task: "inflate" }),
  inflater("parse-1", "gunzip, toString, JSON.parse, 1 thread", { threads: "1", task: "parse" }),
];

/** Removes what the last run made. */
export function clearWork({ work }: Course): void {
  rmSync(work, { recursive: true, force: true });
}

function loader(id: string, title: string, order: "ordered" | "unordered"): Contender {
  return {
    id,
    title,
    // In order, tens of thousands of small files would take more memory than most machines have.
    isFor: ({ files, records }) => order === "unordered" || records / files >= 20,
    argv: ({ manifest, evidence, work }) => {
      const largest = String(manifest.largest_json_bytes);
      return [rawDuckdb, evidence, join(work, "raw.duckdb"), largest, order];
    },
    check: ({ manifest, work }, stdout) => {
      expectEqual(`rows of ${title}`, lastJson(stdout)["records"], manifest.records);
      return statSync(join(work, "raw.duckdb")).size / manifest.records;
    },
  };
}

function inflater(id: string, title: string, how: { threads: string; task: "inflate" | "parse" }): Contender {
  return {
    id,
    title,
    argv: ({ evidence }) => [inflateFiles, evidence, how.threads, how.task],
    check: ({ manifest }, stdout) => {
      const seen = lastJson(stdout);
      expectEqual(`bytes of ${title}`, seen["json_bytes"], manifest.json_bytes);
      if (how.task === "parse") expectEqual(`records of ${title}`, seen["records"], manifest.records);
      return null;
    },
  };
}

function checkCase({ manifest, work }: Course, stdout: string): number {
  const summary = lastJson(stdout) as { files: Record<string, number>; records: Record<string, number> };
  const { files, records } = summary;
  expectEqual("files imported", files["imported"], manifest.files);
  expectEqual("records seen", records["seen"], manifest.records);
  expectEqual("records stored", records["stored"], manifest.records - manifest.duplicate_records);
  expectEqual("duplicate records", records["duplicate"], manifest.duplicate_records);
  return statSync(join(work, "case", "coldtrail.duckdb")).size / manifest.records;
}

/** The output as JSON; programs may print notes on other lines. */
function lastJson(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trim().startsWith("{") ? stdout : (stdout.trim().split("\n").at(-1) ?? "")) as Record<
    string,
    unknown
  >;
}

function expectEqual(what: string, actual: unknown, wanted: number): void {
  if (actual !== wanted) throw new Error(`${what}: ${String(actual)}, but the corpus has ${wanted}`);
}
