import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { denied, insight, network, roleSession } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// From one value to all that has to do with it: addresses, clients, commands, resources.

const CLI =
  "aws-cli/2.15.0 md/awscrt#0.19 ua/2.0 os/linux#6.5.0 md/arch#x86_64 lang/python#3.11.6 md/distrib#kali.2024 exec-env/CloudShell cfg/retry-mode#standard md/prompt#off";
const BUCKET = "arn:aws:s3:::plans-bucket";
const at = (id: string, changes: RecordFields): RecordFields =>
  makeRecord(Number(id.replace(/\D/g, "")) || 0, { eventID: id, ...changes });

const records: readonly RecordFields[] = [
  at("a1", {
    sourceIPAddress: "203.0.113.5",
    userAgent: `${CLI} md/command#sts.get-caller-identity`,
    eventSource: "sts.amazonaws.com",
    eventName: "GetCallerIdentity",
  }),
  at("a2", {
    sourceIPAddress: "203.0.113.5",
    userAgent: `[${CLI} md/command#s3.ls]`,
    eventSource: "s3.amazonaws.com",
    eventName: "ListBuckets",
    ...denied("s3:ListAllMyBuckets", "*"),
  }),
  at("a3", {
    sourceIPAddress: "203.0.113.5",
    userAgent: "aws-cli/1.18.136 Python/3.8.2 Linux/5.4",
    readOnly: false,
    userIdentity: iamUser("bob"),
  }),
  at("a4", {
    sourceIPAddress: "10.0.0.9",
    userAgent: "Boto3/1.34 md/command#not.cli",
    vpcEndpointId: "vpce-1",
    userIdentity: roleSession("one"),
  }),
  at("a5", { sourceIPAddress: "cloudformation.amazonaws.com", userAgent: "cloudformation.amazonaws.com" }),
  at("a6", { sourceIPAddress: "AWS Internal", userAgent: undefined }),
  at("a7", { sourceIPAddress: "08.1.250.216", userAgent: "Boto3/1.34 Pacu" }),
  at("a8", { sourceIPAddress: "203.0.113.5", ...insight }),
  at("a9", { sourceIPAddress: "203.0.113.5", ...network }),
  // One action that two accounts recorded.
  at("c10", {
    sourceIPAddress: "203.0.113.77",
    sharedEventID: "s",
    requestID: "r",
    eventTime: "2024-03-01T10:00:10Z",
    eventName: "CopyObject",
  }),
  at("c11", {
    sourceIPAddress: "203.0.113.77",
    sharedEventID: "s",
    requestID: "r",
    eventTime: "2024-03-01T10:00:10Z",
    eventName: "CopyObject",
    recipientAccountId: OTHER_ACCOUNT,
  }),
  at("r20", {
    eventSource: "s3.amazonaws.com",
    eventName: "PutBucketPolicy",
    requestParameters: { bucketName: "plans-bucket" },
  }),
  at("r21", {
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    requestParameters: { bucketName: "plans-bucket", key: "a" },
    resources: [{ ARN: `${BUCKET}/a` }, { ARN: BUCKET }],
  }),
  at("r22", { eventName: "CreateThing", requestParameters: { bucketName: "plans-bucket-2" } }),
  at("r23", { eventName: "ListThings", responseElements: { names: ["plans-bucket"] } }),
  at("r24", {
    eventName: "GetThing",
    errorCode: "AccessDenied",
    errorMessage: `not authorized to perform: x on resource: ${BUCKET}`,
    requestParameters: null,
  }),
  at("r25", { eventName: "UseThing", additionalEventData: { source: BUCKET } }),
  at("r26", { eventName: "Odd", requestParameters: [null, 5], responseElements: "plans", resources: "x" }),
];

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});

