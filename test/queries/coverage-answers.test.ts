import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { insight, network } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// What was recorded at all, and when nothing was.

describe("log-coverage", () => {
  const HOUR = 3600;
  const ticks = (from: number, count: number, step: number, changes: RecordFields = {}): RecordFields[] =>
    Array.from({ length: count }, (_, i) => makeRecord(from + i * step, changes));
  const trail = (second: number, name: string): RecordFields =>
    makeRecord(second, {
      eventSource: "cloudtrail.amazonaws.com",
      eventName: name,
      requestParameters: { name: "t" },
      readOnly: false,
    });
  const records = [
    // Busy each minute but for three hours after the trail was stopped.
    ...ticks(0, 60, 60),
    trail(60 * 60, "StopLogging"),
    trail(4 * HOUR, "StartLogging"),
    ...ticks(4 * HOUR + 60, 200, 60),
    // A region that speaks every two hours is not silent.
    ...ticks(0, 5, 2 * HOUR, { awsRegion: "eu-west-1" }),
    // One that falls silent for good.
    ...ticks(0, 30, 60, { awsRegion: "us-west-2", recipientAccountId: OTHER_ACCOUNT }),
    makeRecord(2 * HOUR, { ...network, awsRegion: "us-west-2", recipientAccountId: OTHER_ACCOUNT }),
    makeRecord(0, { eventTime: "never", awsRegion: "us-west-2" }),
  ];

  let caseFolder: string;
  beforeAll(async () => {
    // Records of one second would have the same id.
    caseFolder = await caseOf(records.map((record, i) => ({ ...record, eventID: `e-${String(i).padStart(4, "0")}` })));
  });

  test("reports silences out of rhythm, with the switches of the trail beside them", async () => {
    const { rows } = await ask(caseFolder, "log-coverage");

    expect(
      rows.map(({ account, region, kind, quiet_seconds, calls_before, calls_after, severity }) => [
        account,
        region,
        kind,
        quiet_seconds,
        calls_before,
        calls_after,
        severity,
      ]),
    ).toEqual([
      [OTHER_ACCOUNT, "us-west-2", "to the end", 27_060, null, null, "low"],
      [ACCOUNT, "us-east-1", "between", 10_800, "StopLogging", "StartLogging", "medium"],
    ]);
  });

  test("takes other thresholds", async () => {
    expect((await ask(caseFolder, "log-coverage", { params: { gap: "4h" } })).rows).toHaveLength(1);
    expect(
      (await ask(caseFolder, "log-coverage", { params: { factor: "1" } })).rows.map(({ region }) => region),
    ).toContain("eu-west-1");
  });

  test("a scope picks silences that touch it, and measures them whole", async () => {
    const touching = await ask(caseFolder, "log-coverage", { scope: { since: "2024-03-01T14:00:00Z" } });
    expect(touching.rows.map(({ region, quiet_seconds }) => [region, quiet_seconds])).toEqual([["us-east-1", 10_800]]);
    expect((await ask(caseFolder, "log-coverage", { scope: { region: ["eu-west-1"] } })).rows).toEqual([]);
  });
});

describe("category-coverage", () => {
  const data = {
    eventCategory: "Data",
    managementEvent: false,
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
  };
  const records = [
    makeRecord(0),
    makeRecord(1, { readOnly: false }),
    makeRecord(90_000, data),
    // Before version 1.07 there was no category.
    makeRecord(2, {
      ...data,
      eventCategory: undefined,
      eventSource: "lambda.amazonaws.com",
      eventName: "Invoke",
      readOnly: false,
    }),
    makeRecord(3, { ...network }),
    makeRecord(4, { ...insight }),
    makeRecord(5, { recipientAccountId: OTHER_ACCOUNT }),
  ];
  const answers = async (asked: Parameters<typeof ask>[2] = {}): Promise<Record<string, unknown>> => {
    const { rows } = await ask(caseFolder, "category-coverage", asked);
    return Object.fromEntries(
      rows.map(({ account, category, service, access, answer, n_records, n_actions }) => [
        `${account === ACCOUNT ? "" : "other "}${String(category)} ${String(service)} ${String(access)}`,
        `${String(answer)} ${String(n_records)}/${String(n_actions)}`,
      ]),
    );
  };

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  test("says of each kind whether it was recorded, and counts API calls apart", async () => {
    expect(await answers()).toMatchObject({
      "Management all read": "recorded 1/1",
      "Management all write": "recorded 1/1",
      "Data s3 read": "recorded 1/1",
      "Data s3 write": "recorded in this account, but nothing like it in this scope 0/0",
      "Data lambda write": "recorded 1/1",
      "Data dynamodb read": "no record of this category at all 0/0",
      "NetworkActivity all all": "recorded 1/0",
      "Insight all all": "recorded 1/0",
      "other Management all read": "recorded 1/1",
      "other Insight all all": "no record of this category at all 0/0",
    });
  });

  test("a scope without a kind does not make it unrecorded", async () => {
    expect(await answers({ scope: { until: "2024-03-01T12:00:00Z" } })).toMatchObject({
      "Data s3 read": "recorded in this account, but nothing like it in this scope 0/0",
    });
  });
});

describe("insight-events", () => {
  const found = (second: number, id: string, state: string, changes: RecordFields = {}): RecordFields =>
    makeRecord(second, {
      eventID: id,
      eventSource: undefined,
      eventName: undefined,
      userIdentity: undefined,
      requestParameters: undefined,
      ...insight,
      sharedEventID: "pair",
      insightDetails: {
        state,
        eventSource: "ec2.amazonaws.com",
        eventName: "RunInstances",
        insightType: "ApiCallRateInsight",
        insightContext: {
          statistics: {
            baseline: { average: 0.01 },
            insight: { average: state === "Start" ? 5 : 7.5 },
            insightDuration: 12,
          },
          attributions: [
            { attribute: "userAgent", insight: [{ value: "Boto3" }] },
            { attribute: "userIdentityArn", insight: [{ value: "arn:x" }, { value: "arn:y" }] },
          ],
        },
      },
      ...changes,
    });

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf([
      found(0, "start", "Start"),
      found(720, "end", "End"),
      found(60, "open", "Start", { sharedEventID: undefined }),
      found(90, "odd", "Start", { sharedEventID: "odd", insightDetails: "text" }),
      makeRecord(5),
    ]);
  });

  test("joins start and end, and names who it was and how far above", async () => {
    const { rows } = await ask(caseFolder, "insight-events");

    expect(rows.map(({ event_id }) => event_id)).toEqual(["start", "open", "odd"]);
    expect(rows[0]).toMatchObject({
      service: "ec2",
      event_name: "RunInstances",
      principals: "arn:x, arn:y",
      user_agent: "Boto3",
      started_at: "2024-03-01T10:00:00Z",
      ended_at: "2024-03-01T10:12:00Z",
      duration_minutes: 12,
      insight_average: 7.5,
      baseline_average: 0.01,
    });
    expect(String(rows[1]!["why"])).toContain("its end is not in the case");
    expect(rows[2]).toMatchObject({ service: null, insight_type: null });
  });

  test("a scope that holds the end alone still knows the start", async () => {
    const { rows } = await ask(caseFolder, "insight-events", { scope: { since: "2024-03-01T10:10:00Z" } });

    expect(rows.map(({ event_id, started_at }) => [event_id, started_at])).toEqual([["end", "2024-03-01T10:00:00Z"]]);
  });
});
