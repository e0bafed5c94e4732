import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import type { Provenance } from "../../src/ingest/provenance.ts";
import { adoptFolder } from "../../src/manifest/adopt-folder.ts";
import { MANIFEST_NAME } from "../../src/manifest/manifest-line.ts";
import { Database } from "../../src/store/database.ts";
import { askCase, caseContent } from "../helpers/case-content.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { addRun, BUCKET, FETCHED_AT, finding, objectLine, writeSynced } from "../helpers/synced-folder.ts";
import { tarOf } from "../helpers/tar-maker.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { logFileName, makeRecords, writeTrail } from "../helpers/trail-maker.ts";
import { zipOf } from "../helpers/zip-maker.ts";

const key = (n: number): string => `AWSLogs/${logFileName(n)}`;
let folder: string;
let evidence: string;
let caseFolder: string;

beforeEach(() => {
  folder = temporaryFolder();
  evidence = join(folder, "evidence");
  caseFolder = join(folder, "case");
});

const synced = async (...minutes: number[]): Promise<string> =>
  writeSynced(evidence, Object.fromEntries(minutes.map((n) => [key(n), makeRecords(n * 10, 2)])));
const onDisk = (n: number): string => join(evidence, BUCKET, key(n));

/** Changes one byte inside the gzip, so that the size stays. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[4]! ^= 1;
  writeFileSync(file, bytes);
}

async function provenance(...paths: string[]): Promise<Provenance> {
  const { summary } = await quickIngest(caseFolder, paths.length === 0 ? [evidence] : paths);
  return summary.provenance!;
}

/** How many files stand how to the only manifest, and how many of it and of the strangers there are. */
function counts({ manifests, problem_count, strangers }: Provenance): Record<string, number> {
  expect(manifests).toHaveLength(1);
  const { same, altered, missing, unread } = manifests[0]!;
  return { same, altered, missing, unread, problems: problem_count, strangers: strangers.count };
}

const WHOLE = { altered: 0, missing: 0, unread: 0, problems: 0, strangers: 0 };
const problemsOf = ({ problems }: Provenance): string[] => problems.map(({ file, reason }) => `${file}: ${reason}`);

