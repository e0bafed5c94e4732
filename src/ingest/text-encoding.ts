import { isUtf8 } from "node:buffer";

/** How the text of a file is encoded, and how many bytes of it are a byte order mark. */
export interface TextEncoding {
  readonly name: "utf-8" | "utf-16le" | "utf-16be";
  readonly mark_bytes: number;
}

/** What is said of a file whose text was decoded. */
const UTF16_NOTE = "UTF-16 text";
const REPLACED_NOTE = "invalid UTF-8 was replaced by U+FFFD";

/** Bytes that are enough to tell the encoding. */
const ENCODING_HEAD_BYTES = 64;

/**
 * Tells the encoding from the first bytes. Without a byte order mark it is UTF-16 when every second byte is NUL,
 * as it is for the ASCII that JSON and CSV begin with.
 */
export function encodingOf(head: Buffer): TextEncoding {
  const mark = head.toString("hex", 0, 3);
  if (mark === "efbbbf") return { name: "utf-8", mark_bytes: 3 };
  if (mark.startsWith("fffe")) return { name: "utf-16le", mark_bytes: 2 };
  if (mark.startsWith("feff")) return { name: "utf-16be", mark_bytes: 2 };
  const bytes = head.subarray(0, ENCODING_HEAD_BYTES & ~1);
  const pairs = bytes.length >> 1;
  let evenNul = 0;
  let oddNul = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    if (bytes[i] === 0) evenNul += 1;
    if (bytes[i + 1] === 0) oddNul += 1;
  }
  if (pairs >= 2 && oddNul === pairs && evenNul === 0) return { name: "utf-16le", mark_bytes: 0 };
  if (pairs >= 2 && evenNul === pairs && oddNul === 0) return { name: "utf-16be", mark_bytes: 0 };
  return { name: "utf-8", mark_bytes: 0 };
}

/** A file's bytes as UTF-8, where the text begins in them, and what had to be changed. */
export interface Utf8Text {
  readonly bytes: Buffer;
  readonly start: number;
  readonly note: string | null;
}

/**
 * The bytes as valid UTF-8. UTF-16 is decoded, and where `isText` says so, invalid UTF-8 is replaced; otherwise the
 * bytes are left as they are.
 */
export function asUtf8(stored: Buffer, isText: (bytes: Buffer, start: number) => boolean): Utf8Text {
  const { name, mark_bytes } = encodingOf(stored);
  if (name !== "utf-8") return { bytes: decoded(stored.subarray(mark_bytes), name), start: 0, note: UTF16_NOTE };
  if (!isText(stored, mark_bytes) || isUtf8(stored)) return { bytes: stored, start: mark_bytes, note: null };
  return { bytes: decoded(stored, "utf-8"), start: mark_bytes, note: REPLACED_NOTE };
}

const DECODE_BYTES = 16 * 1024 * 1024;

/** Piece by piece: Node's longest string is shorter than the largest file. */
function decoded(bytes: Buffer, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += DECODE_BYTES) {
    parts.push(Buffer.from(decoder.decode(bytes.subarray(at, at + DECODE_BYTES), { stream: true })));
  }
  return Buffer.concat([...parts, Buffer.from(decoder.decode())]);
}

/** What is to be said of a text in this encoding; `isReplaced` when it had invalid UTF-8. */
export function noteOf({ name }: TextEncoding, isReplaced: boolean): string | null {
  if (name !== "utf-8") return UTF16_NOTE;
  return isReplaced ? REPLACED_NOTE : null;
}

/** A stretch of text that cuts no character, as UTF-8. */
export function decodeBlock(bytes: Buffer, { name }: TextEncoding): Buffer {
  if (name === "utf-8" && isUtf8(bytes)) return bytes;
  return Buffer.from(new TextDecoder(name, { ignoreBOM: true }).decode(bytes));
}

/** How many of the bytes are whole characters; the others belong to one that ends behind them. */
export function wholeCharacters(bytes: Buffer, { name }: TextEncoding): number {
  return name === "utf-8" ? utf8End(bytes) : utf16End(bytes, name);
}

function utf8End(bytes: Buffer): number {
  for (let back = 1; back <= 4; back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length - back + 1;
    if (byte >= 0xc0) return bytes.length - back;
  }
  return bytes.length;
}

/** Before a surrogate whose partner comes later. */
function utf16End(bytes: Buffer, name: string): number {
  const even = bytes.length & ~1;
  const last = bytes[even - (name === "utf-16le" ? 1 : 2)]!;
  return last >= 0xd8 && last <= 0xdb ? even - 2 : even;
}
