/*
 * Compares docs/panther-coverage.md with what the library says of the rule tests of panther-analysis: for each rule,
 * the positive events that its queries answer, and the negative ones with a finding of severity high or critical.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isFindingQuery } from "../../src/queries/finding-row.ts";
import { readLibrary } from "../../src/queries/library.ts";
import type { QueryFile } from "../../src/queries/query-file.ts";
import { equal, type Expectation } from "./expectation.ts";
import { readRuleTests, RuleTestCase, type RuleTest } from "./panther-runs.ts";

const TABLE = new URL("../../docs/panther-coverage.md", import.meta.url);

/** One row of the table, with its numbers as written: `2/2`. */
interface RuleRow {
  readonly rule: string;
  readonly queries: readonly QueryFile[];
  readonly caught: string;
  readonly alarmed: string;
  readonly reason: string;
}

interface Measured {
  readonly expectations: readonly Expectation[];
  readonly caught: number;
  readonly positives: number;
  readonly alarmed: number;
  readonly negatives: number;
}

/** Empty when the folder of archives does not hold panther-analysis. */
export async function checkPanther(folder: string, work: string): Promise<Expectation[]> {
  const evidence = join(folder, "panther-analysis");
  if (!existsSync(join(evidence, "labels.csv"))) return [];
  const tests = readRuleTests(evidence);
  const byRule = Map.groupBy(tests, ({ rule }) => rule);
  const page = readFileSync(TABLE, "utf8");
  const rows = readTable(page);
  const findings = [...readLibrary([]).queries.values()].filter(
    (query) => isFindingQuery(query) && query.params.every((param) => param.default !== undefined),
  );
  const asked = await RuleTestCase.make(tests, work);
  try {
    await asked.compile([...findings, ...rows.flatMap(({ queries }) => queries)]);
    const alarms = await alarmsOf(
      asked,
      tests.filter(({ expected }) => !expected),
      findings,
    );
    const measured: Measured[] = [];
    for (const row of rows) measured.push(await measure(asked, row, { tests: byRule.get(row.rule) ?? [], alarms }));
    const names = rows.map(({ rule }) => rule);
    return [
      equal("panther-coverage.md has a row for each rule", names, [...byRule.keys()]),
      ...measured.flatMap(({ expectations }) => expectations),
      totalOf(measured, page),
    ];
  } finally {
    asked.close();
  }
}

function readTable(markdown: string): RuleRow[] {
  const { queries } = readLibrary([]);
  const lines = markdown.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) => {
    const [, rule = "", named = "", caught = "", alarmed = "", reason = ""] = line
      .split("|")
      .map((cell) => cell.trim());
    const covering = [...named.matchAll(/`([^`]+)`/g)].map(([, id = ""]) => {
      const query = queries.get(id);
      if (query === undefined) throw new Error(`panther-coverage.md names a query that is not there: ${id}`);
      return query;
    });
    return { rule, queries: covering, caught, alarmed, reason };
  });
}

/** Queries that have a finding of severity high or critical of a test's event, by its line. */
async function alarmsOf(
  asked: RuleTestCase,
  tests: readonly RuleTest[],
  findings: readonly QueryFile[],
): Promise<Map<number, string[]>> {
  const alarms = new Map<number, string[]>();
  for (const query of findings) {
    for (const test of await asked.suspects(tests, query)) {
      const { isAlarm } = await asked.answer(test, query);
      if (isAlarm) alarms.set(test.line, [...(alarms.get(test.line) ?? []), query.id]);
    }
  }
  return alarms;
}

async function measure(
  asked: RuleTestCase,
  row: RuleRow,
  { tests, alarms: byLine }: { tests: readonly RuleTest[]; alarms: ReadonlyMap<number, string[]> },
): Promise<Measured> {
  const positives = tests.filter(({ expected }) => expected);
  const negatives = tests.filter(({ expected }) => !expected);
  const missed: number[] = [];
  for (const test of positives) {
    let rows = 0;
    for (const query of row.queries) rows += (await asked.answer(test, query)).rows;
    if (rows === 0) missed.push(test.line);
  }
  const alarms = negatives.flatMap(({ line }) => {
    const ids = byLine.get(line) ?? [];
    return ids.length === 0 ? [] : [`line ${line}: ${ids.join(" and ")}`];
  });
  const caught = positives.length - missed.length;
  const deviates = missed.length > 0 || alarms.length > 0;
  return {
    expectations: [
      equal(`${row.rule}: positive events caught`, `${caught}/${positives.length}`, row.caught),
      equal(`${row.rule}: negative events flagged high`, `${alarms.length}/${negatives.length}`, row.alarmed),
      {
        name: `${row.rule}: what differs is explained, and nothing else is`,
        passed: deviates === (row.reason !== ""),
        detail: `missed: ${missed.map((line) => `line ${line}`).join(", ") || "none"}; high: ${alarms.join(", ") || "none"}`,
      },
    ],
    caught,
    positives: positives.length,
    alarmed: alarms.length,
    negatives: negatives.length,
  };
}

function totalOf(measured: readonly Measured[], page: string): Expectation {
  const sum = (name: "caught" | "positives" | "alarmed" | "negatives"): number =>
    measured.reduce((total, rule) => total + rule[name], 0);
  const stated = /In total .* flagged high\./.exec(page)?.[0] ?? "nothing";
  return equal(
    "panther-coverage.md states the totals",
    stated,
    `In total ${sum("caught")} of ${sum("positives")} positive events are caught, and ${sum("alarmed")} of ${sum("negatives")} negative ones flagged high.`,
  );
}
