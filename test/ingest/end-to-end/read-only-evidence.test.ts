import { chmodSync, lstatSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { logFileName, makeRecords, writeTrail } from "../../helpers/trail-maker.ts";

/** Every entry below a folder, itself included: mode, size, times of change, and bytes. */
function everythingIn(folder: string): unknown[] {
  const names = ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()];
  return names.map((name) => {
    const path = join(folder, name);
    const { mode, size, mtimeNs, ctimeNs, ino } = lstatSync(path, { bigint: true });
    const bytes = lstatSync(path).isFile() ? readFileSync(path).toString("base64") : null;
    return { name, mode, size, mtimeNs, ctimeNs, ino, bytes };
  });
}

test("evidence is only read: not one byte, name, mode or time of it changes", async () => {
  const folder = temporaryFolder();
  const evidence = writeTrail(join(folder, "evidence"), {
    [`AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/01/${logFileName(1)}`]: makeRecords(1, 5),
    "loose/plain.json": makeRecords(3, 5),
    "loose/broken.json.gz": Buffer.from([0x1f, 0x8b, 8, 0]),
    "loose/.DS_Store": Buffer.from("x"),
  });
  symlinkSync("plain.json", join(evidence, "loose", "link.json"));
  const entries = readdirSync(evidence, { recursive: true, encoding: "utf8" }).map((name) => join(evidence, name));
  for (const path of [evidence, ...entries]) {
    if (!lstatSync(path).isSymbolicLink()) chmodSync(path, lstatSync(path).isDirectory() ? 0o555 : 0o444);
  }
  const before = everythingIn(evidence);
  const inCase = ["--case", join(folder, "case")];

  const runs = [
    await coldtrail(["ingest", evidence, ...inCase]),
    await coldtrail(["ingest", evidence, ...inCase]),
    await coldtrail(["evidence", "check", ...inCase]),
    await coldtrail(["show", "00000000-0000-4000-8000-000000000003", ...inCase]),
  ];
  const after = everythingIn(evidence);
  for (const path of [evidence, ...entries]) if (!lstatSync(path).isSymbolicLink()) chmodSync(path, 0o755);

  expect(runs.map(({ code }) => code)).toEqual([3, 3, 0, 0]);
  expect(before).toHaveLength(14);
  expect(after).toEqual(before);
});
