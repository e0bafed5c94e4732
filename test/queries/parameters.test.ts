import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { bindParameters, parseParameterFlags, sqlNamesOf } from "../../src/queries/parameters.ts";
import { parseQueryFile } from "../../src/queries/query-file.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** A query with one parameter, declared like this in YAML. */
function queryWith(declaration: string): ReturnType<typeof parseQueryFile> {
  const keys = [
    "id: q",
    "title: t",
    "question: q?",
    "phase: triage",
    "kind: finding",
    "cannot_show: x",
    `params: {p: {help: x, ${declaration}}}`,
  ];
  return parseQueryFile("q.sql", "q", ["-- ---", ...keys.map((key) => `-- ${key}`), "-- ---", "SELECT 1"].join("\n"));
}

const bind = (declaration: string, ...values: string[]): unknown =>
  bindParameters(queryWith(declaration), values.length === 0 ? new Map() : new Map([["p", values]]));

describe("a text becomes a value of the parameter's type", () => {
  test.each<[declaration: string, text: string, bound: Record<string, unknown>]>([
    ["type: string", "it's 50 %", { p: "it's 50 %" }],
    ["type: string", "", { p: "" }],
    ["type: string, choices: [up, down]", "down", { p: "down" }],
    ["type: glob", "*:user/a?", { p: "*:user/a?" }],
    ["type: regex", "^a(b|c)$", { p: "^a(b|c)$" }],
    ["type: int", "-5", { p: -5 }],
    ["type: int", "007", { p: 7 }],
    ["type: float", "0.25", { p: 0.25 }],
    ["type: float", "1e3", { p: 1000 }],
    ["type: bool", "TRUE", { p: true }],
    ["type: bool", "false", { p: false }],
    ["type: timestamp", "2023-07-10T14:00:00+02:00", { p: "2023-07-10 12:00:00" }],
    ["type: timestamp", "2023-07-10", { p: "2023-07-10 00:00:00" }],
    ["type: duration", "10m", { p: 600 }],
    [
      "type: cidr",
      "198.51.100.7",
      { p_low: "00000000000000000000ffffc6336407", p_high: "00000000000000000000ffffc6336407" },
    ],
    [
      "type: cidr",
      "10.1.2.3/8",
      { p_low: "00000000000000000000ffff0a000000", p_high: "00000000000000000000ffff0affffff" },
    ],
    [
      "type: cidr",
      "2001:db8::/32",
      { p_low: "20010db8000000000000000000000000", p_high: "20010db8ffffffffffffffffffffffff" },
    ],
    ["type: list", "a, b,,c ", { p: ["a", "b", "c"] }],
  ])("%s of %j", (declaration, text, bound) => {
    expect(bind(declaration, text)).toEqual(bound);
  });
});

describe("a text of the wrong form is refused with what is expected", () => {
  test.each<[declaration: string, text: string, words: RegExp]>([
    ["type: int", "1.5", /p = 1\.5\n.*a whole number/],
    ["type: int", "1e3", /a whole number/],
    ["type: int", "", /a whole number/],
    ["type: float", "much", /a number/],
    ["type: float", " ", /a number/],
    ["type: float", "Infinity", /a number/],
    ["type: bool", "yes", /true or false/],
    ["type: timestamp", "soon", /Not a time: --param p soon/],
    ["type: duration", "1 hour", /Not a duration: --param p 1 hour/],
    ["type: cidr", "AWS Internal", /an address or range/],
    ["type: cidr", "10.0.0.0/33", /an address or range/],
    ["type: cidr", "999.1.1.1", /an address or range/],
    ["type: string, choices: [up, down]", "Up", /Give up or down\./],
  ])("%s of %j", (declaration, text, words) => {
    expect(() => bind(declaration, text)).toThrow(UsageError);
    expect(() => bind(declaration, text)).toThrow(words);
  });
});

test("what is left out takes its default, or is null", () => {
  expect(bind("type: int, default: 5")).toEqual({ p: 5 });
  expect(bind("type: bool, default: false")).toEqual({ p: false });
  expect(bind("type: duration, default: 1h")).toEqual({ p: 3600 });
  expect(bind("type: list, default: [a, b]")).toEqual({ p: ["a", "b"] });
  expect(bind("type: string, default: null")).toEqual({ p: null });
  expect(bind("type: list, default: null")).toEqual({ p: null });
  expect(bind("type: cidr, default: null")).toEqual({ p_low: null, p_high: null });
});

test("what must be given and is not, and what nobody declared, are named", () => {
  expect(() => bind("type: int")).toThrow(/A parameter is missing: q needs p \(x\)\n.*--param p=/);
  expect(() => bindParameters(queryWith("type: int"), new Map([["q", ["1"]]]))).toThrow(
    /No such parameter: q has no q\n.*It has: p\./,
  );
});

test("a list takes a flag several times and lines of a file; another type takes one value", () => {
  const file = join(temporaryFolder(), "values.txt");
  writeFileSync(file, "\uFEFFone\r\n# a comment\r\n\r\n two \r\n");

  expect(bind("type: list", "zero", `@${file}`)).toEqual({ p: ["zero", "one", "two"] });
  expect(() => bind("type: string", "a", "b")).toThrow(/Give one value/);
  expect(() => bind("type: string", `@${file}`)).toThrow(/Give one value/);
});

test("a range has two names in SQL, everything else one", () => {
  const [param] = queryWith("type: cidr").params;

  expect(sqlNamesOf(param!)).toEqual(["p_low", "p_high"]);
  expect(sqlNamesOf({ ...param!, type: "int" })).toEqual(["p"]);
});

test("flags are read as name=value; the value may hold more signs", () => {
  expect([...parseParameterFlags(["a=1", "b==", "a=x=y", "c="])]).toEqual([
    ["a", ["1", "x=y"]],
    ["b", ["="]],
    ["c", [""]],
  ]);
  expect(() => parseParameterFlags(["=1"])).toThrow("Not a parameter: --param =1");
  expect(() => parseParameterFlags(["word"])).toThrow("Write --param name=value.");
});
