import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingestArchives } from "../../src/ingest/ingest.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { localTimeFormatter } from "../../src/timeline/local-time.ts";
import type { ProfileName } from "../../src/timeline/profile.ts";
import { parseSeeds, type SeedFlags } from "../../src/timeline/seeds.ts";
import { runTimeline } from "../../src/timeline/timeline.ts";
import { writeDemoArchive } from "../helpers/demo-archive-folder.ts";

// The demo archive's own truth says which events are the attack, second by second.

let folder: string;
let caseFolder: string;
let truth: ReturnType<typeof writeDemoArchive>;
let seeds: SeedFlags;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "coldtrail-timeline-"));
  caseFolder = join(folder, "case");
  truth = writeDemoArchive(join(folder, "evidence"));
  await ingestArchives([join(folder, "evidence")], { caseFolder, toolVersion: "test" });
  seeds = seedFlagsOf(truth.story!.seed_flags);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

function seedFlagsOf(flags: readonly string[]): SeedFlags {
  const values = (name: string): string[] => flags.filter((_, i) => flags[i - 1] === name);
  return { key: values("--key"), principal: values("--principal"), ip: values("--ip") };
}

type Row = Record<string, string | number | bigint | boolean | null>;

async function timelineOf(
  flags: SeedFlags,
  options: { profile?: ProfileName; scope?: ScopeFlags; tz?: string } = {},
): Promise<Row[]> {
  const scope = parseScope(options.scope ?? {});
  const reader = await CaseReader.open(caseFolder, { prepare: async (database) => prepareCase(database, scope) });
  try {
    const localTime = options.tz === undefined ? null : localTimeFormatter(options.tz);
    const { result } = await runTimeline(reader, {
      seeds: parseSeeds(flags),
      profile: options.profile ?? "brief",
      localTime,
      limit: null,
    });
    const rows: Row[] = [];
    for await (const chunk of result.chunks) {
      for (const row of chunk)
        rows.push(Object.fromEntries(result.columns.map(({ name }, i) => [name, row[i] ?? null])));
    }
    return rows;
  } finally {
    reader.close();
  }
}

test("seeded with the attack, the timeline is the attack: each second holds exactly its events", async () => {
  const rows = await timelineOf(seeds);
  const seconds = new Map<string, string[]>();
  for (const { time_utc, event_id } of rows) {
    seconds.set(String(time_utc), [...(seconds.get(String(time_utc)) ?? []), String(event_id)]);
  }

  const found = [...seconds].map(([time, ids]) => ({ time, event_ids: ids.toSorted() }));
  const expected = truth.story!.events.map(({ time, event_ids }) => ({ time, event_ids: event_ids.toSorted() }));
  expect(found).toEqual(expected);
});

test("the union of seeds is larger than any seed alone", async () => {
  const all = await timelineOf(seeds);
  for (const part of [{ key: seeds.key! }, { principal: seeds.principal! }, { ip: seeds.ip! }]) {
    const some = await timelineOf(part);
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(all.length);
  }
});

test("filters narrow: only denied events, only one account, only before a time", async () => {
  const all = await timelineOf(seeds);
  const denied = await timelineOf(seeds, { scope: { outcome: ["denied"] } });
  const account = String(all[0]!["account"]);
  const until = String(all[100]!["time_utc"]);
  const early = await timelineOf(seeds, { scope: { until, account: [account] } });

  const idsOf = (rows: Row[]): unknown[] => rows.map(({ event_id }) => event_id);
  expect(idsOf(denied)).toEqual(idsOf(all.filter(({ outcome }) => outcome === "denied")));
  expect(early.length).toBeGreaterThan(0);
  expect(early.every(({ time_utc }) => String(time_utc) < until)).toBe(true);
});

describe("order and groups inside a second", () => {
  test("rows of one second carry the same group and its size, a row alone carries none", async () => {
    const rows = await timelineOf(seeds);
    const sizes = new Map<string, number>();
    for (const { time_utc } of rows) sizes.set(String(time_utc), (sizes.get(String(time_utc)) ?? 0) + 1);

    const numbers = [...sizes.keys()];
    for (const { time_utc, same_second } of rows) {
      const size = sizes.get(String(time_utc))!;
      expect(same_second).toBe(size > 1 ? `g${numbers.indexOf(String(time_utc)) + 1}/${size}` : null);
    }
    expect([...sizes.values()].filter((size) => size > 1).length).toBeGreaterThan(20);
  });

  test("what issues a key stands before the key's first use, also in the same second", async () => {
    const rows = await timelineOf(seeds, { profile: "full" });
    let checked = 0;
    for (const [i, { issued_access_key_id, event_time }] of rows.entries()) {
      if (issued_access_key_id === null) continue;
      const firstUse = rows.findIndex((row) => row["user_identity_access_key_id"] === issued_access_key_id);
      if (firstUse < 0) continue;
      expect(firstUse).toBeGreaterThan(i);
      if (rows[firstUse]!["event_time"] === event_time) checked += 1;
    }
    expect(checked).toBeGreaterThan(0);
  });
});

test("every row says through which seed it is there, and where its record stands", async () => {
  for (const { why, source_file, source_record } of await timelineOf(seeds)) {
    expect(why).toMatch(/^(?:(?:issued |names )?key \w+|principal \S+|ip [\d.]+)(?:; .+)?$/);
    expect(source_file).toMatch(/\.json\.gz$/);
    expect(Number(source_record)).toBeGreaterThanOrEqual(0);
  }
});

test("--tz adds local time with the offset of that moment, and changes no other column", async () => {
  const utc = await timelineOf(seeds);
  const local = await timelineOf(seeds, { tz: "Europe/Berlin" });

  expect(local.map(({ time_local: _added, ...rest }) => rest)).toEqual(utc);
  const offsets = new Set(local.map(({ time_local }) => String(time_local).slice(-6)));
  // The attack runs over the night in which Europe's clocks change.
  expect(offsets).toEqual(new Set(["+01:00", "+02:00"]));
});

test("the timesketch profile has what Timesketch demands, and the whole record", async () => {
  const rows = await timelineOf(seeds, { profile: "timesketch" });
  for (const row of rows) {
    expect(row).toMatchObject({ timestamp_desc: "Event Time", data_type: "aws:cloudtrail:entry" });
    expect(row["datetime"]).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
    expect(row["timestamp"]).toBe(BigInt(Date.parse(String(row["datetime"]))) * 1000n);
    const record = JSON.parse(String(row["cloud_trail_event"])) as { eventID: string };
    expect(record.eventID).toBe(row["event_id"]);
    expect(String(row["cloud_trail_event"])).not.toMatch(/": /);
  }
});

test("without seeds the timeline is every event of the scope, undated ones last", async () => {
  const rows = await timelineOf({}, { scope: { since: "2026-03-29", until: "2026-03-29" } });

  expect(rows.length).toBeGreaterThan(200);
  expect(rows.every(({ time_utc }) => String(time_utc).startsWith("2026-03-29T"))).toBe(true);
  expect(rows.every(({ why }) => why === "")).toBe(true);
});
