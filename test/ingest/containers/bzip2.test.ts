import { describe, expect, test } from "vitest";
import { ByteStream } from "../../../src/ingest/containers/byte-stream.ts";
import { bunzip2 } from "../../../src/ingest/containers/bzip2.ts";
import {
  BZIP2_OF_EMPTY_TRAIL,
  BZIP2_OF_NOTHING,
  BZIP2_OF_RUNS,
  BZIP2_OF_TRAIL,
  runsOfBytes,
} from "../../helpers/bzip2-samples.ts";
import { inPieces } from "../../helpers/in-pieces.ts";
import { recordOf, trailOf } from "../evidence-fixture.ts";

const TRAIL = trailOf(recordOf("a"), recordOf("b"));

interface Read {
  readonly bytes: Buffer;
  readonly damage: string | null;
  readonly notes: string[];
}

async function read(stored: Buffer, piece = stored.length): Promise<Read> {
  const notes = new Set<string>();
  const stream = ByteStream.from(bunzip2(ByteStream.from(inPieces(stored, piece)), notes));
  const bytes = (await stream.collect(Number.POSITIVE_INFINITY))!;
  return { bytes, damage: stream.damage, notes: [...notes] };
}

describe("bzip2 is inflated", () => {
  test.each([
    ["with nothing in it", BZIP2_OF_NOTHING, Buffer.alloc(0)],
    ["with one block", BZIP2_OF_TRAIL, Buffer.from(TRAIL)],
    ["with several blocks and runs of every length", BZIP2_OF_RUNS, runsOfBytes()],
  ])("%s, whatever the pieces are in which it comes", async (_what, stored, expected) => {
    for (const piece of [stored.length, 1000, 7]) {
      const { bytes, damage, notes } = await read(stored, piece);
      expect(bytes.equals(expected)).toBe(true);
      expect({ damage, notes }).toEqual({ damage: null, notes: [] });
    }
  });

  test("with several streams, and says so", async () => {
    const twice = await read(Buffer.concat([BZIP2_OF_TRAIL, BZIP2_OF_NOTHING, BZIP2_OF_EMPTY_TRAIL]));
    expect(twice.bytes.toString()).toBe(`${TRAIL}{"Records":[]}`);
    expect(twice).toMatchObject({ damage: null, notes: ["several bzip2 streams"] });
  });

  test("with something behind it, and says so", async () => {
    const { bytes, damage, notes } = await read(Buffer.concat([BZIP2_OF_TRAIL, Buffer.from("BZjunk")]));
    expect(bytes.toString()).toBe(TRAIL);
    expect({ damage, notes }).toEqual({ damage: null, notes: ["bytes after the bzip2 data were ignored"] });
  });
});

describe("damaged bzip2", () => {
  test("gives the blocks before the damage", async () => {
    const cut = await read(BZIP2_OF_RUNS.subarray(0, BZIP2_OF_RUNS.length - 20));
    expect(cut.damage).toBe("cut off inside the bzip2 data");
    expect(cut.bytes.length).toBeGreaterThan(100_000);
    expect(cut.bytes.equals(runsOfBytes().subarray(0, cut.bytes.length))).toBe(true);
  });

  test("with another checksum gives everything, and says so", async () => {
    const changed = Buffer.from(BZIP2_OF_TRAIL);
    changed[10]! ^= 1;
    const { bytes, damage } = await read(changed);
    expect(bytes.toString()).toBe(TRAIL);
    expect(damage).toBe("the bzip2 checksum does not match");
  });

  test("never goes unnoticed, and never costs more than time", async () => {
    for (let bit = 32; bit < BZIP2_OF_TRAIL.length * 8; bit += 3) {
      const changed = Buffer.from(BZIP2_OF_TRAIL);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const { bytes, damage, notes } = await read(changed);
      if (bytes.toString() !== TRAIL || damage !== null) expect([bit, damage, notes]).not.toEqual([bit, null, []]);
    }
  });

  test("of any length is cut off somewhere", async () => {
    for (let end = 1; end < BZIP2_OF_TRAIL.length; end += 1) {
      expect([end, (await read(BZIP2_OF_TRAIL.subarray(0, end))).damage]).toEqual([end, expect.any(String)]);
    }
  });
});
