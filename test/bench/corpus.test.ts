import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readManifest } from "../../scripts/bench/corpus/corpus-manifest.ts";
import { makeCorpus } from "../../scripts/bench/corpus/make-corpus.ts";
import { corpusShape, CORPUS_NAMES, type CorpusName } from "../../scripts/bench/corpus/shapes.ts";
import { BenchUsageError } from "../../scripts/bench/options.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const SCALE: Record<CorpusName, number> = { mixed: 0.002, mixed3: 0.0007, small: 0.0002, big: 0.1, large: 0.0002 };

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

interface LogFile {
  readonly Records: readonly { readonly eventID: string; readonly eventTime: string }[];
}

const recordsIn = (folder: string, path: string): LogFile["Records"] =>
  (JSON.parse(gunzipSync(readFileSync(join(folder, path))).toString()) as LogFile).Records;

describe("a corpus", () => {
  test("has the same bytes whenever it is made, and others under another name", { timeout: 120_000 }, async () => {
    const parent = temporaryFolder();
    const [first, again, other] = ["first", "again", "other"].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    await makeCorpus("mixed", SCALE.mixed, first);
    await makeCorpus("mixed", SCALE.mixed, again);
    await makeCorpus("mixed3", SCALE.mixed3, other);

    expect(filesOf(again)).toEqual(filesOf(first));
    for (const path of filesOf(first)) expect(readFileSync(join(again, path))).toEqual(readFileSync(join(first, path)));
    expect(readManifest(again)).toEqual(readManifest(first));
    expect(readManifest(other)!.sha256).not.toBe(readManifest(first)!.sha256);
  });

  test.each(CORPUS_NAMES.filter((name) => name !== "big"))(
    "%s is what its manifest says: files, records, and events that come twice",
    { timeout: 120_000 },
    async (name) => {
      const folder = join(temporaryFolder(), name);
      const { manifest } = await makeCorpus(name, SCALE[name], folder);
      const ids = filesOf(folder).flatMap((path) => recordsIn(folder, path).map(({ eventID }) => eventID));

      expect(filesOf(folder)).toHaveLength(manifest.files);
      expect(ids).toHaveLength(manifest.records);
      expect(new Set(ids).size).toBe(manifest.records - manifest.duplicate_records);
    },
  );

  test("is made once, made anew when a file is gone, and never over anything else", { timeout: 120_000 }, async () => {
    const folder = join(temporaryFolder(), "corpus");
    expect((await makeCorpus("mixed", SCALE.mixed, folder)).isNew).toBe(true);
    expect((await makeCorpus("mixed", SCALE.mixed, folder)).isNew).toBe(false);
    rmSync(join(folder, filesOf(folder)[0]!));
    expect((await makeCorpus("mixed", SCALE.mixed, folder)).isNew).toBe(true);

    const foreign = temporaryFolder();
    writeFileSync(join(foreign, "thesis.txt"), "years of work");
    await expect(makeCorpus("mixed", SCALE.mixed, foreign)).rejects.toThrow(BenchUsageError);
    expect(readdirSync(foreign)).toEqual(["thesis.txt"]);
  });
});

test("three times mixed covers three times the days; a part covers no fewer", () => {
  expect(corpusShape("mixed3", 1)).toMatchObject({ files: 3 * corpusShape("mixed", 1).files, days: 360 });
  expect(corpusShape("mixed", 0.1)).toMatchObject({ files: 2_000, days: 120 });
  expect(corpusShape("mixed", 2)).toMatchObject({ files: 40_000, days: 240 });
});
