import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseCsvTable } from "../../src/export/read-back.ts";
import { coldtrail } from "../helpers/coldtrail.ts";
import { rootUser } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { iamUser, makeRecord } from "../helpers/trail-maker.ts";

const KEY = "AKIAMALLORYXXXXXXXXX";
let caseFolder: string;
let work: string;

beforeAll(async () => {
  const mallory = iamUser("mallory", { accessKeyId: KEY });
  caseFolder = await caseOf([
    makeRecord(1, { userIdentity: rootUser, eventID: "root" }),
    makeRecord(2, {
      eventID: "stop",
      userIdentity: mallory,
      eventSource: "cloudtrail.amazonaws.com",
      eventName: "StopLogging",
      readOnly: false,
      requestParameters: { name: "audit" },
      userAgent: "evil\u001b[2J\nclient/1.0",
    }),
    makeRecord(3, { eventID: "look", userIdentity: mallory, sourceIPAddress: "203.0.113.5" }),
    makeRecord(4, { eventID: "other" }),
  ]);
});
beforeEach(() => {
  work = temporaryFolder();
});

async function triage(...args: string[]): ReturnType<typeof coldtrail> {
  return coldtrail(["triage", ...args, "--case", caseFolder], { cwd: work, env: { COLUMNS: "160" } });
}

const filesOf = (folder: string): string[] =>
  readdirSync(join(work, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(work, folder).length + 1))
    .toSorted();

describe("the first hour in one command", () => {
  test("is one page: what is here, hits, findings, what is not answered, the timeline", async () => {
    const { code, stdout } = await triage(KEY, "203.0.113.99");
    expect(code).toBe(0);
    const headings = stdout.split("\n").filter((line) => /^[A-Z][^|─·]{3,50}$/.test(line) && !line.endsWith("."));
    expect(headings).toEqual(
      expect.arrayContaining([
        "Triage",
        "What is in the case",
        "What is not in it, and cannot be answered",
        "Indicators",
        "Findings",
        "Not answered",
        "Timeline",
      ]),
    );
    expect(stdout).toMatch(/By severity: .*\d+ high/);
    expect(stdout).toContain("By effect: 1 weakened");
    expect(stdout).toContain("nothing of data:s3");
    expect(stdout).toContain(`2 events, from the seeds: key ${KEY}.`);
    expect(stdout).toContain("no matching record");
    // oxlint-disable-next-line no-control-regex -- Control characters are what this is about.
    expect(stdout).not.toMatch(/\u001b/);
  });

  test("leaves everything as files, with hashes that hold", async () => {
    writeFileSync(join(work, "iocs.txt"), `${KEY}\n203.0.113.0/24\n`);
    const { code } = await triage("@iocs.txt", "--principal", "*mallory*", "-o", "first");
    expect(code).toBe(0);
    const files = filesOf("first");
    for (const name of [
      "triage.md",
      "overview.csv",
      "indicators.csv",
      "summary.csv",
      "findings.csv",
      "timeline.csv",
      "manifest.json",
      "SHA256SUMS",
      "queries/root-activity.csv",
    ]) {
      expect(files).toContain(name);
    }
    const { files: listed } = JSON.parse(readFileSync(join(work, "first/manifest.json"), "utf8")) as {
      files: { name: string; sha256: string }[];
    };
    expect(listed.map(({ name }) => name)).toEqual(
      files.filter((name) => name !== "manifest.json" && name !== "SHA256SUMS"),
    );
    for (const { name, sha256 } of listed) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(work, "first", name)))
          .digest("hex"),
      ).toBe(sha256);
    }
    const [head = [], ...rows] = parseCsvTable(readFileSync(join(work, "first/timeline.csv"), "utf8"));
    expect(rows.map((row) => row[head.indexOf("event_id")])).toEqual(["stop", "look"]);
    if (process.platform === "linux") {
      const checked = spawnSync("sha256sum", ["--quiet", "-c", "SHA256SUMS"], { cwd: join(work, "first") });
      expect(checked.status).toBe(0);
    }
  });

  test("gives the same bytes again, and the timeline that `timeline` gives", async () => {
    await triage("--key", KEY, "-o", "one");
    await triage("--key", KEY, "-o", "two");
    expect(filesOf("one")).toEqual(filesOf("two"));
    for (const name of filesOf("one")) {
      expect(readFileSync(join(work, "one", name), "utf8")).toBe(readFileSync(join(work, "two", name), "utf8"));
    }
    const timeline = await coldtrail(["timeline", "--key", KEY, "--format", "csv", "--case", caseFolder]);
    expect(readFileSync(join(work, "one/timeline.csv"), "utf8")).toBe(timeline.stdout);
  });

  test("without an indicator it says so, and has no timeline", async () => {
    const { code, stdout } = await triage();
    expect(code).toBe(0);
    expect(stdout).toContain("None were given.");
    expect(stdout).toContain("No events. Seeds: none");
  });

  test("a folder with something in it is refused", async () => {
    writeFileSync(join(work, "x"), "");
    const { code, stderr } = await triage("-o", ".");
    expect([code, stderr]).toEqual([2, expect.stringContaining("The folder is not empty")]);
  });
});
