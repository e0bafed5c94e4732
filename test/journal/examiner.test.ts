import { userInfo } from "node:os";
import { expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { resolveExaminer } from "../../src/journal/examiner.ts";

test.each([
  ["the option", "ada", { COLDTRAIL_EXAMINER: "zoe" }, { name: "ada", source: "option" }],
  ["the environment", undefined, { COLDTRAIL_EXAMINER: "zoe" }, { name: "zoe", source: "environment" }],
  ["the OS user", undefined, {}, { name: userInfo().username, source: "os-user" }],
  ["the OS user", undefined, { COLDTRAIL_EXAMINER: " " }, { name: userInfo().username, source: "os-user" }],
  ["the option, trimmed and composed", " Zoe\u0308 ", {}, { name: "Zo\u00eb", source: "option" }],
])("The examiner comes from %s.", (...[, option, env, expected]) => {
  expect(resolveExaminer(option, env)).toEqual(expected);
});

test.each([[""], [" "], ["x".repeat(201)]])("A name that is empty or endless is a usage error.", (name) => {
  expect(() => resolveExaminer(name, {})).toThrow(UsageError);
});