describe("of a synced folder", () => {
  test("each file has what the manifest says of it", async () => {
    await synced(1, 2);
    await addRun(evidence, [objectLine(evidence, key(2), { version_id: null }), finding(key(9))]);
    const found = await provenance();

    expect(counts(found)).toEqual({ ...WHOLE, same: 2 });
    expect(found.manifests[0]).toMatchObject({
      manifest: MANIFEST_NAME,
      entries: 8,
      changed_lines: 0,
      findings: "1 delete-marker",
      unfinished_runs: 0,
    });
    const rows = await askCase(
      caseFolder,
      `SELECT f.path, s.* EXCLUDE (file_id, path) FROM evidence_sources s JOIN evidence_files f USING (file_id) ORDER BY f.path`,
    );
    const { etag } = objectLine(evidence, key(1));
    expect(rows[0]).toEqual({
      path: `${BUCKET}/${key(1)}`,
      root: "evidence",
      manifest: MANIFEST_NAME,
      origin: "fetched",
      bucket: BUCKET,
      key: key(1),
      version_id: `v-${key(1)}`,
      etag,
      retrieved_at: FETCHED_AT.replace(".000", ""),
      recorded_size_bytes: null,
      recorded_sha256: null,
      state: "same",
    });
    // The later line of a file wins.
    expect(rows.map(({ version_id }) => version_id)).toEqual([`v-${key(1)}`, null]);
  });

  test("what was altered, removed or put there since is named, and what is there can be queried", async () => {
    await synced(1, 2, 3, 4);
    flip(onDisk(1));
    writeTrail(join(evidence, BUCKET), { [key(2)]: makeRecords(500, 4), "stranger.json": makeRecords(600, 1) });
    rmSync(onDisk(3));
    const found = await provenance();

    expect(counts(found)).toEqual({ same: 1, altered: 2, missing: 1, unread: 0, problems: 3, strangers: 1 });
    expect(problemsOf(found)).toEqual([
      expect.stringMatching(`^${BUCKET}/${key(1)}: altered since it was fetched on 2024-03-02T08:00:00Z: SHA-256 `),
      expect.stringMatching(`^${BUCKET}/${key(2)}: altered .*: \\d+ bytes, not \\d+; SHA-256 .{64}, not .{64}$`),
      `${BUCKET}/${key(3)}: missing: it was fetched on 2024-03-02T08:00:00Z, and is not there any more`,
    ]);
    expect(found.strangers.first).toEqual([`${BUCKET}/stranger.json`]);
    const altered = `SELECT count(*) AS n FROM events JOIN evidence_sources USING (file_id) WHERE state = 'altered'`;
    expect(await askCase(caseFolder, altered)).toEqual([{ n: 6 }]);
  });

  test("what coldtrail keeps there is called so, and unfinished downloads are not read", async () => {
    await synced(1);
    const half = readFileSync(onDisk(1)).subarray(0, 200);
    const context = "coldtrail-context/20240302T080000Z";
    writeTrail(evidence, {
      ".coldtrail-drafts/7-1.part": half,
      ".coldtrail-to-fetch-7.jsonl": Buffer.from("{}\n"),
      [`.${MANIFEST_NAME}.lock`]: Buffer.from("{}"),
      [`${context}/public-keys-us-east-1.json`]: Buffer.from(`{"PublicKeyList":[]}`),
      [`${context}/trails-us-east-1.json`]: Buffer.from(`{"trails":[]}`),
    });
    const files = ["public-keys-us-east-1.json", "trails-us-east-1.json"].map((name) => {
      const { sha256, size_bytes } = objectLine(evidence, key(1), {});
      return { path: `${context}/${name}`, sha256, size_bytes };
    });
    await addRun(evidence, [{ type: "context", files, refused: [], public_keys: 0, fetched_at: FETCHED_AT }]);
    const { summary } = await quickIngest(caseFolder, [evidence]);

    expect(summary.files).toMatchObject({ offered: 7, imported: 1, not_events: 6 });
    expect(summary.warnings.map(({ file, reason }) => `${file}: ${reason}`)).toEqual(
      [
        ".coldtrail-drafts/7-1.part: an unfinished download of a sync; not read",
        `.${MANIFEST_NAME}.lock: the lock of a sync; not read`,
        ".coldtrail-to-fetch-7.jsonl: a working list that a sync left behind; not read",
        `${context}/public-keys-us-east-1.json: public keys, kept by coldtrail sync`,
        `${context}/trails-us-east-1.json: settings of trails and bucket, kept by coldtrail sync`,
        `${MANIFEST_NAME}: the manifest of a synced folder`,
      ].toSorted(),
    );
    // Keys and settings are compared like logs: these are not what the manifest says.
    expect(counts(summary.provenance!)).toEqual({ ...WHOLE, same: 1, altered: 2, problems: 2 });
  });

  test("the manifest is found below the folder on offer, and above it", async () => {
    await synced(1, 2);
    await writeSynced(join(folder, "evidence", "more"), { [key(3)]: makeRecords(30, 1) });
    rmSync(onDisk(2));
    const below = await provenance(folder.concat("/evidence"));
    expect(below.manifests.map(({ manifest, same, missing }) => [manifest, same, missing])).toEqual([
      [MANIFEST_NAME, 1, 1],
      [`more/${MANIFEST_NAME}`, 1, 0],
    ]);
    expect(below.strangers.count).toBe(0);

    caseFolder = join(folder, "other");
    const above = await provenance(join(evidence, BUCKET, "AWSLogs"));
    expect(counts(above)).toEqual({ ...WHOLE, same: 1, missing: 1, problems: 1 });
    expect(above.manifests[0]!.manifest).toBe(`../../${MANIFEST_NAME}`);
    expect(above.problems[0]!.file).toBe(logFileName(2));

    caseFolder = join(folder, "one file");
    expect(counts(await provenance(onDisk(1)))).toEqual({ ...WHOLE, same: 1 });
  });

  test("files that were left out by their names are there, and not hashed", async () => {
    await synced(1, 2);
    const { summary } = await quickIngest(caseFolder, [evidence], {
      selection: { since: null, until: null, accounts: ["999999999999"], regions: [], kinds: [] },
    });
    expect(counts(summary.provenance!)).toEqual({ ...WHOLE, same: 0, unread: 2 });
    expect(counts(await provenance())).toEqual({ ...WHOLE, same: 2 });
  });
});

