import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { coldtrail, MAIN, startColdtrail } from "../helpers/coldtrail.ts";
import { canMount, mountSmallDisk } from "../helpers/small-disk.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { S3Fixture } from "./s3-fixture/server.ts";
import { BUCKET, logKey, putLogs, sync } from "./sync-fixture.ts";

let server: S3Fixture;
let folder: string;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const onDisk = (key: string): Buffer => readFileSync(join(folder, BUCKET, key));

beforeEach(async () => {
  server = await S3Fixture.start();
  folder = join(temporaryFolder(), "evidence");
});
afterEach(async () => server.stop());

describe("objects of every size", () => {
  test("none, a folder's mark, and more than is held in memory, broken off and damaged on the way", async () => {
    const bucket = server.bucket(BUCKET);
    const large = randomBytes(9 * 1024 * 1024);
    bucket.put("large.bin", large, { checksum: false });
    bucket.put("large-kms.bin", large, { kms: true });
    bucket.put("empty.json", Buffer.alloc(0));
    bucket.put("folder/", Buffer.alloc(0));
    server.fail("truncate", /GET .*large\.bin/, 1);
    server.fail("bit-flip", /GET .*large/, 2);
    const { code, stderr } = await sync(server, folder);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Fetched   4 objects")]);
    expect(onDisk("large.bin").equals(large)).toBe(true);
    expect(onDisk("large-kms.bin").equals(large)).toBe(true);
    expect(statSync(join(folder, BUCKET, "empty.json")).size).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith(".coldtrail"))).toEqual([]);
    expect((await coldtrail(["sync", "--verify", folder])).code).toBe(0);
  });

  test("keys with blanks, plus signs, per cent signs and line ends arrive under their own names", async () => {
    const keys = ["a b+c%2Fd.json", "ünï 日本.json", "line\nend\u2028.json", "esc\u001b[2J.json"];
    for (const key of keys) server.bucket(BUCKET).put(key, Buffer.from(key));
    server.fail("denied", /esc/, 99);
    const { code, stderr, stdout } = await sync(server, folder);
    expect(code).toBe(6);
    // oxlint-disable-next-line no-control-regex -- Control characters are what this is about.
    expect(stderr + stdout).not.toMatch(/\u001b/);
    expect((await coldtrail(["sync", "--verify", folder])).stdout).toContain("; 0 problems");
    expect(readFileSync(join(folder, BUCKET, "a b+c%252Fd.json"), "utf8")).toBe(keys[0]);
  });
});

test("pages of a listing are all read, of objects and of versions", async () => {
  server.pageSize = 3;
  const keys = putLogs(server.bucket(BUCKET), range(11));
  server.versionsDenied = true;
  expect((await sync(server, folder)).code).toBe(0);
  expect(keys.filter((key) => existsSync(join(folder, BUCKET, key)))).toEqual(keys);
  server.versionsDenied = false;
  const { stdout } = await sync(server, join(folder, "again"));
  expect(stdout).toContain("11 new, 0 unchanged");
});

test("an object that is gone when its turn comes is listed, and the rest arrives", async () => {
  const bucket = server.bucket(BUCKET);
  const [first, second] = putLogs(bucket, [0, 1]);
  server.beforeGet = () => bucket.remove(second!);
  const { code, stderr } = await sync(server, folder, ["--concurrency", "1"]);
  expect([code, stderr]).toEqual([6, expect.stringContaining("NoSuchKey")]);
  expect(existsSync(join(folder, BUCKET, first!))).toBe(true);
});

test("requester pays and the expected owner are said with every request", async () => {
  putLogs(server.bucket(BUCKET), [0]);
  const seen: string[] = [];
  server.onHeaders = (headers) =>
    seen.push(`${String(headers["x-amz-request-payer"])} ${String(headers["x-amz-expected-bucket-owner"])}`);
  await sync(server, folder, ["--requester-pays", "--expected-bucket-owner", "111122223333", "--dry-run"]);
  await sync(server, folder, ["--requester-pays", "--expected-bucket-owner", "111122223333"]);
  const ofObjects = seen.filter((text) => text !== "undefined undefined");
  expect(ofObjects.length).toBeGreaterThan(4);
  expect(new Set(ofObjects)).toEqual(new Set(["requester 111122223333"]));
});

