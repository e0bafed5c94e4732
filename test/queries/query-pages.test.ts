import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { attackChapter } from "../../scripts/docs/attack-matrix.ts";
import { renderQueryIndex, renderQueryPage } from "../../scripts/docs/query-pages.ts";
import { readLibrary } from "../../src/queries/library.ts";
import { MACROS } from "../../src/queries/macros.ts";
import { parseQueryFile } from "../../src/queries/query-file.ts";
import { REFERENCE_TABLES } from "../../src/queries/reference-tables.ts";
import { fencedBlocks } from "../helpers/markdown.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = renderQueryPage();
const index = renderQueryIndex();
const queries = [...readLibrary([]).queries.values()];

test("the committed pages are those that the front matter gives", () => {
  expect(readFileSync(`${root}docs/queries.md`, "utf8")).toBe(page);
  expect(readFileSync(`${root}queries/README.md`, "utf8")).toBe(index);
});

describe.each(queries.map((query) => [query.id, query] as const))("%s", (id, query) => {
  const text = page.split(`\n### ${id}\n`)[1]!.split(/\n##/)[0]!;

  test("has a section with its question, its limits and its parameters", () => {
    expect(text).toContain(query.question);
    expect(text).toContain(`- Cannot show: ${query.cannot_show}.`);
    for (const beware of query.false_positives) expect(text).toContain(`- Beware: ${beware}.`);
    for (const { name } of query.params) expect(text).toContain(`\n| \`${name}\``);
  });

  test("stands in the index with a link to its file", () => {
    const [, path] = new RegExp(`\\[${id}\\]\\(([^)]+)\\)`).exec(index)!;

    expect(existsSync(`${root}queries/${path}`)).toBe(true);
  });
});

test("every function for queries is explained", () => {
  for (const { name } of MACROS) expect(page).toContain(`\n| \`${name}(`);
});

test("every view for queries is explained, and who is thanked for what it holds", () => {
  for (const { name } of [...REFERENCE_TABLES, { name: "known_accounts" }]) expect(page).toContain(`\n| \`${name}\``);
  expect(page).toContain("[TrailDiscover](https://traildiscover.cloud) by Adan Álvarez");
});

describe("the chapter on ATT&CK", () => {
  const chapter = (...attack: string[]): string => attackChapter([{ ...queries[0]!, id: "one", attack }]).join("\n");
  const rowOf = (text: string, technique: string): string | undefined =>
    text.split("\n").find((line) => line.startsWith("|") && line.includes(`[${technique}]`));

  test.each(queries.flatMap(({ id, attack }) => attack.map((technique) => [id, technique] as const)))(
    "has %s beside %s",
    (id, technique) => {
      expect(rowOf(page, technique)).toContain(`[${id}](#${id})`);
    },
  );

  test("lists a technique below each of its tactics, and what no query is about apart", () => {
    const text = chapter("T1556.006");
    expect(text.match(/^\| [A-Z].*\[T1556\.006\].*\[one\]\(#one\)/gm)).toHaveLength(3);
    expect(text).toMatch(/^No query is about these: .*\[T1685\.002\]/m);
    expect(rowOf(text, "T1685.002")).toBeUndefined();
    // What is below it is looked for.
    expect(text).not.toContain("[T1556]");
  });

  test("knows every technique that it is given", () => {
    expect(() => chapter("T1999")).toThrow("one names T1999");
  });
});

test("the example of an own query is a valid one", () => {
  const example = fencedBlocks(page).find(({ text }) => text.startsWith("-- ---"))!;

  expect(parseQueryFile("example.sql", "regions-of-a-principal", example.text).params).toHaveLength(1);
});
