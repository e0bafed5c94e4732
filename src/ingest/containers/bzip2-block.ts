import { ContainerDamageError } from "./byte-stream.ts";

/*
 * One block of bzip2: symbols in Huffman codes, a move-to-front list, runs, the Burrows-Wheeler transform, and runs
 * again. The format has no public standard; this follows what bzip2 1.0 writes.
 */

/** Reads bits, the highest of each byte first. Past the end there are zeros; `isPastEnd` says so. */
export class BitReader {
  bit = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer, bit: number) {
    this.bytes = bytes;
    this.bit = bit;
  }

  get isPastEnd(): boolean {
    return this.bit > this.bytes.length * 8;
  }

  /** The next `n` bits, at most 24, without passing them. */
  peek(n: number): number {
    const at = this.bit >>> 3;
    const { bytes } = this;
    const word =
      ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return (word << (this.bit & 7)) >>> (32 - n);
  }

  read(n: number): number {
    const value = this.peek(n);
    this.bit += n;
    return value;
  }
}

const GROUP_SYMBOLS = 50;
const CODE_BITS_MAX = 20;
const SELECTORS_MAX = 18_002;

/** Codes of one Huffman table by length: the last code of each, where its symbols begin, and the symbols. */
interface CodeTable {
  readonly shortest: number;
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/** Decodes the block behind its magic and checksum. Throws ContainerDamageError. */
export function decodeBlock(bits: BitReader, blockBytesMax: number): Buffer {
  if (bits.read(1) === 1) throw damaged("a randomised block, as only versions before 0.9.5 wrote them");
  const origin = bits.read(24);
  const used = readUsedBytes(bits);
  const tableCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount < 1) throw damaged();
  const selectors = readSelectors(bits, tableCount, selectorCount);
  const tables = Array.from({ length: tableCount }, () => readTable(bits, used.length + 2));
  if (bits.isPastEnd) throw cutOff();
  const { block, counts } = readSymbols(bits, { used, selectors, tables, blockBytesMax });
  if (origin >= block.length) throw damaged();
  return expandRuns(invert(block, counts, origin));
}

function readUsedBytes(bits: BitReader): Uint8Array {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group += 1) {
    if ((groups & (0x8000 >>> group)) === 0) continue;
    const members = bits.read(16);
    for (let i = 0; i < 16; i += 1) if ((members & (0x8000 >>> i)) !== 0) used.push(group * 16 + i);
  }
  if (used.length === 0) throw damaged();
  return Uint8Array.from(used);
}

function readSelectors(bits: BitReader, tableCount: number, count: number): Uint8Array {
  const recent = Array.from({ length: tableCount }, (_, i) => i);
  const selectors = new Uint8Array(Math.min(count, SELECTORS_MAX));
  for (let i = 0; i < count; i += 1) {
    let place = 0;
    while (bits.read(1) === 1) {
      place += 1;
      if (place >= tableCount) throw damaged();
    }
    const [table] = recent.splice(place, 1);
    recent.unshift(table!);
    // Some writers list more than there can be; those are never used.
    if (i < selectors.length) selectors[i] = table!;
  }
  return selectors;
}

function readTable(bits: BitReader, symbolCount: number): CodeTable {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (length < 1 || length > CODE_BITS_MAX) throw damaged();
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return tableOf(lengths);
}

function tableOf(lengths: Uint8Array): CodeTable {
  const counts = new Int32Array(CODE_BITS_MAX + 1);
  for (const length of lengths) counts[length]! += 1;
  const limits = new Int32Array(CODE_BITS_MAX + 1).fill(-1);
  const bases = new Int32Array(CODE_BITS_MAX + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= CODE_BITS_MAX; length += 1) {
    bases[length] = place - code;
    for (const [symbol, of] of lengths.entries()) {
      if (of !== length) continue;
      symbols[place] = symbol;
      place += 1;
    }
    code += counts[length]!;
    limits[length] = code - 1;
    code <<= 1;
  }
  return { shortest: counts.findIndex((n) => n > 0), limits, bases, symbols };
}

interface SymbolSource {
  readonly used: Uint8Array;
  readonly selectors: Uint8Array;
  readonly tables: readonly CodeTable[];
  readonly blockBytesMax: number;
}