describe("a later ingest", () => {
  test("takes a grown manifest as the same one, and names again what is still wrong", async () => {
    await synced(1, 2);
    flip(onDisk(1));
    expect(counts(await provenance())).toMatchObject({ same: 1, altered: 1 });
    writeTrail(join(evidence, BUCKET), { [key(3)]: makeRecords(30, 2) });
    await addRun(evidence, [objectLine(evidence, key(3))]);
    const { summary } = await quickIngest(caseFolder, [evidence]);

    expect(summary.files).toMatchObject({ offered: 4, imported: 1, skipped: 2, not_events: 1 });
    expect(summary.warnings.filter(({ isProblem }) => isProblem)).toEqual([]);
    expect(counts(summary.provenance!)).toEqual({ ...WHOLE, same: 2, altered: 1, problems: 1 });
  });

  test("writes nothing when nothing is new, and clears a file that is back", async () => {
    await synced(1, 2);
    const kept = readFileSync(onDisk(2));
    rmSync(onDisk(2));
    expect(counts(await provenance())).toMatchObject({ missing: 1 });
    const generation = "SELECT value FROM case_state WHERE key = 'generation'";
    const before = await askCase(caseFolder, generation);
    expect(counts(await provenance())).toMatchObject({ missing: 1 });
    expect(await askCase(caseFolder, generation)).toEqual(before);

    writeFileSync(onDisk(2), kept);
    expect(counts(await provenance())).toEqual({ ...WHOLE, same: 2 });
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM evidence_sources")).toEqual([{ n: 2 }]);
    rmSync(onDisk(1));
    expect(counts(await provenance())).toEqual({ ...WHOLE, same: 1, missing: 1, problems: 1 });
    expect(await askCase(caseFolder, "SELECT state FROM evidence_sources ORDER BY key")).toEqual([
      { state: "missing" },
      { state: "same" },
    ]);
  });

  test("says that a manifest was cut or written anew, then and later", async () => {
    await synced(1, 2);
    await provenance();
    rmSync(join(evidence, MANIFEST_NAME));
    await addRun(
      evidence,
      [2, 1].map((n) => objectLine(evidence, key(n))),
    );
    await addRun(evidence, []);
    for (const time of ["then", "later"]) {
      expect([time, problemsOf(await provenance())]).toEqual([
        time,
        [
          expect.stringMatching(
            /^coldtrail-manifest.jsonl: it was cut or written anew: entry 4 with head [0-9a-f]{64}/,
          ),
        ],
      ]);
    }
  });
});

test("of an adopted folder it is known what it was when it was adopted", async () => {
  writeTrail(evidence, { [key(1)]: makeRecords(1, 1), [key(2)]: makeRecords(2, 1) });
  const options = { tool_version: "test", argv: [], signal: new AbortController().signal, onProgress: () => undefined };
  await adoptFolder(evidence, options);
  flip(join(evidence, key(2)));
  const found = await provenance();

  expect(counts(found)).toEqual({ ...WHOLE, same: 1, altered: 1, problems: 1 });
  expect(problemsOf(found)[0]).toMatch(/altered since it was adopted on \d{4}/);
  expect(await askCase(caseFolder, "SELECT DISTINCT origin, bucket, key FROM evidence_sources")).toEqual([
    { origin: "adopted", bucket: null, key: null },
  ]);
});

