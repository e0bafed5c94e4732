import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CORPUS_NAMES, isCorpusName, type CorpusName } from "./corpus/shapes.ts";

export const USAGE = `Usage: npm run bench -- COMMAND [OPTIONS]

  corpus NAME [DIR]   make a corpus: ${CORPUS_NAMES.join(", ")}
  ingest              coldtrail and its baselines in turn, with ratios
  query               every library query, pivots and facets on a big case
  tui                 the terminal UI on a big case, key by key
  profile             where the CPU goes during one ingest
  sync                small objects from an S3 server on loopback, beside \`aws s3 sync\`

  --corpus NAME       corpus of ingest and profile (default mixed)
  --scale N           so many times the files, for trials 0.02 (default 1)
  --rounds N          rounds of ingest (default 3)
  --only A,B          contenders of ingest, by id, or items of query, by id (default all)
  --jobs N            reader threads of coldtrail
  --case DIR          case of tui (default the big case)
  --events N          events of the big case (default 10000000)
  --objects N         objects of sync (default 20000)
  --latency MS        latency of its server (default 20)
  --dir DIR           where corpora and cases lie (default bench/)
`;

/** Something to tell the person at the terminal, without a stack. */
export class BenchUsageError extends Error {}

export interface BenchOptions {
  readonly command: string;
  readonly operands: readonly string[];
  readonly corpus: CorpusName;
  readonly scale: number;
  readonly rounds: number;
  readonly events: number;
  readonly objects: number;
  readonly latency_ms: number;
  readonly only: readonly string[];
  readonly jobs: string | null;
  /** Of `tui`; null for the big case. */
  readonly caseFolder: string | null;
  /** Exists. */
  readonly folder: string;
}

const DEFAULT_FOLDER = fileURLToPath(new URL("../../bench/", import.meta.url));

/** Reads the command line. Throws BenchUsageError. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values, positionals } = parseCommandLine(argv);
  const [command = "", ...operands] = positionals;
  const named = command === "corpus" ? operands[1] : undefined;
  const folder = named === undefined ? resolve(values.dir ?? DEFAULT_FOLDER) : dirname(resolve(named));
  const options = {
    command,
    operands,
    corpus: corpusNamed(command === "corpus" ? (operands[0] ?? "") : (values.corpus ?? "mixed")),
    scale: positive("--scale", values.scale ?? "1"),
    rounds: positive("--rounds", values.rounds ?? "3"),
    events: positive("--events", values.events ?? "10000000"),
    objects: positive("--objects", values.objects ?? "20000"),
    latency_ms: Number(values.latency ?? "20"),
    only: (values.only ?? "").split(",").filter(Boolean),
    jobs: values.jobs ?? null,
    caseFolder: values.case === undefined ? null : resolve(values.case),
    folder,
  };
  mkdirSync(folder, { recursive: true });
  return options;
}

function parseCommandLine(argv: readonly string[]): ReturnType<typeof parseTexts> {
  try {
    return parseTexts(argv);
  } catch (error) {
    throw new BenchUsageError((error as Error).message);
  }
}

function parseTexts(argv: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    corpus: text,
    scale: text,
    rounds: text,
    events: text,
    only: text,
    jobs: text,
    dir: text,
    case: text,
    ...SYNC_OPTIONS,
  };
  return parseArgs({ args: [...argv], allowPositionals: true, options });
}

const SYNC_OPTIONS = { objects: { type: "string" }, latency: { type: "string" } } as const;

function corpusNamed(name: string): CorpusName {
  if (!isCorpusName(name)) throw new BenchUsageError(`No corpus "${name}": ${CORPUS_NAMES.join(", ")}`);
  return name;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new BenchUsageError(`${option} ${text} is not a number above 0`);
  return value;
}

/** Where a corpus lies unless told otherwise. */
export function corpusFolder({ folder, corpus, scale }: Pick<BenchOptions, "folder" | "corpus" | "scale">): string {
  return join(folder, scale === 1 ? corpus : `${corpus}-x${scale}`);
}
