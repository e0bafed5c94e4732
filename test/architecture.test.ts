import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { findImportCycle } from "./helpers/import-cycle.ts";
import { readImports, readSources, withoutComments, type SourceImport } from "./helpers/source-imports.ts";

/** Who may import whom: the table of ARCHITECTURE.md. A folder may always import itself and src/errors.ts. */
const FOLDERS: Record<string, readonly string[]> = {
  "main.ts": ["cli"],
  "errors.ts": [],
  cloudtrail: [],
  store: ["cloudtrail"],
  manifest: ["cloudtrail"],
  ingest: ["cloudtrail", "store", "manifest"],
  journal: ["cloudtrail"],
  lineage: ["cloudtrail", "store"],
  integrity: ["cloudtrail", "store"],
  queries: ["cloudtrail", "store"],
  timeline: ["cloudtrail", "store", "journal", "lineage", "queries", "export"],
  export: ["store"],
  sync: ["cloudtrail", "manifest"],
  tui: ["cloudtrail", "store", "journal", "lineage", "queries", "timeline", "export"],
  cli: [
    "cloudtrail",
    "store",
    "ingest",
    "journal",
    "lineage",
    "integrity",
    "queries",
    "timeline",
    "export",
    "manifest",
    "sync",
    "tui",
  ],
};

/** These edges are for types alone: nothing of the imported folder runs. */
const TYPES_ONLY: readonly [folder: string, imported: string][] = [
  ["export", "store"],
  ["tui", "store"],
];

/** These start a renderer or a network client: only the command that needs them may load them. */
const LOADED_ON_DEMAND = ["tui", "sync"];

/** Every package that src/ may import, and the one folder that may. */
const PACKAGES: Record<string, string> = {
  "@aws-sdk/*": "sync",
  "@smithy/*": "sync",
  "@duckdb/node-api": "store",
  commander: "cli",
  hpagent: "sync",
  "fast-glob": "ingest",
  ink: "tui",
  react: "tui",
  yaml: "queries",
};

/** Node's own modules that only one folder may import. */
const NODE_MODULES: Record<string, string> = {
  "node:dgram": "sync",
  "node:dns": "sync",
  "node:http": "sync",
  "node:http2": "sync",
  "node:https": "sync",
  "node:net": "sync",
  "node:tls": "sync",
  "node:worker_threads": "ingest",
};

const BANNED_NAMES = [
  "common",
  "data",
  "do",
  "handle",
  "helpers",
  "index",
  "info",
  "manager",
  "misc",
  "process",
  "utils",
];
const BANNED_WORDS = ["common", "helper", "helpers", "manager", "misc", "util", "utils"];

const MAX_LINES = 300;

const sources = readSources("src");
const imports = sources.flatMap(readImports);

test("there are sources and imports to check", () => {
  expect(sources.length).toBeGreaterThan(10);
  expect(imports.length).toBeGreaterThan(10);
});

describe("who imports whom", () => {
  test("every folder of src has a line in the table", () => {
    const folders = new Set(sources.map(({ path }) => folderOf(path)));

    expect([...folders].filter((folder) => !(folder in FOLDERS))).toEqual([]);
  });

  test("a file imports only the folders that its own folder may", () => {
    expect(imports.filter((edge) => isOwnFile(edge.to) && !isAllowed(edge)).map(describeEdge)).toEqual([]);
  });

  test.each(TYPES_ONLY)("%s imports only types from %s", (folder, imported) => {
    const running = imports.filter(
      ({ from, to, kind }) =>
        kind !== "type" && folderOf(from) === folder && isOwnFile(to) && folderOf(to) === imported,
    );

    expect(running.map(describeEdge)).toEqual([]);
  });

  test.each(LOADED_ON_DEMAND)("%s is loaded only with `await import()`", (folder) => {
    const eager = imports.filter(
      ({ from, to, kind }) =>
        kind === "static" && isOwnFile(to) && folderOf(to) === folder && folderOf(from) !== folder,
    );

    expect(eager.map(describeEdge)).toEqual([]);
  });

  test("a relative import names a source file", () => {
    const paths = new Set(sources.map(({ path }) => path));

    expect(imports.filter(({ to }) => isOwnFile(to) && !paths.has(to)).map(describeEdge)).toEqual([]);
  });

  test("no file imports itself in a circle", () => {
    expect(findImportCycle(imports)).toBeNull();
  });
});

