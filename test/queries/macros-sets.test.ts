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

test.each<[expression: string, value: unknown]>([
  ["ct_not_among('a, b, c', 'b')", "a, c"],
  ["ct_not_among('a, b', 'a, b, c')", null],
  ["ct_not_among('12', '123')", "12"],
  ["ct_not_among('a', NULL)", "a"],
  ["ct_not_among(NULL, 'a')", null],
  ["ct_not_among('', 'a')", null],
  ["ct_strangers('111122223333, 444455556666', '111122223333')", "444455556666"],
  // A load balancer of us-east-1 writes its logs from this account.
  ["ct_strangers('127311923021', '111122223333')", null],
  ["ct_principal_accounts('arn:aws:iam::444455556666:root, 111122223333')", "111122223333, 444455556666"],
  ["ct_principal_accounts('*, all, sns.amazonaws.com')", null],
  ["ct_principal_accounts('arn:aws:organizations::111122223333:organization/o-abc')", null],
  ["ct_principal_accounts('AROAEXAMPLEEXAMPLE123')", null],
  ["ct_principal_accounts('scrambled1')", "scrambled1"],
  ["ct_principal_accounts(NULL)", null],
])("%s is %j", async (expression, value) => {
  const [row] = await reader.rows(`SELECT ${expression} AS value`);

  const found = row!["value"];
  expect(typeof found === "bigint" ? Number(found) : found).toBe(value);
});
