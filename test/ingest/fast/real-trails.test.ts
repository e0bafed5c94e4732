import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { Callers } from "../../../scripts/bench/corpus/caller.ts";
import { makeCast } from "../../../scripts/bench/corpus/cast.ts";
import { pickKind } from "../../../scripts/bench/corpus/kinds.ts";
import { Random } from "../../../scripts/bench/corpus/random.ts";
import { trailOf } from "../evidence-fixture.ts";
import { TwoReaders } from "./both-ways.ts";

// What the fast path is for: should it begin to leave such records to the general path, ingest would be slow again.

const readers = new TwoReaders();
afterAll(() => readers.close());

const RECORDS = 4000;
const FILE_RECORDS = 200;

/** Records such as those of the corpora that ingest is measured with. */
function benchFiles(): string[] {
  const cast = makeCast("mixed", 30);
  const callers = new Callers(cast);
  const random = new Random("fast path");
  const files: string[] = [];
  for (let at = 0; at < RECORDS; at += FILE_RECORDS) {
    const account = cast.accounts[(at / FILE_RECORDS) % cast.accounts.length]!;
    const region = "eu-west-1";
    const records = Array.from({ length: FILE_RECORDS }, (_, i) =>
      pickKind(region, random).render({
        random,
        callers,
        account,
        region,
        seconds: Date.UTC(2025, 2, 14) / 1000 + at + i,
      }),
    );
    files.push(trailOf(...records));
  }
  return files;
}

/** Real records, without the white space that was put into them later. */
function realFiles(): string[] {
  const folder = new URL("../../data/stratus/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json.gz"))
    .map((name) => JSON.stringify(JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString())));
}

test.each([
  ["of the bench corpora", benchFiles()],
  ["that AWS wrote", realFiles()],
])("of records %s at least 99 % take the fast path, and none has another row", async (_, files) => {
  const records = files.reduce((sum, text) => sum + (JSON.parse(text) as { Records: unknown[] }).Records.length, 0);
  const { fast, general, written } = await readers.differences(files.map((text) => Buffer.from(text)));
  expect({ fast, general }).toEqual({ fast: [], general: [] });
  expect(records).toBeGreaterThan(50);
  expect(written / records).toBeGreaterThanOrEqual(0.99);
});
