import { createHash } from "node:crypto";

/** Everything in the archive follows from this text. */
export const SEED = "coldtrail-demo-1";

/** A deterministic stream of choices (xoshiro128**): the same name gives the same choices on every machine. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** True in about `percent` of 100 calls. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: readonly T[]): T[];
  text(alphabet: string, length: number): string;
  /** An independent stream, so that a change to one scene leaves all others as they were. */
  fork(name: string): Random;
}

/** The stream that belongs to a name under the fixed seed. */
export function randomFor(name: string): Random {
  const next = xoshiro(createHash("sha256").update(`${SEED}/${name}`).digest());
  const integer = (low: number, high: number): number => low + Math.floor((next() / 2 ** 32) * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    const picked = list[integer(0, list.length - 1)];
    if (picked === undefined) throw new Error(`Nothing to pick from in ${name}`);
    return picked;
  };
  return {
    integer,
    pick,
    chance: (percent) => integer(1, 100) <= percent,
    shuffle: (list) => shuffled(list, integer),
    text: (alphabet, length) => Array.from({ length }, () => alphabet[integer(0, alphabet.length - 1)]).join(""),
    fork: (child) => randomFor(`${name}/${child}`),
  };
}

function shuffled<T>(list: readonly T[], integer: (low: number, high: number) => number): T[] {
  const keyed = list.map((value, index) => ({ value, index, key: integer(0, 0xffff_ffff) }));
  keyed.sort((a, b) => a.key - b.key || a.index - b.index);
  return keyed.map((entry) => entry.value);
}

function xoshiro(seed: Buffer): () => number {
  let [a, b, c, d] = [seed.readUInt32LE(0), seed.readUInt32LE(4), seed.readUInt32LE(8), seed.readUInt32LE(12)];
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}
