// A small DEFLATE writer (RFC 1951): one block, fixed Huffman codes, greedy matches. It compresses less well than
// zlib, but zlib's output differs between versions and processors, and the archive must be the same bytes everywhere.

const WINDOW = 32_768;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
const MAX_CHAIN = 24;
const HASH_BITS = 15;

/** `[smallest length or distance, extra bits]` of every code, from 257 and from 0 on. */
const LENGTHS = codeTable([
  [3, 1, 8, 0],
  [11, 2, 4, 1],
  [19, 4, 4, 2],
  [35, 8, 4, 3],
  [67, 16, 4, 4],
  [131, 32, 4, 5],
]);
const DISTANCES = codeTable(
  Array.from(
    { length: 14 },
    (_, bits) => [bits === 0 ? 1 : 2 ** (bits + 1) + 1, 2 ** bits, bits === 0 ? 4 : 2, bits] as const,
  ),
);

type Code = readonly [base: number, extraBits: number];

function codeTable(
  groups: readonly (readonly [base: number, step: number, count: number, extraBits: number])[],
): Code[] {
  return groups.flatMap(([base, step, count, extraBits]) =>
    Array.from({ length: count }, (_, index): Code => [base + index * step, extraBits]),
  );
}

class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** Least significant bit first: how DEFLATE packs everything but Huffman codes. */
  write(value: number, bits: number): void {
    this.#pending |= value << this.#count;
    this.#count += bits;
    while (this.#count >= 8) {
      this.#bytes.push(this.#pending & 0xff);
      this.#pending >>>= 8;
      this.#count -= 8;
    }
  }

  /** Most significant bit first. */
  writeCode(code: number, bits: number): void {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit += 1) reversed |= ((code >>> bit) & 1) << (bits - 1 - bit);
    this.write(reversed, bits);
  }

  finish(): Buffer {
    if (this.#count > 0) this.#bytes.push(this.#pending & 0xff);
    return Buffer.from(this.#bytes);
  }
}

function writeSymbol(out: BitWriter, symbol: number): void {
  if (symbol < 144) out.writeCode(0x30 + symbol, 8);
  else if (symbol < 256) out.writeCode(0x190 + symbol - 144, 9);
  else if (symbol < 280) out.writeCode(symbol - 256, 7);
  else out.writeCode(0xc0 + symbol - 280, 8);
}

function codeFor(table: readonly Code[], value: number): { code: number; extra: number; extraBits: number } {
  // 258 has a code of its own, the last one, without extra bits.
  if (table === LENGTHS && value === MAX_MATCH) return { code: 28, extra: 0, extraBits: 0 };
  let code = table.length - 1;
  while ((table[code]?.[0] ?? 0) > value) code -= 1;
  const [base, extraBits] = table[code] ?? [0, 0];
  return { code, extra: value - base, extraBits };
}

function writeMatch(out: BitWriter, length: number, distance: number): void {
  const forLength = codeFor(LENGTHS, length);
  writeSymbol(out, 257 + forLength.code);
  out.write(forLength.extra, forLength.extraBits);
  const forDistance = codeFor(DISTANCES, distance);
  out.writeCode(forDistance.code, 5);
  out.write(forDistance.extra, forDistance.extraBits);
}

/** Compresses without any help from the platform: the same input gives the same bytes everywhere. */
export function deflate(input: Buffer): Buffer {
  const out = new BitWriter();
  const head = new Int32Array(1 << HASH_BITS).fill(-1);
  const previous = new Int32Array(input.length).fill(-1);
  const remember = (position: number): number => {
    if (position + MIN_MATCH > input.length) return -1;
    const hash = (Math.imul(input.readUIntBE(position, 3), 0x9e3779b1) >>> (32 - HASH_BITS)) & ((1 << HASH_BITS) - 1);
    const last = head[hash] ?? -1;
    previous[position] = last;
    head[hash] = position;
    return last;
  };
  out.write(1, 1);
  out.write(1, 2);
  for (let position = 0; position < input.length;) {
    const match = longestMatch(input, position, { first: remember(position), previous });
    if (match.length < MIN_MATCH) {
      writeSymbol(out, input[position] ?? 0);
      position += 1;
      continue;
    }
    writeMatch(out, match.length, match.distance);
    for (let skipped = 1; skipped < match.length; skipped += 1) remember(position + skipped);
    position += match.length;
  }
  writeSymbol(out, 256);
  return out.finish();
}

interface Candidates {
  readonly first: number;
  readonly previous: Int32Array;
}

function longestMatch(input: Buffer, position: number, candidates: Candidates): { length: number; distance: number } {
  const limit = Math.min(MAX_MATCH, input.length - position);
  let best = { length: 0, distance: 0 };
  let candidate = candidates.first;
  for (let tries = 0; tries < MAX_CHAIN && candidate >= 0 && position - candidate <= WINDOW; tries += 1) {
    let length = 0;
    while (length < limit && input[candidate + length] === input[position + length]) length += 1;
    if (length > best.length) best = { length, distance: position - candidate };
    if (length === limit) break;
    candidate = candidates.previous[candidate] ?? -1;
  }
  return best;
}
