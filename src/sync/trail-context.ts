import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailStatusCommand,
  ListPublicKeysCommand,
  type CloudTrailClientConfig,
} from "@aws-sdk/client-cloudtrail";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONTEXT_FOLDER } from "../manifest/manifest-line.ts";
import type { Connection } from "./connection.ts";
import { failureInWords, failureOf } from "./remote-failure.ts";

/*
 * What the logs alone do not hold and an offline verification needs later: the public keys of each region, and how the
 * trails and the bucket are set. Each question may be refused; then the refusal is what is kept.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
 */

export interface ContextFile {
  readonly path: string;
  readonly sha256: string;
  readonly size_bytes: number;
}

export interface ContextResult {
  readonly files: readonly ContextFile[];
  /** What was refused, in words. */
  readonly refused: readonly string[];
  /** Public keys that were fetched, over all regions. */
  readonly public_keys: number;
}

/** Digests are signed with keys that stay listed for a while after the last digest they signed. */
const MARGIN_MS = 2 * 3_600_000;

export interface ContextOptions {
  readonly folder: string;
  readonly bucket: string;
  readonly regions: readonly string[];
  /** First and last delivery, UTC; null when the names told none. */
  readonly first: string | null;
  readonly last: string | null;
  readonly fetched_at: string;
}

/** Fetches keys and configuration into `coldtrail-context/<time>/`; nothing is written over. */
export async function fetchContext(connection: Connection, options: ContextOptions): Promise<ContextResult> {
  const stamp = options.fetched_at.replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
  const files: ContextFile[] = [];
  const refused: string[] = [];
  let public_keys = 0;
  const keep = async (name: string, ask: () => Promise<object>): Promise<void> => {
    try {
      const { $metadata: _transport, ...answer } = (await ask()) as Record<string, unknown>;
      if (Array.isArray(answer["PublicKeyList"])) public_keys += answer["PublicKeyList"].length;
      files.push(writeJson(options.folder, `${CONTEXT_FOLDER}/${stamp}/${name}.json`, answer));
    } catch (error) {
      const failure = failureOf(error);
      if (isNotSet(failure.code)) {
        files.push(writeJson(options.folder, `${CONTEXT_FOLDER}/${stamp}/${name}.json`, { not_set: failure.code }));
      } else refused.push(`${name}: ${failureInWords(failure)}`);
    }
  };
  for (const region of options.regions) {
    const client = cloudTrailClient(connection, region);
    await keep(`public-keys-${region}`, async () => publicKeys(client, options));
    await keep(`trails-${region}`, async () => trailSettings(client));
    client.destroy();
  }
  const { s3 } = connection;
  const Bucket = options.bucket;
  await keep("bucket-versioning", async () => s3.send(new GetBucketVersioningCommand({ Bucket })));
  await keep("bucket-lifecycle", async () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })));
  await keep("bucket-object-lock", async () => s3.send(new GetObjectLockConfigurationCommand({ Bucket })));
  await keep("bucket-policy", async () => s3.send(new GetBucketPolicyCommand({ Bucket })));
  return { files, refused, public_keys };
}

/** S3 answers so when a bucket has no such setting, which is worth keeping too. */
function isNotSet(code: string): boolean {
  return /^NoSuch(?!Bucket$)|ConfigurationNotFoundError$/.test(code);
}

function cloudTrailClient(connection: Connection, region: string): CloudTrailClient {
  const { credentials, requestHandler, useFipsEndpoint, maxAttempts } = connection.clientConfig;
  const endpoint = process.env["AWS_ENDPOINT_URL_CLOUDTRAIL"] ?? connection.options.endpoint_url ?? undefined;
  return new CloudTrailClient({
    region,
    credentials,
    requestHandler,
    useFipsEndpoint,
    maxAttempts,
    ...(endpoint === undefined ? {} : { endpoint }),
  } as CloudTrailClientConfig);
}

async function publicKeys(client: CloudTrailClient, { first, last }: ContextOptions): Promise<object> {
  const keys: object[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListPublicKeysCommand({
        ...(first === null ? {} : { StartTime: new Date(Date.parse(first) - MARGIN_MS) }),
        ...(last === null ? {} : { EndTime: new Date(Date.parse(last) + MARGIN_MS) }),
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    for (const { Value, ...key } of page.PublicKeyList ?? []) {
      keys.push({ Value: Value === undefined ? null : Buffer.from(Value).toString("base64"), ...key });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return { PublicKeyList: keys };
}

async function trailSettings(client: CloudTrailClient): Promise<object> {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: false }));
  const trails: object[] = [];
  for (const trail of trailList) {
    const TrailName = trail.TrailARN ?? trail.Name ?? "";
    trails.push({
      trail,
      status: await orRefusal(async () => client.send(new GetTrailStatusCommand({ Name: TrailName }))),
      event_selectors: await orRefusal(async () => client.send(new GetEventSelectorsCommand({ TrailName }))),
      insight_selectors: await orRefusal(async () => client.send(new GetInsightSelectorsCommand({ TrailName }))),
    });
  }
  return { trails };
}

async function orRefusal(ask: () => Promise<object>): Promise<object> {
  try {
    const { $metadata: _transport, ...answer } = (await ask()) as Record<string, unknown>;
    return answer;
  } catch (error) {
    return { refused: failureInWords(failureOf(error)) };
  }
}

function writeJson(folder: string, path: string, value: object): ContextFile {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text, { flag: "w" });
  renameSync(`${file}.part`, file);
  return { path, sha256: createHash("sha256").update(text).digest("hex"), size_bytes: Buffer.byteLength(text) };
}
