import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OverlapError } from "../../src/errors.ts";
import { excludeCase, refuseOverlap } from "../../src/ingest/case-and-evidence.ts";
import { discover } from "../../src/ingest/discover.ts";
import { caseFolder } from "../../src/store/case-folder.ts";
import { evidenceFolder, writeEvidence } from "./evidence-fixture.ts";

let top: string;
const at = (path: string): string => join(top, path);

beforeAll(() => {
  top = evidenceFolder();
  writeEvidence(top, "logs/2023/a.json", "x");
  writeEvidence(top, "case/coldtrail.duckdb", "x");
  writeEvidence(top, "case/exported/a.json", "x");
  mkdirSync(at("logs/inner-case"));
  symlinkSync(at("logs"), at("link-to-logs"));
  symlinkSync(at("case"), at("link-to-case"));
});
afterAll(() => rmSync(top, { recursive: true }));

describe("a case inside its evidence is refused", () => {
  test.each([
    ["in it", "logs", "logs/inner-case"],
    ["in it, not there yet", "logs", "logs/new"],
    ["deep in it, not there yet", "logs", "logs/new/er/case"],
    ["the evidence itself", "logs", "logs"],
    ["in it by a link", "logs", "link-to-logs/inner-case"],
    ["in it by a link, not there yet", "logs", "link-to-logs/new/case"],
    ["in it, which is a link", "link-to-logs", "logs/new"],
    ["in it by a way round", "logs", "case/../logs/new"],
    ["in it, which holds more", ".", "case"],
    ["in the folder of a single file", "logs/2023/a.json", "logs/2023"],
  ])("%s: %s and %s", (_how, evidence, caseAt) => {
    expect(() => refuseOverlap([at(evidence)], at(caseAt))).toThrow(OverlapError);
    expect(() => refuseOverlap([at(evidence)], at(caseAt))).toThrow(
      /^The case would lie inside the evidence: .*\n.*--case DIR/,
    );
  });

  test("also when it is the second path that holds it", () => {
    expect(() => refuseOverlap([at("case"), at("logs")], at("logs/new"))).toThrow(OverlapError);
  });
});

describe("evidence inside its case is refused", () => {
  test.each([
    ["a folder", "case/exported", "case"],
    ["a file", "case/exported/a.json", "case"],
    ["the database itself", "case/coldtrail.duckdb", "case"],
    ["by a link", "case/exported", "link-to-case"],
    ["by a link to it", "link-to-case/exported", "case"],
  ])("%s: %s and %s", (_how, evidence, caseAt) => {
    expect(() => refuseOverlap([at(evidence)], at(caseAt))).toThrow(OverlapError);
  });
});

describe("a case beside its evidence is accepted", () => {
  test.each([
    ["logs", "case"],
    ["logs", "new/case"],
    ["logs", "logs-case"],
    ["logs/2023", "logs/inner-case"],
    ["logs/2023/a.json", "logs/inner-case"],
    ["logs/2023/a.json", "logs/2023/case"],
    ["nowhere", "case"],
  ])("%s and %s", (evidence, caseAt) => {
    expect(() => refuseOverlap([at(evidence)], at(caseAt))).not.toThrow();
  });
});

test("discovery never meets the case's own files, whatever links lead to them", () => {
  symlinkSync(at("case"), at("logs/2023/a-link"));
  symlinkSync(at("case/coldtrail.duckdb"), at("logs/2023/another"));
  symlinkSync(top, at("logs/2023/above"));
  const met = [...discover(at("logs"), excludeCase(caseFolder(at("case"))))].map(({ absolute }) => absolute);
  expect(met.length).toBeGreaterThan(0);
  expect(met.filter((path) => /duckdb|exported/.test(path))).toEqual([]);
});

test("a case that is not there yet excludes nothing", () => {
  expect(excludeCase(caseFolder(at("nowhere")))).toEqual(new Set());
});
