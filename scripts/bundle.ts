/**
 * `npm run bundle -- linux-x64`: one archive that runs on a machine without Node, npm or a network: the built program,
 * its production packages with their licences, a Node runtime, the example archive, and SHA256SUMS of every file.
 * For a platform other than this one the packages and the runtime are fetched from the npm registry.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  version: string;
  devDependencies: { node: string };
};
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"];
const HERE = `${process.platform}-${process.arch}`;

const platform = process.argv[2] ?? HERE;
if (!PLATFORMS.includes(platform)) {
  console.error(`No such platform: ${platform}. One of: ${PLATFORMS.join(", ")}.`);
  process.exit(2);
}
const target = process.argv[3] ?? join(root, "bundle");
const name = `coldtrail-${manifest.version}-${platform}`;
const work = mkdtempSync(join(tmpdir(), "coldtrail-bundle-"));
try {
  console.log(`Wrote ${makeBundle()}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function makeBundle(): string {
  const folder = join(work, name);
  const app = join(folder, "app");
  mkdirSync(app, { recursive: true });
  for (const part of ["dist", "queries", "reference", "package.json", "LICENSE", "README.md", "docs"]) {
    if (existsSync(join(root, part))) cpSync(join(root, part), join(app, part), { recursive: true });
  }
  if (platform === HERE) copyPackages(app);
  else fetchPackages(app);
  copyRuntime(folder);
  writeStarters(folder);
  makeExample(folder);
  writeSums(folder);
  mkdirSync(target, { recursive: true });
  const archive = join(target, `${name}.tar.gz`);
  run("tar", [
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mtime=@0",
    "-C",
    work,
    "-czf",
    archive,
    name,
  ]);
  writeFileSync(join(target, `${name}.tar.gz.sha256`), `${sha256(archive)}  ${name}.tar.gz\n`);
  return archive;
}

/** The production packages of this installation, with their licences. */
function copyPackages(app: string): void {
  const listed = run("npm", ["ls", "--omit=dev", "--all", "--parseable"], root).trim().split("\n");
  for (const path of listed) {
    const place = relative(root, path);
    if (place === "" || place.startsWith("..")) continue;
    // Packages inside packages are listed by themselves.
    cpSync(path, join(app, place), {
      recursive: true,
      filter: (source) => !relative(path, source).startsWith("node_modules"),
    });
  }
}

/** The same for another platform, from the registry, without running anything that they bring. */
function fetchPackages(app: string): void {
  cpSync(join(root, "package-lock.json"), join(app, "package-lock.json"));
  const [os = "", cpu = ""] = platform.split("-");
  run("npm", ["ci", "--omit=dev", "--ignore-scripts", `--os=${os}`, `--cpu=${cpu}`], app);
}

function copyRuntime(folder: string): void {
  const isWindows = platform.startsWith("win32");
  const binary = isWindows ? "node.exe" : "node";
  mkdirSync(join(folder, "runtime"));
  const to = join(folder, "runtime", binary);
  if (platform === HERE) {
    cpSync(join(root, "node_modules/node/bin", binary), to);
    writeFileSync(join(folder, "runtime", "LICENSE"), runtimeLicence());
  } else {
    const packageName = `node-${platform.replace("win32", "win")}@${manifest.devDependencies.node}`;
    run("npm", ["pack", packageName, "--silent", "--pack-destination", work]);
    const packed = readdirSync(work).find((file) => file.startsWith("node-") && file.endsWith(".tgz"));
    if (packed === undefined) throw new Error(`${packageName} could not be had`);
    run("tar", ["-C", work, "-xzf", join(work, packed)]);
    cpSync(join(work, "package/bin", binary), to);
    if (existsSync(join(work, "package/LICENSE")))
      cpSync(join(work, "package/LICENSE"), join(folder, "runtime/LICENSE"));
  }
  chmodSync(to, 0o755);
}

/** Node carries its licence in itself; a pointer where it cannot be had. */
function runtimeLicence(): string {
  return `Node.js ${manifest.devDependencies.node}, MIT licence and those of what it contains: https://github.com/nodejs/node/blob/v${manifest.devDependencies.node}/LICENSE\n`;
}

function writeStarters(folder: string): void {
  const shell = `#!/bin/sh
# Runs coldtrail with the Node that lies beside it, wherever this folder is and whatever else is installed.
here=$0
while [ -L "$here" ]; do
  link=$(readlink "$here")
  case $link in /*) here=$link ;; *) here=$(dirname "$here")/$link ;; esac
done
here=$(CDPATH= cd -- "$(dirname -- "$here")" && pwd)
unset NODE_OPTIONS NODE_PATH
exec "$here/runtime/node" "$here/app/dist/main.js" "$@"
`;
  const windows =
    '@echo off\r\nsetlocal\r\nset NODE_OPTIONS=\r\nset NODE_PATH=\r\n"%~dp0runtime\\node.exe" "%~dp0app\\dist\\main.js" %*\r\n';
  if (platform.startsWith("win32")) writeFileSync(join(folder, "coldtrail.cmd"), windows);
  else writeFileSync(join(folder, "coldtrail"), shell, { mode: 0o755 });
}

/** The example archive and what it holds, so that a first look needs nothing else. */
function makeExample(folder: string): void {
  const example = join(folder, "example");
  mkdirSync(example);
  const args = [
    "test/data/demo/generate.ts",
    "--archive",
    join(example, "evidence"),
    "--truth",
    join(example, "truth.json"),
  ];
  run(process.execPath, args, root);
}

/** `sha256sum -c SHA256SUMS` checks the unpacked folder. */
function writeSums(folder: string): void {
  const lines = filesBelow(folder).map((file) => `${sha256(file)}  ${relative(folder, file).replaceAll("\\", "/")}`);
  writeFileSync(join(folder, "SHA256SUMS"), `${lines.join("\n")}\n`);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function run(program: string, args: readonly string[], cwd = dirname(root)): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${stderr}`);
  return stdout;
}
