import { describe, expect, test } from "vitest";
import { dayPrefixes, EVERYTHING, findRegionFolders, type Slice } from "../../src/sync/log-prefixes.ts";

const A = "111122223333";
const O = "444455556666";
const KEYS = [
  `AWSLogs/${A}/CloudTrail/us-east-1/2024/03/01/x`,
  `AWSLogs/${A}/CloudTrail/eu-west-1/2024/03/01/x`,
  `AWSLogs/${A}/CloudTrail-Digest/us-east-1/2024/03/01/x`,
  `AWSLogs/${A}/CloudTrail-Insight/us-east-1/2024/03/01/x`,
  `AWSLogs/${A}/CloudTrail-NetworkActivity/us-east-1/2024/03/01/x`,
  `AWSLogs/${A}/CloudTrail-Aggregated/us-east-1/2024/03/01/x`,
  `AWSLogs/${A}/Config/us-east-1/2024/03/01/x`,
  `AWSLogs/o-abcde12345/${O}/CloudTrail/us-gov-west-1/2024/03/01/x`,
  `team/audit/AWSLogs/${O}/CloudTrail/cn-north-1/2024/03/01/x`,
  "other/file.txt",
];
let asked: string[] = [];
const listFolders = async (prefix: string): Promise<string[]> => {
  asked.push(prefix);
  const below = KEYS.filter((key) => key.startsWith(prefix)).flatMap((key) => {
    const end = key.indexOf("/", prefix.length);
    return end === -1 ? [] : [key.slice(0, end + 1)];
  });
  return Promise.resolve([...new Set(below)]);
};
const found = async (prefix: string, slice: Partial<Slice> = {}): Promise<string[]> => {
  asked = [];
  return (await findRegionFolders(listFolders, prefix, { ...EVERYTHING, ...slice })).map((folder) => folder.prefix);
};

describe("region folders", () => {
  test("are found from the top of the bucket, of organisation trails and below a key prefix too", async () => {
    expect(await found("")).toEqual([
      `AWSLogs/${A}/CloudTrail/us-east-1/`,
      `AWSLogs/${A}/CloudTrail/eu-west-1/`,
      `AWSLogs/${A}/CloudTrail-Digest/us-east-1/`,
      `AWSLogs/${A}/CloudTrail-Insight/us-east-1/`,
      `AWSLogs/${A}/CloudTrail-NetworkActivity/us-east-1/`,
      `AWSLogs/${A}/CloudTrail-Aggregated/us-east-1/`,
      `AWSLogs/o-abcde12345/${O}/CloudTrail/us-gov-west-1/`,
      `team/audit/AWSLogs/${O}/CloudTrail/cn-north-1/`,
    ]);
  });

  test.each([
    ["team", 1],
    ["team/audit/AWSLogs/", 1],
    [`AWSLogs/${A}/`, 6],
    [`AWSLogs/${A}/CloudTrail/`, 2],
    [`AWSLogs/${A}/CloudTrail/eu`, 1],
    [`AWSLogs/o-abcde12345/`, 1],
    ["other/", 0],
  ])("below %s: %i", async (prefix, n) => {
    expect(await found(prefix)).toHaveLength(n);
  });

  test("are narrowed by account, kind and region, without listing what is left out", async () => {
    const folders = await found("AWSLogs/", { accounts: [A], kinds: ["CloudTrail"], regions: ["eu-west-1"] });
    expect(folders).toEqual([`AWSLogs/${A}/CloudTrail/eu-west-1/`]);
    expect(asked.filter((prefix) => prefix.includes(O) || prefix.includes("Digest"))).toEqual([]);
  });
});

describe("day folders", () => {
  const folder = { prefix: "R/", organization_id: null, account_id: A, kind: "CloudTrail", region: "us-east-1" };
  test.each([
    ["2024-02-28", "2024-02-29", ["R/2024/02/28/", "R/2024/02/29/", "R/2024/03/01/"]],
    ["2024-12-31", "2024-12-31", ["R/2024/12/31/", "R/2025/01/01/"]],
    ["2024-03-01", null, ["R/2024/03/01/", "R/2024/03/02/", "R/2024/03/03/"]],
  ])("%s to %s", (first_day, last_day, days) => {
    expect(dayPrefixes(folder, { ...EVERYTHING, first_day, last_day }, "2024-03-02")).toEqual(days);
  });

  test("without a first day everything is listed", () => {
    expect(dayPrefixes(folder, { ...EVERYTHING, last_day: "2024-03-01" }, "2024-03-02")).toBeNull();
  });
});
