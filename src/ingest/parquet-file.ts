import { closeSync, openSync, writeSync } from "node:fs";
import type { Pages } from "./parquet-pages.ts";
import { ThriftWriter } from "./thrift-compact.ts";

/**
 * Writes one uncompressed Parquet file of a single row group, one page a column: what DuckDB reads fastest, and no
 * more of the format than that. Throws the file system's error when there is no space.
 * @see https://parquet.apache.org/docs/file-format/
 */
export function writeParquetFile(
  path: string,
  rows: number,
  columns: readonly { readonly name: string; readonly pages: Pages }[],
): void {
  const descriptor = openSync(path, "w");
  try {
    const file = new FileWriter(descriptor);
    file.write(Buffer.from(MAGIC));
    const chunks = columns.map(({ name, pages }) => writeChunk(file, { name, pages, rows }));
    const footer = footerOf(chunks, rows);
    file.write(footer);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    file.write(length);
    file.write(Buffer.from(MAGIC));
  } finally {
    closeSync(descriptor);
  }
}

const MAGIC = "PAR1";
const TYPES = { BOOLEAN: 0, INT32: 1, INT64: 2, BYTE_ARRAY: 6 } as const;
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
const OPTIONAL = 1;
const UTF8 = 0;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;

interface Chunk {
  readonly name: string;
  readonly type: Pages["type"];
  readonly hasDictionary: boolean;
  readonly start: number;
  readonly dataStart: number;
  readonly size: number;
}

class FileWriter {
  at = 0;
  private readonly descriptor: number;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.descriptor, bytes, done);
    this.at += bytes.length;
  }
}

function writeChunk(file: FileWriter, column: { name: string; pages: Pages; rows: number }): Chunk {
  const { name, pages, rows } = column;
  const start = file.at;
  if (pages.dictionary !== null) {
    const { count, bytes } = pages.dictionary;
    file.write(pageHeader(DICTIONARY_PAGE, bytes.length, { count, encoding: PLAIN }));
    file.write(bytes);
  }
  const dataStart = file.at;
  const size = pages.data.reduce((sum, part) => sum + part.length, 0);
  const encoding = pages.dictionary === null ? PLAIN : RLE_DICTIONARY;
  file.write(pageHeader(DATA_PAGE, size, { count: rows, encoding }));
  for (const part of pages.data) file.write(part);
  return { name, type: pages.type, hasDictionary: pages.dictionary !== null, start, dataStart, size: file.at - start };
}

function pageHeader(type: number, size: number, values: { count: number; encoding: number }): Buffer {
  const thrift = new ThriftWriter();
  thrift.i32(1, type);
  thrift.i32(2, size);
  thrift.i32(3, size);
  thrift.struct(type === DATA_PAGE ? 5 : 7, () => {
    thrift.i32(1, values.count);
    thrift.i32(2, values.encoding);
    if (type !== DATA_PAGE) return;
    thrift.i32(3, RLE);
    thrift.i32(4, RLE);
  });
  return thrift.finish();
}

function footerOf(chunks: readonly Chunk[], rows: number): Buffer {
  const thrift = new ThriftWriter();
  thrift.i32(1, 1);
  const root = { name: "shard", type: null };
  thrift.structs(2, [root, ...chunks], ({ name, type }) => {
    if (type !== null) {
      thrift.i32(1, TYPES[type]);
      thrift.i32(3, OPTIONAL);
    }
    thrift.text(4, name);
    if (type === null) thrift.i32(5, chunks.length);
    else if (type === "BYTE_ARRAY") thrift.i32(6, UTF8);
  });
  thrift.i64(3, rows);
  thrift.structs(4, [chunks], () => {
    thrift.structs(1, chunks, (chunk) => {
      thrift.i64(2, chunk.start);
      thrift.struct(3, () => writeChunkFields(thrift, chunk, rows));
    });
    thrift.i64(
      2,
      chunks.reduce((sum, { size }) => sum + size, 0),
    );
    thrift.i64(3, rows);
  });
  return thrift.finish();
}

function writeChunkFields(thrift: ThriftWriter, chunk: Chunk, rows: number): void {
  thrift.i32(1, TYPES[chunk.type]);
  thrift.i32s(2, chunk.hasDictionary ? [PLAIN, RLE, RLE_DICTIONARY] : [PLAIN, RLE]);
  thrift.texts(3, [chunk.name]);
  thrift.i32(4, 0);
  thrift.i64(5, rows);
  thrift.i64(6, chunk.size);
  thrift.i64(7, chunk.size);
  thrift.i64(9, chunk.dataStart);
  if (chunk.hasDictionary) thrift.i64(11, chunk.start);
}
