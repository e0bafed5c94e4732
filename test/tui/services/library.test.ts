import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readLibrary, type Library } from "../../../src/queries/library.ts";
import type { QueryFile } from "../../../src/queries/query-file.ts";
import { parseScope, WHOLE_CASE } from "../../../src/queries/scope.ts";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { prepareViewMacros } from "../../../src/queries/views/view-macros.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { createLanes, type Lanes } from "../../../src/tui/services/lanes.ts";
import type { ServiceContext } from "../../../src/tui/services/service-context.ts";
import type { OpenedCase } from "../../../src/tui/state/case-facts.ts";
import { systemClock } from "../../../src/tui/state/clock.ts";
import { LibraryService } from "../../../src/tui/services/library.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { makeRecords } from "../../helpers/trail-maker.ts";

const bundled = readLibrary([]);
const [some] = bundled.queries.values();
const queryOf = (id: string, sql: string): QueryFile => ({ ...some!, id, params: [], requires: [], columns: {}, sql });
/** Never ends by itself, and streams no row before it ends. */
const ENDLESS = queryOf("endless", "SELECT count(*) AS n FROM range(100000000000000) AS r(i) WHERE i % 7 = 3");
const COUNT = queryOf("count", "SELECT count(*) AS n FROM events");
const FAILS = queryOf("fails", "SELECT CAST(event_id AS INTEGER) AS n FROM events");
const NEEDS = bundled.queries.get("key-usage")!;

let reader: CaseReader;
let lanes: Lanes;
let context: ServiceContext;
let service: LibraryService;
let changes = 0;
beforeAll(async () => {
  const half = { awsRegion: "eu-west-1" };
  reader = await CaseReader.open(await caseOf([...makeRecords(0, 6), ...makeRecords(6, 4, half)]));
});
afterAll(() => {
  reader.close();
});
beforeEach(() => {
  const own: Library = {
    queries: new Map([ENDLESS, COUNT, FAILS, NEEDS].map((query) => [query.id, query])),
    problems: [],
  };
  const opened: OpenedCase = {
    reader,
    openForViews: async () => reader.sibling(prepareViewMacros),
    openSibling: async (prepare) =>
      reader.sibling(async (database) => {
        await prepareCase(database, WHOLE_CASE);
        await prepare?.(database);
      }),
    close: () => undefined,
  };
  lanes = createLanes(opened, { clock: systemClock, changed: () => undefined });
  context = {
    clock: systemClock,
    lanes,
    caseFacts: () => {
      throw new Error("Not needed here");
    },
    openedCase: () => opened,
    dataArrived: () => (changes += 1),
  };
  service = new LibraryService(context, () => own);
});
afterEach(async () => {
  await lanes.close();
  service.close();
});

const request = (query: QueryFile, scope = WHOLE_CASE) => ({ query, given: new Map<string, string[]>(), scope });

describe("a result", () => {
  test("is that of the scope it was asked with", async () => {
    await service.results.run(1, request(COUNT));
    await service.results.run(2, request(COUNT, parseScope({ region: ["eu-west-1"] })));

    expect(service.results.stateOf(1)).toMatchObject({ status: "complete", rows: [[10n]] });
    expect(service.results.stateOf(2)).toMatchObject({ status: "complete", rows: [[4n]] });
  });

  test("that is there is not asked for again", async () => {
    await service.results.run(1, request(COUNT));
    const before = service.results.stateOf(1);
    await service.results.need(1, request(COUNT));

    expect(service.results.stateOf(1)).toBe(before);
  });

  test("that fails says why, and the next one works", async () => {
    await service.results.run(1, request(FAILS));
    await service.results.run(2, request(COUNT));

    expect(service.results.stateOf(1)).toMatchObject({
      status: "failed",
      problem: expect.stringMatching(/query failed/),
    });
    expect(service.results.stateOf(2)?.status).toBe("complete");
  });

  test("gives way to a newer one at once", async () => {
    const old = service.results.run(1, request(ENDLESS));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await service.results.run(2, request(COUNT));
    await old;

    expect(service.results.stateOf(1)?.status).toBe("cancelled");
    expect(service.results.stateOf(2)).toMatchObject({ status: "complete", rows: [[10n]] });
  });

  test("is cancelled, also before it has begun", async () => {
    const running = service.results.run(1, request(ENDLESS));
    expect(service.results.cancel()).toBe(true);
    await running;

    expect(service.results.stateOf(1)?.status).toBe("cancelled");
    expect([service.results.isRunning, service.results.cancel()]).toEqual([false, false]);
  });

  test("is forgotten when six others were looked at since", async () => {
    for (let level = 1; level <= 7; level += 1) await service.results.run(level, request(COUNT));

    expect([service.results.stateOf(1), service.results.stateOf(2)?.status]).toEqual([null, "complete"]);
  });
});

