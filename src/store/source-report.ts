import { quoteText, type Database, type Row } from "./database.ts";
import type { ManifestPlace, SourceState } from "./evidence-sources.ts";
import { isCutOff } from "./streamed-rows.ts";

/** A manifest as it was read last. */
export interface ManifestRow extends ManifestPlace {
  /** Of `evidence_files`; null for a manifest outside its root. */
  readonly file_id: bigint | null;
  readonly entries: number;
  /** Hash of the last entry. */
  readonly head: string;
  readonly changed_lines: number;
  /** From 1; null when there is none. */
  readonly first_changed_line: number | null;
  readonly unusable_entries: number;
  readonly unfinished_runs: number;
  /** How many of which kind, in words; null when there are none. */
  readonly findings: string | null;
  /** Objects that no run could fetch. */
  readonly unfetched: number;
  /** An entry that was its last one at an earlier ingest, and is not in it any more; null when there is none. */
  readonly lost_entry: number | null;
  readonly lost_head: string | null;
}

/** The row of a manifest, or null for one that is not in the case. */
export async function readManifestRow(
  database: Database,
  { root, manifest }: ManifestPlace,
): Promise<ManifestRow | null> {
  const [row] = await database.rows("SELECT * FROM evidence_manifests WHERE root = $root AND manifest = $manifest", {
    root,
    manifest,
  });
  if (row === undefined) return null;
  return {
    root,
    manifest,
    file_id: row["file_id"] as bigint | null,
    head: String(row["head"]),
    entries: Number(row["entries"]),
    changed_lines: Number(row["changed_lines"]),
    first_changed_line: numberOf(row, "first_changed_line"),
    unusable_entries: Number(row["unusable_entries"]),
    unfinished_runs: Number(row["unfinished_runs"]),
    findings: row["findings"] as string | null,
    unfetched: Number(row["unfetched"]),
    lost_entry: numberOf(row, "lost_entry"),
    lost_head: row["lost_head"] as string | null,
  };
}

function numberOf(row: Row, name: string): number | null {
  const value = row[name];
  return value === null || value === undefined ? null : Number(value);
}

/** Writes a manifest's row in place of the one before. */
export async function writeManifestRow(database: Database, row: ManifestRow): Promise<void> {
  const { root, manifest } = row;
  const names = Object.keys(row);
  await database.transaction(async () => {
    await database.run("DELETE FROM evidence_manifests WHERE root = $root AND manifest = $manifest", {
      root,
      manifest,
    });
    await database.run(
      `INSERT INTO evidence_manifests (${names.join(", ")}) VALUES (${names.map((name) => `$${name}`).join(", ")})`,
      { ...row },
    );
  });
}

/** The row of `evidence_files` of a manifest whose bytes have one of the hashes, or the size; null when there is none. */
export async function manifestFileId(
  database: Database,
  { root, path, member_path }: { readonly root: string; readonly path: string; readonly member_path: string | null },
  is: { readonly hashes: readonly string[] } | { readonly size_bytes: number },
): Promise<bigint | null> {
  const condition =
    "hashes" in is ? `sha256_stored IN (${is.hashes.map(quoteText).join(", ")})` : `size_bytes = ${is.size_bytes}`;
  const [row] = await database.rows(
    `SELECT file_id FROM evidence_files
     WHERE root = $root AND path = $path AND coalesce(member_path, '') = $member AND ${condition}
     ORDER BY sha256_stored LIMIT 1`,
    { root, path, member: member_path ?? "" },
  );
  return (row?.["file_id"] as bigint | undefined) ?? null;
}

const NAME = "coalesce(s.path, concat(f.path, '!/' || f.member_path))";

/** SQL for the sources of a manifest below one of some folders, relative to the root; an empty one is the root itself. */
function sourcesBelow({ root, manifest }: ManifestPlace, scopes: readonly string[]): string {
  return `FROM evidence_sources s LEFT JOIN evidence_files f USING (file_id)
    WHERE s.root = ${quoteText(root)} AND s.manifest = ${quoteText(manifest)}
      AND (${below("coalesce(s.path, f.path)", scopes)})`;
}

function below(column: string, scopes: readonly string[]): string {
  if (scopes.includes("")) return "true";
  return scopes
    .map((scope) => `${column} = ${quoteText(scope)} OR starts_with(${column}, ${quoteText(`${scope}/`)})`)
    .join(" OR ");
}

/** How many files of a manifest stand how to it. */
export async function countSources(
  database: Database,
  place: ManifestPlace,
  scopes: readonly string[],
): Promise<Record<SourceState, number>> {
  const counts = { same: 0, altered: 0, missing: 0, unread: 0 };
  const rows = await database.rows(`SELECT s.state, count(*) AS n ${sourcesBelow(place, scopes)} GROUP BY s.state`);
  for (const { state, n } of rows) counts[state as SourceState] = Number(n);
  return counts;
}

/** A file that is not as it was when it was fetched. */
export interface SourceProblem {
  readonly name: string;
  readonly state: "altered" | "missing";
  readonly origin: string;
  /** UTC text, or null. */
  readonly retrieved_at: string | null;
  readonly recorded_size_bytes: bigint | null;
  readonly recorded_sha256: string | null;
  readonly size_bytes: bigint | null;
  readonly sha256_stored: string | null;
}

/** The first altered and missing files of a manifest, in the order of their names. */
export async function readSourceProblems(
  database: Database,
  place: ManifestPlace,
  { scopes, limit }: { readonly scopes: readonly string[]; readonly limit: number },
): Promise<SourceProblem[]> {
  const rows = await database.rows(`
    SELECT ${NAME} AS name, s.state, s.origin, strftime(s.retrieved_at, '%Y-%m-%dT%H:%M:%SZ') AS retrieved_at,
      s.recorded_size_bytes, s.recorded_sha256, f.size_bytes, f.sha256_stored
    ${sourcesBelow(place, scopes)} AND s.state IN ('altered', 'missing')
    ORDER BY name, s.recorded_sha256, f.sha256_stored LIMIT ${limit}`);
  return rows as unknown as SourceProblem[];
}

/** Where files may lie that a manifest should know: folders below the root, or one folder inside an archive. */
export type ManifestRegion =
  | { readonly root: string; readonly scopes: readonly string[] }
  | { readonly root: string; readonly archive: string; readonly prefix: string };

/** Names of files that no manifest knows, in their order; as many as there are, one at a time. */
export async function* readStrangers(database: Database, region: ManifestRegion): AsyncGenerator<string> {
  const where =
    "scopes" in region
      ? `f.member_path IS NULL AND (${below("f.path", region.scopes)})`
      : `f.path = ${quoteText(region.archive)} AND starts_with(f.member_path, ${quoteText(region.prefix)})
         AND NOT contains(substr(f.member_path, length(${quoteText(region.prefix)}) + 1), '!/')`;
  const result = await database.connection.stream(`
    SELECT DISTINCT concat(f.path, '!/' || f.member_path) AS name
    FROM evidence_files f ANTI JOIN evidence_sources s ON s.file_id = f.file_id
    WHERE f.root = ${quoteText(region.root)} AND ${where} ORDER BY name`);
  for await (const rows of result.yieldRows()) for (const [name] of rows) yield String(name);
  if (isCutOff(result)) throw new Error("The list of evidence files could not be read to its end");
}
