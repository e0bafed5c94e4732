import type { Database } from "../store/database.ts";
import { dropOrphanedSources, type SourceState } from "../store/evidence-sources.ts";
import {
  countSources,
  readSourceProblems,
  readStrangers,
  type ManifestRegion,
  type ManifestRow,
  type SourceProblem,
} from "../store/source-report.ts";
import { reasonOf } from "./evidence-bytes.ts";
import { isBelow, pathRuleOf, type FoundManifest } from "./found-manifests.ts";
import { FileChangedError } from "./large-file.ts";
import { isOwnFile, manifestPlace, readProvenance, UnreadableManifestError } from "./read-provenance.ts";

/** So many files are named; all of them are in the case. */
const PROBLEMS_MAX = 10_000;
const STRANGERS_MAX = 20;

/** A manifest that an ingest read, and how many of the files on offer stand how to it. */
export type ManifestReport = Omit<ManifestRow, "file_id"> & Record<SourceState, number>;

export interface ProvenanceProblem {
  readonly file: string;
  readonly reason: string;
}

/** What the manifests of `coldtrail sync` say of the files that were on offer. */
export interface Provenance {
  readonly manifests: readonly ManifestReport[];
  /** Altered and missing files, and what is wrong with the manifests themselves; the first ones, in order. */
  readonly problems: readonly ProvenanceProblem[];
  /** All of them. */
  readonly problem_count: number;
  /** Files that lie where a manifest should know them, and that none knows. */
  readonly strangers: { readonly count: number; readonly first: readonly string[] };
}

/** Reads the manifests found. `changed` when something in the case is other than before. */
export async function readManifests(
  database: Database,
  found: readonly FoundManifest[],
  signal?: AbortSignal,
): Promise<{ readonly provenance: Provenance; readonly changed: boolean }> {
  await dropOrphanedSources(database);
  const collected = new Collected();
  let changed = false;
  for (const manifest of found) {
    const { manifest: name } = manifestPlace(manifest);
    try {
      const reading = await readProvenance(database, manifest, signal);
      changed ||= reading.changed;
      await collected.add(database, manifest, reading.row);
    } catch (error) {
      const why = unreadable(error);
      if (why === null) throw error;
      collected.addProblem(name, `the manifest cannot be read: ${why}`);
    }
    if (signal?.aborted === true) break;
  }
  const strangers = await findStrangers(database, found);
  return { provenance: collected.result(strangers), changed };
}

function unreadable(error: unknown): string | null {
  if (error instanceof UnreadableManifestError || error instanceof FileChangedError) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === undefined || syscall === undefined ? null : reasonOf(error as NodeJS.ErrnoException);
}

class Collected {
  private readonly manifests: ManifestReport[] = [];
  private readonly problems: ProvenanceProblem[] = [];
  private count = 0;

  async add(database: Database, found: FoundManifest, row: ManifestRow): Promise<void> {
    const place = manifestPlace(found);
    const { scopes } = found;
    const counts = await countSources(database, place, scopes);
    const { file_id: _, ...about } = row;
    this.manifests.push({ ...about, ...counts });
    for (const reason of problemsOfManifest(row)) this.addProblem(row.manifest, reason);
    const limit = Math.max(0, PROBLEMS_MAX - this.problems.length);
    for (const problem of await readSourceProblems(database, place, { scopes, limit })) {
      this.problems.push({ file: problem.name, reason: reasonOfSource(problem) });
    }
    this.count += counts.altered + counts.missing;
  }

  addProblem(file: string, reason: string): void {
    this.problems.push({ file, reason });
    this.count += 1;
  }

  result(strangers: Provenance["strangers"]): Provenance {
    const { manifests, problems, count } = this;
    return { manifests, problems, problem_count: count, strangers };
  }
}

function problemsOfManifest(row: ManifestRow): string[] {
  const { changed_lines, first_changed_line, unusable_entries, lost_entry, lost_head, entries } = row;
  return [
    ...(entries === 0 ? ["not one line of the manifest is whole: it says nothing of the files"] : []),
    ...(changed_lines > 0 && entries > 0
      ? [`its chain is broken: line ${first_changed_line} was changed, taken out or put in${more(changed_lines)}`]
      : []),
    ...(unusable_entries > 0 ? [`${unusable_entries} of its entries name no file that could lie in the folder`] : []),
    ...(lost_entry === null
      ? []
      : [
          `it was cut or written anew: entry ${lost_entry} with head ${lost_head ?? ""}, known from an earlier ingest, is not in it`,
        ]),
  ];
}

function more(lines: number): string {
  return lines > 1 ? `, and ${lines - 1} more` : "";
}

function reasonOfSource(problem: SourceProblem): string {
  const { state, origin, recorded_size_bytes, recorded_sha256, size_bytes, sha256_stored } = problem;
  const when = `${origin === "adopted" ? "adopted" : "fetched"}${problem.retrieved_at === null ? "" : ` on ${problem.retrieved_at}`}`;
  if (state === "missing") return `missing: it was ${when}, and is not there any more`;
  const now = [
    ...(recorded_size_bytes === null ? [] : [`${size_bytes} bytes, not ${recorded_size_bytes}`]),
    ...(recorded_sha256 === null ? [] : [`SHA-256 ${sha256_stored ?? "unknown"}, not ${recorded_sha256}`]),
  ];
  return `altered since it was ${when}: ${now.join("; ")}`;
}

/** Files below a manifest that neither it nor another one knows. */
async function findStrangers(database: Database, found: readonly FoundManifest[]): Promise<Provenance["strangers"]> {
  const first: string[] = [];
  let count = 0;
  for (const region of regionsOf(found)) {
    for await (const name of readStrangers(database, region)) {
      if (isOwnFile(name)) continue;
      count += 1;
      if (first.length < STRANGERS_MAX) first.push(name);
    }
  }
  return { count, first };
}

/** The places that manifests speak of, none of them inside another. */
function regionsOf(found: readonly FoundManifest[]): ManifestRegion[] {
  const folders = new Map<string, string[]>();
  const archives: ManifestRegion[] = [];
  for (const manifest of found) {
    const { root, path, member_path, scopes } = manifest;
    if (member_path !== null) archives.push({ root: root.root, archive: path, prefix: pathRuleOf(manifest).prefix });
    else folders.set(root.root, [...(folders.get(root.root) ?? []), ...scopes]);
  }
  return [
    ...[...folders].map(([root, scopes]) => ({
      root,
      scopes: [...new Set(scopes)].filter(
        (scope, _, all) => !all.some((other) => other !== scope && isBelow(scope, [other])),
      ),
    })),
    ...archives,
  ];
}
