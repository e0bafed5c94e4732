import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { scopeRemovals } from "../../src/queries/run-query.ts";
import { expandValues, parseScope, scopeInWords, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT } from "../helpers/trail-maker.ts";

const THIRD_ACCOUNT = "777788889999";

const session = {
  type: "AssumedRole",
  principalId: "AROAROLEXXXXXXXXXXXXX:build",
  arn: `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/deploy/build`,
  accountId: OTHER_ACCOUNT,
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: "AROAROLEXXXXXXXXXXXXX",
      arn: `arn:aws:iam::${THIRD_ACCOUNT}:role/deploy`,
      accountId: THIRD_ACCOUNT,
      userName: "deploy",
    },
  },
};

/** Records by a letter, which is their event id. */
const RECORDS = [
  makeRecord(0, { eventID: "a" }),
  makeRecord(60, { eventID: "b", awsRegion: "eu-west-1", userIdentity: iamUser("bob") }),
  makeRecord(120, { eventID: "c", userIdentity: session }),
  makeRecord(180, { eventID: "d", recipientAccountId: OTHER_ACCOUNT, errorCode: "AccessDenied" }),
  makeRecord(240, {
    eventID: "e",
    eventSource: "iam.amazonaws.com",
    eventName: "CreateUser",
    errorCode: "EntityAlreadyExists",
  }),
  makeRecord(0, { eventID: "f", eventTime: "2024-02-29T23:59:59Z" }),
  makeRecord(0, { eventID: "g", eventTime: "2024-03-02T00:00:00Z", userIdentity: iamUser("carol_100%") }),
  makeRecord(0, { eventID: "h", eventTime: "no time at all" }),
  makeRecord(0, {
    eventID: "i",
    eventSource: "sts.amazonaws.com",
    eventName: "GetCallerIdentity",
    awsRegion: "eu-west-1",
    userIdentity: iamUser("bob"),
  }),
];

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(RECORDS);
});

async function withScope<T>(flags: ScopeFlags, use: (reader: CaseReader) => Promise<T>): Promise<T> {
  const scope = parseScope(flags);
  const reader = await CaseReader.open(caseFolder, { prepare: async (database) => prepareCase(database, scope) });
  try {
    return await use(reader);
  } finally {
    reader.close();
  }
}

const idsIn = async (reader: CaseReader, view: string): Promise<string> =>
  (await reader.rows(`SELECT event_id FROM ${view} ORDER BY event_id`))
    .map(({ event_id }) => String(event_id))
    .join("");

describe("a flag leaves these events", () => {
  test.each<[flags: ScopeFlags, ids: string]>([
    [{}, "abcdefghi"],
    [{ since: "2024-03-01" }, "abcdegi"],
    [{ since: "2024-03-01T10:01:00Z" }, "bcdeg"],
    [{ until: "2024-03-01T10:01:00Z" }, "afi"],
    [{ until: "2024-02-29" }, "f"],
    [{ since: "2024-03-01", until: "2024-03-01" }, "abcdei"],
    [{ since: "2024-03-01T11:01:00+01:00", until: "2024-03-01T11:02:00+01:00" }, "b"],
    [{ since: "2024-03-01T00:00:00+01:00" }, "abcdefgi"],
    [{ account: [OTHER_ACCOUNT] }, "cd"],
    [{ account: [THIRD_ACCOUNT] }, "c"],
    [{ recipientAccount: [OTHER_ACCOUNT] }, "d"],
    [{ callerAccount: [OTHER_ACCOUNT] }, "c"],
    [{ callerAccount: [ACCOUNT], recipientAccount: [OTHER_ACCOUNT] }, "d"],
    [{ region: ["eu-west-1"] }, "bi"],
    [{ outcome: ["denied"] }, "d"],
    [{ outcome: ["denied", "failure"] }, "de"],
    [{ principal: ["bob"] }, "bi"],
    [{ principal: [`arn:aws:iam::${ACCOUNT}:user/bob`] }, "bi"],
    [{ principal: ["AIDABOBXXXXXXXXXXXXXX"] }, "bi"],
    [{ principal: ["BOB"] }, ""],
    [{ principal: ["B?B"] }, "bi"],
    [{ principal: ["*:user/b*"] }, "bi"],
    [{ principal: ["deploy"] }, "c"],
    [{ principal: [session.arn] }, "c"],
    [{ principal: [`arn:aws:iam::${THIRD_ACCOUNT}:role/deploy`] }, "c"],
    [{ principal: [`arn:aws:iam::${THIRD_ACCOUNT}:role/deploy/build`] }, "c"],
    [{ principal: ["carol_100%"] }, "g"],
    [{ principal: ["*carol?100%"] }, "g"],
    [{ principal: ["%"] }, ""],
    [{ principal: ["_ob*"] }, ""],
    [{ principal: ["' OR '1'='1"] }, ""],
    [{ region: ["' OR '1'='1"], account: ["' --"] }, ""],
  ])("%j: %s", async (flags, ids) => {
    expect(await withScope(flags, async (reader) => idsIn(reader, "events"))).toBe(ids);
  });

  test("values of one flag are alternatives, different flags narrow each other", async () => {
    const flags = { principal: ["bob", "deploy"], region: ["us-east-1", "eu-west-1"], since: "2024-03-01T10:00:30Z" };

    expect(await withScope(flags, async (reader) => idsIn(reader, "events"))).toBe("bc");
  });

  test("and never touches the whole case, of which tables made from it are part", async () => {
    await withScope({ region: ["eu-west-1"] }, async (reader) => {
      expect(await idsIn(reader, "all_events")).toBe("abcdefghi");
      expect(await idsIn(reader, "undated_events")).toBe("");
    });
  });
});

