import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issuedBySession, sessionPart } from "../../../src/queries/views/session-detail.ts";
import { sessionFacts, type SessionFacts } from "../../../src/queries/views/session-facts.ts";
import {
  recordsWithoutSession,
  sessionListSql,
  sessionPage,
  type SessionOrder,
} from "../../../src/queries/views/session-list.ts";
import { accountSpans, dayOfCreation, originInWords, originState } from "../../../src/queries/views/session-origin.ts";
import {
  parseSelection,
  selectionWords,
  sessionFilters,
  SESSION_LENGTH_MAX,
  ALL_KEYS,
  type SessionSelection,
} from "../../../src/queries/views/session-selection.ts";
import { whereClause } from "../../../src/queries/views/filter-sql.ts";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { parseScope } from "../../../src/queries/scope.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { ACCOUNT, timeAt } from "../../helpers/trail-maker.ts";
import {
  ALICE,
  ASSUMED,
  ASSUMED_GROUP,
  CONSOLE,
  CONSOLE_GROUP,
  FORWARDED,
  HOSTILE,
  OLD,
  ROLE_ARN,
  SESSION_RECORDS,
} from "./session-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await CaseReader.open(await caseOf(SESSION_RECORDS), {
    prepare: async (database) => prepareCase(database, parseScope({})),
  });
});
afterAll(() => {
  reader.close();
});

const BY_RECORDS: SessionOrder = { sort: "records", isDescending: true };
const hostile = HOSTILE.slice(0, SESSION_LENGTH_MAX);

async function listed(selection: Partial<SessionSelection>, order = BY_RECORDS): Promise<[string, number, number][]> {
  const page = await sessionPage(reader, { ...ALL_KEYS, ...selection }, { order, offset: 0, limit: 100 });
  expect(page.total).toBe(page.rows.length);
  expect(page.records).toBe(page.rows.reduce((sum, { records }) => sum + records, 0));
  return page.rows.map(({ session, records, denied }) => [session, records, denied]);
}

async function factsOf(by: "key" | "group", session: string): Promise<SessionFacts> {
  return (await sessionFacts(reader, by, [session])).get(session)!;
}

describe("the list", () => {
  test("has every key with its records and denials, the most frequent first, and cuts a made-up one", async () => {
    expect(await listed({})).toEqual([
      [ALICE, 4, 1],
      [ASSUMED, 2, 0],
      [hostile, 1, 0],
      [CONSOLE, 1, 0],
      [FORWARDED, 1, 0],
      [OLD, 1, 0],
    ]);
  });

  test("counts with the summary what it counts from the records", async () => {
    const counted = await listed({ account: ACCOUNT });

    expect(counted).toEqual(await listed({}));
  });

  test("has every session group", async () => {
    const groups = await listed({ by: "group" });

    expect(groups.find(([group]) => group === ASSUMED_GROUP)).toEqual([ASSUMED_GROUP, 2, 0]);
    expect(groups.find(([group]) => group === CONSOLE_GROUP)).toEqual([CONSOLE_GROUP, 1, 0]);
  });

  test.each([
    ["a principal", { principal: ROLE_ARN }, [ASSUMED, hostile, FORWARDED, OLD]],
    ["a principal by a glob", { principal: "*user/bob" }, [CONSOLE]],
    ["an address", { address: "203.0.113.50" }, [CONSOLE]],
    ["an address and a part of a key", { address: "203.0.113.9", text: "assumed" }, [ASSUMED]],
    ["a block of addresses", { address: "203.0.113.0/26" }, [ASSUMED, CONSOLE, OLD]],
    ["an account that is not there", { account: "999999999999" }, []],
    ["a part of a key in another case", { text: "akiaal" }, [ALICE]],
    ["a part of an actor", { text: "USER/BOB" }, [CONSOLE]],
    ["a text with quotes and wildcards", { text: "%'_" }, []],
  ])("of %s has the sessions that fit", async (_, selection, expected) => {
    expect((await listed(selection)).map(([session]) => session)).toEqual(expected);
  });

  test("of a principal counts the records that fit and no others", async () => {
    expect(await listed({ address: "198.51.100.2" })).toEqual([[ALICE, 2, 1]]);
  });

  test.each([
    ["denied", true, ALICE],
    ["first", false, ALICE],
    ["first", true, hostile],
    ["last", true, hostile],
    ["session", false, ALICE],
  ] as const)("is sorted by %s, descending: %s", async (sort, isDescending, expected) => {
    expect((await listed({}, { sort, isDescending }))[0]![0]).toBe(expected);
  });

  test("comes in pages that say what all of it comes to", async () => {
    const page = await sessionPage(reader, ALL_KEYS, { order: BY_RECORDS, offset: 1, limit: 2 });

    expect(page.rows.map(({ session }) => session)).toEqual([ASSUMED, hostile]);
    expect([page.total, page.records]).toEqual([6, 10]);
  });

  test("is the same as its statement", async () => {
    for (const by of ["key", "group"] as const) {
      const rows = await reader.rows(sessionListSql({ ...ALL_KEYS, by }, BY_RECORDS));

      expect(rows.map(({ session }) => session)).toEqual((await listed({ by })).map(([session]) => session));
    }
  });

  test.each([
    ["key", 2],
    ["group", 6],
  ] as const)("says how many records carry no %s", async (by, expected) => {
    expect(await recordsWithoutSession(reader, { ...ALL_KEYS, by })).toBe(expected);
  });
});

