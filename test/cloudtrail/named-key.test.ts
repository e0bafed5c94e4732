import { expect, test } from "vitest";
import { namedAccessKey } from "../../src/cloudtrail/named-key.ts";

test.each([
  [{ accessKeyId: "AKIAIOSFODNN7EXAMPLE", status: "Inactive" }, "AKIAIOSFODNN7EXAMPLE"],
  [{ accessKeyId: "" }, null],
  [{ accessKeyId: ["AKIAIOSFODNN7EXAMPLE"] }, null],
  [{ user: { accessKeyId: "AKIAIOSFODNN7EXAMPLE" } }, null],
  [{}, null],
  [[], null],
  ["accessKeyId", null],
  [null, null],
])("a request %j names the key %j", (request, key) => {
  expect(namedAccessKey(request)).toBe(key);
});

test("what every object inherits is no key", () => {
  expect(namedAccessKey(Object.create({ accessKeyId: "AKIAIOSFODNN7EXAMPLE" }))).toBeNull();
});
