import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TOOL_VERSION } from "../../../src/cli/version.ts";
import { SCHEMA_VERSION } from "../../../src/store/case-schema.ts";
import { CaseWriter } from "../../../src/store/case-writer.ts";
import { quoteText, type Database } from "../../../src/store/database.ts";
import type { CorpusManifest } from "../corpus/corpus-manifest.ts";
import { whole } from "../measure/figures.ts";
import { insertVariedManifest, insertVariedRows, VARIATION_VERSION } from "./vary-rows.ts";

export interface BigCaseOptions {
  readonly manifest: CorpusManifest;
  readonly evidence: string;
  readonly folder: string;
  readonly events: number;
}

export interface BigCase {
  readonly folder: string;
  readonly bytes: number;
}

const YEARS_SECONDS = 3 * 365 * 86_400;

/** A case of about so many events over three years, made of an ingested corpus by SQL; kept until something changes. */
export async function bigCase(options: BigCaseOptions): Promise<BigCase> {
  const folder = join(options.folder, "big-case");
  const made = {
    events: options.events,
    corpus: options.manifest.sha256,
    schema: SCHEMA_VERSION,
    variation: VARIATION_VERSION,
  };
  if (readMade(folder) !== JSON.stringify(made)) {
    const started = performance.now();
    await makeBigCase(folder, options);
    writeFileSync(`${folder}.json`, JSON.stringify(made));
    console.error(`Made the big case in ${((performance.now() - started) / 1_000).toFixed(0)} s: ${folder}`);
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

async function makeBigCase(folder: string, options: BigCaseOptions): Promise<void> {
  const base = join(options.folder, "big-case-base");
  for (const old of [folder, base, `${folder}.json`]) rmSync(old, { recursive: true, force: true });
  ingest(options.evidence, base);
  mkdirSync(folder, { recursive: true });
  const writer = await CaseWriter.open(folder, { toolVersion: TOOL_VERSION });
  try {
    await grow(writer.database, join(base, "coldtrail.duckdb"), options.events);
    console.error("Settling.");
    await writer.publish();
  } catch (error) {
    writer.abandon({ discard: true });
    throw error;
  }
  rmSync(base, { recursive: true, force: true });
}

function ingest(evidence: string, caseFolder: string): void {
  console.error("Ingesting the corpus that the big case is made of.");
  const main = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
  const { status } = spawnSync(process.execPath, [main, "ingest", evidence, "--case", caseFolder, "--quiet"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`The ingest ended with ${String(status)}`);
}

async function grow(database: Database, baseFile: string, events: number): Promise<void> {
  await database.run(`ATTACH ${quoteText(baseFile)} AS base (READ_ONLY)`);
  await database.run("INSERT INTO evidence_roots SELECT * FROM base.evidence_roots");
  const baseRows = Number(await database.value("SELECT count(*) FROM base.event_rows"));
  const stretches = Math.max(1, Math.round(events / baseRows));
  for (let number = 0; number < stretches; number += 1) {
    const stretch = { number, shift_seconds: Math.floor((YEARS_SECONDS / stretches) * number) };
    await database.transaction(async () => {
      await database.run(insertVariedRows(stretch));
      for (const statement of insertVariedManifest(stretch)) await database.run(statement);
    });
    console.error(`${whole((number + 1) * baseRows)} of ${whole(stretches * baseRows)} events`);
  }
  await database.run("DETACH base");
}
