import { existsSync, readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { HeadBucketCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { RemoteError, UsageError } from "../errors.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import { Identity } from "./identity.ts";
import { failureInWords, failureOf } from "./remote-failure.ts";

export interface Connection {
  readonly s3: S3Client;
  readonly options: ConnectionOptions;
  /** What other clients of the same caller are made with. */
  readonly clientConfig: S3ClientConfig;
  readonly identity: Identity;
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly region: string;
  close(): void;
}

/** Opens the way to a bucket: finds credentials, and the region that the bucket lies in. Throws RemoteError, UsageError. */
export async function connect(options: ConnectionOptions, bucket: string): Promise<Connection> {
  // The SDK would print to stderr, in the middle of our progress.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const agents = agentsFor(options);
  const baseConfig: S3ClientConfig = {
    maxAttempts: 1,
    requestHandler: {
      httpAgent: agents.http,
      httpsAgent: agents.https,
      connectionTimeout: 5000,
      socketTimeout: 30_000,
      socketAcquisitionWarningTimeout: 600_000,
    },
    responseChecksumValidation: "WHEN_REQUIRED",
    forcePathStyle: options.path_style,
    useFipsEndpoint: options.fips,
    ...(options.endpoint_url === null ? {} : { endpoint: options.endpoint_url }),
    ...(options.profile === null ? {} : { profile: options.profile }),
  };
  const region = options.region ?? (await homeRegion(baseConfig, options, bucket));
  const identity = new Identity(options, region);
  const clientConfig: S3ClientConfig = { ...baseConfig, region, credentials: async () => identity.current() };
  const s3 = new S3Client(clientConfig);
  const close = (): void => {
    s3.destroy();
    agents.http.destroy();
    agents.https.destroy();
  };
  return { s3, options, clientConfig, identity, agents, region, close };
}

/** The bucket's own region, told by HeadBucket whatever region asks, even to those who may not read it. */
async function homeRegion(config: S3ClientConfig, options: ConnectionOptions, bucket: string): Promise<string> {
  const first = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const identity = new Identity(options, first);
  const client = new S3Client({ ...config, region: first, credentials: async () => identity.current() });
  try {
    const answer = await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return answer.BucketRegion ?? first;
  } catch (error) {
    const headers = (error as { $response?: { headers?: Record<string, string> } }).$response?.headers;
    const told = headers?.["x-amz-bucket-region"];
    if (told !== undefined) return told;
    const failure = failureOf(error);
    if (failure.status !== null && failure.status !== 404) return first;
    throw unreachable(bucket, options, error);
  } finally {
    client.destroy();
  }
}

/** ARN of the caller, for the custody record; null when STS cannot be asked. */
export async function callerArn({ clientConfig, options }: Connection): Promise<string | null> {
  if (options.endpoint_url !== null && process.env["AWS_ENDPOINT_URL_STS"] === undefined) return null;
  const { endpoint: _s3Endpoint, forcePathStyle: _style, ...shared } = clientConfig;
  const client = new STSClient(shared as STSClientConfig);
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Arn ?? null;
  } catch {
    return null;
  } finally {
    client.destroy();
  }
}

function agentsFor(options: ConnectionOptions): Connection["agents"] {
  const ca = options.ca_bundle === null ? undefined : readBundle(options.ca_bundle);
  const shared = { keepAlive: true, maxSockets: options.concurrency + 16, ...(ca === undefined ? {} : { ca }) };
  if (options.proxy === null) return { http: new HttpAgent(shared), https: new HttpsAgent(shared) };
  return {
    http: new HttpProxyAgent({ ...shared, proxy: options.proxy }),
    https: new HttpsProxyAgent({ ...shared, proxy: options.proxy }),
  };
}

function readBundle(path: string): string {
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new UsageError({ what: "No such CA bundle", where: path, fix: "Check the path after --ca-bundle." });
}

/** The error for a bucket that cannot be asked at all. */
export function unreachable(bucket: string, options: ConnectionOptions, error: unknown): RemoteError {
  const failure = failureOf(error);
  const noCredentials = failure.kind === "expired" && failure.code === "CredentialsProviderError";
  const tried =
    options.profile === null
      ? "the environment, the default profile, SSO, a web identity, a container or an instance role"
      : `profile ${options.profile}`;
  return new RemoteError(
    {
      what: noCredentials ? "No credentials" : "Could not reach the bucket",
      where: `s3://${bucket}`,
      fix: noCredentials
        ? `Tried ${tried}. Name one with --profile, sign in with \`aws sso login\`, or set AWS_ACCESS_KEY_ID and its secret.`
        : `${failureInWords(failure)}. Check its name, --endpoint-url, --region and who you are (aws sts get-caller-identity).`,
    },
    { cause: error },
  );
}
