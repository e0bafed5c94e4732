/** Tar is written and read in blocks of this size. */
export const TAR_BLOCK = 512;

/** One header block of a tar archive; names are text as written, whatever is in them. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** The type flag: `0` a file, `5` a folder, `x` an extended header and so on. */
  readonly type: string;
  readonly linkName: string;
  /** Microseconds since 1970 UTC; null when the header does not say. */
  readonly modified_at: bigint | null;
  readonly isUstar: boolean;
}

const MAGIC_AT = 257;
const CHECKSUM_AT = 148;
const CHECKSUM_END = 156;

/** True for a block that a tar archive may begin with: its checksum fits, or it says so itself. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < MAGIC_AT + 5) return false;
  if (block.toString("latin1", MAGIC_AT, MAGIC_AT + 5) === "ustar") return true;
  return block.length >= TAR_BLOCK && hasChecksum(block);
}

/** Null when the block's checksum does not fit. */
export function parseTarHeader(block: Buffer): TarHeader | null {
  if (!hasChecksum(block)) return null;
  const isUstar = block.toString("latin1", MAGIC_AT, MAGIC_AT + 5) === "ustar";
  const isGnu = block.toString("latin1", MAGIC_AT, MAGIC_AT + 8) === "ustar  \0";
  const prefix = isUstar && !isGnu ? text(block, 345, 500) : "";
  const name = text(block, 0, 100);
  const size = number(block, 124, 136);
  const seconds = number(block, 136, 148);
  if (size === null) return null;
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size,
    type: String.fromCharCode(block[156]!),
    linkName: text(block, 157, 257),
    modified_at: seconds === null || seconds === 0 ? null : BigInt(seconds) * 1_000_000n,
    isUstar,
  };
}

/** The sum of all bytes, with the checksum's own place taken as blanks; some old writers summed signed bytes. */
function hasChecksum(block: Buffer): boolean {
  const stated = number(block, CHECKSUM_AT, CHECKSUM_END);
  if (stated === null || stated === 0) return false;
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < TAR_BLOCK; i += 1) {
    const byte = i >= CHECKSUM_AT && i < CHECKSUM_END ? 0x20 : block[i]!;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stated === unsigned || stated === signed;
}

function text(block: Buffer, start: number, end: number): string {
  const nul = block.subarray(start, end).indexOf(0);
  return block.toString("utf8", start, nul < 0 ? end : start + nul);
}

/** An octal number, or GNU's binary form of a large one; null when it is neither or too large to count with. */
function number(block: Buffer, start: number, end: number): number | null {
  if ((block[start]! & 0x80) !== 0) {
    const value = block.subarray(start, end).reduce((sum, byte, i) => sum * 256 + (i === 0 ? byte & 0x7f : byte), 0);
    return Number.isSafeInteger(value) ? value : null;
  }
  const digits = text(block, start, end).trim();
  if (digits === "") return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null;
}
