import { once } from "node:events";
import { constants, createInflateRaw, crc32, gunzipSync } from "node:zlib";
import { contentLimit } from "./containers/limits.ts";

/** What came out of a gzip file. `damage` is set when its bytes cannot be trusted to be complete or unchanged. */
export interface Inflated {
  readonly bytes: Buffer;
  readonly damage: string | null;
  /** Worth knowing but no damage: several members, bytes after the end. */
  readonly note: string | null;
}

/** Too large or too strongly compressed to be a log file. */
export class InflateLimitError extends Error {}

/** A file that is not gzip at all, or of which nothing can be read. */
export class InflateError extends Error {}

/**
 * Inflates every member of a gzip file and checks every CRC. What fails that is salvaged as far as it goes.
 * Throws InflateLimitError or InflateError.
 */
export async function inflateGzip(stored: Buffer, limit = contentLimit(stored.length)): Promise<Inflated> {
  const expected = stored.length >= 18 ? stored.readUInt32LE(stored.length - 4) : 0;
  try {
    // An exact chunk size spares zlib every reallocation (measured 20 % faster).
    const chunkSize = Math.max(64, Math.min(expected + 1, limit));
    const options = { chunkSize, maxOutputLength: limit, info: true };
    const { buffer: bytes, engine } = gunzipSync(stored, options) as unknown as GunzipInfo;
    const padding = stored.length - engine.bytesWritten;
    // zlib stops at the first zero byte behind a member, whatever follows it.
    if (!isZero(stored.subarray(engine.bytesWritten))) return await salvage(stored, limit);
    const several = bytes.length !== (padding === 0 ? expected : stored.readUInt32LE(engine.bytesWritten - 4));
    return { bytes, damage: null, note: noteOf({ several, padding }) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE" || code === "ERR_OUT_OF_RANGE") throw limitError(limit);
    if (code?.startsWith("Z_") !== true) throw error;
    const salvaged = await salvage(stored, limit);
    if (salvaged.damage !== null || salvaged.note !== null) return salvaged;
    return { ...salvaged, note: "the gzip header is not well-formed; the data behind it are whole" };
  }
}

/** What `gunzipSync` returns with the option `info`. */
interface GunzipInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

async function salvage(stored: Buffer, limit: number): Promise<Inflated> {
  const parts: Buffer[] = [];
  let total = 0;
  let at = 0;
  let padding = 0;
  let damage: string | null = null;
  for (;;) {
    const start = memberDataStart(stored, at);
    if (start === null) break;
    const member = await inflateMember(stored.subarray(start), limit - total);
    parts.push(member.bytes);
    total += member.bytes.length;
    const trailer = start + member.consumed;
    damage ??= member.damage ?? trailerDamage(stored, trailer, member.bytes);
    at = member.damage === null ? Math.min(trailer + 8, stored.length) : stored.length;
    const next = skipZeros(stored, at);
    padding += next - at;
    at = next;
  }
  if (parts.length === 0) throw new InflateError("not a complete gzip header");
  const ignored = stored.length - at;
  return { bytes: Buffer.concat(parts), damage, note: noteOf({ several: parts.length > 1, padding, ignored }) };
}

function noteOf(found: { several: boolean; padding: number; ignored?: number }): string | null {
  const { several, padding, ignored = 0 } = found;
  const notes = [
    several ? "several gzip members" : "",
    padding > 0 ? `${padding} zero bytes of padding after the gzip data` : "",
    ignored > 0 ? `${ignored} bytes after the gzip data were ignored` : "",
  ].filter((note) => note !== "");
  return notes.length > 0 ? notes.join("; ") : null;
}

function skipZeros(stored: Buffer, from: number): number {
  let at = from;
  while (stored[at] === 0) at += 1;
  return at;
}

function isZero(bytes: Buffer): boolean {
  return skipZeros(bytes, 0) === bytes.length;
}

/** Small output chunks, so that next to nothing before a damaged place is lost. */
const SALVAGE_CHUNK = 1024;

async function inflateMember(
  data: Buffer,
  limit: number,
): Promise<{ bytes: Buffer; consumed: number; damage: string | null }> {
  const stream = createInflateRaw({ chunkSize: SALVAGE_CHUNK, finishFlush: constants.Z_SYNC_FLUSH });
  const chunks: Buffer[] = [];
  let size = 0;
  let ended = false;
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) stream.destroy(limitError(limit));
  });
  let damage: string | null = null;
  try {
    const done = once(stream, "end");
    stream.end(data);
    await done;
    ended = stream.bytesWritten < data.length;
  } catch (error) {
    if (error instanceof InflateLimitError) throw error;
    damage = "damaged compressed data";
  }
  const consumed = stream.bytesWritten;
  if (damage === null && !ended) damage = "cut off inside the compressed data, or before its checksum";
  return { bytes: Buffer.concat(chunks), consumed, damage };
}

function trailerDamage(stored: Buffer, at: number, bytes: Buffer): string | null {
  if (at + 8 > stored.length) return "cut off before its checksum";
  if (stored.readUInt32LE(at) !== crc32(bytes)) return "the gzip checksum does not match";
  return stored.readUInt32LE(at + 4) === bytes.length % 2 ** 32 ? null : "the gzip length does not match";
}

/** Where the deflate data of the member at `at` begins; null when no member begins there. RFC 1952. */
function memberDataStart(stored: Buffer, at: number): number | null {
  if (stored.length < at + 10 || stored.readUInt16BE(at) !== 0x1f8b || stored[at + 2] !== 8) return null;
  const flags = stored[at + 3]!;
  let start = at + 10;
  if ((flags & 4) !== 0) start += 2 + (start + 2 <= stored.length ? stored.readUInt16LE(start) : 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = stored.indexOf(0, start);
    if (end < 0) return null;
    start = end + 1;
  }
  if ((flags & 2) !== 0) start += 2;
  return start <= stored.length ? start : null;
}

function limitError(limit: number): InflateLimitError {
  return new InflateLimitError(`inflates to more than ${Math.floor(limit / 1024 / 1024)} MiB, the limit for one file`);
}