describe("of a synced folder that was carried in an archive", () => {
  /** A tar keeps long names in two fields. */
  const inTar = (name: string): { prefix: string; name: string } => ({
    prefix: "evidence",
    name: name.slice("evidence/".length),
  });

  async function packed(kind: string): Promise<string> {
    await synced(1, 2, 3);
    flip(onDisk(2));
    const paths = [MANIFEST_NAME, `${BUCKET}/${key(1)}`, `${BUCKET}/${key(2)}`];
    const parts = paths.map((path) => ({ name: `evidence/${path}`, content: readFileSync(join(evidence, path)) }));
    const strange = { name: "evidence/strange.json", content: Buffer.from("{}") };
    const windows = parts.map((part) => ({ ...part, name: part.name.replaceAll("/", "\\") }));
    const files: Record<string, Buffer> = {
      "carried.zip": zipOf([...parts, strange]),
      "carried.tar.gz": gzipSync(tarOf([...parts, strange].map((part) => ({ ...part, ...inTar(part.name) })))),
      "made on windows.zip": zipOf([...windows, { ...strange, name: String.raw`evidence\strange.json` }]),
      "outer.zip": zipOf([{ name: "inner.zip", content: zipOf([...parts, strange]) }]),
    };
    writeTrail(join(folder, "carried"), { [kind]: files[kind]! });
    return join(folder, "carried");
  }

  test.each(["carried.zip", "carried.tar.gz", "made on windows.zip", "outer.zip"])("%s", async (kind) => {
    const carried = await packed(kind);
    const found = await provenance(carried);
    const expected = { same: 1, altered: 1, missing: 1, unread: 0, problems: 2, strangers: 1 };
    expect(counts(found)).toEqual(expected);
    expect(found.strangers.first[0]).toMatch(/strange\.json$/);
    const content = await caseContent(caseFolder);
    // The second time the archive is passed over, and what is wrong is said all the same.
    expect(await provenance(carried)).toEqual(found);
    expect(await caseContent(caseFolder)).toEqual(content);
  });

  test("a manifest that a killed run did not get to is read by the next one", async () => {
    const carried = await packed("carried.zip");
    const found = await provenance(carried);
    const database = await Database.open(join(caseFolder, "coldtrail.duckdb"), { readOnly: false });
    await database.run("DELETE FROM evidence_sources");
    await database.run("DELETE FROM evidence_manifests");
    database.close();
    expect(await provenance(carried)).toEqual(found);
  });
});

test("any number of readers gives the same case and the same words", async () => {
  await synced(...Array.from({ length: 40 }, (_, n) => n + 1));
  flip(onDisk(7));
  rmSync(onDisk(9));
  cpSync(evidence, join(folder, "copy", "evidence"), { recursive: true });
  const [one, three] = [join(folder, "one"), join(folder, "three")];
  const first = await quickIngest(one, [evidence], { jobs: 1 });
  const second = await quickIngest(three, [evidence], { jobs: 3 });
  expect(second.summary.provenance).toEqual(first.summary.provenance);
  expect(await caseContent(three)).toEqual(await caseContent(one));
});

