import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countRemovals } from "../../../src/queries/views/empty-view.ts";
import { columnTyped, eventColumn, VIEW_COLUMNS } from "../../../src/queries/views/event-column.ts";
import { completeName, completeValue, typedPartAt } from "../../../src/queries/views/filter-completion.ts";
import { whereClause } from "../../../src/queries/views/filter-sql.ts";
import { parseFilterText } from "../../../src/queries/views/filter-text.ts";
import { filterWords } from "../../../src/queries/views/filter-words.ts";
import { filterOf, isFilter, withFilter, type Filter } from "../../../src/queries/views/filter.ts";
import { textLiteral } from "../../../src/queries/views/sql-text.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord } from "../../helpers/trail-maker.ts";
import { ODD_RECORDS } from "./views-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await CaseReader.open(
    await caseOf([
      ...ODD_RECORDS,
      { ...makeRecord(100), eventID: "v6", sourceIPAddress: "2001:db8::1", userAgent: "" },
      { ...makeRecord(101), eventID: "service", sourceIPAddress: "s3.amazonaws.com", readOnly: undefined },
      {
        ...makeRecord(102),
        eventID: "denied",
        errorCode: "AccessDenied",
        errorMessage: "no",
        userIdentity: iamUser("carol"),
      },
    ]),
  );
});
afterAll(() => reader.close());

async function idsOf(filters: readonly Filter[]): Promise<string[]> {
  const rows = await reader.rows(
    `SELECT coalesce(event_id, 'none') AS id FROM events ${whereClause(filters)} ORDER BY id`,
  );
  return rows.map(({ id }) => String(id));
}
const ids = async (text: string): Promise<string[]> => idsOf(parseFilterText(text));

describe("a filter text selects the events that it says", () => {
  test.each<[string, string[]]>([
    ["eventID=odd-key", ["odd-key"]],
    ["eventID=odd-key,odd-issued", ["odd-issued", "odd-key"]],
    ["event_id:ODD-UN*", ["odd-undated-a", "odd-undated-b"]],
    ["event_id~UNDATED", ["odd-undated-a", "odd-undated-b"]],
    ["key=AKIANAMEDXXXXXXXXXXX", ["odd-issued", "odd-key", "odd-user"]],
    ["ip=198.51.100.4/31", ["odd-issued", "odd-key"]],
    ["ip=2001:db8::/32", ["v6"]],
    ["ip=s3.amazonaws.com", ["service"]],
    ["who=*:user/Carol", ["denied"]],
    ["who=carol", ["denied"]],
    ["errorCode=AccessDenied", ["denied"]],
    ["errorCode!= eventID~denied", ["denied"]],
    ["errorCode= eventID:d*", []],
    ["-errorCode= eventID:d*", ["denied"]],
    ["userAgent=", ["v6"]],
    ["readOnly= ", ["service"]],
    [
      "readOnly=true eventID:o*",
      ["odd-issued", "odd-key", "odd-old", "odd-quote", "odd-undated-a", "odd-undated-b", "odd-user"],
    ],
    ["readOnly=perhaps", []],
    ["event_time=2024-03-01T10:00:04Z..2024-03-01T10:00:06Z", ["odd-issued", "odd-key"]],
    ["time=..1970-01-01T00:00:00Z", ["odd-old"]],
    ["time=1969-12-31", ["odd-old"]],
    [`eventName="O'Brien%_\\\\*"`, ["odd-quote"]],
    ["eventName:O'B*%_?*", ["odd-quote"]],
    ["requestParameters.bucketName=it's", ["odd-quote"]],
    [`requestParameters.deep.list[0].id="x y"`, ["odd-quote"]],
    ["resource=arn:aws:s3:::it's", ["odd-quote"]],
    [`"drop table event_rows"`, ["odd-quote"]],
    [`!alice eventID:o*`, ["odd-user"]],
    ["AKIANAMEDXXXXXXXXXXX", ["odd-issued", "odd-key", "odd-user"]],
    [`anyAccount=999999999999`, []],
    ["event_copies=1 eventID=v6", ["v6"]],
    ["event_copies=2..", []],
    ["requestID=11111111-0000-4000-8000-000000000100", ["v6"]],
    [`agent="aws-cli/2.15.0" eventID:s*`, ["service"]],
  ])("%s", async (text, expected) => {
    expect(await ids(text)).toEqual(expected);
  });
});

test("what is off narrows nothing, and a negated filter keeps events without a value", async () => {
  const off = { ...isFilter("event_id", "odd-key"), on: false };
  expect((await idsOf([off])).length).toBe(ODD_RECORDS.length + 3);
  expect(await idsOf([isFilter("error_code", "AccessDenied", true)])).not.toContain("denied");
  expect(await idsOf([isFilter("error_code", "AccessDenied", true)])).toContain("v6");
});

