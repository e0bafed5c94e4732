import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { Database } from "../../../src/store/database.ts";
import { askCase, caseHash, type Cells } from "../../helpers/case-content.ts";
import { coldtrail, startColdtrail } from "../../helpers/coldtrail.ts";
import { writeManyFiles } from "../../helpers/many-files.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

// A process that is killed, with no chance to clean up, loses nothing that it committed and stores nothing twice.

const FILES = 1_200;
const KILLS = 10;
/** When too few of the first kills hit the middle of the loading, so many more are tried. */
const MORE_KILLS = 30;
const PARTIAL_MIN = 3;

let folder: string;
let evidence: string;
let undisturbed: string;
/** How long an ingest takes that nobody kills, from its start to its end. */
let whole_ms: number;

beforeAll(async () => {
  folder = temporaryFolder();
  evidence = writeManyFiles(join(folder, "evidence"), FILES);
  const started = performance.now();
  expect(await coldtrail(argumentsFor("undisturbed"))).toMatchObject({ code: 0, stderr: "" });
  whole_ms = performance.now() - started;
  undisturbed = await caseHash(join(folder, "undisturbed"));
});

const argumentsFor = (name: string): string[] => [
  "ingest",
  evidence,
  "--case",
  join(folder, name),
  "--jobs",
  "2",
  "--quiet",
];

/** Starts an ingest and kills it after a while, unless it ended before. */
async function killAfter(name: string, delay_ms: number, more: readonly string[] = []): Promise<void> {
  const { child, finished } = startColdtrail([...argumentsFor(name), ...more]);
  await Promise.race([wait(delay_ms), finished]);
  child.kill("SIGKILL");
  await finished;
}

interface KilledState {
  readonly files: number;
  readonly records: number;
  readonly kept: number;
  readonly uneven: number;
}

/** What a killed ingest left: read from copies, so that the resuming run meets the original. */
async function stateOf(name: string): Promise<KilledState> {
  const nothing = { files: 0, records: 0, kept: 0, uneven: 0 };
  const file = ["coldtrail.next.duckdb", "coldtrail.duckdb"].find((one) => existsSync(join(folder, name, one)));
  if (file === undefined) return nothing;
  const copy = join(folder, "copies", name);
  mkdirSync(copy, { recursive: true });
  for (const part of [file, `${file}.wal`]) {
    if (existsSync(join(folder, name, part))) cpSync(join(folder, name, part), join(copy, part));
  }
  const database = await Database.open(join(copy, file), { readOnly: false });
  try {
    if ((await database.value("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'coldtrail'")) === 0n)
      return nothing;
    const [row] = await database.rows(`
      SELECT count(*) AS files, coalesce(sum(records), 0)::BIGINT AS records,
        (SELECT count(*) FROM event_rows) + (SELECT count(*) FROM event_occurrences)
          + (SELECT count(*) FROM rejected_records) AS kept,
        count(*) FILTER (WHERE records <> stored + duplicate + rejected) AS uneven
      FROM evidence_files`);
    const count = (column: string): number => Number(row![column]);
    return { files: count("files"), records: count("records"), kept: count("kept"), uneven: count("uneven") };
  } finally {
    database.close();
  }
}

test(
  `after kill -9 at any moment every committed file is whole, and the next run goes on from there`,
  { timeout: 120_000 },
  async () => {
    const spread = Array.from({ length: KILLS }, (_, i) => 0.25 + (0.7 * i) / (KILLS - 1));
    let partial = 0;
    for (let kill = 0; kill < KILLS || (partial < PARTIAL_MIN && kill < KILLS + MORE_KILLS); kill += 1) {
      const name = `killed-${kill}`;
      // The later ones try again around the middle, a little elsewhere each.
      await killAfter(name, whole_ms * (spread[kill] ?? 0.5 + 0.4 * Math.abs(Math.sin(kill))));
      const state = await stateOf(name);
      expect(state).toMatchObject({ kept: state.records, uneven: 0 });
      const isPartial = state.files > 0 && state.files < FILES;
      if (isPartial) partial += 1;
      // A clean run after each would take long and shows nothing new after some.
      if (!isPartial || partial > PARTIAL_MIN) continue;

      const { summary, resumed } = await quickIngest(join(folder, name), [evidence]);
      expect(summary.files).toMatchObject({ offered: FILES, skipped: state.files, imported: FILES - state.files });
      expect(resumed).toBe(true);
      expect(await caseHash(join(folder, name))).toBe(undisturbed);
    }
    expect(partial).toBeGreaterThanOrEqual(PARTIAL_MIN);
  },
);

test(
  "a writer killed in place leaves a case that says so, and that any next run finishes",
  { timeout: 120_000 },
  async () => {
    const part = join(evidence, "2024", "03", "01");
    await quickIngest(join(folder, "part"), [part], { roots: [`evidence=${evidence}`] });
    let name = "";
    let state: Cells | undefined;
    for (let attempt = 0; attempt < 20 && state?.["settled"] !== "false"; attempt += 1) {
      name = `in-place-${attempt}`;
      cpSync(join(folder, "part"), join(folder, name), { recursive: true });
      await killAfter(name, whole_ms * (0.45 + 0.03 * attempt), ["--in-place"]);
      [state] = await askCase(
        join(folder, name),
        `SELECT (SELECT count(*) FROM evidence_files) AS files, value AS settled FROM case_state WHERE key = 'settled'`,
      );
    }
    expect(state).toMatchObject({ settled: "false" });
    const overview = await coldtrail(["overview", "--case", join(folder, name)]);
    const { summary, resumed } = await quickIngest(join(folder, name), [evidence]);

    expect(overview).toMatchObject({ code: 0, stderr: expect.stringContaining("an unfinished ingest is not in here") });
    expect(resumed).toBe(true);
    expect(summary.files).toMatchObject({ offered: FILES, skipped: state!["files"] });
    expect(await caseHash(join(folder, name))).toBe(undisturbed);
  },
);
