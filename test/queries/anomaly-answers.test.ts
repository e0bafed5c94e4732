import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { denied, network } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// What stands out against the rest of the case, and what only looks so.

const DAY = 86_400;
/** Each with an id of its own: records of one second would have the same. */
const apart = (records: readonly RecordFields[]): RecordFields[] =>
  records.map((record, i) => ({ ...record, eventID: `e-${String(i).padStart(4, "0")}` }));
const arnOf = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

describe("new-behaviour", () => {
  const PIVOT = "2024-03-04T00:00:00Z";
  const call = (second: number, name: string, changes: RecordFields = {}): RecordFields =>
    makeRecord(second, { userIdentity: iamUser(name), sourceIPAddress: "198.51.100.7", ...changes });
  const before = Array.from({ length: 25 }, (_, i) => call(i * 3600, "alice"));
  const records = [
    ...before,
    call(0, "seldom"),
    call(3 * DAY, "alice"),
    call(3 * DAY + 1, "alice", {
      sourceIPAddress: "203.0.113.9",
      eventName: "ListUsers",
      eventSource: "iam.amazonaws.com",
    }),
    // Another address of the same network is nothing new.
    call(3 * DAY + 2, "alice", { sourceIPAddress: "198.51.100.200" }),
    call(3 * DAY + 3, "alice", { userAgent: "Boto3/1.34", awsRegion: "eu-west-1" }),
    call(3 * DAY + 4, "newcomer", { readOnly: false }),
    call(3 * DAY + 5, "seldom", { eventName: "StopInstances" }),
    call(3 * DAY + 6, "alice", { ...network, eventName: "Unheard" }),
    call(3 * DAY + 7, "alice", { sourceIPAddress: null, userAgent: null, requestParameters: "x" }),
  ];
  const said = async (asked: Parameters<typeof ask>[2]): Promise<unknown[]> =>
    (await ask(caseFolder, "new-behaviour", asked)).rows.map(({ dim, value, n_records, severity }) => [
      dim,
      value,
      n_records,
      severity,
    ]);

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(apart(records));
  });

  test("reports what a principal had not done before, and of a new principal one row", async () => {
    expect(await said({ params: { pivot_time: PIVOT } })).toEqual([
      ["api", "iam:ListUsers", 1, "low"],
      ["ip", "203.0.113.0/24", 1, "low"],
      ["service", "iam", 1, "low"],
      ["region", "eu-west-1", 1, "low"],
      ["ua", "boto3", 1, "low"],
      ["principal", arnOf("newcomer"), 1, "low"],
      ["api", "ec2:StopInstances", 1, "informational"],
    ]);
  });

  test("compares what was asked for alone, and distrusts a short baseline", async () => {
    expect(await said({ params: { pivot_time: PIVOT, dims: "ip, principal" } })).toHaveLength(2);
    const { rows } = await ask(caseFolder, "new-behaviour", {
      params: { pivot_time: "2024-03-01T12:00:00Z", dims: "region" },
    });

    expect(rows.map(({ value, severity, baseline_hours }) => [value, severity, baseline_hours])).toEqual([
      ["eu-west-1", "informational", 2],
    ]);
  });

  test("a scope cuts what is reported, not what was known", async () => {
    expect(await said({ params: { pivot_time: PIVOT }, scope: { since: "2024-03-04T10:00:03Z" } })).not.toContainEqual([
      "api",
      "iam:ListUsers",
      1,
      "low",
    ]);
    expect(await said({ params: { pivot_time: PIVOT }, scope: { since: "2024-03-04T10:00:03Z" } })).toHaveLength(4);
  });
});