describe("a manifest that is not what it was", () => {
  const manifest = (): string => join(evidence, MANIFEST_NAME);

  test("a changed line breaks its chain", async () => {
    await synced(1, 2);
    writeFileSync(manifest(), readFileSync(manifest(), "utf8").replace(`"bucket":"${BUCKET}"`, `"bucket":"other"`));
    const found = await provenance();
    expect(problemsOf(found)).toEqual([
      `${MANIFEST_NAME}: its chain is broken: line 2 was changed, taken out or put in`,
    ]);
    // What the line was is not known, so nobody vouches for its file.
    expect(counts(found)).toEqual({ ...WHOLE, same: 1, problems: 1, strangers: 1 });
  });

  test("a line torn by a kill does not", async () => {
    await synced(1, 2);
    truncateSync(manifest(), readFileSync(manifest()).length - 10);
    const found = await provenance();
    expect(counts(found)).toEqual({ ...WHOLE, same: 2 });
    expect(found.manifests[0]).toMatchObject({ unfinished_runs: 1 });
  });

  test("one that was saved with other line ends is the same", async () => {
    await synced(1, 2);
    writeFileSync(manifest(), readFileSync(manifest(), "utf8").replaceAll("\n", "\r\n"));
    expect(counts(await provenance())).toEqual({ ...WHOLE, same: 2 });
  });

  test.each<[string, Buffer]>([
    ["saved as UTF-16", Buffer.from('\ufeff{"seq":1}\n', "utf16le")],
    ["one line of ten megabytes without an end", Buffer.alloc(10_000_000, "x")],
    ["empty", Buffer.alloc(0)],
    ["binary", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0, 10, 10, 10])],
  ])("%s: it says nothing, which is said, and the rest is loaded", async (_, content) => {
    await synced(1);
    writeFileSync(manifest(), content);
    const { summary } = await quickIngest(caseFolder, [evidence]);
    expect(summary.files.imported).toBe(1);
    expect(problemsOf(summary.provenance!)).toEqual([
      `${MANIFEST_NAME}: not one line of the manifest is whole: it says nothing of the files`,
    ]);
    expect(summary.provenance!.strangers.count).toBe(1);
  });

  test("a folder of its name is none", async () => {
    writeTrail(evidence, { [key(1)]: makeRecords(1, 1) });
    mkdirSync(manifest());
    const { summary } = await quickIngest(caseFolder, [evidence]);
    expect(summary.provenance).toBeNull();
    caseFolder = join(folder, "above");
    expect((await quickIngest(caseFolder, [join(evidence, "AWSLogs")])).summary.provenance).toBeNull();
  });

  test("events in a file of its name are loaded", async () => {
    await synced(1);
    writeTrail(evidence, { [`deeper/${MANIFEST_NAME}`]: makeRecords(900, 3) });
    const { summary } = await quickIngest(caseFolder, [evidence]);
    expect(summary.files).toMatchObject({ imported: 2 });
    expect(summary.records).toMatchObject({ stored: 5 });
    expect(problemsOf(summary.provenance!)[0]).toContain("not one line of the manifest is whole");
  });

  test("events behind a whole first line break the chain", async () => {
    await synced(1);
    writeFileSync(manifest(), `${readFileSync(manifest(), "utf8")}${JSON.stringify(makeRecords(900, 1)[0])}\n\n`);
    expect(problemsOf(await provenance())).toEqual([expect.stringContaining("its chain is broken: line 4")]);
  });
});

// Hashes are right: whoever writes a manifest anew can make them so.
test("entries that name no file of the folder are told, and take nothing with them", async () => {
  await synced(1, 2);
  await addRun(evidence, [
    objectLine(evidence, key(2), { path: "../../../../etc/passwd" }),
    objectLine(evidence, key(1), { size_bytes: "1" as never }),
    objectLine(evidence, key(1), { version_id: 9 as never, retrieved_at: "no time" }),
  ]);
  const found = await provenance();
  expect(problemsOf(found)).toEqual([`${MANIFEST_NAME}: 2 of its entries name no file that could lie in the folder`]);
  expect(counts(found)).toEqual({ ...WHOLE, same: 2, problems: 1 });
  const [row] = await askCase(
    caseFolder,
    `SELECT version_id, retrieved_at FROM evidence_sources WHERE key = '${key(1)}'`,
  );
  expect(row).toEqual({ version_id: null, retrieved_at: null });
});
