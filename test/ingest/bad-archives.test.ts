import { rmSync } from "node:fs";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { tarOf } from "../helpers/tar-maker.ts";
import { zipOf, type ZipPart } from "../helpers/zip-maker.ts";
import { evidenceFolder, readFileAt, recordOf, trailOf, writeEvidence, type ReadResult } from "./evidence-fixture.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const trail = (...ids: string[]): string => trailOf(...ids.map((id) => recordOf(id)));
const TAR_GOOD = { name: "good.json", content: trail("good") };
const GOOD: ZipPart = TAR_GOOD;

async function read(content: Uint8Array): Promise<ReadResult> {
  writeEvidence(folder, "archive", content);
  return await readFileAt(folder, "archive");
}

interface Expected {
  readonly status: string;
  readonly reason: RegExp;
}

describe("a zip member that cannot be read costs only itself:", () => {
  test.each<[string, ZipPart, Expected]>([
    [
      "encrypted",
      { ...GOOD, flags: 0x801 },
      { status: "unsupported", reason: /^encrypted: unpack the zip with its pass/ },
    ],
    ["strongly encrypted", { ...GOOD, flags: 0x841 }, { status: "unsupported", reason: /^encrypted/ }],
    ["encrypted by AES", { ...GOOD, method: 99 }, { status: "unsupported", reason: /^encrypted/ }],
    ["in deflate64", { ...GOOD, method: 9 }, { status: "unsupported", reason: /^compressed by deflate64.*`7z x`/ }],
    ["in LZMA", { ...GOOD, method: 14 }, { status: "unsupported", reason: /^compressed by LZMA/ }],
    [
      "in a method nobody knows",
      { ...GOOD, method: 77 },
      { status: "unsupported", reason: /^compressed by method 77/ },
    ],
    ["of another checksum", { ...GOOD, crc32: 7 }, { status: "partial", reason: /^the checksum of the archive/ }],
    ["of another size", { ...GOOD, size: 7 }, { status: "partial", reason: /bytes, but the archive says 7$/ }],
    [
      "of damaged data",
      { ...GOOD, packed: Buffer.from("fffffff0", "hex") },
      { status: "unreadable", reason: /^damaged/ },
    ],
    ["that is not there", { ...GOOD, at: 11 }, { status: "unreadable", reason: /not where the directory|overlaps/ }],
    ["beyond the end", { ...GOOD, at: 0x7fffffff }, { status: "unreadable", reason: /not where|overlaps/ }],
    [
      "that is a link",
      { ...GOOD, mode: 0o120777 },
      { status: "not_events", reason: /^a symbolic link; not followed$/ },
    ],
    [
      "that is xz",
      { name: "x", content: Buffer.from("fd377a585a0000", "hex") },
      { status: "unsupported", reason: /xz -d/ },
    ],
    ["without content", { name: "x", content: "" }, { status: "unreadable", reason: /^empty$/ }],
  ])("one %s", async (_what, part, { status, reason }) => {
    const result = await read(zipOf([{ name: "first.json", content: trail("first") }, { ...part, name: "bad" }, GOOD]));
    const [first, bad, good] = result.members.map(({ file }) => file);
    expect(bad).toMatchObject({ member_path: "bad", status, reason: expect.stringMatching(reason) });
    expect([first!.status, good!.status]).toEqual(["imported", "imported"]);
    expect(result.file.status).toMatch(part.at === undefined ? /^imported$/ : /^partial$/);
  });
});

describe("a zip that says two things at once is flagged:", () => {
  test.each<[string, ZipPart, RegExp]>([
    [
      "another name",
      { ...GOOD, local: { name: "evil.json" } },
      /its own header has the name "evil.json", the directory/,
    ],
    ["another checksum", { ...GOOD, local: { crc32: 1 } }, /its own header has another checksum/],
    ["another method", { ...GOOD, method: 0, local: { method: 8 } }, /its own header has method 8/],
  ])("%s in the member's own header", async (_what, part, reason) => {
    const result = await read(zipOf([part]));
    expect(result.members[0]!.file).toMatchObject({ status: "imported", reason: expect.stringMatching(reason) });
  });

  test("members that the directory does not list", async () => {
    const result = await read(zipOf([GOOD, { name: "hidden.json", content: trail("hidden"), isUnlisted: true }]));
    expect(result.file).toMatchObject({ status: "partial", reason: "holds members that its directory does not list" });
  });
});

