import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManifestEntry, ObjectLine } from "../../src/manifest/manifest-line.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { coldtrail } from "../helpers/coldtrail.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { putLogs, REAL_S3_URL, startServer, type ServerUnderTest } from "./server-under-test.ts";
import { logKey } from "./sync-fixture.ts";

// Also run against a real S3: `npm run test:radosgw`. What needs a look at requests, or faults, has the fixture alone.
const withFixture = test.runIf(REAL_S3_URL === undefined);

let server: ServerUnderTest;
let folder: string;

beforeEach(async () => {
  server = await startServer();
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

const onDisk = (key: string): Buffer => readFileSync(join(folder, server.bucket, key));

describe("a first sync", () => {
  test("brings every object as it is, and writes down all that S3 said of it", async () => {
    const [first] = await putLogs(server, [0, 1, 2]);
    const digest = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/03/01/digest.json.gz";
    await server.put(digest, Buffer.from("{}"), { signature: "abcd", "signature-algorithm": "SHA256withRSA" });
    const { code, stdout, stderr } = await server.sync(folder);

    expect([code, stderr]).toEqual([0, expect.stringContaining("Fetched   4 objects")]);
    expect(stdout).toContain("4 new, 0 unchanged, 0 changed at source, 0 missing at source");
    expect(onDisk(first!).equals(await server.get(first!))).toBe(true);
    const lines = await objects();
    expect(lines.find(({ key }) => key === digest)?.metadata).toEqual({
      signature: "abcd",
      "signature-algorithm": "SHA256withRSA",
    });
    expect(lines.find(({ key }) => key === first)).toMatchObject({
      bucket: server.bucket,
      path: `${server.bucket}/${first!}`,
      etag: `"${createHash("md5").update(onDisk(first!)).digest("hex")}"`,
      sha256: createHash("sha256").update(onDisk(first!)).digest("hex"),
      checks: { md5: "ok", checksum: server.fixture === null ? null : "crc32" },
      request_id: server.fixture === null ? expect.any(String) : "FIXTUREGET",
      attempts: 1,
      origin: "fetched",
    });
    const runs = (await entries()).map(({ type }) => type);
    expect([runs[0], runs.at(-1)]).toEqual(["run-start", "run-end"]);
  });

  withFixture("says what there is and fetches nothing with --dry-run", async () => {
    await putLogs(server, [0]);
    server.fixture!.bucket(server.bucket).put(logKey(5), Buffer.from("cold"), { storage_class: "GLACIER" });
    const { code, stdout } = await server.sync(folder, ["--dry-run", "--format", "json"]);
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
    expect(server.fixture!.requests.filter((request) => /GET .*\.json\.gz$/.test(request))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  withFixture("lists only the days that a range needs, and the day after", async () => {
    await putLogs(server, [0]);
    await server.sync(folder, ["--since", "2024-03-01", "--until", "2024-03-01", "--dry-run"]);
    const listed = server.fixture!.requests.flatMap(
      (request) => /prefix=(\S*\d{4}\/\d\d\/\d\d\/)/.exec(request)?.[1] ?? [],
    );
    expect(listed.map((prefix) => prefix.slice(-11))).toEqual(["2024/03/01/", "2024/03/02/"]);
  });

  withFixture("keeps the public keys, and goes on where they are refused", async () => {
    await putLogs(server, [0]);
    server.fixture!.publicKeys = [Buffer.from("a public key").toString("base64")];
    await server.sync(folder);
    const [context] = readdirSync(join(folder, "coldtrail-context"));
    const text = readFileSync(join(folder, "coldtrail-context", context!, "public-keys-us-east-1.json"), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      PublicKeyList: [{ Value: Buffer.from("a public key").toString("base64") }],
    });

    server.fixture!.publicKeys = null;
    const { code, stderr } = await server.sync(join(folder, "other"));
    expect(code).toBe(0);
    expect(stderr).toContain("without public keys the digests' signatures can never be verified offline");
    expect(stderr).toContain("not given: public-keys-us-east-1: AccessDeniedException");
  });
});

describe("names and sizes", () => {
  test("pages of a listing, keys that no file system takes, and an object of nine megabytes arrive as they are", async () => {
    const keys = ["../../outside.json", "a b+c%2Fd.json", "ünï 日本.json", "Case.json", "case.json", "empty.json"];
    for (const key of keys) await server.put(key, key === "empty.json" ? Buffer.alloc(0) : Buffer.from(key));
    const large = randomBytes(9 * 1024 * 1024);
    await server.put("large.bin", large);
    const many = Array.from({ length: 1100 }, (_, i) => `many/${String(i).padStart(4, "0")}`);
    for (const key of many) await server.put(key, Buffer.from(key));
    const { code, stderr } = await server.sync(folder);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`Fetched   ${(keys.length + 1 + many.length).toLocaleString("en-US")} objects`),
    ]);
    expect(onDisk("large.bin").equals(large)).toBe(true);
    const lines = await objects();
    expect(new Set(lines.map(({ key }) => key))).toEqual(new Set([...keys, "large.bin", ...many]));
    expect(new Set(lines.map(({ path }) => path.toLowerCase())).size).toBeGreaterThanOrEqual(lines.length - 1);
    expect((await coldtrail(["sync", "--verify", folder])).stdout).toContain("; 0 problems");
  }, 120_000);
});

describe("a later sync", () => {
  test("fetches what is new and leaves the rest alone", async () => {
    await putLogs(server, [0, 1]);
    await server.sync(folder);
    await putLogs(server, [2]);
    const before = server.fixture?.requests.length ?? 0;
    const { stdout } = await server.sync(folder);
    expect(stdout).toContain("1 new, 2 unchanged");
    const requests = server.fixture?.requests.slice(before).filter((request) => /GET .*\.json\.gz/.test(request));
    if (requests !== undefined) expect(requests).toHaveLength(1);
  });

  test("keeps what was replaced at the source, puts the new one beside it, and says so", async () => {
    const [key] = await putLogs(server, [0]);
    await server.sync(folder);
    const before = onDisk(key!);
    const tampered = Buffer.from(before).fill(0x41, 20, 21);
    await server.put(key!, tampered);
    const { code, stdout } = await server.sync(folder);

    expect(code).toBe(0);
    expect(stdout).toContain("1 changed at source");
    expect(onDisk(key!).equals(before)).toBe(true);
    const paths = (await objects()).map(({ path }) => path);
    expect(paths).toHaveLength(2);
    expect(readFileSync(join(folder, paths[1]!)).equals(tampered)).toBe(true);
    expect(await findings()).toEqual([`changed-at-source ${key!}`]);
  });

  test("names what is gone at the source once, and deletes nothing", async () => {
    const [key] = await putLogs(server, [0, 1]);
    await server.sync(folder);
    await server.remove(key!);
    expect((await server.sync(folder)).stdout).toContain("1 missing at source");
    await server.sync(folder);
    expect(existsSync(join(folder, server.bucket, key!))).toBe(true);
    expect(await findings()).toEqual([`missing-at-source ${key!}`]);
  });

  test("lists versions and delete markers, and says when it may not", async () => {
    await server.keepVersions();
    const [first, second] = await putLogs(server, [0, 1]);
    await server.put(first!, Buffer.from("replaced"));
    await server.remove(second!);
    const { stdout } = await server.sync(folder);
    expect(stdout).toContain("1 delete markers and 2 older versions");
    expect((await findings()).toSorted()).toEqual([
      `delete-marker ${second!}`,
      `older-version ${first!}`,
      `older-version ${second!}`,
    ]);
    expect((await objects()).map(({ key, version_id }) => [key, version_id])).toEqual([
      [first, server.fixture === null ? expect.stringMatching(/.{8}/) : "v000003"],
    ]);

    if (server.fixture === null) return;
    server.fixture.versionsDenied = true;
    const denied = await server.sync(join(folder, "other"), ["--dry-run"]);
    expect(denied.stdout).toContain("versions and delete markers were not listed (AccessDenied)");
  });

  test("fetches again what is no longer on disk", async () => {
    const [key] = await putLogs(server, [0]);
    await server.sync(folder);
    rmSync(join(folder, server.bucket, key!));
    await server.sync(folder);
    expect(existsSync(join(folder, server.bucket, key!))).toBe(true);
  });
});

describe("--verify", () => {
  test("finds a turned bit, a lost file, a stranger and a changed manifest", async () => {
    const [first, second] = await putLogs(server, [0, 1]);
    await server.sync(folder);
    expect((await coldtrail(["sync", "--verify", folder])).code).toBe(0);

    const bytes = onDisk(first!);
    bytes[10]! ^= 1;
    writeFileSync(join(folder, server.bucket, first!), bytes);
    rmSync(join(folder, server.bucket, second!));
    writeFileSync(join(folder, "stranger.json"), "{}");
    const manifest = join(folder, "coldtrail-manifest.jsonl");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"public_keys":0', '"public_keys":7'));
    const { code, stdout, stderr } = await coldtrail(["sync", "--verify", folder]);

    expect(code).toBe(4);
    expect(stderr).toContain(`altered: ${server.bucket}/${first!}`);
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
