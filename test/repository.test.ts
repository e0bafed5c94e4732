import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

// Also what is not committed yet: a mistake shows before it is history.
const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
const files = [...new Set(listed.toString("utf8").split("\0"))].filter(isFile);

/** This file has to spell out what it looks for. */
const THIS_FILE = "test/repository.test.ts";

const MAX_BYTES = 1_000_000;

const MACHINE_PATH = /(?<![\w.])\/(?:work\/|root\/|home\/[A-Za-z]|Users\/[A-Za-z])/;
const REGISTRY_HOST =
  /\bregistry\.(?!terraform\.io)[a-z0-9-]+(?:\.[a-z0-9-]+)+\b|\b(?:npmmirror|npmjs)\.(?:com|org)\b|\bnpm\.pkg\.github\.com\b|\/artifactory\//i;

/** CloudTrail can never show either, so nothing that a user reads may claim it. */
const IMPOSSIBLE_CLAIM = /\b(?:nothing\s+happened|proven\s+silent)\b/i;

test("there are files to check", () => {
  expect(files).toContain("package.json");
  expect(files).toContain(THIS_FILE);
});

test("no file names a folder of somebody's machine", () => {
  expect(findMatches(files, MACHINE_PATH)).toEqual([]);
});

test("no file names a package registry", () => {
  expect(findMatches(files, REGISTRY_HOST)).toEqual([]);
});

test("no file is larger than 1 MB", () => {
  const large = files.map((path) => [path, statSync(root + path).size]).filter(([, size]) => Number(size) > MAX_BYTES);

  expect(large).toEqual([]);
});

test("what a user reads never claims that CloudTrail proved an absence", () => {
  const read = files.filter((path) => /^(?:src|queries|docs|test\/data)\/|^[^/]+\.md$/.test(path));

  expect(read.length).toBeGreaterThan(10);
  expect(findMatches(read, IMPOSSIBLE_CLAIM)).toEqual([]);
});

describe("what is looked for", () => {
  // Written in two parts, so that this file names no such folder itself.
  test.each([
    ["/wo", "rk/main/src"],
    ["in (/ro", "ot/.npmrc)"],
    ['"/ho', 'me/ana/case"'],
    ["/Us", "ers/ana/case"],
  ])("%s%s is a machine's folder", (start, rest) => {
    expect(start + rest).toMatch(MACHINE_PATH);
  });

  test.each(["/home/$USER", "./work/case", "https://example.com/root/x", "evidence/work/a", "homework/"])(
    "%s is not",
    (text) => {
      expect(text).not.toMatch(MACHINE_PATH);
    },
  );

  test.each(["https://registry.npmjs.org/a", "registry.internal.example:4873", "npmmirror.com", "npm.pkg.github.com"])(
    "%s is a registry",
    (text) => {
      expect(text).toMatch(REGISTRY_HOST);
    },
  );

  test.each(["the npm registry", "ecr.registryId", "registry.ts", "APN/1.0 (+https://registry.terraform.io)"])(
    "%s is not",
    (text) => {
      expect(text).not.toMatch(REGISTRY_HOST);
    },
  );

  test("a claim is found across a line break", () => {
    expect("-- No rows: nothing\nhappened.").toMatch(IMPOSSIBLE_CLAIM);
  });
});

/** A deleted file is listed until the deletion is committed. */
function isFile(path: string): boolean {
  return path !== "" && (statSync(root + path, { throwIfNoEntry: false })?.isFile() ?? false);
}

/** Reads bytes as Latin-1, so that a word inside a binary file is found too. */
function findMatches(paths: readonly string[], pattern: RegExp): string[] {
  return paths
    .filter((path) => path !== THIS_FILE)
    .flatMap((path) => {
      const text = readFileSync(root + path, "latin1");
      const match = pattern.exec(text);
      return match === null ? [] : [`${path}:${text.slice(0, match.index).split("\n").length}: ${match[0]}`];
    });
}
