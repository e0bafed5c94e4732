/*
 * Rule tests of panther-analysis, each asked about as if its event were alone in a case. All are ingested into one case;
 * what the queries see of it is a view of the events asked about, so that each query is compiled once.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBPreparedStatement } from "@duckdb/node-api";
import { ingestArchives } from "../../src/ingest/ingest.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { FindingReader } from "../../src/queries/finding-row.ts";
import { bindParameters } from "../../src/queries/parameters.ts";
import type { QueryFile } from "../../src/queries/query-file.ts";
import { WHOLE_CASE } from "../../src/queries/scope.ts";
import { caseFolder } from "../../src/store/case-folder.ts";
import { Database } from "../../src/store/database.ts";
import { columnTypeOf } from "../../src/store/result-cells.ts";

/** One rule test of Panther: an event, and whether the rule is to match it. */
export interface RuleTest {
  /** Line of `events.ndjson`, from 1. */
  readonly line: number;
  readonly rule: string;
  readonly expected: boolean;
  readonly event: string;
}

/** What a query says of an event alone. */
export interface RuleTestAnswer {
  readonly rows: number;
  /** Whether a row has severity high or critical. */
  readonly isAlarm: boolean;
}

export function readRuleTests(folder: string): RuleTest[] {
  const events = readFileSync(join(folder, "events.ndjson"), "utf8").split("\n");
  const [, ...labels] = readFileSync(join(folder, "labels.csv"), "utf8").trimEnd().split("\n");
  return labels.map((label) => {
    // The columns before `detail` hold no comma and no quote.
    const [line = "", , , , , rule = "", expected = ""] = label.split(",");
    const event = events[Number(line) - 1];
    if (event === undefined || !/^(?:true|false)$/.test(expected))
      throw new Error(`labels.csv, not understood: ${label}`);
    return { line: Number(line), rule, expected: expected === "true", event };
  });
}

/** A case of all the events, of which the queries see those asked about. */
export class RuleTestCase {
  private readonly database: Database;
  /** By query id. */
  private readonly statements = new Map<string, DuckDBPreparedStatement>();

  private constructor(database: Database) {
    this.database = database;
  }

  /** Ingests the events into a case below `work`. Throws when one is not in it, since then silence would pass for an answer. */
  static async make(tests: readonly RuleTest[], work: string): Promise<RuleTestCase> {
    const evidence = join(work, "evidence");
    mkdirSync(evidence, { recursive: true });
    writeFileSync(join(evidence, "events.ndjson"), tests.map(withOwnId).join(""));
    const caseAt = join(work, "case");
    const { summary } = await ingestArchives([evidence], { caseFolder: caseAt, toolVersion: "corpus", jobs: 1 });
    if (summary.records.stored !== tests.length)
      throw new Error(`${summary.records.stored} of ${tests.length} events stored`);
    const database = await Database.open(caseFolder(caseAt).published, { readOnly: true, threads: 1 });
    await prepareCase(database, WHOLE_CASE);
    // Plans are made while all events are to be seen: what the statistics of fewer rule out would be left out of them.
    await database.run("CREATE TEMP TABLE pool AS SELECT * FROM coldtrail.main.all_events");
    await database.run("CREATE TEMP TABLE asked AS SELECT event_id AS id FROM pool");
    await database.run("CREATE TEMP VIEW all_events AS SELECT * FROM pool WHERE event_id IN (SELECT id FROM asked)");
    await database.run("CREATE TEMP VIEW events AS SELECT * FROM all_events");
    await database.run(
      `CREATE OR REPLACE TEMP VIEW known_accounts AS
       SELECT DISTINCT recipient_account_id AS account_id, 'export' AS source FROM all_events WHERE recipient_account_id <> ''`,
    );
    return new RuleTestCase(database);
  }

  async compile(queries: readonly QueryFile[]): Promise<void> {
    for (const query of queries) {
      if (this.statements.has(query.id)) continue;
      const statement = await this.database.connection.prepare(query.sql);
      const params = bindParameters(query, new Map());
      for (let i = 1; i <= statement.parameterCount; i += 1) {
        const name = statement.parameterName(i);
        statement.bind({ [name]: params[name] as string | number | boolean | null });
      }
      this.statements.set(query.id, statement);
    }
  }

  /** What a compiled query says of the event of a test. */
  async answer(test: RuleTest, query: QueryFile): Promise<RuleTestAnswer> {
    const { rows, finding } = await this.ask([test], query);
    return { rows: rows.length, isAlarm: rows.some((row) => /^(?:high|critical)$/.test(finding.severity(row))) };
  }

  /**
   * The tests that a compiled query may have a row of. A query that has none of many events together is taken to have
   * none of each, and one that lists events to list them all; without that there would be a run for each pair.
   */
  async suspects(tests: readonly RuleTest[], query: QueryFile): Promise<readonly RuleTest[]> {
    if (tests.length === 0) return [];
    const { rows, ids } = await this.ask(tests, query);
    if (rows.length === 0) return [];
    if (ids !== null) return tests.filter((test) => ids.has(idOf(test)));
    if (tests.length === 1) return tests;
    const half = Math.ceil(tests.length / 2);
    return [...(await this.suspects(tests.slice(0, half), query)), ...(await this.suspects(tests.slice(half), query))];
  }

  private async ask(
    tests: readonly RuleTest[],
    query: QueryFile,
  ): Promise<{ rows: string[][]; ids: ReadonlySet<string> | null; finding: FindingReader }> {
    await this.database.run("DELETE FROM asked");
    await this.database.run(`INSERT INTO asked VALUES ${tests.map((test) => `('${idOf(test)}')`).join(", ")}`);
    const result = await this.statements.get(query.id)!.runAndReadAll();
    const rows = result.getRowsJson() as string[][];
    const names = result.columnNames();
    const place = names.indexOf("event_id");
    const columns = names.map((name, i) => ({ name, type: columnTypeOf(result.columnType(i)) }));
    return {
      rows,
      ids: place < 0 ? null : new Set(rows.map((row) => row[place]!)),
      finding: new FindingReader(query, columns),
    };
  }

  close(): void {
    this.database.close();
  }
}

/** Many tests share an id, and would pass for copies of one event. */
function withOwnId(test: RuleTest): string {
  return `${JSON.stringify({ ...(JSON.parse(test.event) as object), eventID: idOf(test) })}\n`;
}

function idOf({ line }: RuleTest): string {
  return `00000000-0000-4000-8000-${String(line).padStart(12, "0")}`;
}
