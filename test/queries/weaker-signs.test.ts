import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { network, signIn } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// Signs that point somewhere and prove little: endpoints, encryption, hours, silences, networks; and how records came.

const DAY = 86_400;
const STRANGER = "777788889999";
const records: RecordFields[] = [];
const add = (second: number, changes: RecordFields): void =>
  void records.push(makeRecord(second, { eventID: `e-${String(records.length).padStart(4, "0")}`, ...changes }));
const by = (name: string): RecordFields => ({ userIdentity: iamUser(name) });

// Calls through an endpoint: one's own, a stranger's, refused; the last delivered to both accounts.
const endpoint = {
  ...network,
  errorCode: undefined,
  vpcEndpointId: "vpce-1",
  vpcEndpointAccountId: ACCOUNT,
  requestParameters: undefined,
};
const stranger = { userIdentity: { type: "AWSAccount", principalId: "AIDASTRANGER", accountId: STRANGER } };
add(0, { ...endpoint, ...by("alice") });
add(1, { ...endpoint, ...stranger });
add(2, { ...endpoint, ...by("alice"), errorCode: "VpceAccessDenied" });
for (const recipientAccountId of [ACCOUNT, OTHER_ACCOUNT])
  add(3, { ...endpoint, ...by("bob"), sharedEventID: "shared", requestID: "same", recipientAccountId });
add(4, { ...by("alice"), vpcEndpointId: "vpce-1" });

// Encryption and host names.
const tls = (second: number, name: string, version: string, host: string): void =>
  add(second, { ...by(name), tlsDetails: { tlsVersion: version, clientProvidedHostHeader: host } });
tls(10, "old", "TLSv1", "ec2.us-east-1.amazonaws.com");
tls(11, "proxied", "TLSv1.2", "aws.evil.example");
tls(12, "fine", "TLSv1.3", "s3.dualstack.us-east-1.amazonaws.com");
tls(13, "near", "TLSv1.2", "amazonaws.com.evil.example");
tls(14, "lookalike", "TLSv1.2", "evilamazonaws.com");
tls(14, "china", "TLSv1.2", "ec2.cn-north-1.amazonaws.com.cn");
tls(15, "function", "TLSv1.2", "abc.lambda-url.us-east-1.on.aws");

// Friday 10:00 UTC is at work; changes at night stand out for one who has worked by day.
const CLI = { readOnly: false, userAgent: "aws-cli/2.15.0", tlsDetails: undefined };
for (let i = 0; i < 20; i += 1) add(20 + i, { ...by("worker"), ...CLI });
add(12 * 3600, { ...by("worker"), ...CLI, eventName: "NightChange" });
add(12 * 3600, { ...by("worker"), ...CLI, readOnly: true });
add(12 * 3600, { ...by("sleepless"), ...CLI, ...signIn("ConsoleLogin", "Success"), userAgent: "Mozilla/5.0" });
add(12 * 3600, { ...by("deployer"), ...CLI, userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" });
add(DAY, { ...by("weekender"), ...CLI });

// Silences.
const use = (second: number, name: string, key: string, changes: RecordFields = {}): void =>
  add(second, { userIdentity: iamUser(name, { accessKeyId: key }), tlsDetails: undefined, ...changes });
use(0, "sleeper", "AKIASLEEPER000000000");
use(40 * DAY, "sleeper", "AKIASLEEPER000000000", { eventName: "ListBuckets" });
use(40 * DAY + 60, "sleeper", "AKIASLEEPER000000000", { errorCode: "AccessDenied", eventName: "GetThing" });
use(43 * DAY, "sleeper", "AKIASLEEPER000000000", { eventName: "TooLate" });
for (let day = 0; day < 44; day += 1) use(day * DAY, "daily", "AKIADAILY00000000000");

// Networks.
const from = (second: number, name: string, address: string, changes: RecordFields = {}): void =>
  use(second, name, `AKIA${name.toUpperCase().padEnd(16, "0")}`, { sourceIPAddress: address, ...changes });
from(100, "jumper", "198.51.100.7");
from(220, "jumper", "203.0.113.9", { userAgent: "Boto3/1.34" });
from(100, "neighbour", "198.51.100.7");
from(160, "neighbour", "198.51.3.200");
from(100, "traveller", "198.51.100.7");
from(100 + 7200, "traveller", "203.0.113.9");
from(100, "inside", "10.0.0.1");
from(120, "inside", "203.0.113.9");

// How records came.
add(200, { ...by("late"), addendum: { reason: "DELIVERY_DELAY" }, tlsDetails: undefined });
add(201, { ...by("undated"), eventTime: "never", tlsDetails: undefined });

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});
const last = (text: unknown): string | undefined => String(text).split("/").at(-1);

