import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../errors.ts";
import { parseQueryFile, problem, type QueryFile } from "./query-file.ts";

/** The library that comes with coldtrail. */
export const BUNDLED_LIBRARY = fileURLToPath(new URL("../../queries/", import.meta.url));

export interface Library {
  /** By id, sorted. */
  readonly queries: ReadonlyMap<string, QueryFile>;
  /** Files that are no valid query; the others work all the same. */
  readonly problems: readonly Error[];
}

/** Library folders besides the bundled one: the case's own, `--library`, COLDTRAIL_QUERIES. */
export function libraryFolders(caseFolder: string, given: readonly string[]): string[] {
  const fromEnvironment = (process.env["COLDTRAIL_QUERIES"] ?? "").split(process.platform === "win32" ? ";" : ":");
  const own = join(caseFolder, "queries");
  return [
    ...(existsSync(own) ? [own] : []),
    ...given.map((folder) => resolve(folder)),
    ...fromEnvironment.filter(Boolean),
  ];
}

/** Reads every query of the bundled library and of the folders given. Throws UsageError for a folder that is not there. */
export function readLibrary(folders: readonly string[]): Library {
  const queries: QueryFile[] = [];
  const problems: Error[] = [];
  const seen = new Map<string, QueryFile>();
  // A folder named twice, on the command line and in the environment, is read once.
  for (const folder of new Set([BUNDLED_LIBRARY, ...folders].map((path) => resolve(path)))) {
    for (const path of queryFilesIn(folder)) {
      try {
        const query = readQuery(path);
        const other = seen.get(query.id);
        if (other !== undefined) throw problem(path, 2, `The id ${query.id} is taken by ${other.path}.`);
        seen.set(query.id, query);
        queries.push(query);
      } catch (error) {
        problems.push(error as Error);
      }
    }
  }
  const sorted = queries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { queries: new Map(sorted.map((query) => [query.id, query])), problems };
}

/** Reads one query file, of any folder. */
export function readQuery(path: string): QueryFile {
  return parseQueryFile(path, basename(path, ".sql"), readFileSync(path, "utf8"));
}

/** Every `.sql` file below a folder, sorted by path. */
export function queryFilesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UsageError({
      what: "No such query folder",
      where: folder,
      fix: "Check --library and COLDTRAIL_QUERIES.",
    });
  }
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** Finds a query by id, or reads it from a path. Throws UsageError with the nearest ids. */
export function findQuery(library: Library, name: string): QueryFile {
  const found = library.queries.get(name);
  if (found !== undefined) return found;
  if (name.endsWith(".sql") && existsSync(name)) return readQuery(name);
  const near = [...library.queries.keys()].filter((id) => distance(id, name) <= 3 || id.includes(name)).slice(0, 5);
  throw new UsageError({
    what: "No such query",
    where: name,
    fix: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "`coldtrail query list` shows all of them.",
  });
}

/** Levenshtein distance, for short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
