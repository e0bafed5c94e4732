import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baseEventName, serviceName } from "../../src/cloudtrail/event-name.ts";

describe("baseEventName", () => {
  test.each([
    ["CreateFunction20150331", "CreateFunction"],
    ["UpdateFunctionCode20150331v2", "UpdateFunctionCode"],
    ["UpdateDistribution2014_01_31", "UpdateDistribution"],
    ["UpdateDistribution2020_05_31", "UpdateDistribution"],
  ])("takes the API version off %s", (eventName, base) => {
    expect(baseEventName(eventName)).toBe(base);
  });

  test.each(["ListObjectsV2", "GetObject", "AssociateS3", "Route53", "Foo19991231", "Foo2015033", "", "20150331v2"])(
    "leaves %j alone",
    (eventName) => {
      expect(baseEventName(eventName)).toBe(eventName);
    },
  );

  test("never gives an empty name for one that is not empty", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{0,3}20\d\d_?\d\d_?\d\d(v\d)?$/), (name) => baseEventName(name) !== ""),
    );
  });
});

describe("serviceName", () => {
  test.each([
    ["ec2.amazonaws.com", "ec2"],
    ["s3.amazonaws.com.cn", "s3"],
    ["resource-explorer-2.amazonaws.com", "resource-explorer-2"],
    ["aws.internal", "aws.internal"],
    [".amazonaws.com", ".amazonaws.com"],
    ["...", "..."],
    ["", ""],
  ])("of %j is %j", (eventSource, service) => {
    expect(serviceName(eventSource)).toBe(service);
  });
});
