import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { discover, inodeOf, isSystemFile } from "../../src/ingest/discover.ts";
import { evidenceFolder, writeEvidence } from "./evidence-fixture.ts";

let folder: string;
beforeEach(() => {
  folder = evidenceFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is found below a folder: `path:size` of files, `path!reason` of all else. */
function found(start = folder, excluded: ReadonlySet<string> = new Set()): string[] {
  return [...discover(start, excluded)].map((item) => {
    const path = relative(folder, item.absolute);
    return "reason" in item ? `${path}!${item.reason}` : `${path}:${item.size_bytes}`;
  });
}

describe("discover", () => {
  test("finds every file at any depth, in the order of the bytes of its name", () => {
    for (const path of ["b/2", "b/10", "b/1", "a", "B", "é", "z", "Z/deep/er/x", "b.json", "b-c", "😀", "\uffee"]) {
      writeEvidence(folder, path, "x");
    }
    const paths = ["B", "Z/deep/er/x", "a", "b/1", "b/10", "b/2", "b-c", "b.json", "z", "é", "\uffee", "😀"];
    expect(found()).toEqual(paths.toSorted(byNames).map((path) => `${path}:1`));
  });

  test("finds a single file", () => {
    expect(found(writeEvidence(folder, "x/y.json", "abc"))).toEqual(["x/y.json:3"]);
  });

  test("finds nothing in an empty folder", () => {
    mkdirSync(join(folder, "empty/er"), { recursive: true });
    expect(found()).toEqual([]);
  });

  test("finds files of any name", () => {
    const names = [
      " leading",
      "a b",
      "a\nb",
      "-rf",
      "...",
      "~",
      "$HOME",
      "*",
      'a"b',
      "a\\b",
      "x".repeat(255),
      "é\u0301",
    ];
    for (const name of names) writeEvidence(folder, name, "x");
    expect(new Set(found())).toEqual(new Set(names.map((name) => `${name}:1`)));
  });

  test("says that a name which is no UTF-8 cannot be read", () => {
    const bytes = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]);
    try {
      writeFileSync(bytes, "x");
    } catch {
      // Some file systems refuse such names: then nobody meets them.
      return;
    }
    expect(found()).toEqual(["caf\ufffd!its name is not UTF-8: copy it under another name"]);
    rmSync(bytes);
  });

  test("says what has vanished", () => {
    writeEvidence(folder, "a", "x");
    writeEvidence(folder, "b", "x");
    const walk = discover(folder, new Set());
    expect(walk.next().value).toMatchObject({ absolute: join(folder, "a") });
    rmSync(join(folder, "b"));
    expect(walk.next().value).toEqual({ absolute: join(folder, "b"), reason: "vanished before it was read" });
    expect(walk.next().done).toBe(true);
  });

  test("says when a folder became something else", () => {
    writeEvidence(folder, "a/x", "x");
    writeEvidence(folder, "a/y/z", "x");
    const walk = discover(folder, new Set());
    walk.next();
    renameSync(join(folder, "a"), join(folder, "b"));
    writeEvidence(folder, "a", "x");
    expect(walk.next().value).toMatchObject({ reason: "vanished before it was read" });
  });

  test.skipIf(process.platform === "win32")("opens no pipe and no socket", async () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, "socket"), resolve));
    const reason = "not a regular file (a device, pipe or socket)";
    expect(found()).toEqual([`pipe!${reason}`, `socket!${reason}`]);
    expect(found("/dev/null")).toEqual([`${relative(folder, "/dev/null")}!${reason}`]);
    await new Promise((resolve) => server.close(resolve));
  });

  test.skipIf(process.getuid?.() === 0)("says which folder it may not list", () => {
    mkdirSync(join(folder, "secret"), { mode: 0 });
    expect(found()).toEqual(["secret!the folder cannot be listed (EACCES)"]);
  });
});

/** Paths as a walk meets them: level by level, each by the bytes of its name. */
function byNames(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  const level = left.findIndex((name, i) => name !== right[i]);
  return Buffer.compare(Buffer.from(left[level] ?? ""), Buffer.from(right[level] ?? ""));
}

describe("symbolic links", () => {
  test("to files and folders are followed", () => {
    const outside = evidenceFolder();
    writeEvidence(outside, "x/y", "abc");
    symlinkSync(join(outside, "x/y"), join(folder, "file"));
    symlinkSync(outside, join(folder, "folder"));
    expect(found()).toEqual(["file:3", "folder/x/y:3"]);
    rmSync(outside, { recursive: true });
  });

  test("that lead nowhere or round are named", () => {
    writeEvidence(folder, "a/x", "x");
    symlinkSync("../../nowhere", join(folder, "a/dangling"));
    symlinkSync("x/y", join(folder, "a/through-a-file"));
    symlinkSync("..", join(folder, "a/up"));
    symlinkSync("self", join(folder, "a/self"));
    expect(found()).toEqual([
      "a/dangling!a symbolic link to nothing",
      "a/self!a loop of symbolic links",
      "a/through-a-file!a symbolic link to nothing",
      "a/up!a loop of symbolic links",
      "a/x:1",
    ]);
  });

  test("lead into each folder once, so that links to each other's folders do not multiply", () => {
    for (let level = 0; level < 20; level += 1) {
      writeEvidence(folder, `d${String(level).padStart(2, "0")}/x`, "x");
      const next = `../d${String(level + 1).padStart(2, "0")}`;
      if (level < 19)
        for (const name of ["a", "b"]) symlinkSync(next, join(folder, `d${String(level).padStart(2, "0")}`, name));
    }
    const files = found();
    expect(files.length).toBe(20 + 19);
    expect(files).toContain("d19/x:1");
  });
});

describe("what is excluded", () => {
  test("is met under no name", () => {
    writeEvidence(folder, "case/coldtrail.duckdb", "x");
    writeEvidence(folder, "case/journal/a.jsonl", "x");
    writeEvidence(folder, "a.json", "x");
    symlinkSync("case", join(folder, "link"));
    symlinkSync("case/coldtrail.duckdb", join(folder, "database"));
    const inodes = ["case", "case/coldtrail.duckdb"].map((path) => inodeOf(join(folder, path))!);
    expect(found(folder, new Set(inodes))).toEqual(["a.json:1"]);
    expect(found(join(folder, "link"), new Set(inodes))).toEqual([]);
  });

  test("is known by its inode, under every name", () => {
    writeEvidence(folder, "a", "x");
    symlinkSync("a", join(folder, "b"));
    expect(inodeOf(join(folder, "a"))).toMatch(/^\d+:\d+$/);
    expect(inodeOf(join(folder, "b"))).toBe(inodeOf(join(folder, "a")));
    expect(inodeOf(join(folder, "c"))).toBeNull();
  });
});

test.each([
  [".DS_Store", true],
  ["a/Thumbs.db", true],
  ["a/desktop.ini", true],
  ["a/._x.json", true],
  ["__MACOSX/a/x.json", true],
  ["a/x.json", false],
  ["a/.hidden.json", false],
  ["DS_Store", false],
  ["a__MACOSX/x.json", false],
])("%s is a system's file: %s", (path, expected) => {
  expect(isSystemFile(path)).toBe(expected);
});
