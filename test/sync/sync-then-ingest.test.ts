import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askCase } from "../helpers/case-content.ts";
import { coldtrail, type Finished } from "../helpers/coldtrail.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { putLogs, startServer, type ServerUnderTest } from "./server-under-test.ts";

// Also run against a real S3: `npm run test:radosgw`.

let server: ServerUnderTest;
let folder: string;

beforeEach(async () => {
  server = await startServer();
  folder = join(temporaryFolder(), "evidence");
});
afterEach(async () => server.stop());

const ingest = async (...args: string[]): Promise<Finished> =>
  await coldtrail(["ingest", folder, "--case", `${folder}-case`, ...args]);

test("what a sync brought is known file by file, also after the next sync, and a flipped bit ends ingest with 4", async () => {
  const [first, second] = await putLogs(server, [0, 1]);
  await server.sync(folder);
  const { code, stdout } = await ingest();
  expect([code, stdout]).toEqual([0, expect.stringContaining("coldtrail-manifest.jsonl: files ")]);
  expect(stdout).not.toContain("no manifest knows");
  const sources = `SELECT bucket, key, state FROM evidence_sources WHERE origin = 'fetched' ORDER BY key`;
  expect(await askCase(`${folder}-case`, sources)).toEqual(
    [first, second].map((key) => ({ bucket: server.bucket, key, state: "same" })),
  );

  const [third] = await putLogs(server, [2]);
  await server.sync(folder);
  const file = join(folder, server.bucket, third!);
  const bytes = readFileSync(file);
  bytes[4]! ^= 1;
  writeFileSync(file, bytes);
  const again = await ingest();
  expect([again.code, again.stdout]).toEqual([
    4,
    expect.stringContaining(`${server.bucket}/${third!}: altered since it was fetched on `),
  ]);
  expect(again.stdout).not.toContain("differs from the file ingested earlier");
});
