import { beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { answerRequirements, type RequirementAnswer } from "../../src/queries/requirements.ts";
import { parseScope, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecord } from "../helpers/trail-maker.ts";

const data = { eventCategory: "Data", managementEvent: false, eventSource: "s3.amazonaws.com", eventName: "GetObject" };

const RECORDS = [
  makeRecord(0),
  makeRecord(1),
  makeRecord(2, { eventName: "RunInstances", readOnly: false }),
  makeRecord(3, { eventName: "NobodyKnows", readOnly: undefined }),
  makeRecord(4, data),
  makeRecord(5, { ...data, eventCategory: undefined, awsRegion: "eu-west-1" }),
  // Before version 1.06 a record says neither category nor managementEvent.
  makeRecord(6, { eventCategory: undefined, managementEvent: undefined, eventVersion: "1.05" }),
];

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(RECORDS);
});

async function answer(requirement: string, rows: number, flags: ScopeFlags = {}): Promise<RequirementAnswer> {
  const scope = parseScope(flags);
  const reader = await CaseReader.open(caseFolder, { prepare: async (database) => prepareCase(database, scope) });
  try {
    return (await answerRequirements(reader, [requirement], rows))[0]!;
  } finally {
    reader.close();
  }
}

describe("an answer says which of the four it is", () => {
  test("(a) there are rows", async () => {
    expect(await answer("management", 3)).toEqual({
      requirement: "management",
      kind: "rows",
      text: "recorded in this scope: 5 management events, 2024-03-01T10:00:00Z to 2024-03-01T10:00:06Z",
    });
  });

  test("(b) such records were recorded here, and none matches", async () => {
    expect(await answer("data:s3:read", 0)).toEqual({
      requirement: "data:s3:read",
      kind: "none-matched",
      text: "no matching record; such records were recorded here: 2 s3 data read events (2 GetObject), 2024-03-01T10:00:04Z to 2024-03-01T10:00:05Z",
    });
  });

  test("(c) the category is in the case, but not where the scope looks", async () => {
    const found = await answer("data:s3", 0, { region: ["ap-south-1"] });

    expect(found.kind).toBe("none-in-scope");
    expect(found.text).toBe(
      "no matching record; s3 data events are in the case (2), but none for the time, account, region or principal asked",
    );
    // With rows from another category, it is no statement about the rows.
    expect((await answer("data:s3", 9, { region: ["ap-south-1"] })).text).toMatch(
      /^s3 data events are in the case \(2\)/,
    );
  });

  test("(d) the case has no record of the category at all", async () => {
    expect(await answer("data:lambda", 0)).toEqual({
      requirement: "data:lambda",
      kind: "none-recorded",
      text: "no record of this category at all: the case holds no lambda data events",
    });
    expect((await answer("network", 0)).text).toContain("the case holds no network activity records");
    expect((await answer("insight", 0)).text).toContain("the case holds no Insight records");
  });
});

test.each([
  ["management:read", "3 management read events"],
  // What AWS does not mark as read may have been a write.
  ["management:write", "2 management write events"],
  ["data", "2 data events"],
  ["data:*:read", "2 data read events"],
  ["data:s3", "2 s3 data events"],
])("%s counts %s", async (requirement, words) => {
  expect((await answer(requirement, 1)).text).toContain(`: ${words},`);
});

test("what was counted for one query is not counted again for the next", async () => {
  const reader = await CaseReader.open(caseFolder, {
    prepare: async (database) => prepareCase(database, parseScope({})),
  });
  let asked = 0;
  const counting = Object.assign(Object.create(reader) as CaseReader, {
    rows: async (...question: Parameters<CaseReader["rows"]>) => {
      asked += 1;
      return reader.rows(...question);
    },
  });
  try {
    const first = await answerRequirements(counting, ["management:read", "insight"], 0);
    const before = asked;
    expect(before).toBeGreaterThan(0);
    expect(await answerRequirements(counting, ["insight", "management:read"], 0)).toEqual(first.toReversed());
    expect(asked).toBe(before);
  } finally {
    reader.close();
  }
});

test("no answer says more than a trail can", async () => {
  for (const [requirement, rows] of [
    ["management", 0],
    ["data:lambda", 0],
    ["data:s3", 0],
  ] as const) {
    expect((await answer(requirement, rows)).text).not.toMatch(/happened|silent|proven/i);
  }
});
