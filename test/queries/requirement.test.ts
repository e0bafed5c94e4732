import { expect, test } from "vitest";
import { categoryInWords, parseRequirement, type Requirement } from "../../src/queries/requirement.ts";

const ALL: Requirement = { category: "management", service: null, access: null, subject: null };
const bucket = { kind: "resource", parameter: "bucket", text: null } as const;

test.each<[text: string, meaning: Requirement]>([
  ["management", ALL],
  ["management:write", { ...ALL, access: "write" }],
  ["data", { ...ALL, category: "data" }],
  ["data:*:read", { ...ALL, category: "data", access: "read" }],
  ["data:s3", { ...ALL, category: "data", service: "s3" }],
  ["insight", { ...ALL, category: "insight" }],
  ["network", { ...ALL, category: "network" }],
  ["data:s3:read($bucket)", { category: "data", service: "s3", access: "read", subject: bucket }],
  ["management($bucket)", { ...ALL, subject: bucket }],
  ["management(key=$access_key)", { ...ALL, subject: { kind: "key", parameter: "access_key", text: null } }],
  [
    "data:lambda(arn:aws:lambda:us-east-1:1:function:f)",
    {
      ...ALL,
      category: "data",
      service: "lambda",
      subject: { kind: "resource", parameter: null, text: "arn:aws:lambda:us-east-1:1:function:f" },
    },
  ],
  [
    "network(account=111122223333)",
    { ...ALL, category: "network", subject: { kind: "account", parameter: null, text: "111122223333" } },
  ],
])("%s is understood", (text, meaning) => {
  expect(parseRequirement(text)).toEqual(meaning);
});

test.each([
  "",
  "everything",
  "management:readwrite",
  "management:s3:read",
  "data:S3",
  "data:s3:read:write",
  "data:s3($bucket",
  "data:s3()",
  "data:s3($)",
  "data:s3($Bucket)",
  "data:s3($bucket)x",
  "data:s3(bucket=$bucket)",
  "management(user=$user)",
  "insight:read",
])("%j is no requirement", (text) => {
  expect(parseRequirement(text)).toBeNull();
});

test.each([
  ["management:write($bucket)", "management write events"],
  ["data", "data events"],
  ["data:*:read", "data read events"],
  ["data:s3:read", "s3 data read events"],
  ["insight", "Insight records"],
  ["network", "network activity records"],
])("%s is %s in words", (text, words) => {
  expect(categoryInWords(parseRequirement(text)!)).toBe(words);
});