describe("a run over many", () => {
  test("tells what became of each, and that one fails stops no other", async () => {
    const seen: number[] = [];
    const before = changes;
    const poll = setInterval(() => seen.push(service.runs.stateOf(1)?.outcomes.length ?? 0), 1);
    await service.runs.start(1, [COUNT, FAILS, NEEDS, COUNT], WHOLE_CASE);
    clearInterval(poll);
    const state = service.runs.stateOf(1)!;

    expect([state.status, state.current]).toEqual(["complete", null]);
    expect(state.outcomes.map(({ query, state: what }) => [query.id, what])).toEqual([
      ["count", "rows"],
      ["fails", "failed"],
      ["key-usage", "needs-parameter"],
      ["count", "rows"],
    ]);
    expect(changes - before).toBeGreaterThanOrEqual(5);
  });

  test("keeps what it found when it is cancelled", async () => {
    const running = service.runs.start(1, [COUNT, ENDLESS, COUNT], WHOLE_CASE);
    await vi.waitFor(() => expect(service.runs.stateOf(1)?.current).toBe(ENDLESS), 30_000);
    service.runs.cancel();
    await running;
    const state = service.runs.stateOf(1)!;

    expect([state.status, state.outcomes.length, state.current]).toEqual(["cancelled", 1, null]);
  });
});

test("Ctrl-C, which ends every lane, ends results and runs", async () => {
  const result = service.results.run(1, request(ENDLESS));
  const run = service.runs.start(2, [ENDLESS], parseScope({ region: ["eu-west-1"] }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  lanes.cancelAll();
  await Promise.all([result, run]);

  expect([service.results.stateOf(1)?.status, service.runs.stateOf(2)?.status]).toEqual(["cancelled", "cancelled"]);
});

test("of a case that was opened anew nothing old is told", async () => {
  await service.results.run(1, request(COUNT, parseScope({ region: ["eu-west-1"] })));
  await lanes.reopen(context.openedCase());
  service.reloaded();
  expect(service.results.stateOf(1)).toBe(null);
  await service.results.run(1, request(COUNT, parseScope({ region: ["eu-west-1"] })));

  expect(service.results.stateOf(1)).toMatchObject({ rows: [[4n]] });
});

describe("what else the screens ask", () => {
  test("availability comes later, and once for a scope", async () => {
    service.needAvailability(WHOLE_CASE);
    expect(service.availabilityIn(WHOLE_CASE)).toBe("loading");
    await vi.waitFor(() => expect(service.availabilityIn(WHOLE_CASE)).toBeInstanceOf(Map), 30_000);
    const before = service.availabilityIn(WHOLE_CASE);
    service.needAvailability(WHOLE_CASE);

    expect(service.availabilityIn(WHOLE_CASE)).toBe(before);
    expect((before as ReadonlyMap<string, unknown>).get("key-usage")).toMatchObject({ state: "partly" });
  });

  test("suggestions are those of the newest text, and the old ones stay until they come", async () => {
    const source = { kind: "column", column: "source_ip" } as const;
    for (const typed of ["1", "19", "198.51.100.3"]) service.needSuggestions("ip", source, typed);
    await vi.waitFor(() => expect(service.suggestionsOf("ip")?.status).toBe("complete"), 30_000);
    expect(service.suggestionsOf("ip")?.values.map(({ value }) => value)).toEqual(["198.51.100.3"]);

    service.needSuggestions("ip", source, "x");
    expect(service.suggestionsOf("ip")).toMatchObject({ status: "loading", values: [{ value: "198.51.100.3" }] });
    expect(service.suggestionsOf("other")).toBe(null);
  });

  test("queries stand in the order of an investigation", () => {
    const all = new LibraryService(context, () => bundled);
    expect(all.queries[0]!.phase).toBe("triage");
    expect(all.queries.at(-1)!.phase).toBe("coverage");
  });
});
