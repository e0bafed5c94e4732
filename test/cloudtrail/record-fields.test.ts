import { describe, expect, test } from "vitest";
import { DERIVED_FIELDS, INTERNAL_FIELDS } from "../../src/cloudtrail/derived-fields.ts";
import { RECORD_FIELDS, RECORD_STRUCTURE, type StructureNode } from "../../src/cloudtrail/record-fields.ts";

const paths = RECORD_FIELDS.map(({ path }) => path.join("."));
const columns = [...RECORD_FIELDS, ...DERIVED_FIELDS].map(({ column }) => column);

function fieldsBelow(node: StructureNode): { path: string; fieldIndex: number }[] {
  return node.fieldIndex >= 0 ? [node] : [...node.members.values()].flatMap(fieldsBelow);
}

describe("the table of fields", () => {
  test("names each column and each path once", () => {
    expect(new Set(columns).size).toBe(columns.length);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test("names columns in snake_case", () => {
    expect(columns.filter((column) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(column))).toEqual([]);
  });

  test("has no field inside another one", () => {
    expect(paths.filter((path) => paths.some((other) => path.startsWith(`${other}.`)))).toEqual([]);
  });

  test("uses no character in paths that the shape column is written with", () => {
    expect(paths.filter((path) => !/^[A-Za-z0-9.]+$/.test(path))).toEqual([]);
  });

  test("is what the structure leads to", () => {
    const found = fieldsBelow(RECORD_STRUCTURE).toSorted((a, b) => a.fieldIndex - b.fieldIndex);
    expect(found.map(({ path }) => path)).toEqual(paths);
  });
});

test("internal columns are derived ones", () => {
  const derived = new Set<string>(DERIVED_FIELDS.map(({ column }) => column));
  expect([...INTERNAL_FIELDS].filter((column) => !derived.has(column))).toEqual([]);
});
