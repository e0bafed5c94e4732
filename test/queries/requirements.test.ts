import { beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { answerRequirements, type RequirementAnswer } from "../../src/queries/requirements.ts";
import { parseScope, WHOLE_CASE, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT } from "../helpers/trail-maker.ts";

const data = { eventCategory: "Data", managementEvent: false, eventSource: "s3.amazonaws.com", eventName: "GetObject" };

const RECORDS = [
  makeRecord(0),
  makeRecord(1),
  makeRecord(2, {
    eventName: "RunInstances",
    readOnly: false,
    userIdentity: iamUser("one", { accessKeyId: "AKIAONEXXXXXXXXXXXXX" }),
    sourceIPAddress: "192.0.2.5",
    userAgent: "pacu/1.0",
    requestParameters: { instancesSet: { items: [{ instanceId: "i-0abc" }] } },
  }),
  makeRecord(3, { eventName: "NobodyKnows", readOnly: undefined }),
  makeRecord(4, data),
  makeRecord(5, { ...data, eventCategory: undefined, awsRegion: "eu-west-1" }),
  // Before version 1.06 a record says neither category nor managementEvent.
  makeRecord(6, { eventCategory: undefined, managementEvent: undefined, eventVersion: "1.05" }),
  makeRecord(7, { ...data, requestParameters: { bucketName: "logs", key: "2024/01.gz" } }),
  makeRecord(8, {
    ...data,
    requestParameters: null,
    resources: [{ type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::logs-archived" }],
  }),
];

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(RECORDS);
});

interface Asking {
  readonly scope?: ScopeFlags;
  /** Values of the parameter `asked`. */
  readonly asked?: readonly string[];
}

async function answer(requirement: string, rows: number, asking: Asking = {}): Promise<RequirementAnswer> {
  const scope = parseScope(asking.scope ?? {});
  const valuesOf = (name: string): readonly string[] => (name === "asked" ? (asking.asked ?? []) : []);
  const reader = await CaseReader.open(caseFolder, { prepare: async (database) => prepareCase(database, scope) });
  try {
    return (await answerRequirements(reader, [requirement], { rows, scope, valuesOf }))[0]!;
  } finally {
    reader.close();
  }
}

describe("of one thing, an answer says which of the four it is", () => {
  const ofBucket = async (rows: number, bucket: string, scope: ScopeFlags = {}): Promise<RequirementAnswer> =>
    answer("data:s3:read($asked)", rows, { asked: [bucket], scope });

  test("(a) there are rows", async () => {
    expect(await ofBucket(1, "logs")).toEqual({
      requirement: "data:s3:read(logs)",
      kind: "rows",
      text: "recorded in this scope: 1 s3 data read events for logs, 2024-03-01T10:00:07Z to 2024-03-01T10:00:07Z",
    });
  });

  test("(b) such records were recorded for it, and none matches", async () => {
    expect(await ofBucket(0, "arn:aws:s3:::logs")).toEqual({
      requirement: "data:s3:read(arn:aws:s3:::logs)",
      kind: "none-matched",
      text: "no matching record; such records were recorded here: 1 s3 data read events for arn:aws:s3:::logs (1 GetObject), 2024-03-01T10:00:07Z to 2024-03-01T10:00:07Z",
    });
  });

  test("(c) the category was recorded, but never for it", async () => {
    expect(await ofBucket(0, "payroll")).toEqual({
      requirement: "data:s3:read(payroll)",
      kind: "none-where-asked",
      text: "no matching record; s3 data read events were recorded here (4), but never any for payroll",
    });
    // A bucket that begins alike, and a folder that is called so in another bucket, are not it.
    for (const bucket of ["log", "logs-archive", "2024"])
      expect((await ofBucket(0, bucket)).kind).toBe("none-where-asked");
  });

  test("(c) it was recorded, but not where the scope looks", async () => {
    expect((await ofBucket(0, "logs", { until: "2024-03-01T10:00:06Z" })).text).toBe(
      "no matching record; s3 data read events for logs are in the case (1), but none for until before 2024-03-01 10:00:06Z",
    );
  });

  test("(c) the category itself is not where the scope looks", async () => {
    expect((await ofBucket(0, "logs", { region: ["ap-south-1"] })).text).toBe(
      "no matching record; s3 data read events are in the case (4), but none for region ap-south-1",
    );
  });

  test("(d) the case has no record of the category at all", async () => {
    expect(await answer("data:lambda($asked)", 0, { asked: ["nightly-report"] })).toEqual({
      requirement: "data:lambda(nightly-report)",
      kind: "none-recorded",
      text: "no record of this category at all: the case holds no lambda data events",
    });
  });

  test("a parameter that is left out asks for no subject", async () => {
    expect(await answer("data:s3:read($asked)", 1)).toEqual({
      requirement: "data:s3:read",
      kind: "rows",
      text: expect.stringContaining("4 s3 data read events, "),
    });
  });
});

test.each<[requirement: string, asked: string, n: number]>([
  ["management($asked)", "i-0abc", 1],
  ["management($asked)", "arn:aws:ec2:us-east-1:111122223333:instance/i-0abc", 1],
  ["management($asked)", "i-0ab", 0],
  ["management(i-0abc)", "", 1],
  ["data:s3($asked)", "logs/2024", 1],
  ["data:s3($asked)", "lo'gs", 0],
  ["management(account=$asked)", ACCOUNT, 5],
  ["management(account=$asked)", OTHER_ACCOUNT, 0],
  ["data:s3(region=$asked)", "eu-west-1", 1],
  ["management(key=$asked)", "AKIAONEXXXXXXXXXXXXX", 1],
  ["management(key=$asked)", "AKIAONE", 0],
  ["management(ip=$asked)", "192.0.2.0/24", 1],
  ["management(ip=$asked)", "192.0.3.0/24", 0],
  ["management(principal=$asked)", "*:user/one", 1],
  ["management(principal=$asked)", "one", 1],
  ["management(client=$asked)", "pacu*", 1],
  ["management(client=$asked)", "pac", 0],
])("%s of %j finds %i", async (requirement, asked, n) => {
  const { kind, text } = await answer(requirement, 1, { asked: [asked] });

  expect(kind).toBe(n > 0 ? "rows" : "none-where-asked");
  if (n > 0) expect(text).toMatch(new RegExp(`recorded in this scope: ${n} `));
  else expect(text).toContain("never any");
});

test("of several things any will do", async () => {
  const asked = ["payroll", "logs", "logs-archived"];

  expect((await answer("data:s3($asked)", 1, { asked })).text).toContain(
    ": 2 s3 data events for payroll or logs or logs-archived,",
  );
  expect((await answer("data:s3($asked)", 0, { asked: ["a", "b", "c", "d", "e"] })).text).toMatch(
    /never any for a or b or c or 2 more$/,
  );
});

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
      text: "no matching record; such records were recorded here: 4 s3 data read events (4 GetObject), 2024-03-01T10:00:04Z to 2024-03-01T10:00:08Z",
    });
  });

  test("(c) the category is in the case, but not where the scope looks", async () => {
    const found = await answer("data:s3", 0, { scope: { region: ["ap-south-1"] } });

    expect(found.kind).toBe("none-where-asked");
    expect(found.text).toBe("no matching record; s3 data events are in the case (4), but none for region ap-south-1");
    // With rows from another category, it is no statement about the rows.
    expect((await answer("data:s3", 9, { scope: { region: ["ap-south-1"] } })).text).toMatch(
      /^s3 data events are in the case \(4\)/,
    );
  });

  test("(c) names the parts of the scope that leave out everything, or says that only together they do", async () => {
    const textFor = async (scope: ScopeFlags): Promise<string> => (await answer("data:s3", 0, { scope })).text;

    expect(await textFor({ account: [OTHER_ACCOUNT], since: "2024-03-01" })).toMatch(
      new RegExp(`but none for account ${OTHER_ACCOUNT}$`),
    );
    expect(await textFor({ since: "2024-04-01", region: ["ap-south-1"] })).toMatch(
      /but none for region ap-south-1, from 2024-04-01 00:00:00Z$/,
    );
    expect(await textFor({ region: ["eu-west-1"], until: "2024-03-01T10:00:05Z" })).toMatch(
      /but none for region eu-west-1, until before 2024-03-01 10:00:05Z together$/,
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
  ["data", "4 data events"],
  ["data:*:read", "4 data read events"],
  ["data:s3", "4 s3 data events"],
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
    const first = await answerRequirements(counting, ["management:read", "insight"], { rows: 0, scope: WHOLE_CASE });
    const before = asked;
    expect(before).toBeGreaterThan(0);
    expect(await answerRequirements(counting, ["insight", "management:read"], { rows: 0, scope: WHOLE_CASE })).toEqual(
      first.toReversed(),
    );
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