describe("what a scope leaves out without being asked is said", () => {
  const removals = async (flags: ScopeFlags): Promise<string[]> =>
    withScope(flags, async (reader) => scopeRemovals(reader, parseScope(flags)));

  test("undated events by a time range", async () => {
    expect(await removals({ since: "2024-03-01" })).toEqual([
      "1 events without a usable time are left out by the time range: see undated_events.",
    ]);
    expect(await removals({ since: "2024-03-01", account: [OTHER_ACCOUNT] })).toEqual([]);
  });

  test("global events by a region, counted inside the rest of the scope", async () => {
    expect(await removals({ region: ["us-east-1"] })).toEqual([
      "--region leaves out 1 IAM, STS, sign-in and Organizations events of other regions.",
    ]);
    expect(await removals({ region: ["eu-west-1"], until: "2024-03-01T10:03:00Z" })).toEqual([]);
  });

  test("nothing by another flag", async () => {
    expect(await removals({ account: [ACCOUNT] })).toEqual([]);
  });
});

describe("lists in files", () => {
  const folder = temporaryFolder();
  const listFile = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return `@${join(folder, name)}`;
  };

  test("stand for their lines, without comments, blank lines and a byte order mark", () => {
    expect(expandValues(["x", listFile("names", "\uFEFFalice\r\n# no\r\n\r\n  bob\t\n"), "y"])).toEqual([
      "x",
      "alice",
      "bob",
      "y",
    ]);
  });

  test("work for every value flag", () => {
    const [accounts, regions] = [
      listFile("accounts", `${ACCOUNT}\n${OTHER_ACCOUNT}\n`),
      listFile("regions", "eu-west-1"),
    ];

    expect(
      parseScope({
        account: [accounts],
        recipientAccount: [accounts],
        callerAccount: [accounts],
        region: [regions],
        principal: [regions],
        outcome: [listFile("outcomes", "denied")],
      }),
    ).toEqual({
      since: null,
      until: null,
      account: [ACCOUNT, OTHER_ACCOUNT],
      recipient_account: [ACCOUNT, OTHER_ACCOUNT],
      caller_account: [ACCOUNT, OTHER_ACCOUNT],
      region: ["eu-west-1"],
      principal: ["eu-west-1"],
      outcome: ["denied"],
    });
  });

  test("that are missing, folders, or empty are refused: an empty list would report everything", () => {
    mkdirSync(join(folder, "sub"));

    expect(() => expandValues(["@nowhere"])).toThrow("No such list file: @nowhere");
    expect(() => expandValues([`@${join(folder, "sub")}`])).toThrow("No such list file");
    expect(() => expandValues([listFile("empty", "# nobody\n\n")])).toThrow("An empty list file");
  });
});

test("a range that ends before it begins, and an outcome that is none, are refused", () => {
  expect(() => parseScope({ since: "2024-03-02", until: "2024-03-01" })).toThrow(
    "An empty time range: --since 2024-03-02 --until 2024-03-01",
  );
  expect(() => parseScope({ since: "2024-03-01T10:00:00Z", until: "2024-03-01T10:00:00Z" })).toThrow(
    "An empty time range",
  );
  expect(() => parseScope({ outcome: ["refused"] })).toThrow(/No such outcome: --outcome refused\n.*denied/);
});

test("a scope is said in words", () => {
  expect(scopeInWords(parseScope({}))).toBe("whole case");
  expect(
    scopeInWords(
      parseScope({ since: "2024-03-01", until: "2024-03-01", region: ["a", "b"], recipientAccount: [ACCOUNT] }),
    ),
  ).toBe(`from 2024-03-01 00:00:00Z, until before 2024-03-02 00:00:00Z, recipient account ${ACCOUNT}, region a or b`);
  expect(scopeInWords(parseScope({ principal: ["a", "b", "c", "d", "e"] }))).toBe("principal a or b or c or 2 more");
});
