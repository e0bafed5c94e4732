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
  ["ct_is_deployment_tool('APN/1.0 HashiCorp/1.0 Terraform/1.5')", true],
  ["ct_is_deployment_tool('cloudformation.amazonaws.com')", true],
  ["ct_is_deployment_tool('aws-cli/2.15')", false],
  ["ct_is_deployment_tool(NULL)", false],
  ["ct_is_service_alone('AWSService', 'x.amazonaws.com', NULL)", true],
  ["ct_is_service_alone('', 'x.amazonaws.com', NULL)", true],
  ["ct_is_service_alone('AssumedRole', NULL, 'arn:aws:iam::1:role/aws-service-role/x/y')", true],
  ["ct_is_service_alone('IAMUser', 'cloudformation.amazonaws.com', NULL)", false],
  ["ct_is_service_alone(NULL, NULL, NULL)", false],
  ["ct_is_read(true, 'RunInstances')", true],
  ["ct_is_read(false, 'GetSecretValue')", false],
  ["ct_is_read(NULL, 'DescribeInstances')", true],
  ["ct_is_read(NULL, 'AssumeRole')", true],
  ["ct_is_read(NULL, 'RunInstances')", false],
  ["ct_is_read(NULL, NULL)", null],
  [`ct_item_count('{"a":{"b":[1,2,3]}}', 'a.b')`, 3],
  [`ct_item_count('{"a":5}', 'a')`, 0],
  [`ct_item_count('{}', 'a')`, null],
  [`ct_item_count('{bad', 'a')`, null],
  [`ct_least_number('"Days":30,"Days":7,"Days":300', '"Days":([0-9]+)')`, 7],
  [`ct_least_number('none', '([0-9]+)')`, null],
  [
    "ct_ssh_fingerprint('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtAlK45MAEWZ7MUY2QEmi3M6W+peGL3VCrc0qH54xRu me@home')",
    "SHA256:xq6092IJhV+0W2wifL9mSmJHQoMb2h2KFNrpk4YEAW8",
  ],
  ["ct_ssh_fingerprint('HIDDEN_DUE_TO_SECURITY_REASONS')", null],
  ["ct_ssh_fingerprint('ssh-rsa AAA')", null],
  ["ct_ssh_fingerprint(NULL)", null],
])("%s is %j", async (expression, value) => {
  const [row] = await reader.rows(`SELECT ${expression} AS value`);

  const found = row!["value"];
  expect(typeof found === "bigint" ? Number(found) : found).toBe(value);
});
