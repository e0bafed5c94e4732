import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveTarget } from "../../src/cloudtrail/target.ts";
import { inputOf, NONE, targetOf, type TargetCase } from "./target-case.ts";

describe("when the request gives nothing", () => {
  const bucket = { resources: [{ type: "AWS::S3::Object", ARNPrefix: "arn:aws:s3:::b/" }] };

  test("the resources AWS listed do", () => {
    const resources = [{ accountId: "1", ARN: "arn:a" }, { ARN: "arn:b" }, { accountId: "1" }];
    expect(targetOf("x:GetWidget", { resources })).toEqual({ target: '["arn:a","arn:b"]', target_source: "resources" });
    expect(targetOf("s3:ListObjects", bucket)).toEqual({ target: "arn:aws:s3:::b/", target_source: "resources" });
  });

  test("the error message of a denied call does", () => {
    const role = "arn:aws:iam::111122223333:role/admin";
    const message = `User: arn:aws:iam::111122223333:user/bert is not authorized to perform: sts:AssumeRole on resource: ${role}`;
    expect(targetOf("sts:AssumeRole", { message })).toEqual({ target: role, target_source: "errorMessage" });
    expect(targetOf("sts:AssumeRole", { message, request: {} })).toEqual({
      target: role,
      target_source: "errorMessage",
    });
  });

  test("the error message does not when the request names the target", () => {
    const message = "Unknown trail: arn:aws:cloudtrail:us-east-1:1:trail/t for the user: 1";
    expect(targetOf("cloudtrail:StopLogging", { message, request: { name: "t" } }).target_source).toBe(
      "requestParameters.name",
    );
    expect(targetOf("cloudtrail:StopLogging", { message }).target).toBe("arn:aws:cloudtrail:us-east-1:1:trail/t");
  });

  test.each<[string, TargetCase]>([
    [
      "organizations:LeaveOrganization",
      {
        message:
          "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: organizations:LeaveOrganization on resource: *",
      },
    ],
    ["ssm:PutParameter", { message: "Rate exceeded" }],
    [
      "signin:ConsoleLogin",
      { response: { ConsoleLogin: "Success" }, additional: { MFAIdentifier: "arn:aws:iam::1:mfa/x", MFAUsed: "Yes" } },
    ],
    ["sts:GetCallerIdentity", {}],
    ["", {}],
  ])("there is no target: %s of %j", (event, record) => {
    expect(targetOf(event, record)).toEqual(NONE);
  });
});

describe("values", () => {
  test.each(["HIDDEN_DUE_TO_SECURITY_REASONS", "***", "****", "<sensitiveDataRemoved>"])(
    "%s is never a target",
    (mark) => {
      expect(targetOf("ssm:PutParameter", { request: { name: mark } })).toEqual(NONE);
      expect(targetOf("s3:GetObject", { request: { bucketName: "b", key: mark } }).target).toBe("b");
    },
  );

  test("a thing named twice is one thing", () => {
    expect(targetOf("ssm:GetParameters", { request: { names: ["/a", "/a"] } }).target).toBe("/a");
  });

  test("a list is cut at fifty names, and says how many more there are", () => {
    const names = Array.from({ length: 53 }, (_, index) => `/p${String(index)}`);
    const listed = JSON.parse(targetOf("ssm:GetParameters", { request: { names } }).target ?? "") as string[];
    expect(listed).toHaveLength(51);
    expect(listed.slice(49)).toEqual(["/p49", "…and 3 more"]);
    expect(
      JSON.parse(targetOf("ssm:GetParameters", { request: { names: names.slice(0, 50) } }).target ?? ""),
    ).toHaveLength(50);
  });

  test("a name is cut at 1,024 characters", () => {
    expect(targetOf("ssm:GetParameter", { request: { name: "x".repeat(5000) } }).target).toBe("x".repeat(1024));
  });

  test("an unpaired surrogate cannot poison the JSON of a list", () => {
    const { target } = targetOf("ssm:GetParameters", { request: { names: ["a\ud800", "b"] } });
    expect(target).toBe('["a\ufffd","b"]');
  });

  test("keys that every object inherits are plain data", () => {
    const request: unknown = JSON.parse('{"__proto__": {"name": "p"}, "constructor": {"name": "c"}, "toString": "t"}');
    expect(targetOf("x:GetWidget", { request })).toEqual(NONE);
    expect(targetOf("constructor:toString", { request: {} })).toEqual(NONE);
    expect(targetOf("__proto__:GetWidget", { request: { widgetId: "w" } }).target).toBe("w");
  });

  test("a request that was too large to record names nothing", () => {
    const request = { omitted: true, originalSize: 149893, reason: "requestParameters too large" };
    expect(targetOf("s3:PutBucketPolicy", { request })).toEqual(NONE);
  });

  test("no JSON makes it throw or gives an empty target", () => {
    const value = fc.jsonValue({ maxDepth: 5 });
    const keys = fc.constantFrom(
      "bucketName",
      "key",
      "instancesSet",
      "items",
      "content",
      "name",
      "filters",
      "values",
      "x",
    );
    const shaped = fc.dictionary(keys, fc.oneof(value, fc.dictionary(keys, value)));
    const part = fc.oneof(value, shaped);
    const event = fc.constantFrom("s3:GetObject", "ec2:DescribeInstances", "x:CreateWidget", "kms:Decrypt", ":", "a:b");
    fc.assert(
      fc.property(
        event,
        fc.record({ request: part, response: part, resources: part, details: part }),
        (name, record) => {
          const { target, target_source } = targetOf(name, record);
          expect(target === null).toBe(target_source === null);
          expect(target).not.toBe("");
        },
      ),
    );
  });

  test("nesting that would overflow a stack is survived", () => {
    let nested: unknown = "deep";
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    expect(targetOf("s3:GetObject", { request: { bucketName: nested, name: nested } })).toEqual(NONE);
  });
});

test("parts that are not needed are not parsed", () => {
  const unread = (): never => {
    throw new Error("read");
  };
  const input = inputOf("s3:GetObject", { request: { bucketName: "b", key: "k" } });
  expect(
    deriveTarget({ ...input, responseElements: unread, resources: unread, additionalEventData: unread }).target,
  ).toBe("b/k");
});
