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

const OTHER_CONTAINERS: readonly { name: string; magic: Buffer; at?: number; advice: string }[] = [
  { name: "zip", magic: Buffer.from("PK\x03\x04"), advice: "unpack it and ingest the folder" },
  { name: "zip", magic: Buffer.from("PK\x05\x06"), advice: "it holds no files" },
  { name: "tar", magic: Buffer.from("ustar"), at: 257, advice: "unpack it and ingest the folder" },
  { name: "zstd", magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), advice: "unpack it with `zstd -d`" },
  { name: "bzip2", magic: Buffer.from("BZh"), advice: "unpack it with `bunzip2`" },
  { name: "xz", magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), advice: "unpack it with `xz -d`" },
  { name: "7z", magic: Buffer.from([0x37, 0x7a, 0xbc, 0xaf]), advice: "unpack it with `7z x`" },
  { name: "Parquet", magic: Buffer.from("PAR1"), advice: "export the original JSON" },
  { name: "Avro", magic: Buffer.from("Obj\x01"), advice: "export the original JSON" },
  { name: "ORC", magic: Buffer.from("ORC"), advice: "export the original JSON" },
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
      return { kind: "unreadable", container: "gzip", reason: error.message };
    }
    chain.push("gzip");
  }
  const container = chain.join(">");
  const other = OTHER_CONTAINERS.find(({ magic, at = 0 }) => bytes.subarray(at, at + magic.length).equals(magic));
  if (other !== undefined) {
    return { kind: "unsupported", container, reason: `${other.name} is not read: ${other.advice}` };
  }
  return { kind: "bytes", bytes, container, damage, note: notes.length > 0 ? notes.join("; ") : null };
}
