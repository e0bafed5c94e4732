import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { coldtrail, startColdtrail } from "../helpers/coldtrail.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import type { FaultKind } from "./s3-fixture/faults.ts";
import { S3Fixture } from "./s3-fixture/server.ts";
import { BUCKET, putLogs, sync } from "./sync-fixture.ts";

let server: S3Fixture;
let folder: string;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

beforeEach(async () => {
  server = await S3Fixture.start();
  folder = join(temporaryFolder(), "evidence");
});
afterEach(async () => server.stop());

function expectWhole(keys: readonly string[]): void {
  for (const key of keys) {
    expect(readFileSync(join(folder, BUCKET, key)).equals(server.bucket(BUCKET).get(key, null)!.bytes!)).toBe(true);
  }
}

async function failures(): Promise<string[]> {
  const found: string[] = [];
  for await (const item of readManifest(folder)) {
    if (item.type === "line" && item.line.entry.type === "failure") found.push(item.line.entry.reason);
  }
  return found;
}

describe("what passes is tried again until every byte is here", () => {
  test.each<[FaultKind, number]>([
    ["slow-down", 12],
    ["internal-error", 5],
    ["reset", 5],
    ["truncate", 5],
    ["bit-flip", 5],
  ])("%s", async (kind, times) => {
    const keys = putLogs(server.bucket(BUCKET), range(8));
    server.fail(kind, /GET .*\.json\.gz/, times);
    const { code, stderr } = await sync(server, folder);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Failed    0")]);
    expectWhole(keys);
  });

  test("a turned bit shows by the ETag alone too, and by the checksum alone", async () => {
    const keys = [
      ...putLogs(server.bucket(BUCKET), [0, 1], { checksum: false }),
      ...putLogs(server.bucket(BUCKET), [2, 3], { kms: true }),
      ...putLogs(server.bucket(BUCKET), [4, 5], { multipart: true }),
    ];
    server.fail("bit-flip", /GET .*\.json\.gz/, 6);
    const { code } = await sync(server, folder);
    expect(code).toBe(0);
    expectWhole(keys);
  });

  test("a listing that is throttled goes on", async () => {
    const keys = putLogs(server.bucket(BUCKET), range(3));
    server.fail("slow-down", /list-type|versions/, 3);
    expect((await sync(server, folder)).code).toBe(0);
    expectWhole(keys);
  });
});

describe("what stays is listed with its reason, and the rest arrives", () => {
  test.each<[FaultKind, string]>([
    ["denied", "AccessDenied (HTTP 403): Access Denied; the caller needs s3:GetObject on it"],
    ["kms", "KMS.DisabledException (HTTP 400)"],
    ["archived", "it lies in an archive storage class and must be restored first"],
    ["changed", "it was replaced while it was being fetched"],
  ])("%s", async (kind, words) => {
    const keys = putLogs(server.bucket(BUCKET), range(4));
    server.fail(kind, new RegExp(`GET .*${keys[1]!.slice(-20)}`), 99);
    const { code, stderr } = await sync(server, folder);
    expect(code).toBe(6);
    expect(stderr).toContain(words);
    expect(await failures()).toEqual([expect.stringContaining(words)]);
    expectWhole([keys[0]!, keys[2]!, keys[3]!]);
    expect(existsSync(join(folder, BUCKET, keys[1]!))).toBe(false);
  });

  test("an object that never comes whole is given up, and comes with the next run", async () => {
    const keys = putLogs(server.bucket(BUCKET), [0]);
    server.fail("denied", /GET .*\.json\.gz/, 1);
    expect((await sync(server, folder)).code).toBe(6);
    expect((await sync(server, folder)).code).toBe(0);
    expectWhole(keys);
  });
});

