import { isAscii } from "node:buffer";
import type { DuckDBVarCharVector } from "@duckdb/node-api";
import * as accessors from "@duckdb/node-api/lib/vectors/dataAccessors.js";

/*
 * The client asks the engine's memory for every text of more than twelve bytes by itself, which is most of the time that
 * a long answer takes. The engine copies the texts of a column one behind the other, so a few reads give all of them.
 */

/** Where the client keeps what it knows of a column of texts: 16 bytes each, the size first. */
interface TextParts {
  readonly dataView: DataView;
  readonly validity: { readonly data: BigUint64Array | null; readonly offset: number };
}

const { getStringBytes } = (
  accessors as unknown as { default: { getStringBytes: (view: DataView, offset: number) => Uint8Array } }
).default;

/** Up to so many bytes the text itself lies where others have their address. */
const SHORT_MAX = 12;
/** What lies between two texts is read with them; less than a page, so that it is memory of one or the other. */
const GAP_MAX = 64;
const RUN_MAX = 1 << 20;
/** Addresses from here on are not exact as numbers. */
const ADDRESS_MAX = Number.MAX_SAFE_INTEGER - 2 ** 32;

/** The texts of a column, in order; null where it has none. */
export function textsOf(vector: DuckDBVarCharVector): (string | null)[] {
  const { dataView, validity } = vector as unknown as TextParts;
  const isValid = validityOf(validity);
  const texts: (string | null)[] = [];
  const run = new Run(texts);
  for (let row = 0; row < vector.itemCount; row += 1) {
    const at = row * 16;
    texts.push(null);
    if (!isValid(row)) continue;
    const size = dataView.getUint32(at, true);
    if (size <= SHORT_MAX) texts[row] = shortText(dataView, at, size);
    else if (!run.add(row, addressAt(dataView, at + 8), size)) texts[row] = vector.getItem(row);
  }
  run.read();
  return texts;
}

function addressAt(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

/** The client computes a bigint for each row. */
function validityOf({ data, offset }: TextParts["validity"]): (row: number) => boolean {
  if (data === null) return () => true;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  return (row) => ((words[(offset + row) >>> 5]! >>> ((offset + row) & 31)) & 1) === 1;
}

/** Long texts that lie behind each other, to be read at once. */
class Run {
  private readonly texts: (string | null)[];
  private readonly rows: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private begin = 0;
  private end = 0;

  constructor(texts: (string | null)[]) {
    this.texts = texts;
  }

  /** False for a text that has to be read in another way. */
  add(row: number, address: number, size: number): boolean {
    if (address > ADDRESS_MAX) return false;
    const gap = address - this.end;
    if (gap < 0 || gap > GAP_MAX || address + size - this.begin > RUN_MAX) {
      this.read();
      this.begin = address;
    }
    this.rows.push(row);
    this.starts.push(address - this.begin);
    this.end = address + size;
    this.ends.push(this.end - this.begin);
    return true;
  }

  read(): void {
    const { rows, starts, ends } = this;
    if (rows.length === 0) return;
    const bytes = bytesAt(this.begin, this.end - this.begin);
    const encoding = isAscii(bytes) ? "latin1" : "utf8";
    for (let i = 0; i < rows.length; i += 1) this.texts[rows[i]!] = bytes.toString(encoding, starts[i], ends[i]);
    rows.length = 0;
    starts.length = 0;
    ends.length = 0;
  }
}

const wanted = new DataView(new ArrayBuffer(16));

function bytesAt(address: number, size: number): Buffer {
  wanted.setUint32(0, size, true);
  wanted.setUint32(8, address % 2 ** 32, true);
  wanted.setUint32(12, Math.floor(address / 2 ** 32), true);
  const bytes = getStringBytes(wanted, 0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same few services, regions and outcomes stand in all rows: by their bytes, the text made last. */
const SLOTS = 4096;
const known = new Uint32Array(SLOTS * 4);
const knownTexts: string[] = Array.from({ length: SLOTS }, () => "");

function shortText(view: DataView, at: number, size: number): string {
  const first = view.getUint32(at + 4, true);
  const second = view.getUint32(at + 8, true);
  const third = view.getUint32(at + 12, true);
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35) ^ size;
  const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
  const place = slot * 4;
  if (known[place] === size && known[place + 1] === first && known[place + 2] === second && known[place + 3] === third)
    return knownTexts[slot]!;
  const text = Buffer.from(view.buffer, view.byteOffset + at + 4, size).toString("utf8");
  known.set([size, first, second, third], place);
  knownTexts[slot] = text;
  return text;
}
