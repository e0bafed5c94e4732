import { crc32 } from "node:zlib";
import { deflate } from "./deflate.ts";

/** Deflate, no flags, no time, no file name, operating system "unknown". */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** One gzip member whose every byte follows from the input. */
export function gzip(content: Buffer): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([HEADER, deflate(content), trailer]);
}
