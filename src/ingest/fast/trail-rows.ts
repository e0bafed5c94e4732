import { ByteSlice } from "../byte-slice.ts";
import {
  FlagColumn,
  NumberColumn,
  PlainTextColumn,
  RepeatedTextColumn,
  type ParquetColumn,
} from "../parquet-column.ts";
import type { Shard } from "../shard.ts";
import { CallColumns } from "./call-columns.ts";
import { IdentityColumns } from "./identity-columns.ts";
import { UNSURE } from "./json-scan.ts";
import { RECORD_MEMBERS } from "./record-members.ts";
import { NULL, TRUE } from "./record-scan.ts";
import { ScannedRecord } from "./scanned-record.ts";
import { TupleCache } from "./tuple-cache.ts";

/** Where a record is read. */
export interface TrailPlace {
  readonly ordinal: number;
  readonly record_index: number;
}

/**
 * Writes records of trail files into a shard without building anything of them. Rows are those that `eventRow` makes;
 * what it cannot be sure of it leaves to the general path.
 */
export class TrailRows {
  /** Records written, for tests and measurements. */
  written = 0;
  private readonly shard: Shard;
  private readonly record: ScannedRecord;
  private readonly identity: IdentityColumns;
  private readonly call: CallColumns;
  /** By the index of a member: its column, if it is of that kind. */
  private readonly plainColumns: readonly (PlainTextColumn | null)[];
  private readonly timeColumns: readonly (NumberColumn | null)[];
  private readonly flagColumns: readonly (FlagColumn | null)[];
  private readonly shapes = new TupleCache<number>(4);
  private readonly extra: ExtraText;
  private readonly shapeColumn: RepeatedTextColumn;
  private readonly extraColumn: PlainTextColumn;
  private readonly ordinalColumn: NumberColumn;
  private readonly indexColumn: NumberColumn;
  private readonly fidelityColumn: RepeatedTextColumn;
  private fidelity = 0;
  private generation = -1;

  constructor(shard: Shard) {
    this.shard = shard;
    this.record = new ScannedRecord(shard);
    this.identity = new IdentityColumns(shard);
    this.call = new CallColumns(shard);
    this.plainColumns = memberColumns(shard, PlainTextColumn);
    this.timeColumns = memberColumns(shard, NumberColumn);
    this.flagColumns = memberColumns(shard, FlagColumn);
    this.shapeColumn = shard.column("shape", RepeatedTextColumn);
    this.extraColumn = shard.column("extra", PlainTextColumn);
    this.ordinalColumn = shard.column("file_ordinal", NumberColumn);
    this.indexColumn = shard.column("record_index", NumberColumn);
    this.fidelityColumn = shard.column("source_fidelity", RepeatedTextColumn);
    this.extra = new ExtraText();
  }

  /** Begins with a file's bytes, which are valid UTF-8. */
  begin(bytes: Buffer): void {
    this.record.begin(bytes);
    this.extra.source = bytes;
  }

  /**
   * Looks at the record at `at` and returns where the next one, or the `]` at the end of the list, begins.
   * UNSURE when the general path must read the record. `append` then writes it.
   */
  scan(at: number): number {
    if (this.generation !== this.shard.generation || this.record.isFull) this.forgetShard();
    const end = this.record.scan.record(at);
    return end < 0 ? UNSURE : this.next(end);
  }

  /** From behind a record to the next one, or to the `]` at the end of the list; UNSURE for anything else. */
  next(at: number): number {
    return this.record.scan.next(at);
  }

  /** Keys of the record that was scanned which have no columns. */
  *unknownKeys(): Generator<string> {
    const { scan } = this.record;
    for (let i = 0; i < scan.otherCount; i += 1) {
      const from = scan.otherStarts[i]! + 1;
      const bytes = Buffer.from(scan.bytes.buffer, scan.bytes.byteOffset, scan.bytes.length);
      yield bytes.toString("utf8", from, bytes.indexOf('"', from));
    }
  }

  /** Writes the record that was scanned. False when only the general path can: then nothing was written. */
  append({ ordinal, record_index }: TrailPlace): boolean {
    const { shard, record } = this;
    if (!record.resolve()) return false;
    const row = shard.rowCount;
    this.writeMembers(row);
    this.identity.write(row, record);
    this.call.write(row, record);
    this.ordinalColumn.setNumber(row, ordinal);
    this.indexColumn.setNumber(row, record_index);
    this.fidelityColumn.setNumber(row, this.fidelity);
    shard.rowCount += 1;
    this.written += 1;
    return true;
  }

  private forgetShard(): void {
    this.generation = this.shard.generation;
    this.record.forgetShard();
    this.identity.clear();
    this.call.clear();
    this.shapes.clear();
    this.fidelity = this.fidelityColumn.numberOfText("trail");
  }

