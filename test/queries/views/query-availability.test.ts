import { beforeAll, expect, test } from "vitest";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { readLibrary } from "../../../src/queries/library.ts";
import type { QueryFile } from "../../../src/queries/query-file.ts";
import { runQuery } from "../../../src/queries/run-query.ts";
import { parseScope, type ScopeFlags } from "../../../src/queries/scope.ts";
import { availabilityOf, type Availability } from "../../../src/queries/views/query-availability.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { makeRecord } from "../../helpers/trail-maker.ts";

const data = { eventCategory: "Data", managementEvent: false, eventSource: "s3.amazonaws.com", eventName: "GetObject" };

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf([
    makeRecord(0),
    makeRecord(1, { eventName: "RunInstances", readOnly: false }),
    makeRecord(2, { ...data, awsRegion: "eu-west-1" }),
  ]);
});

async function withCase<T>(flags: ScopeFlags, use: (reader: CaseReader) => Promise<T>): Promise<T> {
  const reader = await CaseReader.open(caseFolder, {
    prepare: async (database) => prepareCase(database, parseScope(flags)),
  });
  try {
    return await use(reader);
  } finally {
    reader.close();
  }
}

const [some] = readLibrary([]).queries.values();

async function judged(requires: readonly string[], flags: ScopeFlags = {}): Promise<Availability> {
  const query: QueryFile = { ...some!, requires };
  return await withCase(flags, async (reader) => {
    const isScoped = Object.keys(flags).length > 0;
    return (await availabilityOf(reader, [query], isScoped)).get(query.id)!;
  });
}

test.each<[readonly string[], ScopeFlags, Availability]>([
  [[], {}, { state: "ready", reason: null }],
  [["management"], {}, { state: "ready", reason: null }],
  [["management:write", "data:s3:read"], {}, { state: "ready", reason: null }],
  [
    ["management", "data:s3:write"],
    {},
    { state: "partly", reason: "answers in part: the case holds no s3 data write events" },
  ],
  [["data:lambda"], {}, { state: "not-logged", reason: "the case holds no lambda data events" }],
  [
    ["data:s3:write", "insight", "network"],
    {},
    {
      state: "not-logged",
      reason: "the case holds no s3 data write events, Insight records or network activity records",
    },
  ],
  [
    ["data:s3"],
    { region: ["us-east-1"] },
    { state: "out-of-scope", reason: "none of the s3 data events of the case is in this scope" },
  ],
  [["management:read"], { region: ["us-east-1"] }, { state: "ready", reason: null }],
])("%j in scope %j is %j", async (requires, flags, expected) => {
  expect(await judged(requires, flags)).toEqual(expected);
});

test("what is not logged before a query runs is not logged after it", async () => {
  const queries = [...readLibrary([]).queries.values()].filter((query) =>
    query.params.every((param) => param.default !== undefined),
  );

  await withCase({}, async (reader) => {
    const before = await availabilityOf(reader, queries, false);
    for (const query of queries) {
      const run = await runQuery(reader, query, { scope: parseScope({}), given: new Map(), limit: null });
      for await (const _chunk of run.result.chunks);
      const { coverage } = await run.notes();
      const isNotLogged = coverage.length > 0 && coverage.every(({ kind }) => kind === "none-recorded");
      expect([query.id, before.get(query.id)!.state === "not-logged"]).toEqual([query.id, isNotLogged]);
    }
  });
});