function readSymbols(bits: BitReader, source: SymbolSource): { block: Uint8Array; counts: Int32Array } {
  const { used, selectors, tables, blockBytesMax } = source;
  const endOfBlock = used.length + 1;
  const recent = Uint8Array.from(used);
  const block = new Uint8Array(blockBytesMax);
  const counts = new Int32Array(256);
  let size = 0;
  let run = 0;
  let runWeight = 1;
  const endRun = (): void => {
    if (run === 0) return;
    if (size + run > blockBytesMax) throw damaged();
    const byte = recent[0]!;
    block.fill(byte, size, size + run);
    counts[byte]! += run;
    size += run;
    run = 0;
    runWeight = 1;
  };
  for (let group = 0; ; group += 1) {
    if (group >= selectors.length) throw damaged();
    const table = tables[selectors[group]!]!;
    for (let i = 0; i < GROUP_SYMBOLS; i += 1) {
      const symbol = readSymbol(bits, table);
      if (symbol <= 1) {
        run += runWeight << symbol;
        if (run > blockBytesMax) throw damaged();
        runWeight <<= 1;
        continue;
      }
      endRun();
      if (symbol === endOfBlock) {
        if (bits.isPastEnd) throw cutOff();
        return { block: block.subarray(0, size), counts };
      }
      const byte = recent[symbol - 1]!;
      recent.copyWithin(1, 0, symbol - 1);
      recent[0] = byte;
      if (size >= blockBytesMax) throw damaged();
      block[size] = byte;
      size += 1;
      counts[byte]! += 1;
    }
    if (bits.isPastEnd) throw cutOff();
  }
}

function readSymbol(bits: BitReader, { shortest, limits, bases, symbols }: CodeTable): number {
  const word = bits.peek(CODE_BITS_MAX);
  for (let length = shortest; length <= CODE_BITS_MAX; length += 1) {
    const code = word >>> (CODE_BITS_MAX - length);
    if (code > limits[length]!) continue;
    bits.bit += length;
    const symbol = symbols[bases[length]! + code];
    if (symbol === undefined) break;
    return symbol;
  }
  throw bits.bit + CODE_BITS_MAX > bits.bytes.length * 8 ? cutOff() : damaged();
}

/** Undoes the Burrows-Wheeler transform. */
function invert(block: Uint8Array, counts: Int32Array, origin: number): Uint8Array {
  const starts = new Int32Array(256);
  for (let byte = 1; byte < 256; byte += 1) starts[byte] = starts[byte - 1]! + counts[byte - 1]!;
  const next = new Uint32Array(block.length);
  for (let i = 0; i < block.length; i += 1) {
    const byte = block[i]!;
    next[starts[byte]!] = i;
    starts[byte]! += 1;
  }
  const plain = new Uint8Array(block.length);
  let at = next[origin]!;
  for (let i = 0; i < plain.length; i += 1) {
    plain[i] = block[at]!;
    at = next[at]!;
  }
  return plain;
}

/** Four equal bytes are followed by the number of further ones. */
function expandRuns(plain: Uint8Array): Buffer {
  let more = 0;
  forEachRun(plain, (_at, count) => {
    more += count - 1;
  });
  const bytes = Buffer.allocUnsafe(plain.length + more);
  let from = 0;
  let to = 0;
  forEachRun(plain, (at, count) => {
    bytes.set(plain.subarray(from, at), to);
    to += at - from;
    bytes.fill(plain[at - 1]!, to, to + count);
    to += count;
    from = at + 1;
  });
  bytes.set(plain.subarray(from), to);
  return bytes;
}

/** Calls with the place and the value of every count. */
function forEachRun(plain: Uint8Array, call: (at: number, count: number) => void): void {
  let equal = 1;
  for (let i = 1; i < plain.length; i += 1) {
    if (equal === 4) {
      call(i, plain[i]!);
      equal = 0;
    } else if (equal === 0 || plain[i] !== plain[i - 1]) equal = 1;
    else equal += 1;
    if (equal === 0 && i + 1 < plain.length) {
      equal = 1;
      i += 1;
    }
  }
}

function damaged(what = "damaged bzip2 data"): ContainerDamageError {
  return new ContainerDamageError(what);
}

function cutOff(): ContainerDamageError {
  return new ContainerDamageError("cut off inside the bzip2 data");
}
