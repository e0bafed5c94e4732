import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope } from "../../src/queries/scope.ts";
import type { CaseReader } from "../../src/store/case-reader.ts";
import { openEmptyCase } from "../../src/store/empty-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
});
afterAll(() => reader.close());

const AT = "TIMESTAMP '2024-07-01 22:30:00'";

test.each<[expression: string, value: unknown]>([
  ["ct_is_in_bucket('logs/2024/a.gz', 'logs')", true],
  ["ct_is_in_bucket('logs', 'logs')", true],
  ["ct_is_in_bucket('arn:aws:s3:::logs/2024/a.gz', 'logs')", true],
  ["ct_is_in_bucket('logs/2024/a.gz', 'arn:aws-cn:s3:::logs')", true],
  ["ct_is_in_bucket('logs-archive/a.gz', 'logs')", false],
  ["ct_is_in_bucket('other/logs/a.gz', 'logs')", false],
  ["ct_is_in_bucket(NULL, 'logs')", false],
  ["ct_is_in_bucket(NULL, NULL)", true],
  ["ct_wide_prefix('00000000000000000000ffffc6336407')", "198.51.0.0/16"],
  ["ct_wide_prefix('20010db8000000000000000000000001')", "2001:0db8::/32"],
  ["ct_wide_prefix('nonsense')", null],
  ["ct_wide_prefix(NULL)", null],
  [`ct_local_minute(${AT}, 'UTC')`, 22 * 60 + 30],
  [`ct_local_minute(${AT}, 'Europe/Berlin')`, 30],
  [`ct_local_minute(NULL, 'UTC')`, null],
  // Monday evening in UTC is Tuesday in Berlin.
  [`ct_local_day(${AT}, 'UTC')`, 1],
  [`ct_local_day(${AT}, 'Europe/Berlin')`, 2],
])("%s is %j", async (expression, value) => {
  const [row] = await reader.rows(`SELECT ${expression} AS value`);

  const found = row!["value"];
  expect(typeof found === "bigint" ? Number(found) : found).toBe(value);
});

test("an unknown time zone is refused", async () => {
  await expect(reader.rows(`SELECT ct_local_minute(${AT}, 'Nowhere/Atall')`)).rejects.toThrow(/Unknown TimeZone/);
});
