import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSchema } from "../../src/store/case-state.ts";
import { Database } from "../../src/store/database.ts";
import { dropOrphanedSources, writeSources, type SourceLine } from "../../src/store/evidence-sources.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const PLACE = { root: "usb", manifest: "coldtrail-manifest.jsonl" };
const LINE: SourceLine = {
  path: "b/k",
  member_path: null,
  origin: "fetched",
  bucket: "b",
  key: "k",
  version_id: null,
  etag: null,
  retrieved_at: 1_709_366_400_000_000n,
  size_bytes: 5,
  sha256: "aa",
  is_there: true,
};
let database: Database;

beforeEach(async () => {
  database = await Database.open(join(temporaryFolder(), "case.duckdb"), { readOnly: false });
  await createSchema(database, "test");
});
afterEach(() => database.close());

async function addFile(file_id: number, path: string, sha256: string | null, root = "usb"): Promise<void> {
  await database.run(
    "INSERT INTO evidence_files (file_id, root, path, size_bytes, sha256_stored) VALUES ($file_id, $root, $path, 5, $sha256)",
    { file_id, root, path, sha256 },
  );
}

async function sources(): Promise<string[]> {
  const rows = await database.rows(
    "SELECT concat_ws(' ', file_id, path, key, state, recorded_sha256) AS line FROM evidence_sources ORDER BY file_id, path",
  );
  return rows.map(({ line }) => String(line));
}

test("a page that is written twice changes nothing the second time", async () => {
  await addFile(1, "b/k", "aa");
  const lines = [LINE, { ...LINE, path: "b/gone", key: "gone", is_there: false }];
  expect(await writeSources(database, PLACE, lines)).toBe(true);
  expect(await sources()).toEqual(["1 k same", "b/gone gone missing aa"]);
  expect(await writeSources(database, PLACE, lines)).toBe(false);
});

test("a later page has the last word on a file, and leaves other files and other manifests alone", async () => {
  await addFile(1, "b/k", "bb");
  await addFile(2, "b/l", "aa");
  const other = { ...PLACE, manifest: "above/coldtrail-manifest.jsonl" };
  await writeSources(database, other, [LINE]);
  await writeSources(database, PLACE, [LINE, { ...LINE, path: "b/l", key: "l" }]);
  expect(await sources()).toEqual(["1 k altered aa", "1 k altered aa", "2 l same"]);
  await writeSources(database, PLACE, [{ ...LINE, sha256: "bb" }]);
  expect(await sources()).toEqual(["1 k altered aa", "1 k same", "2 l same"]);
});

test("every file that the case has had under a path is judged by itself, and none of another root", async () => {
  await addFile(1, "b/k", "aa");
  await addFile(2, "b/k", "bb");
  await addFile(3, "b/k", "bb", "elsewhere");
  await writeSources(database, PLACE, [LINE]);
  expect(await sources()).toEqual(["1 k same", "2 k altered aa"]);
});

test("a file that is there and was not loaded is not called missing", async () => {
  await writeSources(database, PLACE, [LINE]);
  expect(await sources()).toEqual([]);
});

test("a file that was not read has its source anew once it was", async () => {
  await addFile(1, "b/k", null);
  await writeSources(database, PLACE, [LINE]);
  expect(await sources()).toEqual(["1 k unread aa"]);
  await database.run("DELETE FROM evidence_files");
  await addFile(2, "b/k", "aa");
  await dropOrphanedSources(database);
  await writeSources(database, PLACE, [LINE]);
  expect(await sources()).toEqual(["2 k same"]);
});

test("any name is taken as it is", async () => {
  const path = `it's "b"/\u2028\u{1f600}/$1`;
  await addFile(1, path, "aa", "o'root");
  await writeSources(database, { root: "o'root", manifest: "a'b" }, [{ ...LINE, path, key: path }]);
  expect(await sources()).toEqual([`1 ${path} same`]);
});