describe("a zip whose directory is gone is read by the headers of its members", () => {
  const whole = zipOf([
    GOOD,
    { name: "b.json", content: trail("b"), descriptor: true },
    { name: "c.json", content: trail("c") },
  ]);

  test("when its end is cut off", async () => {
    const result = await read(whole.subarray(0, -30));
    expect(result.file).toMatchObject({
      status: "partial",
      reason: expect.stringMatching(/^the directory of the zip/),
    });
    expect(result.members.map(({ file }) => [file.member_path, file.status])).toEqual([
      ["good.json", "imported"],
      ["b.json", "imported"],
      ["c.json", "imported"],
    ]);
  });

  test("up to where it is cut, inside the last member too", async () => {
    const cut = whole.indexOf("c.json") + 6 + 100;
    const result = await read(whole.subarray(0, cut));
    expect(result.members.map(({ file }) => [file.member_path, file.status]).slice(0, 2)).toEqual([
      ["good.json", "imported"],
      ["b.json", "imported"],
    ]);
    expect(result.members[2]!.file).toMatchObject({ status: "partial", reason: expect.stringMatching(/cut off/) });
  });

  test("and nothing is an archive that only begins like one", async () => {
    const result = await read(Buffer.from("PK\x03\x04 nothing else"));
    expect(result.file).toMatchObject({ status: "unreadable", reason: expect.stringMatching(/directory of the zip/) });
    expect(result.members).toEqual([]);
  });
});

describe("a bomb stops at a limit, and the other members are read:", () => {
  const zeros = Buffer.alloc(80 * 1024 * 1024);

  test("a member that inflates without end", async () => {
    const result = await read(zipOf([{ name: "bomb", content: zeros }, GOOD]));
    expect(result.members.map(({ file }) => [file.status, file.reason])).toEqual([
      ["unreadable", "inflates to more than 64 MiB, the limit for one file"],
      ["imported", null],
    ]);
  });

  test("a gzip member that inflates without end", async () => {
    const result = await read(tarOf([{ name: "bomb.gz", content: gzipSync(zeros) }, TAR_GOOD]));
    expect(result.members[0]!.file.reason).toBe("inflates to more than 64 MiB, the limit for one file");
    expect(result.members[1]!.file.status).toBe("imported");
  });

  test("many members that come to too much", async () => {
    const some = zeros.subarray(0, 60 * 1024 * 1024);
    const packed = deflateRawSync(some);
    const parts = Array.from({ length: 6 }, (_, i) => ({ name: `${i}`, content: some, packed }));
    const result = await read(zipOf([GOOD, ...parts]));
    expect(result.file).toMatchObject({
      status: "partial",
      reason:
        "holds more than 256 MiB when unpacked, the limit for an archive of its size; what comes behind it was not read",
    });
    expect(result.members[0]!.file.status).toBe("imported");
  });

  test("members that share their data", async () => {
    const shared: ZipPart[] = Array.from({ length: 4 }, (_, i) => ({ ...GOOD, name: `copy-${i}`, at: 0 }));
    const result = await read(zipOf([GOOD, ...shared]));
    const reasons = result.members.map(({ file }) => file.reason);
    expect(reasons.filter((reason) => reason?.startsWith("overlaps another member"))).toHaveLength(4);
    expect(result.rows.length).toBeLessThanOrEqual(1);
  });

  test("a tar.gz that inflates without end", async () => {
    const tar = tarOf([TAR_GOOD, { name: "zeros", content: zeros }]);
    const result = await read(gzipSync(tar));
    expect(result.file).toMatchObject({
      status: "partial",
      reason: expect.stringMatching(/^inflates to more than 6[0-9] MiB.*what comes behind it was not read/),
    });
    expect(result.members[0]!.file.status).toBe("imported");
  });

  test("a tar.gz inside a zip that inflates without end, which ends it and not the zip", async () => {
    const bomb = gzipSync(tarOf([TAR_GOOD, { name: "zeros", content: zeros }]));
    const result = await read(
      zipOf([
        { name: "bomb.tgz", content: bomb },
        { ...GOOD, name: "after.json" },
      ]),
    );
    expect(result.members.map(({ file }) => `${file.member_path} ${file.status}`)).toEqual([
      "bomb.tgz!/good.json imported",
      "bomb.tgz partial",
      "after.json imported",
    ]);
    expect(result.members[1]!.file.reason).toMatch(/^inflates to more than 6[0-9] MiB, .*; what comes behind it/);
  });

  test("a zip that holds itself", async () => {
    // Stands for a quine: whatever is inside, the fifth container is not opened.
    let inner: Buffer = zipOf([{ ...GOOD, method: 0 }]);
    for (let i = 0; i < 60; i += 1) inner = zipOf([{ name: "r.zip", content: inner, method: 0 }, GOOD]);
    const result = await read(inner);
    expect(result.members.filter(({ file }) => file.status === "unreadable")).toHaveLength(1);
    expect(result.rows).toHaveLength(4);
  });
});

