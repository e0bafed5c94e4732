import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseCsvTable } from "../../src/export/read-back.ts";
import { coldtrail, startColdtrail } from "../helpers/coldtrail.ts";
import { denied, rootUser } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecord, timeAt } from "../helpers/trail-maker.ts";

let caseFolder: string;
let work: string;

beforeAll(async () => {
  caseFolder = await caseOf([
    makeRecord(1, { userIdentity: rootUser, eventID: "root" }),
    makeRecord(2, {
      eventID: "stop",
      eventSource: "cloudtrail.amazonaws.com",
      eventName: "StopLogging",
      readOnly: false,
      requestParameters: { name: "audit" },
    }),
    ...Array.from({ length: 12 }, (_, i) => makeRecord(10 + i, denied(`ec2:Describe${i}`, "*"))),
  ]);
});
beforeEach(() => {
  work = temporaryFolder();
});

async function run(...args: string[]): ReturnType<typeof coldtrail> {
  return coldtrail(["query", "run", ...args, "--case", caseFolder], { cwd: work });
}

interface Summary {
  readonly rows: readonly Record<string, unknown>[];
  readonly _meta: { readonly notes: readonly string[] };
}

describe("a run over many queries", () => {
  test("says of each what became of it, the worst first, and what to run next", async () => {
    const { code, stdout, stderr } = await run("--all", "--format", "json");
    const { rows, _meta } = JSON.parse(stdout) as Summary;
    const byQuery = new Map(rows.map((row) => [row["query"], row]));

    expect(code).toBe(0);
    expect(rows[0]).toMatchObject({ severity: "high" });
    expect(byQuery.get("root-activity")).toMatchObject({
      state: "rows",
      rows: 1,
      high: 1,
      first: timeAt(1),
      last: timeAt(1),
    });
    expect(byQuery.get("cloudtrail-tampering")).toMatchObject({ state: "rows", effects: "1 weakened" });
    expect(byQuery.get("key-usage")).toMatchObject({ state: "needs parameter", note: "needs --param access_key=…" });
    expect(byQuery.get("cloudtrail-tampering")!["next"]).toBe(
      `coldtrail query run cloudtrail-tampering --case ${caseFolder}`,
    );
    expect(_meta.notes[0]).toMatch(/^\d+ of \d+ queries ran · findings: \d+ critical, 2 high/);
    expect(stderr).toMatch(/^\[1\/\d+\] /);
  });

  test("writes one CSV for each, and all findings in time order", async () => {
    const { code } = await run("--phase", "triage", "defense-impairment", "-o", "out");
    expect(code).toBe(0);
    const [head = [], ...rows] = parseCsvTable(readFileSync(join(work, "out/findings.csv"), "utf8"));
    const time = rows.map((row) => row[0]!);
    expect(head.slice(0, 2)).toEqual(["event_time", "account"]);
    expect(head.slice(-4)).toEqual(["query_id", "severity", "effect", "why"]);
    expect(time.filter(Boolean)).toEqual(time.filter(Boolean).toSorted());
    expect(rows.map((row) => row[head.indexOf("query_id")])).toEqual(
      expect.arrayContaining(["root-activity", "cloudtrail-tampering"]),
    );
    const alone = await run("root-activity", "--format", "csv");
    expect(readFileSync(join(work, "out/root-activity.csv"), "utf8")).toBe(alone.stdout);
    expect(JSON.parse(readFileSync(join(work, "out/root-activity.csv.meta.json"), "utf8"))).toMatchObject({
      query: "root-activity",
      severities: { high: 1 },
    });
    expect(readdirSync(join(work, "out")).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("gives the same bytes again", async () => {
    await run("--all", "-o", "one");
    await run("--all", "-o", "two");
    const hashes = (folder: string): string[] =>
      readdirSync(join(work, folder)).map(
        (name) =>
          `${name} ${createHash("sha256")
            .update(readFileSync(join(work, folder, name)))
            .digest("hex")}`,
      );
    expect(hashes("one")).toEqual(hashes("two"));
  });

  test("takes techniques of any ATT&CK version, with what is below them", async () => {
    const { stdout } = await run("--attack", "t1562.008", "--format", "json");
    expect((JSON.parse(stdout) as Summary).rows.map(({ query }) => query)).toContain("cloudtrail-tampering");
    const parent = await run("--attack", "T1685", "--format", "json");
    expect((JSON.parse(parent.stdout) as Summary).rows.map(({ query }) => query)).toContain("cloudtrail-tampering");
  });

  test("goes on after a query that fails, and ends with 5", async () => {
    mkdirSync(join(work, "own"));
    const good = readFileSync(new URL("../../queries/triage/root-activity.sql", import.meta.url), "utf8");
    writeFileSync(
      join(work, "own/broken.sql"),
      good.replace("id: root-activity", "id: broken").replace("FROM events", "FROM nosuch"),
    );
    const { code, stdout } = await run("broken", "root-activity", "--library", "own", "-o", "out", "--format", "json");
    expect(code).toBe(5);
    const states = (JSON.parse(stdout) as Summary).rows.map(({ query, state }) => `${String(query)} ${String(state)}`);
    expect(states).toEqual(["root-activity rows", "broken failed"]);
    expect(existsSync(join(work, "out/root-activity.csv"))).toBe(true);
    expect(existsSync(join(work, "out/broken.csv"))).toBe(false);
  });

  test("can be stopped, and keeps what has ended", async () => {
    mkdirSync(join(work, "own"));
    const template = readFileSync(new URL("../../queries/triage/root-activity.sql", import.meta.url), "utf8");
    const front = template
      .slice(0, template.indexOf("-- ---\n", 4) + 7)
      .replace("id: root-activity", "id: slow")
      .replace("phase: triage", "phase: coverage");
    const forever =
      "SELECT count(*) AS event_time, 1 AS actor, 1 AS access_key, 1 AS source_ip, 1 AS target, 1 AS event_id, 1 AS why FROM range(1000000) a, range(1000000) b ORDER BY 1";
    writeFileSync(join(work, "own/slow.sql"), front + forever);
    const started = startColdtrail(
      [
        "query",
        "run",
        "root-activity",
        "slow",
        "--library",
        "own",
        "-o",
        "out",
        "--format",
        "json",
        "--case",
        caseFolder,
      ],
      { cwd: work },
    );
    for (let i = 0; i < 200 && !existsSync(join(work, "out/root-activity.csv")); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    started.child.kill("SIGINT");
    const { code, stdout } = await started.finished;
    expect(code).toBe(130);
    expect((JSON.parse(stdout) as Summary).rows.map(({ query }) => query)).toEqual(["root-activity"]);
    expect(existsSync(join(work, "out/findings.csv"))).toBe(true);
  });

  test.each([
    [[], 2, "No query is named"],
    [["--phase", "nosuch"], 2, "No such phase"],
    [["--attack", "T15"], 2, "Not an ATT&CK technique"],
    [["--attack", "T9999"], 2, "No query is selected"],
    [["--all", "--param", "nosuch=1"], 2, "No such parameter"],
    [["--all", "--limit", "3"], 2, "--limit is for one query"],
    [["--all", "-o", "."], 2, "The folder is not empty"],
  ])("%j is refused", async (args, expected, words) => {
    writeFileSync(join(work, "something"), "");
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout, stderr]).toEqual([expected, "", expect.stringContaining(words)]);
  });
});

describe("own queries", () => {
  test("query new writes one that checks, runs, and is not written over", async () => {
    const folder = await caseOf([
      makeRecord(1, { eventSource: "iam.amazonaws.com", eventName: "CreateUser", readOnly: false }),
    ]);
    const made = await coldtrail(["query", "new", "my-users", "--phase", "persistence", "--case", folder]);
    expect([made.code, made.stdout.trim()]).toEqual([0, join(folder, "queries/my-users.sql")]);
    const checked = await coldtrail(["query", "check", join(folder, "queries/my-users.sql")]);
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/^portable/)]);
    const ran = await coldtrail(["query", "run", "my-users", "--case", folder, "--format", "jsonl"]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ event_name: "CreateUser", severity: "low" });
    expect((await coldtrail(["query", "new", "my-users", "--case", folder])).stderr).toContain("The id is taken");
    expect((await coldtrail(["query", "new", "overview", "--case", folder])).stderr).toContain("The id is taken");
    expect((await coldtrail(["query", "new", "../evil", "--case", folder])).stderr).toContain("Not an id");
  });

  test("query show fills in where a row leads, quoted for a shell", async () => {
    const show = async (row: string): Promise<string> =>
      (await coldtrail(["query", "show", "cloudtrail-tampering", "--from-row", row], { cwd: work })).stdout;
    expect(await show('{"actor":"it\'s","access_key":null}')).toContain(
      String.raw`next      coldtrail query run principal-dossier --param 'principal=it'\''s'`,
    );
    expect(await show('{"actor":"a"}')).toContain("--param access_key=<access_key>");
    writeFileSync(join(work, "r.csv"), 'actor,access_key\r\na,AKIA1\r\n"b, ""c""\n",AKIA2\r\n');
    expect(await show("@r.csv:2")).toContain("next      coldtrail query run key-usage --param access_key=AKIA2");
    const wrong = await coldtrail(["query", "show", "cloudtrail-tampering", "--from-row", "[1]"]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Not a row")]);
  });
});
