import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { BUNDLED_LIBRARY, findQuery, libraryFolders, queryFilesIn, readLibrary } from "../../src/queries/library.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const bundled = readLibrary([]);

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const queryText = (id: string): string =>
  `-- ---\n-- id: ${id}\n-- title: t\n-- question: q?\n-- phase: triage\n-- kind: finding\n-- cannot_show: x\n-- ---\nSELECT 1 AS n ORDER BY n`;

test("the bundled library is found from the sources as from the build", () => {
  expect(bundled.queries.size).toBeGreaterThanOrEqual(12);
  expect(queryFilesIn(BUNDLED_LIBRARY).length).toBe(bundled.queries.size);
});

test("own folders are read beside it, below them too, and everything is sorted by id", () => {
  const folder = temporaryFolder();
  write(folder, "mine/deep/aaa-first.sql", queryText("aaa-first"));
  write(folder, "notes.txt", "not a query");
  mkdirSync(join(folder, "folder.sql"));

  const { queries, problems } = readLibrary([folder]);

  expect(problems).toEqual([]);
  expect(queries.size).toBe(bundled.queries.size + 1);
  expect([...queries.keys()]).toEqual([...queries.keys()].toSorted());
  expect([...queries.keys()][0]).toBe("aaa-first");
});

test("a file that is wrong or takes another's id is a problem of its own, and stops no other", () => {
  const folder = temporaryFolder();
  const broken = write(folder, "broken.sql", "SELECT 1");
  const taken = write(folder, "overview.sql", queryText("overview"));
  write(folder, "a/twin.sql", queryText("twin"));
  const twin = write(folder, "b/twin.sql", queryText("twin"));
  write(folder, "good.sql", queryText("good"));

  const { queries, problems } = readLibrary([folder]);
  const messages = problems.map(({ message }) => message);

  expect(queries.has("good")).toBe(true);
  expect(queries.get("overview")!.path.startsWith(BUNDLED_LIBRARY)).toBe(true);
  expect(queries.get("twin")!.path).toContain(join("a", "twin.sql"));
  expect(messages).toEqual([
    expect.stringContaining(`${twin}:2\n  The id twin is taken by `),
    expect.stringContaining(`${broken}:1\n`),
    expect.stringContaining(`${taken}:2\n  The id overview is taken by ${BUNDLED_LIBRARY}`),
  ]);
});

test("a folder that is named twice is read once", () => {
  const folder = temporaryFolder();
  write(folder, "mine.sql", queryText("mine"));

  expect(readLibrary([folder, `${folder}/.`, folder, BUNDLED_LIBRARY]).problems).toEqual([]);
});

test("a folder that is not there is refused", () => {
  expect(() => readLibrary([join(temporaryFolder(), "nowhere")])).toThrow(
    /No such query folder: .*nowhere\n.*--library/,
  );
});

describe("where own libraries are", () => {
  const before = process.env["COLDTRAIL_QUERIES"];
  afterEach(() => {
    if (before === undefined) delete process.env["COLDTRAIL_QUERIES"];
    else process.env["COLDTRAIL_QUERIES"] = before;
  });

  test("in the case, on the command line, in the environment, in this order", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "queries"));
    const separator = process.platform === "win32" ? ";" : ":";
    process.env["COLDTRAIL_QUERIES"] = ["/env/one", "", "/env/two"].join(separator);

    expect(libraryFolders(folder, ["/given"])).toEqual([join(folder, "queries"), "/given", "/env/one", "/env/two"]);
  });

  test("nowhere, when there are none", () => {
    delete process.env["COLDTRAIL_QUERIES"];

    expect(libraryFolders(temporaryFolder(), [])).toEqual([]);
  });
});

describe("a query is found", () => {
  test("by its id, or by the path of its file", () => {
    const path = write(temporaryFolder(), "mine.sql", queryText("mine"));

    expect(findQuery(bundled, "overview").id).toBe("overview");
    expect(findQuery(bundled, path).id).toBe("mine");
  });

  test.each([
    ["overvew", "Did you mean overview?"],
    ["denied", "Did you mean access-denied?"],
    ["zzzzzzzz", "`coldtrail query list` shows all of them."],
    ["nowhere.sql", "`coldtrail query list` shows all of them."],
  ])("or the nearest are named: %s", (name, advice) => {
    expect(() => findQuery(bundled, name)).toThrow(`No such query: ${name}\n  ${advice}`);
  });
});
