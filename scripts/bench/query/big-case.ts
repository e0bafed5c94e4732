import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SCHEMA_VERSION } from "../../../src/store/case-schema.ts";
import type { CorpusManifest } from "../corpus/corpus-manifest.ts";
import { whole } from "../measure/figures.ts";
import { runMeasured } from "../measure/run-measured.ts";

export interface BigCaseOptions {
  readonly manifest: CorpusManifest;
  readonly evidence: string;
  readonly folder: string;
}

export interface BigCase {
  readonly folder: string;
  readonly bytes: number;
}

/** The case that queries are timed on: a corpus, ingested as a user would; kept until corpus or schema change. */
export async function bigCase({ manifest, evidence, folder: parent }: BigCaseOptions): Promise<BigCase> {
  const folder = join(parent, "big-case");
  const made = JSON.stringify({ corpus: manifest.sha256, schema: SCHEMA_VERSION });
  if (readMade(folder) !== made) {
    for (const old of [folder, `${folder}.json`]) rmSync(old, { recursive: true, force: true });
    await ingest(manifest, evidence, folder);
    writeFileSync(`${folder}.json`, made);
  }
  return { folder, bytes: statSync(join(folder, "coldtrail.duckdb")).size };
}

function readMade(folder: string): string | null {
  try {
    statSync(join(folder, "coldtrail.duckdb"));
    return readFileSync(`${folder}.json`, "utf8");
  } catch {
    return null;
  }
}

async function ingest(manifest: CorpusManifest, evidence: string, folder: string): Promise<void> {
  const main = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
  console.error(`Ingesting ${whole(manifest.records)} records.`);
  const argv = [main, "ingest", evidence, "--case", folder, "--format", "json", "--quiet"];
  const { elapsed_s, cpu_s, peak_rss_bytes, stdout } = await runMeasured(argv);
  const { records } = JSON.parse(stdout) as { records: Record<string, number> };
  if (records["seen"] !== manifest.records) throw new Error(`The ingest saw ${records["seen"]} records only`);
  console.error(
    `Made the big case in ${elapsed_s.toFixed(0)} s: ${whole(manifest.records / elapsed_s)} events/s, ` +
      `${((1e6 * cpu_s) / manifest.records).toFixed(1)} µs CPU an event, peak memory of the tree ${whole(peak_rss_bytes / 1e6)} MB`,
  );
}
