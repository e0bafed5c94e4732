/**
 * Completes package-lock.json after every change of a dependency: `node scripts/complete-lock.ts`.
 *
 * npm writes a native package into the lock only when the registry in use serves it, yet `npm ci` refuses a lock in
 * which a single platform is missing. This script adds what is missing, for every platform, and takes out the address
 * that a package was fetched from, so that the lock works with any registry. `--check` changes nothing, names what is
 * wrong and exits 1.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parsePlatform } from "./native-platform.ts";

/** The part of a lock entry that this script reads or writes. */
export interface LockEntry {
  version?: string;
  resolved?: string;
  integrity?: string;
  cpu?: string[];
  dev?: boolean;
  devOptional?: boolean;
  libc?: string[];
  optional?: boolean;
  os?: string[];
  peer?: boolean;
  optionalDependencies?: Record<string, string>;
}

/** A package-lock.json of version 3. */
export interface PackageLock {
  lockfileVersion: number;
  packages: Record<string, LockEntry>;
}

interface Completion {
  readonly lock: PackageLock;
  /** One sentence per change; empty when the lock was complete. */
  readonly changes: readonly string[];
}

const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/;

/** Returns a completed copy. Throws when a missing package's version or platform cannot be told from its name. */
export function completeLock(original: PackageLock): Completion {
  const lock = structuredClone(original);
  const changes = [...removeRegistryAddresses(lock), ...addMissingPackages(lock)];
  if (changes.length > 0) lock.packages = sortedLikeNpm(lock.packages);
  return { lock, changes };
}

function removeRegistryAddresses({ packages }: PackageLock): string[] {
  const changed: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (!/^https?:/.test(entry.resolved ?? "")) continue;
    delete entry.resolved;
    changed.push(`${path} names the registry that it was fetched from`);
  }
  return changed;
}

function addMissingPackages({ packages }: PackageLock): string[] {
  const changed: string[] = [];
  for (const [parentPath, parent] of Object.entries(packages)) {
    const wanted = Object.entries(parent.optionalDependencies ?? {});
    for (const [name, version] of wanted) {
      const found = findInstalled(packages, { parentPath, name });
      if (found !== null && (found.version === version || !EXACT_VERSION.test(version))) continue;

      const folder = found === null || parentPath === "" ? "" : `${parentPath}/`;
      packages[`${folder}node_modules/${name}`] = missingEntry({ name, version, parent });
      changed.push(`${name}@${version} is missing (${parentPath || "package.json"} depends on it)`);
    }
  }
  return changed;
}

/** Looks where Node looks: beside the parent's own dependencies, then in each folder above. */
function findInstalled(
  packages: PackageLock["packages"],
  { parentPath, name }: { parentPath: string; name: string },
): LockEntry | null {
  let folder = parentPath;
  for (;;) {
    const entry = packages[folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`];
    if (entry !== undefined) return entry;
    if (folder === "") return null;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")));
  }
}

interface MissingPackage {
  readonly name: string;
  readonly version: string;
  readonly parent: LockEntry;
}

/** The keys are in the order in which npm writes them. There is no integrity: npm adds it where the package is installed. */
function missingEntry({ name, version, parent }: MissingPackage): LockEntry {
  const siblings = Object.keys(parent.optionalDependencies ?? {});
  const platform = parsePlatform(name, siblings);
  if (platform === null) throw new Error(`Cannot tell from its name which platform ${name} is for.`);
  if (!EXACT_VERSION.test(version)) throw new Error(`Cannot tell which version of ${name} satisfies "${version}".`);

  return {
    version,
    cpu: [platform.cpu],
    ...(parent.dev === true && { dev: true }),
    ...(parent.devOptional === true && { devOptional: true }),
    ...(platform.libc !== null && { libc: [platform.libc] }),
    optional: true,
    ...(platform.os !== null && { os: [platform.os] }),
    ...(parent.peer === true && { peer: true }),
  };
}

function sortedLikeNpm(packages: PackageLock["packages"]): PackageLock["packages"] {
  return Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, "en")));
}

function main(): void {
  const path = new URL("../package-lock.json", import.meta.url);
  const { lock, changes } = completeLock(JSON.parse(readFileSync(path, "utf8")) as PackageLock);
  for (const change of changes) console.log(change);

  if (!process.argv.includes("--check")) {
    if (changes.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`package-lock.json: ${changes.length} changes`);
  } else if (changes.length > 0) {
    console.log("package-lock.json is incomplete: run `npm run lock`, and commit it.");
    process.exitCode = 1;
  }
}

if (import.meta.main) main();