test("network-activity keeps to its own records, counts copies once, and names strangers", async () => {
  const { rows } = await ask(caseFolder, "network-activity");

  expect(
    rows.map(({ actor, n_records, n_actions, n_denied, unknown_account, severity }) => [
      last(actor),
      n_records,
      n_actions,
      n_denied,
      unknown_account,
      severity,
    ]),
  ).toEqual([
    ["bob", 2, 1, 0, null, "informational"],
    ["alice", 1, 1, 0, null, "informational"],
    ["alice", 1, 1, 1, null, "low"],
    [expect.stringContaining("STRANGER"), 1, 1, 0, STRANGER, "medium"],
  ]);
});

test("tls-anomalies knows old versions and hosts that only look like AWS's", async () => {
  const { rows } = await ask(caseFolder, "tls-anomalies");
  const found = rows.filter(({ host_header }) => host_header !== "ec2.test");

  const told = found.map(
    ({ actor, tls_version, severity }) => `${last(actor)} ${String(tls_version)} ${String(severity)}`,
  );
  expect(told.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "lookalike TLSv1.2 low",
    "near TLSv1.2 low",
    "old TLSv1 informational",
    "proxied TLSv1.2 low",
  ]);
});

describe("off-hours", () => {
  const asked = async (params: Record<string, string> = {}, scope = {}): Promise<unknown[]> =>
    (await ask(caseFolder, "off-hours", { params, scope })).rows.map(
      ({ principal, n_records, n_odd_in_case, n_changes_in_case, severity }) => [
        last(principal),
        n_records,
        n_odd_in_case,
        n_changes_in_case,
        severity,
      ],
    );

  test("reports changes by hand at night and on week-ends, measured by the principal's own days", async () => {
    expect(await asked()).toEqual([
      ["worker", 1, 1, 21, "low"],
      ["weekender", 1, 1, 1, "informational"],
    ]);
    expect(await asked({ weekends: "false" })).toEqual([["worker", 1, 1, 21, "low"]]);
    expect(await asked({}, { since: "2024-03-01T20:00:00Z", until: "2024-03-02T00:00:00Z" })).toEqual([
      ["worker", 1, 1, 21, "low"],
    ]);
  });

  test("goes by the time zone given, and refuses an unknown one", async () => {
    expect(await asked({ tz: "America/New_York", weekends: "false" })).toEqual([
      ["worker", 20, 20, 21, "informational"],
      ["weekender", 1, 1, 1, "informational"],
    ]);
    await expect(asked({ tz: "Nowhere/Atall" })).rejects.toThrow(/Unknown TimeZone/);
  });
});

test("dormant-principal reports the first day after a long silence, of the key and its owner", async () => {
  const { rows } = await ask(caseFolder, "dormant-principal");

  expect(
    rows.map(({ kind, principal, access_key, quiet_days, n_records, n_denied, severity }) => [
      kind,
      last(principal),
      access_key,
      quiet_days,
      n_records,
      n_denied,
      severity,
    ]),
  ).toEqual([
    ["key", "sleeper", "AKIASLEEPER000000000", 40, 2, 1, "medium"],
    ["principal", "sleeper", null, 40, 2, 1, "low"],
  ]);
  const scoped = await ask(caseFolder, "dormant-principal", { scope: { since: "2024-04-10T10:00:30Z" } });
  expect(scoped.rows.map(({ kind, n_records, quiet_days }) => [kind, n_records, quiet_days])).toEqual([
    ["key", 1, 40],
    ["principal", 1, 40],
  ]);
  expect((await ask(caseFolder, "dormant-principal", { params: { gap: "41d" } })).rows).toEqual([]);
});

test("impossible-travel takes other networks within minutes for a weak sign, and neighbours for none", async () => {
  const { rows } = await ask(caseFolder, "impossible-travel");

  expect(
    rows.map(({ actor, source_ip_before, source_ip_after, least_seconds_between, severity }) => [
      last(actor),
      source_ip_before,
      source_ip_after,
      least_seconds_between,
      severity,
    ]),
  ).toEqual([["jumper", "198.51.100.7", "203.0.113.9", 120, "medium"]]);
  expect(
    (await ask(caseFolder, "impossible-travel", { params: { within: "3h" } })).rows.map(({ actor }) => last(actor)),
  ).toContain("traveller");
});

test("delivery-quality counts what came late, undated or in several copies", async () => {
  const { rows } = await ask(caseFolder, "delivery-quality");
  const of = Object.fromEntries(
    rows.filter(({ account }) => account === ACCOUNT).map(({ quality, n_records }) => [quality, n_records]),
  );

  expect(of).toMatchObject({ "addendum: DELIVERY_DELAY": 1, "without a time": 1 });
  expect(Number(of["all"])).toBe(records.length - 5);
  expect(of["recorded in several accounts"]).toBeUndefined();
});