describe("who may use what", () => {
  test("a package is imported by its one folder", () => {
    const wrong = imports.filter(({ from, to }) => isPackage(to) && PACKAGES[packageKey(to)] !== folderOf(from));

    expect(wrong.map(describeEdge)).toEqual([]);
  });

  test("the network and threads are used by their one folder", () => {
    const wrong = imports.filter(({ from, to }) => {
      const owner = NODE_MODULES[to.split("/")[0] ?? ""];
      return owner !== undefined && owner !== folderOf(from);
    });

    expect(wrong.map(describeEdge)).toEqual([]);
  });

  test("Node's own modules carry the node: prefix, so that this table sees them", () => {
    expect(imports.filter(({ to }) => !to.startsWith("node:") && isBuiltin(to)).map(describeEdge)).toEqual([]);
  });

  test("src/cloudtrail is pure: it imports no package and nothing of Node", () => {
    const impure = imports.filter(({ from, to }) => folderOf(from) === "cloudtrail" && !isOwnFile(to));

    expect(impure.map(describeEdge)).toEqual([]);
  });

  test.each([
    ["only src/cli writes to the terminal", /\bprocess\.(?:stdout|stderr)\b|\bconsole\.\w/, ["cli"]],
    ["only src/sync opens a socket", /(?<![.\w])fetch\(|\bnew (?:WebSocket|EventSource)\b/, ["sync"]],
    ["nothing ends the process: process.exitCode is set", /\bprocess\.(?:exit|abort|reallyExit)\b/, []],
    ["nothing is loaded with require()", /(?<![.\w])(?:require|createRequire)\(/, []],
    ["no text is compiled to code", /(?<![.\w])eval\(|\bnew Function\(/, []],
  ])("%s", (_, pattern, folders: string[]) => {
    const wrong = sources
      .filter(({ path }) => !folders.includes(folderOf(path)))
      .flatMap(({ path, text }) => findLines(path, { text, pattern }));

    expect(wrong).toEqual([]);
  });
});

describe("files", () => {
  const written = [...sources, ...readSources("scripts"), ...readSources("test")];

  test("a file is named for one idea", () => {
    expect(written.map(({ path }) => path).filter(isBadlyNamed)).toEqual([]);
  });

  test.each(["src/utils.ts", "src/store/index.ts", "src/case-manager.ts", "src/misc/a.ts", "src/readFile.ts"])(
    "%s would be refused",
    (path) => {
      expect(isBadlyNamed(path)).toBe(true);
    },
  );

  test(`no source has more than ${MAX_LINES} lines`, () => {
    const long = [...sources, ...readSources("scripts")].map(({ path, text }) => [
      path,
      text.trimEnd().split("\n").length,
    ]);

    expect(long.filter(([, lines]) => Number(lines) > MAX_LINES)).toEqual([]);
  });
});

function isOwnFile(target: string): boolean {
  return target.startsWith("src/");
}

/** The first part below src/: a folder, or a file of the top level. */
function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function isAllowed({ from, to }: SourceImport): boolean {
  const [folder, imported] = [folderOf(from), folderOf(to)];
  return folder === imported || imported === "errors.ts" || (FOLDERS[folder] ?? []).includes(imported);
}

function isPackage(target: string): boolean {
  return !isOwnFile(target) && !target.startsWith("node:");
}

/** `ink/build/x` → `ink`; `@aws-sdk/client-s3` → `@aws-sdk/*`; `@duckdb/node-api` stays. */
function packageKey(target: string): string {
  const [first = "", second = ""] = target.split("/");
  if (!first.startsWith("@")) return first;
  return `${first}/*` in PACKAGES ? `${first}/*` : `${first}/${second}`;
}

function isBuiltin(target: string): boolean {
  return process.getBuiltinModule(target) !== undefined;
}

function isBadlyNamed(path: string): boolean {
  const inTests = path.startsWith("test/");
  const isComponent = path.startsWith("src/tui/") && path.endsWith(".tsx");
  return path
    .split("/")
    .filter((part) => !(inTests && (part === "helpers" || part === "data")))
    .some((part) => {
      const name = part.replace(/(?:\.test|\.config)?\.tsx?$/, "");
      const isWellFormed = /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) || (isComponent && /^[A-Z][A-Za-z0-9]*$/.test(name));
      return (
        !isWellFormed || BANNED_NAMES.includes(name) || name.split("-").some((word) => BANNED_WORDS.includes(word))
      );
    });
}

function describeEdge({ from, to, kind }: SourceImport): string {
  const target = isOwnFile(to) ? posix.relative("src", to) : to;
  return `${posix.relative("src", from)} → ${target} (${kind})`;
}

function findLines(path: string, { text, pattern }: { text: string; pattern: RegExp }): string[] {
  const lines = withoutComments(text).split("\n");
  return lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}