test("every value goes through SQL unchanged, and nothing unprintable stands in the statement", async () => {
  const values = ["", "'", "''--", "a\0b", "\u202E\u200B", "\n\t\u001B]52;c;x\u0007", "\u{E0041}", "é漢😀", "$x %s \\"];
  for (const value of values) {
    const sql = `SELECT ${textLiteral(value)} AS v`;
    expect((await reader.rows(sql))[0]?.["v"]).toBe(value);
    expect(sql).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  }
  const hostile = ODD_RECORDS.find(({ eventID }) => eventID === "odd-quote")!;
  expect(await idsOf([isFilter("user_agent", String(hostile["userAgent"]))])).toEqual(["odd-quote"]);
});

test.each(["event_rows", "event_id; DROP", 'request_parameters.a"b', "1", "request_parameters.", "actor.x", ""])(
  "a column named %s is refused",
  (name) => {
    expect(() => eventColumn(name)).toThrow("No such column");
  },
);

test("all columns are known by their own name, by AWS's and without underscores", () => {
  for (const { name, aws_name } of VIEW_COLUMNS) {
    for (const typed of [name, aws_name.toUpperCase()]) {
      expect(columnTyped(typed)?.name).toBe(name);
    }
  }
  expect(columnTyped("requestParameters.userName")?.name).toBe("request_parameters.userName");
  expect(columnTyped("nothing")).toBeNull();
});

test("every column can be filtered in every way without an error", async () => {
  for (const { name } of VIEW_COLUMNS) {
    const filters: Filter[] = [
      isFilter(name, "x"),
      isFilter(name, null, true),
      filterOf({ kind: "contains", column: name, text: "x" }),
      filterOf({ kind: "glob", column: name, pattern: "*x?" }),
      filterOf({ kind: "between", column: name, low: "1", high: null }),
    ];
    for (const filter of filters) expect(await idsOf([filter])).toBeInstanceOf(Array);
  }
});

test("the words of a filter are the text that makes it", () => {
  const texts = [
    "eventName=GetObject",
    "errorCode!=",
    "userAgent~curl",
    "eventName!:Get*",
    "ip=10.0.0.0/8",
    `userAgent="a b,c\\"d\\\\e"`,
    "event_copies=2..5",
    "time=2024-03-01..2024-03-31",
    "time=2024-03-01",
    "time=2024-03-01T10:00:00Z..",
    "free",
    `"two words"`,
    `!"not this"`,
    `"a=b"`,
    `eventName=a,"b c",`,
    "requestParameters.bucketName=x",
  ];
  for (const text of texts) {
    const [filter, ...more] = parseFilterText(text);
    expect(more).toEqual([]);
    expect(filterWords(filter!)).toBe(text);
  }
});

test.each(["ip=10.0.0.0/99", "time=yesterday..", "key=", "time=2024-03-02..2024-03-01"])(
  "%s is refused with advice",
  (text) => {
    expect(() => parseFilterText(text)).toThrow(/range|value|time/);
  },
);

test("an empty view says how many events each filter keeps out", async () => {
  const filters = [
    isFilter("event_id", "denied"),
    { ...isFilter("event_id", "v6"), on: false },
    isFilter("error_code", null),
  ];
  expect(await countRemovals(reader, filters)).toEqual([
    { place: 0, n_without: ODD_RECORDS.length + 2 },
    { place: 2, n_without: 1 },
  ]);
});

test("adding a filter that is off turns it on", () => {
  const off = { ...isFilter("event_id", "a"), on: false };
  expect(withFilter([off], isFilter("event_id", "a"))).toEqual([isFilter("event_id", "a")]);
  expect(withFilter([off], isFilter("event_id", "a", true))).toHaveLength(2);
});

test("names and values of the case complete what is typed", async () => {
  expect(completeName("errorC").map(({ text }) => text)).toEqual(["errorCode="]);
  expect(typedPartAt("eventName=Cre who=x", 13)).toEqual({ from: 10, to: 13, text: "Cre", column: "event_name" });
  expect(typedPartAt("eventName=a,Cre", 15)).toMatchObject({ from: 12, text: "Cre" });
  expect(typedPartAt("who=car", 7)).toMatchObject({ column: "actor", text: "car" });
  expect(await completeValue(reader, typedPartAt("eventName=Cre", 13))).toEqual([{ text: "CreateAccessKey", n: 1 }]);
  expect(await completeValue(reader, typedPartAt("who=car", 7))).toEqual([
    { text: `arn:aws:iam::${ACCOUNT}:user/carol`, n: 1 },
  ]);
});
