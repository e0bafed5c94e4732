import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatResult } from "../src/export/write-result.ts";
import { ingestArchives } from "../src/ingest/ingest.ts";
import { prepareCase } from "../src/queries/case-views.ts";
import { readLibrary } from "../src/queries/library.ts";
import { runQuery } from "../src/queries/run-query.ts";
import { parseScope } from "../src/queries/scope.ts";
import { CaseReader } from "../src/store/case-reader.ts";
import { parseSeeds } from "../src/timeline/seeds.ts";
import { runTimeline } from "../src/timeline/timeline.ts";
import { writeDemoArchive } from "./helpers/demo-archive-folder.ts";
import { neededParameters } from "./helpers/query-parameters.ts";

// The same evidence gives the same answers to the byte, whatever the number of workers and threads and the order of arrival.

/** A hundred queries each time, with other work on the machine. */
const LONG_MS = 600_000;

let folder: string;
let accounts: string[];
let truth: ReturnType<typeof writeDemoArchive>;
let expected: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "coldtrail-same-"));
  truth = writeDemoArchive(join(folder, "evidence"));
  accounts = accountFolders(join(folder, "evidence"));
  expected = await answersOf(await ingested("first", [accounts], { jobs: 2 }), 2);
}, LONG_MS);
afterAll(() => rmSync(folder, { recursive: true }));

function accountFolders(evidence: string): string[] {
  const names = readdirSync(evidence, { recursive: true, encoding: "utf8" });
  const found = names.filter((name) => /(?:^|[\\/])\d{12}$/.test(name)).map((name) => join(evidence, name));
  return found.toSorted();
}

/** Ingests each group of paths in an ingest of its own. */
async function ingested(name: string, groups: readonly string[][], options: { jobs: number }): Promise<string> {
  const caseFolder = join(folder, name);
  for (const paths of groups) {
    const roots = accounts.map((account) => `${account.slice(-12)}=${account}`);
    await ingestArchives(paths, { caseFolder, toolVersion: "test", roots, jobs: options.jobs });
  }
  return caseFolder;
}

/** SHA-256 of the output of every query, or of each `every`th, and of the timeline, by name. */
async function answersOf(caseFolder: string, threads: number, every = 1): Promise<Record<string, string>> {
  const scope = parseScope({});
  const reader = await CaseReader.open(caseFolder, {
    threads,
    prepare: async (database) => prepareCase(database, scope),
  });
  const answers: Record<string, string> = {};
  try {
    for (const [id, query] of [...readLibrary([]).queries].filter((_, i) => i % every === 0)) {
      const given = new Map(
        Object.entries(neededParameters(query, storyValues())).map(([name, value]) => [name, [value]]),
      );
      answers[id] = await hashOf((await runQuery(reader, query, { scope, given, limit: null })).result);
    }
    for (const profile of ["brief", "full", "timesketch"] as const) {
      const seeds = parseSeeds({ ip: [flagValue("--ip")] });
      answers[`timeline ${profile}`] = await hashOf(
        (await runTimeline(reader, { seeds, profile, localTime: null, limit: null })).result,
      );
    }
  } finally {
    reader.close();
  }
  return answers;
}

/** What the story's attacker used, so that the queries that ask for it have rows. */
function storyValues(): Readonly<Record<string, string>> {
  return {
    access_key: flagValue("--key"),
    ip: flagValue("--ip"),
    principal: flagValue("--principal"),
    pivot_time: truth.story!.credentials.leaked_key_first_misused,
  };
}

function flagValue(flag: string): string {
  const flags = truth.story!.seed_flags;
  return flags[flags.indexOf(flag) + 1]!;
}

async function hashOf(result: Parameters<typeof formatResult>[1]): Promise<string> {
  const hash = createHash("sha256");
  for await (const text of formatResult("csv", result)) hash.update(text);
  return hash.digest("hex");
}

test("every library query and timeline profile is covered", () => {
  expect(Object.keys(expected).length).toBeGreaterThanOrEqual(15);
});

test(
  "with 1 DuckDB thread instead of 2",
  async () => {
    expect(await answersOf(join(folder, "first"), 1)).toEqual(expected);
  },
  LONG_MS,
);

test(
  "with 8 workers and folders in reverse order",
  async () => {
    expect(await answersOf(await ingested("eight", [accounts.toReversed()], { jobs: 8 }), 2)).toEqual(expected);
  },
  LONG_MS,
);

test(
  "in two ingests, either part first, with 1 worker",
  async () => {
    const [head, ...tail] = accounts as [string, ...string[]];

    expect(await answersOf(await ingested("head-first", [[head], tail], { jobs: 1 }), 2)).toEqual(expected);
    expect(expected).toMatchObject(await answersOf(await ingested("tail-first", [tail, [head]], { jobs: 1 }), 2, 4));
  },
  LONG_MS,
);

test(
  "after the database was deleted and rebuilt",
  async () => {
    const rebuilt = await ingested("eight", [accounts], { jobs: 2 });
    rmSync(join(rebuilt, "coldtrail.duckdb"));

    expect(expected).toMatchObject(await answersOf(await ingested("eight", [accounts], { jobs: 2 }), 2, 4));
  },
  LONG_MS,
);
