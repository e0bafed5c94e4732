import { beforeAll, describe, expect, test } from "vitest";
import { askCase } from "../helpers/case-content.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, makeRecord, makeRecords, timeAt } from "../helpers/trail-maker.ts";

let caseFolder: string;

beforeAll(async () => {
  caseFolder = await caseOf([...makeRecords(1, 70), ...ODD]);
});

const ODD = [
  makeRecord(901, { eventTime: undefined }),
  makeRecord(902, { eventTime: "yesterday" }),
  {
    eventVersion: "1.0",
    accountId: ACCOUNT,
    eventId: "aggregate-1",
    eventCategory: "Aggregated",
    eventType: "AwsAggregatedEvent",
    awsRegion: "us-east-1",
    eventSource: "s3.amazonaws.com",
    timeWindow: { windowStart: "2024-03-01T10:00:00Z", windowEnd: "2024-03-01T10:05:00Z", windowSize: "PT5M" },
    summary: { primaryDimension: { dimension: "eventName", statistics: [{ name: "GetObject", value: 12 }] } },
  },
  {
    eventVersion: "1.08",
    eventTime: timeAt(30 * 60),
    awsRegion: "us-east-1",
    eventID: "insight-1",
    eventType: "AwsCloudTrailInsight",
    recipientAccountId: ACCOUNT,
    sharedEventID: "insight-shared",
    insightDetails: {
      state: "Start",
      eventSource: "ec2.amazonaws.com",
      eventName: "RunInstances",
      insightType: "ApiCallRateInsight",
    },
    eventCategory: "Insight",
  },
  makeRecord(903, {
    resources: [
      { ARN: "arn:aws:s3:::one", accountId: ACCOUNT, type: "AWS::S3::Bucket" },
      { ARNPrefix: "arn:aws:s3:::two/", type: "AWS::S3::Object" },
    ],
  }),
];

describe("records that are no plain events", () => {
  test("events without a usable time stay among the events, and are listed", async () => {
    expect(
      await askCase(caseFolder, "SELECT right(event_id, 3) AS id FROM events WHERE event_time IS NULL ORDER BY id"),
    ).toEqual([{ id: "901" }, { id: "902" }]);
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM undated_events")).toEqual([{ n: 2 }]);
  });

  test("a five-minute summary is no event, but has a view of its own", async () => {
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM events WHERE event_category = 'Aggregated'")).toEqual([
      { n: 0 },
    ]);
    expect(
      await askCase(caseFolder, "SELECT count(*) AS n FROM all_events WHERE event_category = 'Aggregated'"),
    ).toEqual([{ n: 0 }]);
    expect(
      await askCase(
        caseFolder,
        "SELECT aggregated_event_id, account_id, window_start, window_end FROM aggregated_events",
      ),
    ).toEqual([
      {
        aggregated_event_id: "aggregate-1",
        account_id: ACCOUNT,
        window_start: "2024-03-01T10:00:00Z",
        window_end: "2024-03-01T10:05:00Z",
      },
    ]);
  });

  test("an Insight is listed with what it is about", async () => {
    expect(await askCase(caseFolder, "SELECT event_id, state, insight_type, insight_event_name FROM insights")).toEqual(
      [
        {
          event_id: "insight-1",
          state: "Start",
          insight_type: "ApiCallRateInsight",
          insight_event_name: "RunInstances",
        },
      ],
    );
  });

  test("resources are rows of their own, with a prefix where there is no ARN", async () => {
    expect(await askCase(caseFolder, "SELECT arn, type, account_id FROM event_resources ORDER BY arn")).toEqual([
      { arn: "arn:aws:s3:::one", type: "AWS::S3::Bucket", account_id: ACCOUNT },
      { arn: "arn:aws:s3:::two/", type: "AWS::S3::Object", account_id: null },
    ]);
  });

  test("the minute index counts every event once", async () => {
    const wrong = await askCase(
      caseFolder,
      `
      SELECT coalesce(m.minute, e.minute) AS minute FROM event_minutes m
      FULL JOIN (SELECT date_trunc('minute', event_time) AS minute, count(*) AS n FROM events GROUP BY 1) e
        ON e.minute IS NOT DISTINCT FROM m.minute
      WHERE e.n IS DISTINCT FROM m.n`,
    );

    expect(wrong).toEqual([]);
    expect(
      await askCase(caseFolder, "SELECT sum(n) - (SELECT count(*) FROM events) AS difference FROM event_minutes"),
    ).toEqual([{ difference: 0 }]);
  });
});
