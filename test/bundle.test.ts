import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { coldtrail, startProgram, type Finished } from "./helpers/coldtrail.ts";
import { PtyProgram } from "./helpers/pty.ts";
import { temporaryFolder } from "./helpers/temporary-folder.ts";

// What is carried to a machine that has neither Node nor npm nor a network.

const root = fileURLToPath(new URL("..", import.meta.url));
const canUnshare = spawnSync("unshare", ["-rn", "true"], { stdio: "ignore" }).status === 0;
const canBundle = process.platform === "linux" && canUnshare;
const NAME = `coldtrail-${(JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version}-linux-${process.arch}`;
/** All that the starter and this test call; there is no `node` among them. */
const PROGRAMS = ["sh", "dirname", "readlink", "sha256sum", "env", "cat"];

describe.runIf(canBundle)("the bundle", () => {
  let folder: string;
  let programs: string;

  beforeAll(async () => {
    const work = temporaryFolder();
    const made = await startProgram(process.execPath, ["scripts/bundle.ts", `linux-${process.arch}`, work], {
      cwd: root,
    }).finished;
    expect([made.code, made.stderr]).toEqual([0, ""]);
    const unpacked = spawnSync("tar", ["-C", work, "-xzf", join(work, `${NAME}.tar.gz`)]);
    expect(unpacked.status).toBe(0);
    folder = join(work, NAME);
    programs = join(work, "programs");
    mkdirSync(programs);
    for (const program of PROGRAMS) {
      const at = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
      symlinkSync(at, join(programs, program));
    }
  }, 180_000);

  /** Runs a script in the unpacked folder, without a network and with nothing on the path but PROGRAMS. */
  async function isolated(script: string): Promise<Finished> {
    const command = `cd "$1"; PATH=$2; export PATH; ${script}`;
    return startProgram("unshare", ["-rn", "sh", "-c", command, "sh", folder, programs], {
      env: { COLDTRAIL_EXAMINER: "bundle", COLUMNS: "120" },
    }).finished;
  }

  test("is whole, and brings its own Node", async () => {
    const { code, stdout } = await isolated(
      "command -v node npm || echo neither; sha256sum --quiet -c SHA256SUMS && ./coldtrail --version",
    );
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^neither\n\d+\.\d+\.\d+\n$/)]);
  });

  test("runs the whole example: ingest, overview, queries and the timeline, the same bytes as here", async () => {
    const { story } = JSON.parse(readFileSync(join(folder, "example/truth.json"), "utf8")) as {
      story: { seed_flags: string[] };
    };
    const seeds = story.seed_flags.map((word) => `'${word}'`).join(" ");
    const { code, stdout, stderr } = await isolated(`
      ./coldtrail ingest example/evidence --case work/case --quiet; echo "ingest $?"
      ./coldtrail overview --case work/case > work/overview.txt && echo overview
      ./coldtrail query run access-denied --param min_apis=15 --case work/case --format csv > work/denied.csv && echo query
      ./coldtrail timeline ${seeds} --case work/case --quiet -o work/incident.csv && echo timeline
      ./coldtrail custody --case work/case > work/custody.txt && echo custody`);
    expect([code, stdout.match(/^(?:ingest 3|overview|query|timeline|custody)$/gm)]).toEqual([
      0,
      ["ingest 3", "overview", "query", "timeline", "custody"],
    ]);
    expect(stderr).not.toMatch(/bug in coldtrail|ENOTFOUND|EAI_AGAIN/);

    const here = join(folder, "work/here.csv");
    const again = await coldtrail([
      "timeline",
      ...story.seed_flags,
      "--case",
      join(folder, "work/case"),
      "--quiet",
      "-o",
      here,
    ]);
    expect(again.code).toBe(0);
    expect(readFileSync(join(folder, "work/incident.csv"), "utf8")).toBe(readFileSync(here, "utf8"));
  }, 120_000);

  test("shows the case on a full screen", async () => {
    const script = `cd "$1"; PATH=$2; export PATH; exec ./coldtrail tui --case work/case`;
    const tui = new PtyProgram("unshare", ["-rn", "sh", "-c", script, "sh", folder, programs], {
      columns: 120,
      rows: 35,
      env: { COLDTRAIL_EXAMINER: "bundle" },
    });
    expect(await tui.until(/row 1 of 13,025/)).toContain("GenerateDataKey");
    tui.type("q");
    expect((await tui.ended).exitCode).toBe(0);
  }, 120_000);

  test("carries the licence of every package in it", () => {
    const { status, stdout } = spawnSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(status).toBe(0);
    const packages = stdout.split("\n").flatMap((path) => /node_modules\/.+$/.exec(path)?.[0] ?? []);
    expect(packages.length).toBeGreaterThan(5);
    for (const place of packages) expect(existsSync(join(folder, "app", place, "package.json"))).toBe(true);
    expect(existsSync(join(folder, "runtime/LICENSE"))).toBe(true);
  });
});

test("a platform that is not known is refused with those that are", async () => {
  const { code, stderr } = await startProgram(process.execPath, ["scripts/bundle.ts", "amiga-68k"], { cwd: root })
    .finished;
  expect([code, stderr]).toEqual([2, expect.stringContaining("linux-x64")]);
});
