import { describe, expect, test } from "vitest";
import { readLibrary } from "../../../src/queries/library.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { WHOLE_CASE } from "../../../src/queries/scope.ts";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { fieldsOf, patternProblems, readForm, readScope } from "../../../src/queries/views/query-form.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { makeRecord } from "../../helpers/trail-maker.ts";

const { queries } = readLibrary([]);
const query = (id: string) => queries.get(id)!;

describe("the fields of a form", () => {
  test("begin with what must be given and end with the scope", () => {
    expect(fieldsOf(query("off-hours")).map(({ name }) => name)).toEqual([
      ...query("off-hours").params.map(({ name }) => name),
      "--since",
      "--until",
      "--account",
      "--region",
      "--principal",
      "--outcome",
    ]);
    expect(fieldsOf(query("new-behaviour"))[0]).toMatchObject({ name: "pivot_time", isRequired: true });
  });

  test.each([
    ["key-usage", "access_key", { otherwise: "must be given", source: { kind: "column" } }],
    ["suspicious-user-agents", "pattern", { otherwise: "none", default: null, source: { kind: "none" } }],
    [
      "key-inventory",
      "kind",
      { otherwise: "all", source: { kind: "words", words: ["all", "long-term", "temporary"] } },
    ],
    ["principal-dossier", "principal", { source: { kind: "principals" }, isList: false }],
    ["iam-privilege-grants", "admin_only", { source: { kind: "words", words: ["true", "false"] } }],
    ["trust-policy-changes", "trusted", { source: { kind: "accounts" }, isList: true }],
    ["new-behaviour", "pivot_time", { source: { kind: "times" } }],
  ])("%s has %s as declared", (id, name, expected) => {
    expect(fieldsOf(query(id)).find((field) => field.name === name)).toMatchObject(expected);
  });
});

describe("reading a form", () => {
  test("takes an empty field for its default, and gives only what was typed", () => {
    const { given, scope, problems } = readForm(query("login-bruteforce"), { window: "30m" });

    expect([...given]).toEqual([["window", ["30m"]]]);
    expect(scope).toEqual(WHOLE_CASE);
    expect(problems.size).toBe(0);
  });

  test.each([
    ["key-usage", {}, "access_key", "must be given"],
    ["login-bruteforce", { min_failures: "many" }, "min_failures", "Give a whole number."],
    ["login-bruteforce", { window: "soon" }, "window", "Not a duration. Write 90s, 10m, 1h, 2d or 1w."],
    ["ip-pivot", { ip: "198.51.100.300" }, "ip", "Give an address or range such as 198.51.100.7 or 10.0.0.0/8."],
    ["key-inventory", { kind: "some" }, "kind", "Give all or long-term or temporary."],
    ["iam-privilege-grants", { admin_only: "yes" }, "admin_only", "Give true or false."],
    ["new-behaviour", { pivot_time: "2024-13-01" }, "pivot_time", /^Not a time\. Write 2023-07-10/],
    ["ua-pivot", { ua: "@/no/such/file" }, "ua", "No such list file. Check the path after @."],
    ["ip-pivot", { ip: "10.0.0.1", "--since": "yesterday" }, "--since", /^Not a time/],
    ["ip-pivot", { ip: "10.0.0.1", "--outcome": "denied,odd" }, "--outcome", /^No such outcome\. Use one of/],
    [
      "ip-pivot",
      { ip: "10.0.0.1", "--since": "2024-03-02", "--until": "2024-03-01" },
      "--until",
      "An empty time range. --until must be later than --since.",
    ],
  ])("%s with %j says what is wrong with %s", (id, texts, name, expected) => {
    const { problems } = readForm(query(id), texts as Record<string, string>);

    expect([...problems.keys()]).toEqual([name]);
    expect(problems.get(name)).toMatch(expected);
  });

  test("a text of evidence that begins with @ names no file", () => {
    const { given, problems } = readForm(query("ua-pivot"), { ua: "@@/etc/passwd" });

    expect(problems.size).toBe(0);
    expect(given.get("ua")).toEqual(["@@/etc/passwd"]);
  });

  test("several values of the scope stand between commas", () => {
    const { scope } = readScope({ "--account": "111122223333, 444455556666", "--since": "2024-03-01" });

    expect(scope).toEqual({ ...WHOLE_CASE, account: ["111122223333", "444455556666"], since: 1_709_251_200_000_000n });
  });
});

test("a pattern that the engine refuses is a problem of its field", async () => {
  const reader = await CaseReader.open(await caseOf([makeRecord(0)]), {
    prepare: async (database) => prepareCase(database, WHOLE_CASE),
  });
  try {
    const asked = query("suspicious-user-agents");
    const problems = async (pattern: string) => await patternProblems(reader, asked, new Map([["pattern", [pattern]]]));

    expect(await problems("(?i)kali")).toEqual(new Map());
    expect((await problems("(kali")).get("pattern")).toMatch(/^not a pattern of RE2: missing \)/);
  } finally {
    reader.close();
  }
});
