import { isUtf8 } from "node:buffer";
import { isTarHeader } from "./tar-header.ts";

export type Compression = "gzip" | "zstd" | "bzip2";
export type Archive = "zip" | "tar";

/** What content is, by its first bytes: something that is opened, or something that is refused with advice. */
export type ContainerKind =
  | { readonly kind: "compression"; readonly name: Compression }
  | { readonly kind: "archive"; readonly name: Archive }
  | { readonly kind: "refused"; readonly name: string; readonly advice: string };

/** So many first bytes tell every kind. */
export const MAGIC_BYTES = 512;

interface Refused {
  readonly name: string;
  readonly magic: Buffer;
  /** Plain text may begin like this too. */
  readonly isBinary?: true;
  readonly advice: string;
}

const REFUSED: readonly Refused[] = [
  {
    name: "a part of a split zip",
    magic: Buffer.from("PK\x07\x08"),
    advice: "join the parts with `zip -s 0 FIRST.zip --out WHOLE.zip`",
  },
  { name: "xz", magic: bytesOf("fd377a585a00"), advice: "unpack it with `xz -d`" },
  { name: "lzip", magic: Buffer.from("LZIP\x01"), advice: "unpack it with `lzip -d`" },
  { name: "lz4", magic: bytesOf("04224d18"), advice: "unpack it with `lz4 -d`" },
  { name: "compress (.Z)", magic: bytesOf("1f9d"), isBinary: true, advice: "unpack it with `gzip -d`" },
  { name: "7z", magic: bytesOf("377abcaf271c"), advice: "unpack it with `7z x` and ingest the folder" },
  { name: "rar", magic: bytesOf("526172211a07"), advice: "unpack it with `unrar x` or `7z x` and ingest the folder" },
  { name: "Parquet inside a container", magic: Buffer.from("PAR1"), advice: "unpack it and ingest the file" },
  {
    name: "Avro",
    magic: Buffer.from("Obj\x01"),
    advice: "convert it with `avro-tools tojson FILE > FILE.json` and ingest that",
  },
  {
    name: "ORC",
    magic: Buffer.from("ORC"),
    isBinary: true,
    advice: "convert it with `orc-tools data FILE > FILE.json` and ingest that",
  },
];

/** Null for content that is no container. Names play no part. */
export function identify(head: Buffer): ContainerKind | null {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return { kind: "compression", name: "gzip" };
  if (isZstd(head)) return { kind: "compression", name: "zstd" };
  if (isBzip2(head)) return { kind: "compression", name: "bzip2" };
  if (isZip(head)) return { kind: "archive", name: "zip" };
  const refused = REFUSED.find(
    ({ magic, isBinary }) => head.subarray(0, magic.length).equals(magic) && (isBinary === undefined || !isText(head)),
  );
  if (refused !== undefined) return { kind: "refused", name: refused.name, advice: refused.advice };
  return isTarHeader(head) ? { kind: "archive", name: "tar" } : null;
}

function isZip(head: Buffer): boolean {
  if (head.length < 4 || head.readUInt16BE(0) !== 0x504b) return false;
  const kind = head.readUInt16BE(2);
  // A split zip of one part begins with its own mark, and a zip behind it.
  return kind === 0x0304 || kind === 0x0506 || (kind === 0x0606 && head.length > 4) || isSplitOfOne(head);
}

function isSplitOfOne(head: Buffer): boolean {
  return head.length >= 8 && head.readUInt32BE(0) === 0x504b3030 && head.readUInt32BE(4) === 0x504b0304;
}

function isZstd(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32LE(0);
  // A frame, or one to be skipped in front of it.
  return magic === 0xfd2fb528 || (magic >>> 4 === 0x184d2a5 && head.length >= 8);
}

const BZIP2_BLOCK = bytesOf("314159265359");
const BZIP2_END = bytesOf("177245385090");

function isBzip2(head: Buffer): boolean {
  if (head.toString("latin1", 0, 3) !== "BZh" || head[3]! < 0x31 || head[3]! > 0x39) return false;
  const first = head.subarray(4, 10);
  return first.equals(BZIP2_BLOCK) || first.equals(BZIP2_END);
}

/** True for UTF-8 text without control characters. */
function isText(head: Buffer): boolean {
  return isUtf8(head) && !head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20));
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}
