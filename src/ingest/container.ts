import { isUtf8 } from "node:buffer";
import { InflateError, InflateLimitError, inflateGzip } from "./gzip.ts";

/** The bytes inside a file's containers, or why there are none. */
export type Unpacked =
  | {
      readonly kind: "bytes";
      readonly bytes: Buffer;
      /** Outermost first, joined by `>`; empty for a plain file. */
      readonly container: string;
      readonly damage: string | null;
      readonly note: string | null;
    }
  | { readonly kind: "unsupported" | "unreadable"; readonly container: string; readonly reason: string };

const NESTING_MAX = 4;

interface OtherContainer {
  readonly name: string;
  readonly magic: Buffer;
  readonly at?: number;
  /** Plain text may begin like this too. */
  readonly isBinary?: true;
  readonly advice: string;
}

const OTHER_CONTAINERS: readonly OtherContainer[] = [
  { name: "zip", magic: Buffer.from("PK\x03\x04"), advice: "unpack it and ingest the folder" },
  { name: "zip", magic: Buffer.from("PK\x05\x06"), advice: "it holds no files" },
  { name: "zip", magic: Buffer.from("PK\x07\x08"), advice: "join its parts, unpack it and ingest the folder" },
  { name: "tar", magic: Buffer.from("ustar"), at: 257, advice: "unpack it and ingest the folder" },
  { name: "zstd", magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), advice: "unpack it with `zstd -d`" },
  { name: "bzip2", magic: Buffer.from("1AY&SY"), at: 4, advice: "unpack it with `bunzip2`" },
  { name: "bzip2", magic: Buffer.from([0x17, 0x72, 0x45, 0x38, 0x50, 0x90]), at: 4, advice: "it holds nothing" },
  { name: "xz", magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), advice: "unpack it with `xz -d`" },
  { name: "7z", magic: Buffer.from([0x37, 0x7a, 0xbc, 0xaf]), advice: "unpack it with `7z x`" },
  { name: "Parquet", magic: Buffer.from("PAR1"), advice: "export the original JSON" },
  { name: "Avro", magic: Buffer.from("Obj\x01"), advice: "export the original JSON" },
  { name: "ORC", magic: Buffer.from("ORC"), isBinary: true, advice: "export the original JSON" },
];

/** Peels containers by content, never by name: gzip, also several times over. */
export async function unpack(stored: Buffer): Promise<Unpacked> {
  const chain: string[] = [];
  const notes: string[] = [];
  let bytes = stored;
  let damage: string | null = null;
  while (bytes.length >= 2 && bytes.readUInt16BE(0) === 0x1f8b) {
    const container = chain.join(">");
    if (chain.length === NESTING_MAX) {
      return { kind: "unreadable", container, reason: `compressed more than ${NESTING_MAX} times over` };
    }
    try {
      const inflated = await inflateGzip(bytes);
      bytes = inflated.bytes;
      damage ??= inflated.damage;
      if (inflated.note !== null) notes.push(inflated.note);
    } catch (error) {
      if (!(error instanceof InflateError || error instanceof InflateLimitError)) throw error;
      return { kind: "unreadable", container: [...chain, "gzip"].join(">"), reason: error.message };
    }
    chain.push("gzip");
  }
  const container = chain.join(">");
  const other = OTHER_CONTAINERS.find(
    ({ magic, at = 0, isBinary }) =>
      bytes.subarray(at, at + magic.length).equals(magic) && (isBinary === undefined || !isText(bytes)),
  );
  if (other !== undefined) {
    return { kind: "unsupported", container, reason: `${other.name} is not read: ${other.advice}` };
  }
  return { kind: "bytes", bytes, container, damage, note: notes.length > 0 ? notes.join("; ") : null };
}

/** True for UTF-8 text without control characters. */
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.subarray(0, 4096).some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20));
}
