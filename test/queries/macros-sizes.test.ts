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
  ["ct_instance_vcpus('t3.micro')", 1],
  ["ct_instance_vcpus('m5.large')", 2],
  ["ct_instance_vcpus('p2.xlarge')", 4],
  ["ct_instance_vcpus('ml.P4d.24xlarge')", 96],
  ["ct_instance_vcpus('m7i.metal-24xl')", 96],
  ["ct_instance_vcpus('c5.metal')", 96],
  ["ct_instance_vcpus('large')", null],
  ["ct_instance_vcpus(NULL)", null],
  ["ct_instance_family('p4d.24xlarge')", "p4d"],
  ["ct_instance_family('ml.g5.xlarge')", "g5"],
  ["ct_instance_family('db.r5.large')", "r5"],
  ["ct_instance_family('p2')", null],
  ["ct_instance_family(NULL)", null],
])("%s is %j", async (expression, value) => {
  const [row] = await reader.rows(`SELECT ${expression} AS value`);

  const found = row!["value"];
  expect(typeof found === "bigint" ? Number(found) : found).toBe(value);
});
