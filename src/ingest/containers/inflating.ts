import { once } from "node:events";
import type { Transform } from "node:stream";
import { constants, crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import { ContainerDamageError } from "./byte-stream.ts";
import { contentLimitError } from "./limits.ts";

/**
 * Sends chunks through a transform of zlib. What came out before a damaged place is given out, then
 * ContainerDamageError is thrown.
 */
export async function* through(
  input: AsyncIterable<Buffer> | Iterable<Buffer>,
  transform: Transform,
  damage: string,
): AsyncGenerator<Buffer> {
  let out: Buffer[] = [];
  let failure: Error | null = null;
  transform.on("data", (chunk: Buffer) => out.push(chunk));
  transform.on("error", (error) => (failure = error));
  const closed = once(transform, "close").catch(() => undefined);
  const takeOut = (): Buffer[] => {
    const taken = out;
    out = [];
    return taken;
  };
  try {
    for await (const chunk of input) {
      // After an error zlib never calls back.
      await Promise.race([new Promise<void>((resolve) => transform.write(chunk, () => resolve())), closed]);
      yield* takeOut();
      if (failure !== null || transform.readableEnded) break;
    }
    if (failure === null && !transform.readableEnded) {
      const ended = once(transform, "end").catch(() => undefined);
      transform.end();
      await ended;
    }
    yield* takeOut();
    if (failure !== null) throw asDamage(failure, damage);
  } finally {
    transform.destroy();
  }
}

function asDamage(error: NodeJS.ErrnoException, damage: string): Error {
  if (error.code === "Z_BUF_ERROR") return new ContainerDamageError("cut off inside the compressed data");
  const isData = error.code?.startsWith("Z_") === true || error.code?.startsWith("ZSTD_") === true;
  return isData ? new ContainerDamageError(damage) : error;
}

/** What came out of deflate data of a known length. */
export interface InflatedData {
  readonly bytes: Buffer;
  readonly damage: string | null;
}

/** Inflates raw deflate data that are in memory; salvages what is before a damaged place. Throws ContainerLimitError. */
export async function inflateData(data: Buffer, limit: number): Promise<InflatedData> {
  try {
    return { bytes: inflateRawSync(data, { maxOutputLength: limit }), damage: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw contentLimitError(limit);
    if (code?.startsWith("Z_") !== true) throw error;
    return salvage(data, limit);
  }
}

/** Small chunks, so that next to nothing before the damaged place is lost. */
const SALVAGE_CHUNK = 1024;

async function salvage(data: Buffer, limit: number): Promise<InflatedData> {
  const parts: Buffer[] = [];
  let size = 0;
  const inflate = createInflateRaw({ chunkSize: SALVAGE_CHUNK, finishFlush: constants.Z_SYNC_FLUSH });
  let damage = "cut off inside the compressed data";
  try {
    for await (const chunk of through([data], inflate, "damaged compressed data")) {
      size += chunk.length;
      if (size > limit) throw contentLimitError(limit);
      parts.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof ContainerDamageError)) throw error;
    damage = error.message;
  }
  return { bytes: Buffer.concat(parts, size), damage };
}

/** Passes chunks on and compares their CRC-32 and length at the end. Throws ContainerDamageError. */
export async function* checked(
  input: AsyncIterable<Buffer>,
  expected: { readonly crc32: number; readonly size: number },
): AsyncGenerator<Buffer> {
  let crc = 0;
  let size = 0;
  for await (const chunk of input) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    yield chunk;
  }
  const damage = checksumDamage({ crc32: crc, size }, expected);
  if (damage !== null) throw new ContainerDamageError(damage);
}

/** What is wrong with a member whose directory entry says how long it is and what its checksum is. */
export function checksumDamage(
  actual: { readonly crc32: number; readonly size: number },
  expected: { readonly crc32: number; readonly size: number },
): string | null {
  if (actual.size !== expected.size) return `has ${actual.size} bytes, but the archive says ${expected.size}`;
  return actual.crc32 === expected.crc32 ? null : "the checksum of the archive does not match";
}