test("an object replaced behind the listing's back is not taken for the one that was listed", async () => {
  const bucket = server.bucket(BUCKET);
  const [key] = putLogs(bucket, [0]);
  server.beforeGet = () => {
    server.beforeGet = null;
    bucket.put(key!, Buffer.from("another"));
  };
  const first = await sync(server, folder);
  expect([first.code, first.stderr]).toEqual([6, expect.stringContaining("replaced while it was being fetched")]);
  expect((await sync(server, folder)).code).toBe(0);
  expect(readFileSync(join(folder, BUCKET, key!), "utf8")).toBe("another");
});

test("expired credentials end the run with what was fetched kept, and the next one goes on", async () => {
  const keys = putLogs(server.bucket(BUCKET), range(40));
  server.fail("expired", /GET .*file0000000000(?:2|3)\d/, 9999);
  const { code, stderr } = await sync(server, folder, ["--concurrency", "2"]);
  expect(code).toBe(6);
  expect(stderr).toContain("Stopped   the credentials are no longer valid (ExpiredToken)");
  await server.stop();
  const again = await S3Fixture.start();
  again.buckets.set(BUCKET, server.bucket(BUCKET));
  server = again;
  const { stdout } = await sync(server, folder);
  expect(stdout).toMatch(/\d+ new, [1-9]\d* unchanged/);
  expectWhole(keys);
});

test("kill -9 loses nothing that was fetched, and the next run brings the rest", async () => {
  const keys = putLogs(server.bucket(BUCKET), range(60));
  server.latency_ms = 30;
  const flags = ["--endpoint-url", server.url, "--path-style", "--bucket-region", "us-east-1", "--concurrency", "2"];
  const run = startColdtrail(["sync", `s3://${BUCKET}`, folder, ...flags], { env: server.environment });
  const manifest = join(folder, "coldtrail-manifest.jsonl");
  for (let i = 0; i < 400; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    if (existsSync(manifest) && readFileSync(manifest, "utf8").split('"type":"object"').length > 6) break;
  }
  run.child.kill("SIGKILL");
  await run.finished;
  expect((await failures()).length).toBe(0);

  server.latency_ms = 0;
  const { code, stdout } = await sync(server, folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/[1-9]\d* unchanged/);
  expectWhole(keys);
  const verified = await coldtrail(["sync", "--verify", folder]);
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining("1 runs were cut off")]);
});

test("a wrong secret, an unknown bucket and a closed port each end with advice", async () => {
  putLogs(server.bucket(BUCKET), [0]);
  const wrong = await sync(server, folder, [], { env: { AWS_SECRET_ACCESS_KEY: "wrong" } });
  expect([wrong.code, wrong.stderr]).toEqual([6, expect.stringContaining("SignatureDoesNotMatch")]);
  server.buckets.clear();
  const unknown = await sync(server, folder);
  expect([unknown.code, unknown.stderr]).toEqual([6, expect.stringContaining("NoSuchBucket")]);
  const flags = ["--endpoint-url", "http://127.0.0.1:9", "--path-style", "--bucket-region", "us-east-1"];
  const closed = await coldtrail(["sync", `s3://${BUCKET}`, folder, ...flags], { env: server.environment });
  expect([closed.code, closed.stderr]).toEqual([6, expect.stringContaining("Could not reach the bucket")]);
});

test("keys that no file system would take are kept, and none leaves the folder", async () => {
  const bucket = server.bucket(BUCKET);
  const keys = [
    "../../outside.json",
    "a//b.json",
    "nul/aux.json",
    "x:y*?.json",
    `long/${"n".repeat(600)}.json`,
    "Case.json",
    "case.json",
  ];
  for (const key of keys) bucket.put(key, Buffer.from(key));
  const { code } = await sync(server, folder);
  expect(code).toBe(0);
  expect(existsSync(join(folder, "..", "outside.json"))).toBe(false);
  const paths: string[] = [];
  for await (const item of readManifest(folder)) {
    if (item.type === "line" && item.line.entry.type === "object") paths.push(item.line.entry.path);
  }
  expect(new Set(paths).size).toBe(keys.length);
  expect(paths.filter((path) => path.split("/").includes(".."))).toEqual([]);
  expect((await coldtrail(["sync", "--verify", folder])).stdout).toContain("; 0 problems");
});
