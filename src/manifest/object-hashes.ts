import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip, crc32, gunzipSync } from "node:zlib";

/** Largest object whose inflated bytes are hashed in one piece. */
const WHOLE_MAX_BYTES = 16 * 1024 * 1024;
const INFLATED_MAX_BYTES = 256 * 1024 * 1024;

export interface ObjectHashes {
  /** Hex. */
  readonly md5: string;
  readonly sha256: string;
  readonly crc32: string;
  /** Hex, of the bytes inside the gzip; null when it is none, or a damaged one. */
  readonly sha256_inflated: string | null;
  readonly size_bytes: number;
}

/** Hashes bytes that are held whole. */
export function hashesOf(bytes: Buffer): ObjectHashes {
  const hash = (name: string): string => createHash(name).update(bytes).digest("hex");
  return {
    md5: hash("md5"),
    sha256: hash("sha256"),
    crc32: hex32(crc32(bytes)),
    sha256_inflated: isGzip(bytes) ? inflatedHash(bytes) : null,
    size_bytes: bytes.length,
  };
}

/** The same of a file of any size. Throws the file system's error. */
export async function hashesOfFile(path: string): Promise<ObjectHashes> {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  let sum = 0;
  let size_bytes = 0;
  let head = Buffer.alloc(0);
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const bytes = piece as Buffer;
    if (head.length < 2) head = Buffer.concat([head, bytes.subarray(0, 2)]);
    md5.update(bytes);
    sha256.update(bytes);
    sum = crc32(bytes, sum);
    size_bytes += bytes.length;
  }
  return {
    md5: md5.digest("hex"),
    sha256: sha256.digest("hex"),
    crc32: hex32(sum),
    sha256_inflated: isGzip(head) ? await inflatedHashOfFile(path) : null,
    size_bytes,
  };
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function inflatedHash(bytes: Buffer): string | null {
  try {
    const length = bytes.length < 18 ? 0 : bytes.readUInt32LE(bytes.length - 4);
    const chunkSize = Math.min(Math.max(length + 1, 1024), WHOLE_MAX_BYTES);
    return createHash("sha256")
      .update(gunzipSync(bytes, { chunkSize, maxOutputLength: INFLATED_MAX_BYTES }))
      .digest("hex");
  } catch {
    return null;
  }
}

async function inflatedHashOfFile(path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path).pipe(createGunzip())) hash.update(piece as Buffer);
    return hash.digest("hex");
  } catch {
    return null;
  }
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
