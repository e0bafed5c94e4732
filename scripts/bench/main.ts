/** `npm run bench`: makes corpora and measures ingest, queries and the terminal UI on them. See USAGE in options.ts. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CorpusManifest } from "./corpus/corpus-manifest.ts";
import { makeCorpus } from "./corpus/make-corpus.ts";
import { benchIngest } from "./ingest/ingest-bench.ts";
import { LARGE_EVENTS } from "./corpus/shapes.ts";
import { corpusInWords } from "./ingest/ingest-report.ts";
import { warnOfLittleSpace } from "./measure/machine.ts";
import { BenchUsageError, corpusFolder, parseOptions, USAGE, type BenchOptions } from "./options.ts";
import { profileIngest } from "./profile.ts";
import { bigCase } from "./query/big-case.ts";
import { benchQueries } from "./query/query-bench.ts";
import { benchSync } from "./sync/sync-bench.ts";
import { benchTui } from "./tui/tui-bench.ts";

try {
  await run(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (error instanceof BenchUsageError) console.error(`${error.message}\n\n${USAGE}`);
  else console.error(error);
  process.exitCode = error instanceof BenchUsageError ? 2 : 1;
}

async function run(options: BenchOptions): Promise<void> {
  warnOfLittleSpace(options.folder);
  switch (options.command) {
    case "corpus": {
      const folder = options.operands[1];
      await corpusOf(options, folder === undefined ? corpusFolder(options) : resolve(folder));
      return;
    }
    case "ingest": {
      requireBuild();
      const { manifest, evidence } = await corpusOf(options, corpusFolder(options));
      const { rounds, only, jobs, folder } = options;
      await benchIngest({ manifest, evidence, scratch: folder, rounds, only, jobs });
      return;
    }
    case "profile": {
      requireBuild();
      const { manifest, evidence } = await corpusOf(options, corpusFolder(options));
      await profileIngest({ manifest, evidence, scratch: options.folder, jobs: options.jobs });
      return;
    }
    case "query": {
      requireBuild();
      const large = { ...options, corpus: "large", scale: options.scale * (options.events / LARGE_EVENTS) } as const;
      const { manifest, evidence } = await corpusOf(large, corpusFolder(large));
      const { only, folder } = options;
      await benchQueries({ manifest, evidence, folder, only });
      return;
    }
    case "tui": {
      requireBuild();
      await benchTui({ caseFolder: options.caseFolder ?? (await bigCaseOf(options)) });
      return;
    }
    case "sync": {
      requireBuild();
      const { objects, latency_ms, rounds, folder } = options;
      await benchSync({ objects, latency_ms, rounds, folder });
      return;
    }
    default:
      throw new BenchUsageError(options.command === "" ? "Which command?" : `No command "${options.command}"`);
  }
}

/** The big case that queries are timed on too. */
async function bigCaseOf(options: BenchOptions): Promise<string> {
  const large = { ...options, corpus: "large", scale: options.scale * (options.events / LARGE_EVENTS) } as const;
  const { manifest, evidence } = await corpusOf(large, corpusFolder(large));
  return (await bigCase({ manifest, evidence, folder: options.folder })).folder;
}

async function corpusOf(
  options: BenchOptions,
  folder: string,
): Promise<{ manifest: CorpusManifest; evidence: string }> {
  const started = performance.now();
  const { manifest, isNew } = await makeCorpus(options.corpus, options.scale, folder);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.error(`${isNew ? `Made in ${seconds} s` : "There already"}: ${folder}\n${corpusInWords(manifest)}`);
  return { manifest, evidence: folder };
}

/** What is measured is the built program, so a forgotten build would measure an old one. */
function requireBuild(): void {
  const built = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
  if (!existsSync(built)) throw new BenchUsageError("There is no dist/main.js: run `npm run build` first");
  console.error(`Measuring dist/main.js, built ${statSync(built).mtime.toISOString()}.`);
}
