import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope } from "../../src/queries/scope.ts";
import type { CaseReader } from "../../src/store/case-reader.ts";
import { openEmptyCase } from "../../src/store/empty-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
});
afterAll(() => reader.close());

async function value(sql: string, params: Record<string, string | null> = {}): Promise<unknown> {
  const [row] = await reader.rows(`SELECT ${sql} AS value`, params);
  const found = row?.["value"];
  return typeof found === "bigint" ? Number(found) : found;
}

describe("ct_agent_family", () => {
  test.each([
    ["aws-cli/2.15.0 md/Botocore#1.34 ua/2.0 os/linux#6.1", "aws-cli"],
    ["[aws-cli/2.7 Python/3.9]", "aws-cli"],
    ["stratus-red-team_8b1c2e5e-0000-4000-8000-000000000000", "attack-tool"],
    ["Boto3/1.34.0 md/Botocore#1.34.0", "boto3"],
    ["APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io) aws-sdk-go-v2/1.20", "terraform"],
    ["aws-sdk-go-v2/1.20.0 os/linux", "aws-sdk"],
    ["AWS-Internal", "console"],
    ["[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12]", "console"],
    ["Mozilla/5.0 (Windows NT 10.0)", "browser"],
    ["secretsmanager.amazonaws.com", "aws-service"],
    ["AWS Internal", "aws-service"],
    ["python-requests/2.31", "http-library"],
    ["S3 Browser/11.5.7 (https://s3browser.com)", "s3-client"],
    ["aws-cli/2.15.0 exec-env/CloudShell", "cloudshell"],
    ["something else", "other"],
    ["", null],
    [null, null],
  ])("%s: %s", async (agent, family) => {
    expect(await value("ct_agent_family(CAST($agent AS VARCHAR))", { agent })).toBe(family);
  });
});

describe("ct_client", () => {
  test.each([
    ["AWS Internal", true, "console"],
    ["AWS Internal", false, "aws-service"],
    ["AWS Internal", null, "aws-service"],
    // Whoever took the credential of somebody's console session calls with a client of their own.
    ["aws-cli/2.15.0", true, "aws-cli"],
    ["Mozilla/5.0 (Windows NT 10.0)", null, "browser"],
    ["", true, null],
    [null, true, null],
  ])("%s, from a console session %s: %s", async (agent, fromConsole, client) => {
    const flag = fromConsole === null ? "NULL" : String(fromConsole);
    expect(await value(`ct_client(CAST($agent AS VARCHAR), CAST(${flag} AS BOOLEAN))`, { agent })).toBe(client);
  });
});

test("a user agent of CLI version 2 tells its command and its surroundings", async () => {
  const agent =
    "[aws-cli/2.15.0 md/awscrt#0.19 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11 md/distrib#kali.2024 md/prompt#off md/command#sts.get-caller-identity]";
  const ask = async (sql: string): Promise<unknown> =>
    value(sql.replace("(agent", "(CAST($agent AS VARCHAR)"), { agent });
  expect(await ask("ct_cli_command(agent)")).toBe("aws sts get-caller-identity");
  expect(await ask("ct_agent_part(agent, 'os')")).toBe("linux#6.1.0");
  expect(await ask("ct_agent_part(agent, 'md/distrib')")).toBe("kali.2024");
  expect(await ask("ct_agent_part(agent, 'exec-env')")).toBeNull();
  expect(await value("ct_cli_command('aws-cli/1.32 Python/3.9')")).toBeNull();
});

describe("lists inside JSON", () => {
  test.each([
    ['{"items":[{"userId":"b"},{"userId":"a"},{"userId":"a"}]}', "items[*].userId", "a, b", 2],
    ['{"names":["x","y"]}', "names[*]", "x, y", 2],
    ['{"Rule":{"ID":"one"}}', "Rule[*].ID", "one", 1],
    ['{"Rule":[{"ID":"one"},{"ID":"two"}]}', "Rule[*].ID", "one, two", 2],
    ['{"a":{}}', "a.b[*]", null, 0],
    ["not json", "a[*]", null, 0],
    [null, "a[*]", null, 0],
  ])("of %s at %s", async (doc, path, words, n) => {
    expect(await value(`ct_json_all(CAST($doc AS VARCHAR), '${path}')`, { doc })).toBe(words);
    expect(await value(`ct_json_n(CAST($doc AS VARCHAR), '${path}')`, { doc })).toBe(n);
  });

  test("words are counted, and accounts that are not known are told", async () => {
    expect(await value("ct_words('a, b, c')")).toBe(3);
    expect(await value("ct_words(NULL)")).toBe(0);
    expect(await value("ct_unknown_accounts('arn:aws:iam::111122223333:root 444455556666', '111122223333')")).toBe(
      "444455556666",
    );
    expect(await value("ct_unknown_accounts('111122223333', '111122223333, 1')")).toBeNull();
    expect(await value("ct_unknown_accounts('111122223333', NULL)")).toBe("111122223333");
  });
});

test("the reference tables are there, and say nothing twice", async () => {
  const [apis] = await reader.rows(
    "SELECT count(*) AS n, count(DISTINCT event_source || ' ' || event_name) AS keys, count(*) FILTER (WHERE in_wild) AS wild FROM ref_abused_apis",
  );
  expect(Object.values(apis!).map(Number)).toEqual([380, 380, expect.any(Number)]);
  expect(Number(apis!["wild"])).toBeGreaterThan(100);
  // They stand without their version, as `event_base_name` has them.
  const [lambda] = await reader.rows(
    "SELECT count(*) AS n FROM ref_abused_apis WHERE event_source = 'lambda.amazonaws.com' AND event_name = 'UpdateFunctionCode'",
  );
  expect(Number(lambda!["n"])).toBe(1);
  const [families] = await reader.rows(
    "SELECT count(*) AS n, count(DISTINCT family) AS keys FROM ref_instance_families WHERE kind IN ('gpu', 'accelerator', 'hpc')",
  );
  expect(Number(families!["n"])).toBe(Number(families!["keys"]));
  const [services] = await reader.rows(
    "SELECT count(*) AS n, count(DISTINCT service) AS keys, count(service_name) AS named FROM ref_service_names",
  );
  expect(Number(services!["n"])).toBeGreaterThan(200);
  expect([services!["keys"], services!["named"]].map(Number)).toEqual([Number(services!["n"]), Number(services!["n"])]);
  const [unnamed] = await reader.rows(
    `SELECT string_agg(event_source, ', ' ORDER BY event_source) AS sources
     FROM (SELECT DISTINCT event_source FROM ref_abused_apis) a
     WHERE NOT EXISTS (SELECT 1 FROM ref_service_names s WHERE s.service || '.amazonaws.com' = a.event_source)`,
  );
  // Two interfaces of AWS Marketplace, which is listed by its own word.
  expect(unnamed!["sources"]).toBe("agreement-marketplace.amazonaws.com, discovery-marketplace.amazonaws.com");
});
