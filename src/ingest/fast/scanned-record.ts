import { ByteSlice } from "../byte-slice.ts";
import { RepeatedTextColumn } from "../parquet-column.ts";
import type { Shard } from "../shard.ts";
import { memberIndex, RECORD_MEMBERS } from "./record-members.ts";
import { PRESENT, RecordScan } from "./record-scan.ts";
import { StructureCache, type Structure } from "./structure-cache.ts";

const IDENTITY = memberIndex("userIdentity");
const STRUCTURES = RECORD_MEMBERS.filter(({ kind }) => kind === "structure").map(({ index }) => index);

/** One record that was scanned, with all that is to be looked up before its row can be written. */
export class ScannedRecord {
  readonly scan: RecordScan;
  /** By the index of a member: the number of its text in the shard, when its column numbers texts; else 0. */
  readonly numbers = new Int32Array(RECORD_MEMBERS.length);
  /** By the index of a member: the structure there. */
  readonly structures: (Structure | null)[] = RECORD_MEMBERS.map(() => null);
  private readonly caches: readonly (StructureCache | null)[];
  /** By the index of a member: its column, when that numbers texts. */
  readonly textColumns: readonly (RepeatedTextColumn | null)[];
  private readonly decoded: (string | null)[] = RECORD_MEMBERS.map(() => null);
  private readonly parsed = new Map<number, unknown>();
  private readonly slice = new ByteSlice();

  constructor(shard: Shard) {
    this.caches = RECORD_MEMBERS.map(({ kind, name }) =>
      kind === "structure" ? new StructureCache(name, shard) : null,
    );
    this.scan = new RecordScan(this.caches);
    this.textColumns = RECORD_MEMBERS.map(({ column }) => {
      const found = column === null ? null : shard.columnNamed(column);
      return found instanceof RepeatedTextColumn ? found : null;
    });
  }

  /** The bytes that the record is in. */
  get bytes(): Buffer {
    return this.slice.bytes;
  }

  /** The caller's own part of the record. */
  get identity(): Structure | null {
    return this.structures[IDENTITY]!;
  }

  begin(bytes: Buffer): void {
    this.scan.begin(bytes);
    this.slice.bytes = bytes;
  }

  /** Forgets what belongs to a shard that was written. */
  forgetShard(): void {
    for (const cache of this.caches) cache?.clear();
  }

  /** True when ids of structures are used up: `forgetShard` is due. */
  get isFull(): boolean {
    for (const index of STRUCTURES) if (this.caches[index]!.isFull) return true;
    return false;
  }

  /** Looks up structures and texts with escapes. False when the general path must store the record. */
  resolve(): boolean {
    const { scan, structures } = this;
    this.numbers.fill(0);
    if (this.parsed.size > 0) this.parsed.clear();
    for (const index of STRUCTURES) {
      structures[index] = null;
      if (scan.states[index] !== PRESENT) continue;
      const structure = scan.structures[index] ?? this.caches[index]!.find(this.token(index));
      if (structure === null) return false;
      structures[index] = structure;
    }
    return !scan.hasEscapes || this.decodeTexts();
  }

  /** The bytes of a member's value, with its hash where it was scanned; valid until the next call. */
  token(index: number): ByteSlice {
    const { slice, scan } = this;
    slice.start = scan.starts[index]!;
    slice.end = scan.ends[index]!;
    slice.hash = scan.hashes[index]!;
    return slice;
  }

  /** The bytes of a text without escapes, without its quotes. */
  content(index: number): ByteSlice {
    const slice = this.token(index);
    slice.start += 1;
    slice.end -= 1;
    return slice;
  }

  /** A text with escapes, decoded; null for one without. */
  decodedText(index: number): string | null {
    return this.scan.hasEscapes && this.scan.escapes[index] === 1 ? this.decoded[index]! : null;
  }

  /** The text of a member whose column numbers texts; null when the record has none. */
  text(index: number): string | null {
    const number = this.numbers[index]!;
    return number === 0 ? null : this.textColumns[index]!.textOf(number);
  }

  /** A JSON member as plain data, parsed once at most; null when the record has none. */
  json(index: number): unknown {
    if (this.scan.states[index] !== PRESENT) return null;
    if (!this.parsed.has(index)) this.parsed.set(index, JSON.parse(this.token(index).text()));
    return this.parsed.get(index);
  }

  private decodeTexts(): boolean {
    const { order, escapes, states } = this.scan;
    return order.every((index) => {
      const isEscaped = index >= 0 && escapes[index] === 1 && states[index] === PRESENT;
      return !isEscaped || this.decode(index);
    });
  }

  /** Decodes a text. False when its escapes are not those that rebuilding writes. */
  private decode(index: number): boolean {
    const token = this.token(index).text();
    const text = JSON.parse(token) as string;
    this.decoded[index] = text;
    return JSON.stringify(text) === token;
  }
}
