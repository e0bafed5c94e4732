import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connect } from "../../src/sync/connection.ts";
import type { ConnectionOptions } from "../../src/sync/connection-options.ts";
import { parseS3Url } from "../../src/sync/s3-url.ts";
import { endpointOf } from "../../src/sync/signed-get.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// Nothing here is asked of anybody: with a region given, where a bucket is reached is worked out on this machine.

const OPTIONS: ConnectionOptions = {
  profile: null,
  region: "us-east-1",
  role_arn: null,
  external_id: null,
  mfa_serial: null,
  endpoint_url: null,
  path_style: false,
  requester_pays: false,
  expected_bucket_owner: null,
  fips: false,
  ca_bundle: null,
  proxy: null,
  concurrency: 4,
  askMfaCode: null,
};

beforeEach(() => {
  const nowhere = temporaryFolder();
  vi.stubEnv("AWS_CONFIG_FILE", `${nowhere}/config`);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", `${nowhere}/credentials`);
  for (const name of [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
  ]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => vi.unstubAllEnvs());

async function endpoint(options: Partial<ConnectionOptions>, bucket = "org-trail-logs"): Promise<string> {
  const connection = await connect({ ...OPTIONS, ...options }, bucket);
  try {
    const { url, signingRegion, signingName } = await endpointOf(connection, bucket);
    return `${url.href} ${signingName} ${signingRegion}`;
  } finally {
    connection.close();
  }
}

describe("a bucket is reached", () => {
  test.each<[string, Partial<ConnectionOptions>, string]>([
    ["in a usual region", { region: "eu-west-1" }, "https://org-trail-logs.s3.eu-west-1.amazonaws.com/ s3 eu-west-1"],
    [
      "in GovCloud",
      { region: "us-gov-west-1" },
      "https://org-trail-logs.s3.us-gov-west-1.amazonaws.com/ s3 us-gov-west-1",
    ],
    ["in China", { region: "cn-north-1" }, "https://org-trail-logs.s3.cn-north-1.amazonaws.com.cn/ s3 cn-north-1"],
    [
      "in a region newer than this program",
      { region: "eu-isoe-west-9" },
      "https://org-trail-logs.s3.eu-isoe-west-9.cloud.adc-e.uk/ s3 eu-isoe-west-9",
    ],
    ["with FIPS", { fips: true }, "https://org-trail-logs.s3-fips.us-east-1.amazonaws.com/ s3 us-east-1"],
    [
      "with FIPS in GovCloud",
      { region: "us-gov-east-1", fips: true },
      "https://org-trail-logs.s3-fips.us-gov-east-1.amazonaws.com/ s3 us-gov-east-1",
    ],
    ["with path style", { path_style: true }, "https://s3.us-east-1.amazonaws.com/org-trail-logs s3 us-east-1"],
    [
      "with path style in China",
      { region: "cn-northwest-1", path_style: true },
      "https://s3.cn-northwest-1.amazonaws.com.cn/org-trail-logs s3 cn-northwest-1",
    ],
    [
      "with path style and FIPS",
      { path_style: true, fips: true },
      "https://s3-fips.us-east-1.amazonaws.com/org-trail-logs s3 us-east-1",
    ],
    [
      "at another S3",
      { endpoint_url: "https://s3.internal.example:9443" },
      "https://org-trail-logs.s3.internal.example:9443/ s3 us-east-1",
    ],
    [
      "at another S3 with path style",
      { endpoint_url: "http://127.0.0.1:9000/gateway", path_style: true },
      "http://127.0.0.1:9000/gateway/org-trail-logs s3 us-east-1",
    ],
  ])("%s", async (_, options, expected) => {
    expect(await endpoint(options)).toBe(expected);
  });

  test("by its path when its name has dots, which no certificate covers", async () => {
    expect(await endpoint({}, "logs.example.com")).toBe(
      "https://s3.us-east-1.amazonaws.com/logs.example.com s3 us-east-1",
    );
  });

  test("through an access point, in the region of its ARN", async () => {
    const { bucket, prefix } = parseS3Url("s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/trail/AWSLogs/");
    expect(prefix).toBe("AWSLogs/");
    expect(await endpoint({ region: "eu-west-1" }, bucket)).toBe(
      "https://trail-111122223333.s3-accesspoint.eu-west-1.amazonaws.com/ s3 eu-west-1",
    );
  });

  test("at the place that the environment names, unless the command line names one", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:2");
    expect(await endpoint({ path_style: true })).toBe("http://127.0.0.1:2/org-trail-logs s3 us-east-1");
    expect(await endpoint({ path_style: true, endpoint_url: "http://127.0.0.1:3" })).toBe(
      "http://127.0.0.1:3/org-trail-logs s3 us-east-1",
    );
  });

  test("with IPv6 too when the environment wants it", async () => {
    vi.stubEnv("AWS_USE_DUALSTACK_ENDPOINT", "true");
    expect(await endpoint({})).toBe("https://org-trail-logs.s3.dualstack.us-east-1.amazonaws.com/ s3 us-east-1");
  });
});

describe("what AWS does not have is refused before anything is sent", () => {
  test.each<[string, Partial<ConnectionOptions>]>([
    ["FIPS in China", { region: "cn-north-1", fips: true }],
    ["FIPS at another S3", { endpoint_url: "https://s3.internal.example", fips: true }],
  ])("%s", async (_, options) => {
    await expect(endpoint(options)).rejects.toThrow(/FIPS/);
  });
});
