import { expect, test } from "vitest";
import { findImportCycle } from "./import-cycle.ts";
import { readImports, type SourceImport } from "./source-imports.ts";

const from = "src/cli/x.ts";

test.each<[text: string, to: string, kind: SourceImport["kind"]]>([
  ['import { a } from "../store/a.ts";', "src/store/a.ts", "static"],
  ['import a, * as b from "./b.ts";', "src/cli/b.ts", "static"],
  ['import {\n  a, // why\n  type B,\n} from "./b.ts";', "src/cli/b.ts", "static"],
  ['import "./effect.ts";', "src/cli/effect.ts", "static"],
  ['export { a } from "./b.ts";', "src/cli/b.ts", "static"],
  ['export * from "./b.ts";', "src/cli/b.ts", "static"],
  ['import type { A } from "@duckdb/node-api";', "@duckdb/node-api", "type"],
  ['import { type A, type B } from "./b.ts";', "src/cli/b.ts", "type"],
  ['export type { A } from "./b.ts";', "src/cli/b.ts", "type"],
  ['  const { run } = await import("../tui/run.ts");', "src/tui/run.ts", "dynamic"],
  ['  const later = import("../tui/run.ts");', "src/tui/run.ts", "static"],
])("reads %j", (text, to, kind) => {
  expect(readImports({ path: from, text })).toEqual([{ from, to, kind }]);
});

test.each(['// import { a } from "./a.ts";', '/* import("./a.ts") */', 'export const a = "x";', "export { a };"])(
  "finds no import in %j",
  (text) => {
    expect(readImports({ path: from, text })).toEqual([]);
  },
);

test.each(["import { a } from './a.ts';", "const a = await import(name);"])("refuses to overlook %j", (text) => {
  expect(() => readImports({ path: from, text })).toThrow(from);
});

test("finds a circle, types included", () => {
  const edge = (a: string, b: string): SourceImport => ({ from: `src/${a}.ts`, to: `src/${b}.ts`, kind: "type" });

  expect(findImportCycle([edge("a", "b"), edge("b", "c"), edge("c", "b")])).toEqual([
    "src/b.ts",
    "src/c.ts",
    "src/b.ts",
  ]);
  expect(findImportCycle([edge("a", "b"), edge("a", "c"), edge("b", "c")])).toBeNull();
});