test("Ctrl-C ends the run in good order, and the next one brings the rest", async () => {
  const keys = putLogs(server.bucket(BUCKET), range(60));
  server.latency_ms = 40;
  const flags = ["--endpoint-url", server.url, "--path-style", "--bucket-region", "us-east-1", "--concurrency", "2"];
  const run = startColdtrail(["sync", `s3://${BUCKET}`, folder, ...flags], { env: server.environment });
  while (server.requests.filter((request) => /GET .*\.json\.gz/.test(request)).length < 5) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  run.child.kill("SIGINT");
  const { code, stderr } = await run.finished;
  expect([code, stderr]).toEqual([130, expect.stringContaining("Run the same command again")]);
  server.latency_ms = 0;
  expect((await sync(server, folder)).code).toBe(0);
  expect(keys.filter((key) => existsSync(join(folder, BUCKET, key)))).toEqual(keys);
  const verified = await coldtrail(["sync", "--verify", folder]);
  expect([verified.code, verified.stdout]).toEqual([0, expect.not.stringContaining("cut off;")]);
});

test.runIf(canMount)("a full disk stops the run clean, and with room it goes on", async () => {
  const bucket = server.bucket(BUCKET);
  const keys = range(40).map((n) => `object-${String(n).padStart(2, "0")}`);
  for (const key of keys) bucket.put(key, randomBytes(100_000));
  const disk = mountSmallDisk("2m")!;
  try {
    folder = join(disk.folder, "evidence");
    const { code, stderr } = await sync(server, folder);
    expect([code, stderr]).toEqual([
      6,
      expect.stringMatching(/Stopped {3}.*(?:no room|cannot be written|not be closed)/),
    ]);
    expect(stderr).not.toMatch(/bug in coldtrail/);
    for (const key of keys) if (existsSync(join(folder, BUCKET, key))) expect(onDisk(key).length).toBe(100_000);
    disk.remount("size=16m");
    expect((await sync(server, folder)).code).toBe(0);
    for (const key of keys) expect(onDisk(key).equals(bucket.get(key, null)!.bytes!)).toBe(true);
    expect((await coldtrail(["sync", "--verify", folder])).code).toBe(0);
  } finally {
    disk.unmount();
  }
});

/** Gives the command a terminal, at which somebody renews the credentials when asked. */
const hasScript = process.platform === "linux" && spawnSync("script", ["--version"], { stdio: "ignore" }).status === 0;

test.runIf(hasScript)(
  "expired credentials are asked for at a terminal, and the run goes on with new ones",
  async () => {
    const keys = putLogs(server.bucket(BUCKET), range(6));
    server.expireKey("ASIAOLDXXXXXXXXXXXXX");
    const home = temporaryFolder();
    mkdirSync(join(home, ".aws"));
    const file = join(home, ".aws/credentials");
    const credentials = (id: string): string =>
      `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${server.environment["AWS_SECRET_ACCESS_KEY"]!}\naws_session_token = token-of-${id}\n`;
    writeFileSync(file, credentials("ASIAOLDXXXXXXXXXXXXX"));
    server.expireAfter = 2;
    const words = [
      process.execPath,
      MAIN,
      "sync",
      `s3://${BUCKET}`,
      folder,
      "--endpoint-url",
      server.url,
      "--path-style",
    ];
    const child = spawn(
      "script",
      ["-qec", [...words, "--bucket-region", "us-east-1", "--concurrency", "1"].join(" "), "/dev/null"],
      {
        env: {
          PATH: process.env["PATH"],
          HOME: home,
          AWS_SHARED_CREDENTIALS_FILE: file,
          AWS_EC2_METADATA_DISABLED: "true",
          TERM: "xterm",
        },
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    let seen = "";
    let renewed = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      if (renewed || !seen.includes("Press Enter to go on")) return;
      renewed = true;
      writeFileSync(file, credentials("ASIANEWXXXXXXXXXXXXX"));
      child.stdin.write("\r");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, renewed, seen]).toEqual([0, true, expect.stringContaining("Fetched   6 objects")]);
    expect(keys.filter((key) => existsSync(join(folder, BUCKET, key)))).toEqual(keys);
  },
  60_000,
);

test("two runs on one folder do not write one manifest at once", async () => {
  putLogs(server.bucket(BUCKET), range(10));
  server.latency_ms = 20;
  const [one, other] = await Promise.all([sync(server, folder), sync(server, folder)]);
  expect([one.code, other.code]).toEqual([0, 0]);
  expect((await coldtrail(["sync", "--verify", folder])).stdout).toContain("its chain is whole");
  expect(existsSync(join(folder, BUCKET, logKey(0)))).toBe(true);
});