describe("a tar archive", () => {
  const parts = [
    { name: "a.json", content: trail("a") },
    { name: "b.json", content: trail("b") },
    { name: "c.json", content: trail("c") },
  ];
  const whole = tarOf(parts);
  const statuses = (result: ReadResult): string[] =>
    result.members.map(({ file }) => `${file.member_path} ${file.status}`);

  test("has links, devices and sparse files in it that are listed and not read", async () => {
    const odd = [
      { name: "hard", type: "1", linkName: "a.json" },
      { name: "soft", type: "2", linkName: "/etc/passwd" },
      { name: "char", type: "3" },
      { name: "block", type: "4" },
      { name: "folder/", type: "5" },
      { name: "pipe", type: "6" },
      { name: "sparse", type: "S" },
      { name: "sparse in pax", pax: { "GNU.sparse.major": "1" }, content: "x" },
    ];
    const result = await read(tarOf([...odd, ...parts]));
    expect(statuses(result)).toEqual([
      "hard not_events",
      "soft not_events",
      "char not_events",
      "block not_events",
      "pipe not_events",
      "sparse unsupported",
      "sparse in pax unsupported",
      "a.json imported",
      "b.json imported",
      "c.json imported",
    ]);
  });

  test("cut inside a member keeps what is whole, and the beginning of that one", async () => {
    const result = await read(whole.subarray(0, 512 * 3 + 300));
    expect(result.file).toMatchObject({ status: "partial", reason: expect.stringMatching(/^cut off inside its last/) });
    expect(statuses(result)).toEqual(["a.json imported", "b.json partial"]);
  });

  test("with a damaged header goes on at the next one", async () => {
    const damaged = Buffer.from(whole);
    damaged[512 * 2 + 3]! ^= 1;
    const result = await read(damaged);
    expect(result.file).toMatchObject({ status: "partial", reason: "a damaged header at byte 1024" });
    expect(statuses(result)).toEqual(["a.json imported", "c.json imported"]);
  });

  test("of impossible size is no reason to wait", async () => {
    const huge = tarOf([{ name: "huge", content: trail("x"), size: 8 ** 11 - 1 }, ...parts]);
    const result = await read(huge);
    expect(result.file.reason).toMatch(/^cut off inside its last member/);
    const pax = tarOf([{ name: "huge", content: "", pax: { size: "99999999999999999999" } }, ...parts]);
    expect((await read(pax)).file.reason).toMatch(/^a member of impossible size/);
  });

  test("without its end, twice, or before junk is read whole, and says so", async () => {
    expect((await read(tarOf(parts, { end: false }))).file).toMatchObject({
      status: "imported",
      reason: "the mark at the end of the tar archive is missing",
    });
    const twice = await read(Buffer.concat([whole, tarOf([{ name: "d.json", content: trail("d") }])]));
    expect(twice.file.reason).toBe("several tar archives one behind the other");
    expect(statuses(twice)).toHaveLength(4);
    const before = await read(Buffer.concat([whole, Buffer.alloc(2000, "x")]));
    expect(before.file.reason).toBe("bytes after the end of the tar archive were ignored");
  });
});
