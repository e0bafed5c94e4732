import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { completeLock, type PackageLock } from "../scripts/complete-lock.ts";
import { parsePlatform } from "../scripts/native-platform.ts";

const lockText = readFileSync(new URL("../package-lock.json", import.meta.url), "utf8");
const committed = JSON.parse(lockText) as PackageLock;

test("the committed lock lists every platform's packages", () => {
  expect(completeLock(committed).changes).toEqual([]);
});

test("the committed lock is as the script and npm write it", () => {
  expect(lockText).toBe(`${JSON.stringify(completeLock(committed).lock, null, 2)}\n`);
});

test("the committed lock names DuckDB for Linux, macOS and Windows", () => {
  const platforms = Object.keys(committed.packages).flatMap(
    (path) => /^node_modules\/@duckdb\/node-bindings-(.+)$/.exec(path)?.[1] ?? [],
  );

  expect(platforms).toEqual([
    "darwin-arm64",
    "darwin-x64",
    "linux-arm64",
    "linux-arm64-musl",
    "linux-x64",
    "linux-x64-musl",
    "win32-arm64",
    "win32-x64",
  ]);
});

test("the committed lock names no registry", () => {
  const addresses = withoutFunding(committed.packages).match(/https?:\/\/[^"]*/g) ?? [];

  expect(lockText).not.toMatch(/"resolved"/);
  expect(addresses).toEqual([]);
});

test("a removed entry is put back with what can be told from its name", () => {
  const path = "node_modules/@oxlint/binding-linux-x64-musl";
  const broken = structuredClone(committed);
  delete broken.packages[path];

  const { lock, changes } = completeLock(broken);

  expect(changes).toEqual([
    expect.stringMatching(/^@oxlint\/binding-linux-x64-musl@[\d.]+ is missing \(node_modules\/oxlint depends on it\)$/),
  ]);
  expect(lock.packages[path]).toMatchObject({ cpu: ["x64"], libc: ["musl"], os: ["linux"], dev: true, optional: true });
  expect(Object.keys(lock.packages)).toEqual(Object.keys(committed.packages));
  expect(completeLock(lock).changes).toEqual([]);
});

test("a dependency of the product is not marked as a development dependency", () => {
  const path = "node_modules/@duckdb/node-bindings-darwin-arm64";
  const broken = structuredClone(committed);
  delete broken.packages[path];

  const { lock } = completeLock(broken);

  const version = committed.packages["node_modules/@duckdb/node-bindings"]?.version;
  expect(lock.packages[path]).toEqual({ version, cpu: ["arm64"], optional: true, os: ["darwin"] });
});

test("an address is taken out, everything else of the entry stays", () => {
  const { lock, changes } = completeLock({
    lockfileVersion: 3,
    packages: {
      "node_modules/a": { version: "1.0.0", resolved: "https://mirror.example/a-1.0.0.tgz", integrity: "sha512-x" },
      "node_modules/b": { version: "1.0.0", resolved: "git+ssh://git@host.example/b.git#0123" },
    },
  });

  expect(changes).toEqual(["node_modules/a names the registry that it was fetched from"]);
  expect(lock.packages).toEqual({
    "node_modules/a": { version: "1.0.0", integrity: "sha512-x" },
    "node_modules/b": { version: "1.0.0", resolved: "git+ssh://git@host.example/b.git#0123" },
  });
});

test("a version beside the parent counts, another parent's version at the top does not", () => {
  const { lock } = completeLock({
    lockfileVersion: 3,
    packages: {
      "node_modules/a": { version: "1.0.0", optionalDependencies: { "a-linux-x64": "1.0.0" } },
      "node_modules/a-linux-x64": { version: "1.0.0" },
      "node_modules/b/node_modules/a": { version: "2.0.0", optionalDependencies: { "a-linux-x64": "2.0.0" } },
    },
  });

  expect(Object.keys(lock.packages)).toEqual([
    "node_modules/a",
    "node_modules/a-linux-x64",
    "node_modules/b/node_modules/a",
    "node_modules/b/node_modules/a/node_modules/a-linux-x64",
  ]);
});

test.each([
  ["a version that is a range", { "a-linux-x64": "^1.0.0" }, /which version of a-linux-x64/],
  ["a name without a platform", { fast: "1.0.0" }, /which platform fast is for/],
])("%s is an error, not a guess", (_, optionalDependencies, message) => {
  const lock = { lockfileVersion: 3, packages: { "node_modules/a": { version: "1.0.0", optionalDependencies } } };

  expect(() => completeLock(lock)).toThrow(message);
});

test.each([
  ["@duckdb/node-bindings-darwin-arm64", { os: "darwin", cpu: "arm64", libc: null }],
  ["@duckdb/node-bindings-linux-x64-musl", { os: "linux", cpu: "x64", libc: "musl" }],
  ["@oxlint/binding-linux-arm-gnueabihf", { os: "linux", cpu: "arm", libc: "glibc" }],
  ["@oxlint/binding-linux-arm-musleabihf", { os: "linux", cpu: "arm", libc: "musl" }],
  ["@oxlint/binding-android-arm-eabi", { os: "android", cpu: "arm", libc: null }],
  ["@oxlint/binding-win32-ia32-msvc", { os: "win32", cpu: "ia32", libc: null }],
  ["@oxlint/binding-openharmony-arm64", { os: "openharmony", cpu: "arm64", libc: null }],
  ["@oxlint-tsgolint/linux-x64", { os: "linux", cpu: "x64", libc: null }],
  ["@typescript/typescript-linux-mips64el", { os: "linux", cpu: "mips64el", libc: null }],
  ["@rolldown/binding-wasm32-wasi", { os: null, cpu: "wasm32", libc: null }],
  ["linux-tools", null],
])("%s is for the platform in its name", (name, platform) => {
  expect(parsePlatform(name)).toEqual(platform);
});

test("a Linux package with a musl twin is for glibc", () => {
  expect(parsePlatform("a-linux-x64", ["a-linux-x64", "a-linux-x64-musl"])).toMatchObject({ libc: "glibc" });
});

test("the platform read from a name is what the registry says of the packages it serves", () => {
  const served = Object.entries(committed.packages).filter(([, entry]) => entry.integrity && entry.cpu && entry.os);

  expect(served.length).toBeGreaterThan(20);
  for (const [path, entry] of served) {
    const platform = parsePlatform(path);
    expect({ path, os: entry.os, cpu: entry.cpu }).toEqual({ path, os: [platform?.os], cpu: [platform?.cpu] });
  }
});

function withoutFunding(packages: PackageLock["packages"]): string {
  return JSON.stringify(packages, (key, value: unknown) => (key === "funding" ? undefined : value));
}
