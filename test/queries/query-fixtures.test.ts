import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { ask } from "../helpers/ask-library.ts";
import { writeDemoArchive } from "../helpers/demo-archive-folder.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// What each query says of itself that it finds, in its `tests`.

const cases = new Map<string, Promise<string>>();

async function caseOfFixture(fixture: string): Promise<string> {
  if (fixture === "demo") return caseOfDemo();
  const file = fileURLToPath(new URL(`../data/${fixture}.json.gz`, import.meta.url));
  expect(existsSync(file)).toBe(true);
  const folder = `${temporaryFolder()}/case`;
  await quickIngest(folder, [file]);
  return folder;
}

async function caseOfDemo(): Promise<string> {
  const folder = temporaryFolder();
  writeDemoArchive(`${folder}/archive`);
  await quickIngest(`${folder}/case`, [`${folder}/archive/cloudtrail`], { jobs: 2 });
  return `${folder}/case`;
}

const tests = [...readLibrary([]).queries.values()].flatMap((query) =>
  query.tests.map((item) => [query.id, item.fixture, item.rows, item.params] as const),
);

test.each(tests)("%s finds in %s %s rows", async (id, fixture, rows, params) => {
  const folder = cases.get(fixture) ?? caseOfFixture(fixture);
  cases.set(fixture, folder);
  const { length } = (await ask(await folder, id, { params })).rows;
  if (rows.startsWith(">=")) expect(length).toBeGreaterThanOrEqual(Number(rows.slice(2)));
  else expect(length).toBe(Number(rows));
});

test("every query says what it finds in the demo archive", () => {
  const library = [...readLibrary([]).queries.values()];
  const inDemo = library.map((query) => [query.id, query.tests.filter(({ fixture }) => fixture === "demo").length]);

  expect(inDemo.filter(([, length]) => length !== 1)).toEqual([]);
});
