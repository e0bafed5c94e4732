import { readFileSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../src/queries/case-views.ts";
import { checkQuery, type QueryCheck } from "../src/queries/check-query.ts";
import { BUNDLED_LIBRARY, queryFilesIn, readLibrary } from "../src/queries/library.ts";
import { parseScope } from "../src/queries/scope.ts";
import { EVENT_COLUMNS } from "../src/store/case-schema.ts";
import type { CaseReader } from "../src/store/case-reader.ts";
import { openEmptyCase } from "../src/store/empty-case.ts";

// Every file of queries/ is valid, portable, and keeps to the conventions that docs/queries.md promises.

const library = readLibrary([]);
const files = [...library.queries.values()].map((query) => [query.id, query] as const);

/** What an event-level answer begins with, so that answers of several queries can be put under one another. */
const EVENT_ANSWER = [
  "event_time",
  "account",
  "region",
  "service",
  "event_name",
  "outcome",
  "actor",
  "access_key",
  "source_ip",
  "user_agent",
  "target",
  "detail",
  "event_id",
];
/** What every other answer carries. */
const COUNTS = [
  "n_records",
  "n_actions",
  "n_failed",
  "n_denied",
  "first_seen",
  "last_seen",
  "first_event_id",
  "last_event_id",
];

let reader: CaseReader;
const checks = new Map<string, QueryCheck>();

beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
  const ids = new Set(library.queries.keys());
  for (const [id, query] of files) checks.set(id, await checkQuery(reader, query, ids));
});
afterAll(() => reader.close());

test("the library is there and every file of it can be read", () => {
  expect(library.problems).toEqual([]);
  expect(files.length).toBeGreaterThanOrEqual(12);
  expect(files.length).toBe(queryFilesIn(BUNDLED_LIBRARY).length);
});

describe.each(files)("%s", (id, query) => {
  const text = readFileSync(query.path, "utf8");

  test("is valid", () => {
    expect(checks.get(id)!.errors).toEqual([]);
  });

  test("runs on other engines", () => {
    expect(checks.get(id)!.deviations).toEqual([]);
    expect(checks.get(id)!.label).toBe("portable");
  });

  test("lies in the folder of its phase", () => {
    expect(basename(dirname(query.path))).toBe(query.phase);
    expect(relative(BUNDLED_LIBRARY, query.path).split(/[\\/]/)).toHaveLength(2);
  });

  test("says what it is, what may mislead, and what it cannot show", () => {
    expect(query.question).toMatch(/\?$/);
    expect(query.requires).not.toEqual([]);
    expect(query.false_positives).not.toEqual([]);
    expect(
      query.references.every((url) =>
        ["https://docs.aws.amazon.com/", "https://attack.mitre.org/", "https://traildiscover.cloud"].some((site) =>
          url.startsWith(site),
        ),
      ),
    ).toBe(true);
    expect(query.next).not.toEqual([]);
  });

  test("answers with events or with counts", () => {
    const { columns } = checks.get(id)!;

    if (columns[0] === "event_time") expect(columns.slice(0, EVENT_ANSWER.length)).toEqual(EVENT_ANSWER);
    else expect(columns).toEqual(expect.arrayContaining(COUNTS));
  });

  test("gives reasons when it is a finding", () => {
    if (query.kind === "finding") expect(checks.get(id)!.columns).toEqual(expect.arrayContaining(["severity", "why"]));
  });

  test("reads the whole case if, and only if, it says so", () => {
    expect(/\ball_events\b/.test(query.sql)).toBe(query.context === "all");
    expect(query.sql).toMatch(/\bevents\b/);
  });

  test("leaves no ties", () => {
    const order = text.slice(text.lastIndexOf("ORDER BY"));

    if (checks.get(id)!.columns[0] === "event_time") {
      expect(order).toMatch(
        /^ORDER BY (?:[ce]\.)?event_time NULLS LAST, (?:[ce]\.)?same_second_rank, (?:[ce]\.)?event_id, (?:[ce]\.)?file_id, (?:[ce]\.)?record_index;\s*$/,
      );
    } else {
      expect(order).not.toMatch(/\bLIMIT\b/);
    }
  });

  test("suggests values from columns that exist", () => {
    for (const { suggest } of query.params) if (suggest !== null) expect(EVENT_COLUMNS).toContain(suggest);
  });

  test("passes on parameters that the next query has", () => {
    for (const next of query.next) {
      const names = library.queries.get(next.query)!.params.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(Object.keys(next.with)));
    }
  });
});

test("Insight and network activity records are in no count", () => {
  const counting = files.filter(([id, { sql }]) => checks.get(id)!.columns[0] !== "event_time" && /count\(/.test(sql));

  for (const [, { sql }] of counting) expect(sql).toContain("'Insight', 'NetworkActivity'");
  expect(counting.length).toBeGreaterThanOrEqual(6);
});
