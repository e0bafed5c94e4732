import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManifestEntry, ObjectLine } from "../../src/manifest/manifest-line.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { coldtrail } from "../helpers/coldtrail.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { S3Fixture } from "./s3-fixture/server.ts";
import { BUCKET, logKey, putLogs, sync } from "./sync-fixture.ts";

let server: S3Fixture;
let folder: string;

beforeEach(async () => {
  server = await S3Fixture.start();
  folder = join(temporaryFolder(), "evidence");
});
afterEach(async () => server.stop());

async function entries(): Promise<ManifestEntry[]> {
  const found: ManifestEntry[] = [];
  for await (const item of readManifest(folder)) {
    expect(item.type).toBe("line");
    if (item.type === "line") found.push(item.line.entry);
  }
  return found;
}

async function objects(): Promise<ObjectLine[]> {
  return (await entries()).filter((entry) => entry.type === "object");
}

async function findings(): Promise<string[]> {
  return (await entries()).flatMap((entry) => (entry.type === "finding" ? `${entry.finding} ${entry.key}` : []));
}

const onDisk = (key: string): Buffer => readFileSync(join(folder, BUCKET, key));

describe("a first sync", () => {
  test("brings every object as it is, and writes down all that S3 said of it", async () => {
    const bucket = server.bucket(BUCKET);
    const [first] = putLogs(bucket, [0, 1, 2]);
    const digest = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/03/01/digest.json.gz";
    bucket.put(digest, Buffer.from("{}"), { metadata: { signature: "abcd", "signature-algorithm": "SHA256withRSA" } });
    const { code, stdout, stderr } = await sync(server, folder);

    expect([code, stderr]).toEqual([0, expect.stringContaining("Fetched   4 objects")]);
    expect(stdout).toContain("4 new, 0 unchanged, 0 changed at source, 0 missing at source");
    expect(onDisk(first!).equals(bucket.get(first!, null)!.bytes!)).toBe(true);
    const lines = await objects();
    expect(lines.find(({ key }) => key === digest)?.metadata).toEqual({
      signature: "abcd",
      "signature-algorithm": "SHA256withRSA",
    });
    expect(lines.find(({ key }) => key === first)).toMatchObject({
      bucket: BUCKET,
      path: `${BUCKET}/${first!}`,
      etag: bucket.get(first!, null)!.etag,
      sha256: createHash("sha256").update(onDisk(first!)).digest("hex"),
      checks: { md5: "ok", checksum: "crc32" },
      request_id: "FIXTUREGET",
      attempts: 1,
      origin: "fetched",
    });
    const runs = (await entries()).map(({ type }) => type);
    expect([runs[0], runs.at(-1)]).toEqual(["run-start", "run-end"]);
  });

  test("says what there is and fetches nothing with --dry-run", async () => {
    putLogs(server.bucket(BUCKET), [0]);
    server.bucket(BUCKET).put(logKey(5), Buffer.from("cold"), { storage_class: "GLACIER" });
    const { code, stdout } = await sync(server, folder, ["--dry-run", "--format", "json"]);
    const { rows, _meta } = JSON.parse(stdout) as { rows: object[]; _meta: Record<string, unknown> };

    expect(code).toBe(0);
    expect(rows).toEqual([
      expect.objectContaining({
        account_id: "111122223333",
        kind: "CloudTrail",
        month: "2024-03",
        new_objects: 1,
        restore_needed: 1,
      }),
    ]);
    expect(_meta).toMatchObject({ objects: 2, new_objects: 1, restore_needed: 1, missing: 0 });
    expect(server.requests.filter((request) => /GET .*\.json\.gz$/.test(request))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("lists only the days that a range needs, and the day after", async () => {
    putLogs(server.bucket(BUCKET), [0]);
    await sync(server, folder, ["--since", "2024-03-01", "--until", "2024-03-01", "--dry-run"]);
    const listed = server.requests.flatMap((request) => /prefix=(\S*\d{4}\/\d\d\/\d\d\/)/.exec(request)?.[1] ?? []);
    expect(listed.map((prefix) => prefix.slice(-11))).toEqual(["2024/03/01/", "2024/03/02/"]);
  });

  test("keeps the public keys, and goes on where they are refused", async () => {
    putLogs(server.bucket(BUCKET), [0]);
    server.publicKeys = [Buffer.from("a public key").toString("base64")];
    await sync(server, folder);
    const [context] = readdirSync(join(folder, "coldtrail-context"));
    const text = readFileSync(join(folder, "coldtrail-context", context!, "public-keys-us-east-1.json"), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      PublicKeyList: [{ Value: Buffer.from("a public key").toString("base64") }],
    });

    server.publicKeys = null;
    const { code, stderr } = await sync(server, join(folder, "other"));
    expect(code).toBe(0);
    expect(stderr).toContain("without public keys the digests' signatures can never be verified offline");
    expect(stderr).toContain("not given: public-keys-us-east-1: AccessDeniedException");
  });
});

describe("a later sync", () => {
  test("fetches what is new and leaves the rest alone", async () => {
    putLogs(server.bucket(BUCKET), [0, 1]);
    await sync(server, folder);
    putLogs(server.bucket(BUCKET), [2]);
    server.requests.length = 0;
    const { stdout } = await sync(server, folder);
    expect(stdout).toContain("1 new, 2 unchanged");
    expect(server.requests.filter((request) => /GET .*\.json\.gz/.test(request))).toHaveLength(1);
  });

  test("keeps what was replaced at the source, puts the new one beside it, and says so", async () => {
    const bucket = server.bucket(BUCKET);
    const [key] = putLogs(bucket, [0]);
    await sync(server, folder);
    const before = onDisk(key!);
    const tampered = Buffer.from(before).fill(0x41, 20, 21);
    bucket.put(key!, tampered);
    const { code, stdout } = await sync(server, folder);

    expect(code).toBe(0);
    expect(stdout).toContain("1 changed at source");
    expect(onDisk(key!).equals(before)).toBe(true);
    const paths = (await objects()).map(({ path }) => path);
    expect(paths).toHaveLength(2);
    expect(readFileSync(join(folder, paths[1]!)).equals(tampered)).toBe(true);
    expect(await findings()).toEqual([`changed-at-source ${key!}`]);
  });

  test("names what is gone at the source once, and deletes nothing", async () => {
    const bucket = server.bucket(BUCKET);
    const [key] = putLogs(bucket, [0, 1]);
    await sync(server, folder);
    bucket.remove(key!);
    expect((await sync(server, folder)).stdout).toContain("1 missing at source");
    await sync(server, folder);
    expect(existsSync(join(folder, BUCKET, key!))).toBe(true);
    expect(await findings()).toEqual([`missing-at-source ${key!}`]);
  });

  test("lists versions and delete markers, and says when it may not", async () => {
    const bucket = server.bucket(BUCKET);
    bucket.versioned = true;
    const [first, second] = putLogs(bucket, [0, 1]);
    bucket.put(first!, Buffer.from("replaced"));
    bucket.remove(second!);
    const { stdout } = await sync(server, folder);
    expect(stdout).toContain("1 delete markers and 2 older versions");
    expect((await findings()).toSorted()).toEqual([
      `delete-marker ${second!}`,
      `older-version ${first!}`,
      `older-version ${second!}`,
    ]);
    expect((await objects()).map(({ key, version_id }) => [key, version_id])).toEqual([[first, "v000003"]]);

    server.versionsDenied = true;
    const denied = await sync(server, join(folder, "other"), ["--dry-run"]);
    expect(denied.stdout).toContain("versions and delete markers were not listed (AccessDenied)");
  });

  test("fetches again what is no longer on disk", async () => {
    const [key] = putLogs(server.bucket(BUCKET), [0]);
    await sync(server, folder);
    rmSync(join(folder, BUCKET, key!));
    await sync(server, folder);
    expect(existsSync(join(folder, BUCKET, key!))).toBe(true);
  });
});

describe("--verify", () => {
  test("finds a turned bit, a lost file, a stranger and a changed manifest", async () => {
    const [first, second] = putLogs(server.bucket(BUCKET), [0, 1]);
    await sync(server, folder);
    expect((await coldtrail(["sync", "--verify", folder])).code).toBe(0);

    const bytes = onDisk(first!);
    bytes[10]! ^= 1;
    writeFileSync(join(folder, BUCKET, first!), bytes);
    rmSync(join(folder, BUCKET, second!));
    writeFileSync(join(folder, "stranger.json"), "{}");
    const manifest = join(folder, "coldtrail-manifest.jsonl");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"public_keys":0', '"public_keys":7'));
    const { code, stdout, stderr } = await coldtrail(["sync", "--verify", folder]);

    expect(code).toBe(4);
    expect(stderr).toContain(`altered: ${BUCKET}/${first!}`);
    expect(stderr).toContain("not in the manifest: stranger.json: no run fetched it");
    expect(stderr).toMatch(/manifest line \d+: changed/);
    expect(stdout).toContain("1 lines changed");
  });

  test("a folder without a manifest is refused with advice", async () => {
    const { code, stderr } = await coldtrail(["sync", "--verify", temporaryFolder()]);
    expect(code).toBe(2);
    expect(stderr).toContain("make a manifest with --adopt");
  });
});

test("--adopt makes a manifest for another tool's copy and says what it cannot prove", async () => {
  const adopted = temporaryFolder();
  writeFileSync(join(adopted, "a.json"), "{}");
  const { code, stdout } = await coldtrail(["sync", "--adopt", adopted]);
  expect(code).toBe(0);
  expect(stdout).toContain("1 files adopted");
  expect(stdout).toContain("the signatures of digest files");
  expect((await coldtrail(["sync", "--verify", adopted])).code).toBe(0);
  writeFileSync(join(adopted, "a.json"), "[]");
  expect((await coldtrail(["sync", "--verify", adopted])).code).toBe(4);
  expect((await coldtrail(["sync", "--adopt", adopted])).code).toBe(2);
});