describe("the facts of a session", () => {
  test.each([
    ["key", ALICE, "long-term key"],
    ["key", ASSUMED, "session"],
    ["key", CONSOLE, "console"],
    ["group", CONSOLE_GROUP, "console"],
    ["group", ASSUMED_GROUP, "session"],
  ] as const)("tell the kind of %s %s", async (by, session, kind) => {
    expect((await factsOf(by, session)).kind).toBe(kind);
  });

  test("count addresses, agents and groups", async () => {
    expect(await factsOf("key", ALICE)).toMatchObject({
      addresses: 2,
      agents: 2,
      counterparts: 0,
      created: null,
      mfa: null,
    });
    expect(await factsOf("key", ASSUMED)).toMatchObject({
      addresses: 1,
      counterparts: 1,
      counterpart: ASSUMED_GROUP,
      created: timeAt(10),
      mfa: false,
      account: ACCOUNT,
    });
    expect(await factsOf("group", ASSUMED_GROUP)).toMatchObject({ counterparts: 1, counterpart: ASSUMED });
  });

  test("are there for a made-up id of any length, by its beginning", async () => {
    expect(await factsOf("key", hostile)).toMatchObject({ addresses: 1, agents: 1 });
  });

  test("name the record that issued a key", async () => {
    const { origin } = await factsOf("key", ASSUMED);

    expect(origin).toMatchObject({
      event_name: "AssumeRole",
      time: timeAt(10),
      address: "198.51.100.1",
      grade: "credential",
    });
  });

  test("name the record that began a group, with its grade", async () => {
    expect((await factsOf("group", ASSUMED_GROUP)).origin).toMatchObject({
      event_name: "AssumeRole",
      grade: "session",
    });
    expect((await factsOf("group", CONSOLE_GROUP)).origin).toMatchObject({
      event_name: "ConsoleLogin",
      grade: "principal",
    });
  });
});

describe("where a session comes from, in words", () => {
  async function words(by: "key" | "group", session: string): Promise<{ state: string; text: string }> {
    const facts = await factsOf(by, session);
    const spans = await accountSpans(reader);
    const text = originInWords(facts, spans, await dayOfCreation(reader, facts)).join(" ");
    return { state: originState(facts, spans), text };
  }

  test("is the record with its grade", async () => {
    expect(await words("key", ASSUMED)).toEqual({
      state: "recorded",
      text: `AssumeRole at ${timeAt(10)} (grade credential: the record names the key), by arn:aws:iam::${ACCOUNT}:user/alice from 198.51.100.1`,
    });
    expect((await words("group", ASSUMED_GROUP)).text).toContain("grade session");
  });

  test("is before the archive only when it was created before the account's first event", async () => {
    expect(await words("key", OLD)).toEqual({
      state: "before archive",
      text: `Begun before this archive: created 2024-01-01T00:00:00Z, and the first event of account ${ACCOUNT} is ${timeAt(0)}.`,
    });
  });

  test("says that the time is covered and by which regions, and that a service acted", async () => {
    const { state, text } = await words("key", FORWARDED);

    expect(state).toBe("not in this archive");
    expect(text).toBe(
      `The event that issued it is not in this archive, although it holds that day: created ${timeAt(5)}; 12 records of account ${ACCOUNT} on that day, from us-east-1, eu-west-1 only. ` +
        "It may have been recorded in another region or account, or not have been collected. " +
        "Every record of it was made by cloudformation.amazonaws.com on the caller's behalf; keys that a service uses so have, as a rule, no issuing record of their own.",
    );
  });

  test("says of a long-term key that nothing tells its age", async () => {
    const { state, text } = await words("key", ALICE);

    expect(state).toBe("not in this archive");
    expect(text).toBe(
      `The event that issued it is not in this archive; no record tells how old the key is, and the first event of account ${ACCOUNT} is ${timeAt(0)}.`,
    );
  });
});

describe("the filters of a session", () => {
  test.each([
    ["key", ALICE, 4],
    ["key", hostile, 1],
    ["group", ASSUMED_GROUP, 2],
  ] as const)("choose its records: %s %s", async (by, session, expected) => {
    const [row] = await reader.rows(`SELECT count(*) AS n FROM events ${whereClause(sessionFilters(by, session))}`);

    expect(row!["n"]).toBe(BigInt(expected));
  });
});

describe("one session", () => {
  test.each([
    [
      "addresses",
      [
        ["198.51.100.1", 2],
        ["198.51.100.2", 2],
      ],
    ],
    [
      "agents",
      [
        ["aws-cli/2.15.0", 3],
        ["Boto3/1.34", 1],
      ],
    ],
    [
      "events",
      [
        ["DescribeInstances", 3],
        ["AssumeRole", 1],
      ],
    ],
    ["regions", [["us-east-1", 4]]],
    ["counterparts", [[null, 4]]],
  ] as const)("is counted by %s", async (part, expected) => {
    const { rows, total } = await sessionPart(reader, "key", { session: ALICE, part });

    expect(rows.map(({ value, records }) => [value, records])).toEqual(expected);
    expect(total).toBe(expected.filter(([value]) => value !== null).length);
  });

  test("names the keys that it issued, with their use", async () => {
    expect(await issuedBySession(reader, "key", ALICE)).toMatchObject([
      { key: ASSUMED, event_name: "AssumeRole", records: 2 },
    ]);
    expect(await issuedBySession(reader, "key", ASSUMED)).toEqual([]);
  });
});

describe("the words of the search field", () => {
  test.each([
    [
      "principal:*bob address:1.2.3.4 account:111122223333 some text",
      { principal: "*bob", address: "1.2.3.4", account: "111122223333", text: "some text" },
    ],
    ["  AKIA  ", { text: "AKIA" }],
    ["principal: x", { text: "principal: x" }],
    ["address:fe80::1", { address: "fe80::1" }],
  ])("%s", (words, expected) => {
    const selection = parseSelection(words, "key");

    expect(selection).toEqual({ ...ALL_KEYS, ...expected });
    expect(parseSelection(selectionWords(selection), "key")).toEqual(selection);
  });
});