describe("rare-events", () => {
  const records = [
    ...Array.from({ length: 4 }, (_, i) => makeRecord(i, { eventID: `common-${i}` })),
    makeRecord(10, {
      eventID: "once",
      eventName: "CreateTrail",
      eventSource: "cloudtrail.amazonaws.com",
      readOnly: false,
    }),
    makeRecord(11, { eventID: "two-a", eventName: "ListUsers", eventSource: "iam.amazonaws.com" }),
    makeRecord(12, {
      eventID: "two-b",
      eventName: "ListUsers",
      eventSource: "iam.amazonaws.com",
      userIdentity: iamUser("bob"),
    }),
    // The name is common, its service is not.
    makeRecord(13, { eventID: "namesake", eventSource: "opsworks.amazonaws.com" }),
    ...Array.from({ length: 5 }, (_, i) =>
      makeRecord(20 + i, { eventName: "GetItem", errorCode: i === 0 ? "Odd" : "Usual" }),
    ),
    makeRecord(30, { ...network, eventName: "OnlyNetwork" }),
    makeRecord(31, { eventID: "nameless", eventName: null, requestParameters: [] }),
  ];

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(apart(records));
  });

  test("counts calls by service and name, and errors, over the whole case", async () => {
    const { rows } = await ask(caseFolder, "rare-events");

    expect(
      rows.map(({ kind, service, value, n_in_case, severity }) => [kind, service, value, n_in_case, severity]),
    ).toEqual([
      ["call", "cloudtrail", "CreateTrail", 1, "low"],
      ["call", "opsworks", "DescribeInstances", 1, "informational"],
      ["error", "ec2", "Odd", 1, "informational"],
    ]);
    const scoped = await ask(caseFolder, "rare-events", { scope: { until: "2024-03-01T10:00:02Z" } });
    expect(scoped.rows).toEqual([]);
  });

  test("takes other thresholds", async () => {
    const { rows } = await ask(caseFolder, "rare-events", { params: { max_principals: "2", max_n: "4" } });

    expect(rows.map(({ value }) => value)).toEqual(expect.arrayContaining(["ListUsers", "DescribeInstances", "Usual"]));
  });
});

describe("error-bursts", () => {
  const refused = (second: number, name: string, changes: RecordFields = {}): RecordFields =>
    makeRecord(second, {
      ...denied("x:Y", "*"),
      sourceIPAddress: "203.0.113.9",
      userIdentity: iamUser(name),
      ...changes,
    });
  const records = [
    ...Array.from({ length: 12 }, (_, i) => refused(i * 60, "prober", { eventName: `List${i}` })),
    // An hour later another one of the same key.
    ...Array.from({ length: 10 }, (_, i) => refused(7200 + i, "prober")),
    ...Array.from({ length: 9 }, (_, i) => refused(i, "below")),
    ...Array.from({ length: 20 }, (_, i) => refused(i * 300, "slow")),
    // Two addresses are two bursts that are none.
    ...Array.from({ length: 12 }, (_, i) => refused(i, "moving", { sourceIPAddress: `203.0.113.${10 + (i % 2)}` })),
    ...Array.from({ length: 12 }, (_, i) =>
      refused(i, "failing", { errorCode: "InvalidParameterValue", errorMessage: "no" }),
    ),
    ...Array.from({ length: 12 }, (_, i) =>
      refused(i, "throttled", { errorCode: "Client.RequestLimitExceeded", errorMessage: "slow down" }),
    ),
    ...Array.from({ length: 12 }, (_, i) =>
      refused(i, "x", { userIdentity: { type: "AWSService", invokedBy: "config.amazonaws.com" } }),
    ),
    ...Array.from({ length: 12 }, (_, i) => refused(i, "endpoint", { ...network })),
  ];
  const bursts = async (asked: Parameters<typeof ask>[2] = {}): Promise<unknown[]> =>
    (await ask(caseFolder, "error-bursts", asked)).rows.map(
      ({ actors, n_records, n_in_whole_burst, n_apis, severity }) => [
        String(actors).split("/").at(-1),
        n_records,
        n_in_whole_burst,
        n_apis,
        severity,
      ],
    );

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(apart(records));
  });

  test("gathers what is close together by address and key, whole", async () => {
    expect(await bursts()).toEqual([
      ["prober", 12, 12, 12, "medium"],
      ["prober", 10, 10, 1, "low"],
    ]);
  });

  test("other failures count when asked for, throttling never", async () => {
    expect(await bursts({ params: { outcomes: "failed" } })).toContainEqual(["failing", 12, 12, 1, "low"]);
    expect((await bursts({ params: { outcomes: "failed" } })).flat()).not.toContain("throttled");
    expect(await bursts({ params: { min: "20", window: "2h" } })).toContainEqual(["slow", 20, 20, 1, "low"]);
  });

  test("a scope cuts the records, not the burst", async () => {
    expect(await bursts({ scope: { until: "2024-03-01T10:03:00Z" } })).toEqual([["prober", 3, 12, 3, "low"]]);
  });
});
