/**
 * `npm run test:radosgw`: the sync suite, fault cases aside, against a real S3 implementation: a Ceph object gateway on
 * loopback, which scripts/radosgw.sh installs from Debian and starts. Needs root.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ACCESS_KEY, SECRET_KEY } from "../test/sync/s3-fixture/server.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const PORT = 17_480;
const folder = mkdtempSync(join(tmpdir(), "coldtrail-radosgw-"));

try {
  const started = run("sh", ["scripts/radosgw.sh", "start", folder, String(PORT)], {
    RGW_ACCESS_KEY: ACCESS_KEY,
    RGW_SECRET_KEY: SECRET_KEY,
  });
  process.exitCode =
    started === 0
      ? run("npx", ["vitest", "run", "test/sync/sync.test.ts", "--reporter=verbose"], {
          COLDTRAIL_TEST_S3_URL: `http://127.0.0.1:${PORT}`,
        })
      : started;
} finally {
  run("sh", ["scripts/radosgw.sh", "stop", folder], {});
  rmSync(folder, { recursive: true, force: true });
}

function run(program: string, args: readonly string[], more: Readonly<Record<string, string>>): number {
  const { status, error } = spawnSync(program, args, { cwd: root, env: { ...process.env, ...more }, stdio: "inherit" });
  if (error !== undefined) throw error;
  return status ?? 1;
}