  private writeMembers(row: number): void {
    const { order, states } = this.record.scan;
    let nulls = 0;
    this.extra.begin();
    for (let i = 0; i < order.length; i += 1) {
      const index = order[i]!;
      if (index < 0) this.addOther(-1 - index);
      else if (states[index] === NULL) nulls |= 1 << index;
      else this.writeMember(row, index);
    }
    const shape = this.shapeOf(nulls);
    if (shape !== 0) this.shapeColumn.setNumber(row, shape);
    if (!this.extra.isEmpty) this.extraColumn.setSlice(row, this.extra.finish());
  }

  private writeMember(row: number, index: number): void {
    const { record } = this;
    switch (KINDS[index]!) {
      case "text":
        this.writeText(row, index);
        break;
      case "json":
        this.plainColumns[index]!.setSlice(row, record.token(index));
        break;
      case "structure":
        this.writeStructure(row, index);
        break;
      case "time":
        this.timeColumns[index]!.setNumber(row, record.scan.times[index]!);
        break;
      default:
        this.flagColumns[index]!.set(row, record.scan.states[index] === TRUE);
    }
  }

  private writeText(row: number, index: number): void {
    const { record } = this;
    const column = record.textColumns[index]!;
    const decoded = record.decodedText(index);
    if (column === null) {
      const plain = this.plainColumns[index]!;
      if (decoded === null) plain.setSlice(row, record.content(index));
      else plain.set(row, decoded);
    } else if (decoded === null) record.numbers[index] = column.setSlice(row, record.content(index));
    else {
      const number = column.numberOfText(decoded);
      record.numbers[index] = number;
      column.setNumber(row, number);
    }
  }

  private writeStructure(row: number, index: number): void {
    const { texts, numbers, others, extra } = this.record.structures[index]!;
    for (let i = 0; i < texts.length; i += 1) texts[i]!.setNumber(row, numbers[i]!);
    for (const { column, value } of others) column.set(row, value);
    if (extra !== null) this.extra.add(extra, 0, extra.length);
  }

  private addOther(number: number): void {
    const { otherStarts, otherEnds } = this.record.scan;
    this.extra.add(this.extra.source, otherStarts[number]!, otherEnds[number]!);
  }

  /** The number of the record's `shape`, 0 for none. `nulls` has the bits of the members that are null. */
  private shapeOf(nulls: number): number {
    const { key } = this.shapes;
    const { structures } = this.record;
    key[0] = nulls;
    for (let i = 0; i < STRUCTURES.length; i += 1) key[i + 1] = structures[STRUCTURES[i]!]?.shapeNumber ?? 0;
    return this.shapes.find() ?? this.shapes.add(this.newShape(nulls));
  }

  private newShape(nulls: number): number {
    const parts = RECORD_MEMBERS.filter(({ index }) => (nulls & (1 << index)) !== 0).map(({ name }) => `${name}=null`);
    for (const index of STRUCTURES) {
      const { shape } = this.record.structures[index] ?? { shape: null };
      if (shape !== null) parts.push(...shape.split(";"));
    }
    return parts.length === 0 ? 0 : this.shapeColumn.numberOfText(parts.toSorted().join(";"));
  }
}

const KINDS = RECORD_MEMBERS.map(({ kind }) => kind);
const STRUCTURES = RECORD_MEMBERS.filter(({ kind }) => kind === "structure").map(({ index }) => index);

function memberColumns<T extends ParquetColumn>(
  shard: Shard,
  kind: new (...args: never[]) => T,
): readonly (T | null)[] {
  return RECORD_MEMBERS.map(({ column }) => {
    const found = column === null ? null : shard.columnNamed(column);
    return found instanceof kind ? found : null;
  });
}

/** The `extra` of one record, put together from its parts. */
class ExtraText {
  source: Buffer = Buffer.alloc(0);
  private readonly slice = new ByteSlice();

  constructor() {
    this.slice.bytes = Buffer.allocUnsafeSlow(4096);
  }

  get isEmpty(): boolean {
    return this.slice.end === 0;
  }

  begin(): void {
    this.slice.end = 0;
  }

  add(bytes: Buffer, start: number, end: number): void {
    const { slice } = this;
    this.makeRoom(end - start + 2);
    slice.bytes[slice.end] = slice.end === 0 ? 0x7b : 0x2c;
    bytes.copy(slice.bytes, slice.end + 1, start, end);
    slice.end += 1 + end - start;
  }

  finish(): ByteSlice {
    const { slice } = this;
    slice.bytes[slice.end] = 0x7d;
    slice.end += 1;
    return slice;
  }

  private makeRoom(more: number): void {
    const { slice } = this;
    if (slice.end + more <= slice.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow((slice.end + more) * 2);
    slice.bytes.copy(grown, 0, 0, slice.end);
    slice.bytes = grown;
  }
}
