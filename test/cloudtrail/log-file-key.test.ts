import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { claimsCloudTrail, parseLogFileName, type LogFileName } from "../../src/cloudtrail/log-file-key.ts";

const LOG = "123837392027_CloudTrail_us-east-1_20230710T1145Z_gxsaUMBBCGPPfDEk.json.gz";
const DIGEST = "111122223333_CloudTrail-Digest_us-west-2_main_us-east-1_20230710T123456Z.json.gz";
const FOLDER = "AWSLogs/123837392027/CloudTrail/us-east-1/2023/07/10";

const PLAIN: LogFileName = {
  kind: "CloudTrail",
  account_id: "123837392027",
  region: "us-east-1",
  organization_id: null,
  delivered_at: "2023-07-10T11:45:00Z",
  trail_name: null,
  repaired: false,
};

describe("parseLogFileName", () => {
  test.each([
    ["the name alone", LOG],
    ["decompressed", LOG.replace(".gz", "")],
    ["the whole key", `${FOLDER}/${LOG}`],
    ["a prefix of folders", `s3/bucket/team/x/${FOLDER}/${LOG}`],
    ["a Windows path", `D:\\evidence\\${FOLDER.replaceAll("/", "\\")}\\${LOG}`],
    ["a tail of the key", `us-east-1/2023/07/10/${LOG}`],
    ["a flat folder", `download/${LOG}`],
  ])("reads %s", (_what, path) => {
    expect(parseLogFileName(path)).toEqual(PLAIN);
  });

  test.each([
    ["CloudTrail-Insight", "111122223333_CloudTrail-Insight_eu-west-1_20240102T0516Z_AbCdEfGh12345678.json.gz"],
    [
      "CloudTrail-NetworkActivity",
      "111122223333_CloudTrail-NetworkActivity_eu-west-1_20240102T0516Z_AbCdEfGh12345678.json.gz",
    ],
    ["CloudTrail-Aggregated", "111122223333_CloudTrail-Aggregated_eu-west-1_20240102T0516Z_AbCdEfGh12345678.json.gz"],
  ])("knows %s", (kind, path) => {
    expect(parseLogFileName(path)).toMatchObject({ kind, region: "eu-west-1", delivered_at: "2024-01-02T05:16:00Z" });
  });

  test.each([
    ["us-gov-west-1"],
    ["cn-northwest-1"],
    ["us-isob-east-1"],
    ["eusc-de-east-1"],
    ["ap-southeast-2"],
    ["il-central-1"],
  ])("knows the region %s", (region) => {
    expect(parseLogFileName(LOG.replace("us-east-1", region))?.region).toBe(region);
  });

  test("reads a name of 2014, without the underscore before the unique part", () => {
    const name = "111122223333_CloudTrail_us-east-2_20140102T2355Z1a2b3c4d5e6f7g8.json.gz";
    expect(parseLogFileName(name)?.delivered_at).toBe("2014-01-02T23:55:00Z");
  });

  test("keeps the leading zeros of an account", () => {
    expect(parseLogFileName(LOG.replace("123837392027", "000000000012"))?.account_id).toBe("000000000012");
  });

  test("reads a digest: where the logs come from, its trail and its second", () => {
    expect(parseLogFileName(`x/${DIGEST}`)).toEqual({
      kind: "CloudTrail-Digest",
      account_id: "111122223333",
      region: "us-west-2",
      organization_id: null,
      delivered_at: "2023-07-10T12:34:56Z",
      trail_name: "main",
      repaired: false,
    });
  });

  test.each(["my_trail.v2-x", "trail_us-west-1_b", "us-east-1_us-east-1"])("reads the trail name %s", (trail) => {
    const name = DIGEST.replace("_main_", `_${trail}_`).replace(".json", "_backfill.json");
    expect(parseLogFileName(name)).toMatchObject({ trail_name: trail, region: "us-west-2" });
  });

  describe("organization", () => {
    test.each([
      [
        "of an organization trail",
        `AWSLogs/o-exampleorg1/123837392027/CloudTrail/us-east-1/2023/07/10/${LOG}`,
        "o-exampleorg1",
      ],
      [
        "of Control Tower, whose prefix is the id",
        `o-abcde12345/AWSLogs/o-abcde12345/123837392027/CloudTrail/us-east-1/2023/07/10/${LOG}`,
        "o-abcde12345",
      ],
      [
        "after the last AWSLogs",
        `AWSLogs/o-wrongorg/x/AWSLogs/o-rightorg/123837392027/CloudTrail/us-east-1/2023/07/10/${LOG}`,
        "o-rightorg",
      ],
      ["none in an account's own trail", `o-abcde12345/${FOLDER}/${LOG}`, null],
      ["none when folders are lost", `o-abcde12345/123837392027/CloudTrail/us-east-1/2023/07/10/${LOG}`, null],
      [
        "none from folders of another account",
        `AWSLogs/o-exampleorg1/999999999999/CloudTrail/us-east-1/2023/07/10/${LOG}`,
        null,
      ],
      [
        "none from a folder that only ends in AWSLogs",
        `xAWSLogs/o-exampleorg1/123837392027/CloudTrail/us-east-1/2023/07/10/${LOG}`,
        null,
      ],
    ])("%s", (_what, path, organization) => {
      expect(parseLogFileName(path)?.organization_id).toBe(organization);
    });
  });

  test.each([
    [LOG.replace(".json.gz", " (1).json.gz")],
    [LOG.replace(".json.gz", ".json (1).gz")],
    [LOG.replace(".json.gz", ".json(12).gz")],
    [LOG.replace(".json.gz", " - Copy.json.gz")],
    [LOG.replace(".json.gz", ".json - Copy (2).gz")],
    [LOG.replace(".json.gz", " copy.json.gz")],
    [LOG.replace(".json.gz", ".json copy 2.gz")],
    [LOG.replace(".json.gz", ".json (copy).gz")],
    [`${LOG} (1)`],
    [`${LOG}.json`],
    [`${LOG}.txt`],
    [`${LOG}.json (1).txt`],
  ])("repairs the name of a copy and says so: %s", (name) => {
    expect(parseLogFileName(name)).toEqual({ ...PLAIN, repaired: true });
  });

  test.each([
    ["month 13", LOG.replace("20230710T1145Z", "20231310T1145Z")],
    ["30 February", LOG.replace("20230710T1145Z", "20230230T1145Z")],
    ["minute 60", LOG.replace("20230710T1145Z", "20230710T1160Z")],
    ["hour 25 of a digest", DIGEST.replace("T123456Z", "T253456Z")],
  ])("gives no delivery time for %s, and the rest", (_what, name) => {
    expect(parseLogFileName(name)).toMatchObject({ delivered_at: null, repaired: false });
  });

  test.each([
    "",
    "/",
    "events.json",
    `${LOG}/`,
    "cloudtrail.json.gz",
    "12345_CloudTrail_us-east-1_20230710T1145Z_gxsaUMBBCGPPfDEk.json.gz",
    "123837392027_CloudTrail-Insights_us-east-1_20230710T1145Z_gxsaUMBBCGPPfDEk.json.gz",
    "123837392027_CloudTrail_megov-westwest-1r_20230710T1145Z_gxsaUMBBCGPPfDEk.json.gz",
    "123837392027_vpcflowlogs_us-east-1_fl-1_20230710T1145Z_0.log.gz",
    "123837392027_Config_us-east-1_ConfigHistory_AWS__S3__Bucket_20230710T114500Z_1.json.gz",
    `${FOLDER}/.DS_Store`,
    `${LOG}.a.b.c.d.e`,
  ])("is null for %j", (path) => {
    expect(parseLogFileName(path)).toBeNull();
  });

  test("finds the same in every name it would build itself", () => {
    const digit = fc.constantFrom(..."0123456789");
    const word = fc.stringMatching(/^[A-Za-z0-9]{16}$/);
    const account = fc.array(digit, { minLength: 12, maxLength: 12 }).map((digits) => digits.join(""));
    const region = fc.constantFrom("us-east-1", "us-gov-east-1", "ap-northeast-3");
    const minute = fc.date({
      min: new Date("2013-11-13T00:00:00Z"),
      max: new Date("2099-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(fc.tuple(account, region, minute, word), ([account_id, where, date, unique]) => {
        const iso = date.toISOString();
        const stamp = `${iso.slice(0, 16).replace(/[-:]/g, "")}Z`;
        expect(parseLogFileName(`p/${account_id}_CloudTrail_${where}_${stamp}_${unique}.json.gz`)).toEqual({
          ...PLAIN,
          account_id,
          region: where,
          delivered_at: `${iso.slice(0, 16)}:00Z`,
        });
      }),
    );
  });

  test("never throws", () => {
    const pieces = fc.constantFrom(
      "AWSLogs",
      "/",
      "\\",
      "CloudTrail",
      "_",
      LOG,
      DIGEST,
      ".json",
      ".gz",
      " (1)",
      "o-abcde1",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => parseLogFileName(parts.join("")) !== undefined),
    );
  });
});

describe("claimsCloudTrail", () => {
  test.each([
    [LOG, true],
    [DIGEST, true],
    [`${FOLDER}/${LOG}`, true],
    ["x\\my CloudTrail export.json", true],
    ["AWSLogs/1/CloudTrail/us-east-1/2023/07/10/notes.json", false],
    ["AWSLogs\\1\\CloudTrail\\notes.json.gz", false],
    ["CloudTrail.csv", false],
    ["CloudTrail.json.bak", false],
    ["cloudtrail.json", false],
    ["", false],
  ])("of %j is %s", (path, claims) => {
    expect(claimsCloudTrail(path)).toBe(claims);
  });
});