test("ip-summary has a row for every source, its kind, and counts an action of two accounts once", async () => {
  const { rows } = await ask(caseFolder, "ip-summary");
  const of = (source: string | null): Record<string, unknown> => rows.find(({ source_ip }) => source_ip === source)!;

  expect(of("203.0.113.5")).toMatchObject({
    kind: "public",
    network: "203.0.113.0/24",
    n_records: 3,
    n_denied: 1,
    n_writes: 1,
    n_principals: 2,
    n_keys: 2,
  });
  expect(of("203.0.113.77")).toMatchObject({ n_records: 2, n_actions: 1, accounts: `${ACCOUNT}, ${OTHER_ACCOUNT}` });
  expect(of("10.0.0.9")).toMatchObject({ kind: "private", vpc_endpoints: "vpce-1" });
  expect(of("cloudformation.amazonaws.com")).toMatchObject({ kind: "aws-service", network: null });
  expect(of("AWS Internal")).toMatchObject({ kind: "aws-internal" });
  expect(of("08.1.250.216")).toMatchObject({ kind: "invalid" });
  expect(rows.reduce((sum, { n_records }) => sum + Number(n_records), 0)).toBe(records.length - 2);
});

test("ua-summary names the family, and knows a client with and without brackets", async () => {
  const { rows } = await ask(caseFolder, "ua-summary");
  const family = Object.fromEntries(
    rows.map(({ user_agent, family: kind, n_records }) => [String(user_agent).split(" ")[0], [kind, n_records]]),
  );

  expect(family).toMatchObject({
    "aws-cli/1.18.136": ["aws-cli", 1],
    "cloudformation.amazonaws.com": ["cloudformation", 1],
    null: [null, 1],
  });
  expect(rows.find(({ user_agent }) => String(user_agent).includes("Pacu"))).toMatchObject({ family: "attack-tool" });
  expect(rows.find(({ user_agent }) => String(user_agent).endsWith("s3.ls"))).toMatchObject({
    family: "cloudshell",
    distribution: "kali.2024",
    n_denied: 1,
  });
});

test("ua-pivot finds clients by a pattern, whole", async () => {
  const names = async (ua: string): Promise<unknown[]> =>
    (await ask(caseFolder, "ua-pivot", { params: { ua } })).rows.map(({ event_name }) => event_name);

  expect(await names("*kali*")).toEqual(["ListBuckets", "GetCallerIdentity"]);
  expect(await names("aws-cli/1.*")).toEqual(["DescribeInstances"]);
  expect(await names("kali")).toEqual([]);
  expect(await names(`${CLI} md/command#s3.ls`)).toEqual(["ListBuckets"]);
});

test("cli-commands reads the command and the machine from the client's name, and nothing from other programs", async () => {
  const { rows } = await ask(caseFolder, "cli-commands");

  expect(
    rows
      .filter(({ event_id }) => String(event_id).startsWith("a"))
      .map(({ event_id, command, cli_version, os, distribution, execution_environment }) => [
        event_id,
        command,
        cli_version,
        os,
        distribution,
        execution_environment,
      ]),
  ).toEqual([
    ["a1", "aws sts get-caller-identity", "2.15.0", "linux#6.5.0", "kali.2024", "CloudShell"],
    ["a2", "aws s3 ls", "2.15.0", "linux#6.5.0", "kali.2024", "CloudShell"],
    ["a3", null, "1.18.136", null, null, null],
  ]);
  const of = async (principal: string): Promise<unknown[]> =>
    (await ask(caseFolder, "cli-commands", { params: { principal } })).rows.map(({ event_id }) => event_id);
  expect(await of("bob")).toEqual(["a3"]);
  expect(await of("bo")).toEqual([]);
});

describe("resource-pivot", () => {
  const found = async (resource: string): Promise<unknown[]> =>
    (await ask(caseFolder, "resource-pivot", { params: { resource } })).rows.map(({ event_id, found_in, match }) => [
      event_id,
      found_in,
      match,
    ]);

  test("an ARN is found whole, and by the name at its end where that stands alone", async () => {
    expect(await found(BUCKET)).toEqual([
      ["r20", "target", "name"],
      ["r21", "resources", "whole"],
      ["r23", "responseElements", "name"],
      ["r24", "target", "whole"],
      ["r25", "additionalEventData", "whole"],
    ]);
  });

  test("a name is found wherever it stands, longer names included", async () => {
    expect((await found("plans-bucket")).map((row) => (row as unknown[])[0])).toEqual([
      "r20",
      "r21",
      "r22",
      "r23",
      "r24",
      "r25",
    ]);
    expect(await found("no-such-thing")).toEqual([]);
    expect(await found("")).toEqual([]);
  });
});
