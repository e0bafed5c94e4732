import { gzipSync } from "node:zlib";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { makeRecord, trailText } from "../helpers/trail-maker.ts";
import { coldtrail, type Finished } from "../helpers/coldtrail.ts";
import { ACCESS_KEY, S3Fixture, SECRET_KEY } from "./s3-fixture/server.ts";
import { logKey } from "./sync-fixture.ts";

/** What the sync suite needs of a server, so that it runs against the fixture and against a real S3 alike. */
export interface ServerUnderTest {
  /** The fixture itself, for tests that look at requests or need faults; null for a real server. */
  readonly fixture: S3Fixture | null;
  readonly bucket: string;
  put(key: string, bytes: Buffer, metadata?: Record<string, string>): Promise<void>;
  remove(key: string): Promise<void>;
  get(key: string): Promise<Buffer>;
  keepVersions(): Promise<void>;
  sync(folder: string, more?: readonly string[]): Promise<Finished>;
  stop(): Promise<void>;
}

/** URL of a real S3 on loopback, whose user has the fixture's keys; see scripts/test-radosgw.ts. */
export const REAL_S3_URL = process.env["COLDTRAIL_TEST_S3_URL"];

let buckets = 0;

/** A server with one fresh bucket. */
export async function startServer(): Promise<ServerUnderTest> {
  buckets += 1;
  return REAL_S3_URL === undefined ? startFixture() : startReal(REAL_S3_URL, `coldtrail-${process.pid}-${buckets}`);
}

async function startFixture(): Promise<ServerUnderTest> {
  const fixture = await S3Fixture.start();
  const name = "org-trail-logs";
  const bucket = fixture.bucket(name);
  return {
    fixture,
    bucket: name,
    put: async (key, bytes, metadata = {}) => {
      bucket.put(key, bytes, { metadata });
      return Promise.resolve();
    },
    remove: async (key) => {
      bucket.remove(key);
      return Promise.resolve();
    },
    get: async (key) => Promise.resolve(bucket.get(key, null)!.bytes!),
    keepVersions: async () => {
      bucket.versioned = true;
      return Promise.resolve();
    },
    sync: async (folder, more = []) => runSync({ url: fixture.url, bucket: name }, folder, more),
    stop: async () => fixture.stop(),
  };
}

async function startReal(url: string, name: string): Promise<ServerUnderTest> {
  const client = new S3Client({
    endpoint: url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return {
    fixture: null,
    bucket: name,
    put: async (Key, Body, Metadata = {}) => {
      await client.send(new PutObjectCommand({ Bucket: name, Key, Body, Metadata }));
    },
    remove: async (Key) => {
      await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
    },
    get: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key }));
      return Buffer.from(await Body!.transformToByteArray());
    },
    keepVersions: async () => {
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
    },
    sync: async (folder, more = []) => runSync({ url, bucket: name }, folder, more),
    stop: async () => Promise.resolve(client.destroy()),
  };
}

async function runSync(
  { url, bucket }: { url: string; bucket: string },
  folder: string,
  more: readonly string[],
): Promise<Finished> {
  const flags = ["--endpoint-url", url, "--path-style", "--bucket-region", "us-east-1"];
  return coldtrail(["sync", `s3://${bucket}`, folder, ...flags, ...more], {
    env: { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_EC2_METADATA_DISABLED: "true" },
  });
}

/** Puts log files of one event each; returns their keys. */
export async function putLogs(server: ServerUnderTest, minutes: readonly number[]): Promise<string[]> {
  const keys: string[] = [];
  for (const minute of minutes) {
    await server.put(logKey(minute), gzipSync(trailText([makeRecord(minute)])));
    keys.push(logKey(minute));
  }
  return keys;
}
