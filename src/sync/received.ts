import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { Crc64NvmeJs } from "@aws-sdk/checksums/crc";
import { readFile } from "node:fs/promises";
import { hashesOf, hashesOfFile, type ObjectHashes } from "../manifest/object-hashes.ts";
import { damagedError } from "./remote-failure.ts";

/** Largest object that is held in memory while it is checked; what is larger goes to disk first. */
const WHOLE_MAX_BYTES = 8 * 1024 * 1024;

/** An object's bytes, checked: held whole, or in the draft file. */
export interface Received {
  readonly bytes: Buffer | null;
  readonly hashes: ObjectHashes;
  readonly md5: "ok" | "not-possible";
  readonly checksum: string | null;
}

/**
 * Takes an answer in and compares it with all that the server said of it: length, MD5 where the ETag is one, and the
 * checksum that S3 keeps. Throws what `failureOf` calls damaged, or the connection's error.
 */
export async function receive(
  answer: IncomingMessage,
  expected: { size_bytes: number; draft: string },
): Promise<Received> {
  const length = Number(answer.headers["content-length"] ?? expected.size_bytes);
  const bytes = length <= WHOLE_MAX_BYTES ? await readWhole(answer, length) : null;
  if (bytes === null) await pipeline(answer, createWriteStream(expected.draft, { flags: "w" }));
  const hashes = bytes === null ? await hashesOfFile(expected.draft) : hashesOf(bytes);
  if (hashes.size_bytes !== length) throw damagedError(`${hashes.size_bytes} bytes arrived of ${length}`);
  const md5 = checkMd5(answer, hashes);
  const checksum = await checkChecksum(answer, hashes, async () => bytes ?? readFile(expected.draft));
  return { bytes, hashes, md5, checksum };
}

async function readWhole(answer: IncomingMessage, length: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer) {
    size += (piece as Buffer).length;
    if (size > length) {
      answer.destroy();
      throw damagedError(`more bytes arrived than the ${length} announced`);
    }
    pieces.push(piece as Buffer);
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size);
}

/**
 * An ETag is the MD5 of the bytes unless they came in parts or are encrypted with a KMS or customer key.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
function checkMd5({ headers }: IncomingMessage, { md5 }: ObjectHashes): Received["md5"] {
  const etag = (headers.etag ?? "").replaceAll('"', "");
  const encryption = String(headers["x-amz-server-side-encryption"] ?? "");
  const customerKey = headers["x-amz-server-side-encryption-customer-algorithm"] !== undefined;
  if (!/^[0-9a-f]{32}$/.test(etag) || encryption.startsWith("aws:kms") || customerKey) return "not-possible";
  if (etag === md5) return "ok";
  throw damagedError(`the MD5 is ${md5}, the ETag ${etag}`);
}

/** Compares the first checksum that is of the whole object; null when S3 sent none that can be checked here. */
async function checkChecksum(
  { headers }: IncomingMessage,
  hashes: ObjectHashes,
  wholeBytes: () => Promise<Buffer>,
): Promise<string | null> {
  if (headers["x-amz-checksum-type"] === "COMPOSITE") return null;
  const own: Record<string, () => Promise<string>> = {
    sha256: async () => Promise.resolve(base64Of(hashes.sha256)),
    sha1: async () =>
      createHash("sha1")
        .update(await wholeBytes())
        .digest("base64"),
    crc32: async () => Promise.resolve(base64Of(hashes.crc32)),
    crc64nvme: async () => crc64(await wholeBytes()),
  };
  for (const [name, compute] of Object.entries(own)) {
    const told = headers[`x-amz-checksum-${name}`];
    // A hyphen ends the checksum of an object that came in parts.
    if (typeof told !== "string" || told.includes("-")) continue;
    const found = await compute();
    if (found === told) return name;
    throw damagedError(`the ${name} checksum is ${found}, S3 keeps ${told}`);
  }
  return null;
}

async function crc64(bytes: Buffer): Promise<string> {
  const sum = new Crc64NvmeJs();
  sum.update(bytes);
  return Buffer.from(await sum.digest()).toString("base64");
}

function base64Of(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}
