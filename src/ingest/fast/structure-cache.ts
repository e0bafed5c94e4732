import { ORIGINAL_TOKENS } from "../../cloudtrail/extra.ts";
import { flattenRecord, type FlattenedRecord } from "../../cloudtrail/flatten-record.ts";
import { JsonTextError, parseJson } from "../../cloudtrail/json-text.ts";
import { RECORD_FIELDS, type FieldValue } from "../../cloudtrail/record-fields.ts";
import { HASH_PRIME, HASH_START, placeOf, type ByteSlice } from "../byte-slice.ts";
import {
  FlagColumn,
  NumberColumn,
  PlainTextColumn,
  RepeatedTextColumn,
  type ParquetColumn,
} from "../parquet-column.ts";
import type { Shard } from "../shard.ts";

/*
 * `userIdentity` and `tlsDetails` are a third of a record and the same in many: a shard of 61,440 rows has some
 * thousand different ones. So the general path takes each apart once, and rows with the same bytes get its columns by
 * number. Most are found without even looking for their end: of the structures that begin alike, a few are compared
 * with what stands there. A JSON object is never the beginning of another, so equal bytes are the whole value.
 */

/** The columns of one structure, for every record that has it. */
export interface Structure {
  /** Unique among all structures of this cache since it was emptied, from 1. */
  readonly id: number;
  /** The object as it stands. */
  readonly bytes: Buffer;
  readonly hash: number;
  readonly texts: readonly RepeatedTextColumn[];
  readonly numbers: readonly number[];
  /** Columns of other kinds: few, and in few records. */
  readonly others: readonly { readonly column: ParquetColumn; readonly value: Exclude<FieldValue, null> }[];
  readonly shape: string | null;
  /** Equal for structures of this cache with the same shape; 0 for none. */
  readonly shapeNumber: number;
  /** Its part of `extra` without the braces; null for none. */
  readonly extra: Buffer | null;
  /** In the order of RECORD_FIELDS. */
  readonly values: readonly FieldValue[];
  /** Kept here by whoever derives more from this structure alone. */
  derived: readonly number[] | null;
  /** Another structure that begins alike, or with the same hash of its beginning. */
  next: Structure | null;
}

/** Bounds the memory of records whose structures are all different. */
const STRUCTURES_MAX = 8192;
const PLACES = STRUCTURES_MAX * 2;

/** A beginning reaches over the caller's id and the name of the session. */
const BEGINNING_FROM = 16;
const BEGINNING_BYTES = 88;
const BEGINNINGS = 4096;
/** So many of those that begin alike are compared: sessions of one caller that are under way at the same time. */
const CANDIDATES_MAX = 6;
/** Looking at every third byte tells as much. */
const SAMPLE_STEP = 3;
/** Sessions of one caller differ near the end, by when they were created. */
const END_BYTES = 72;

/** The structures under one key of a record, until the shard is written. */
export class StructureCache {
  private readonly name: string;
  private readonly columns: readonly (ParquetColumn | null)[];
  private structures: Structure[] = [];
  /** The structure last added of those with this hash of their beginning. */
  private beginnings: (Structure | null)[] = new Array<Structure | null>(BEGINNINGS).fill(null);
  private readonly shapes = new Map<string, number>();
  /** 1 + the place in `structures`, by hash. */
  private readonly places = new Int32Array(PLACES);
  private ids = 0;

  constructor(name: string, shard: Shard) {
    this.name = name;
    this.columns = RECORD_FIELDS.map(({ path, kind, column }) => {
      if (path[0] !== name) return null;
      if (kind === "text") return shard.column(column, RepeatedTextColumn);
      if (kind === "json") return shard.column(column, PlainTextColumn);
      return kind === "time" ? shard.column(column, NumberColumn) : shard.column(column, FlagColumn);
    });
  }

  /** The structure in a slice whose hash is set; null when only the general path can store it, or it is no JSON. */
  find(slice: ByteSlice): Structure | null {
    const { bytes, start, end, hash } = slice;
    for (let place = placeOf(hash, PLACES - 1); ; place = (place + 1) & (PLACES - 1)) {
      const index = this.places[place]!;
      if (index === 0) return this.add(slice);
      const known = this.structures[index - 1]!;
      if (known.hash === hash && known.bytes.length === end - start) {
        if (known.bytes.compare(bytes, start, end) === 0) return known;
      }
    }
  }

  /** A structure that stands at `at`, if it is among the candidates. */
  peek(bytes: Buffer, at: number): Structure | null {
    let known = this.beginnings[beginningAt(bytes, at)] ?? null;
    for (let n = 0; known !== null && n < CANDIDATES_MAX; n += 1, known = known.next) {
      if (standsAt(known.bytes, bytes, at)) return known;
    }
    return null;
  }

  clear(): void {
    this.structures = [];
    this.beginnings.fill(null);
    this.shapes.clear();
    this.places.fill(0);
    this.ids = 0;
  }

  /** True when the ids given out before are void. */
  get isFull(): boolean {
    return this.structures.length >= STRUCTURES_MAX;
  }

  private add(slice: ByteSlice): Structure | null {
    const structure = this.structureOf(slice);
    // Odd ones are not remembered: they take the slow way each time.
    if (structure === null) return null;
    this.structures.push(structure);
    const beginning = beginningAt(slice.bytes, slice.start);
    structure.next = this.beginnings[beginning] ?? null;
    this.beginnings[beginning] = structure;
    let place = placeOf(slice.hash, PLACES - 1);
    while (this.places[place] !== 0) place = (place + 1) & (PLACES - 1);
    this.places[place] = this.structures.length;
    return structure;
  }

  private structureOf(slice: ByteSlice): Structure | null {
    const { bytes, start, end, hash } = slice;
    const flat = this.flatten(slice.text());
    if (flat === null) return null;
    const extra = innerExtra(flat.extra);
    if (extra === undefined) return null;
    const texts: RepeatedTextColumn[] = [];
    const numbers: number[] = [];
    const others: { column: ParquetColumn; value: Exclude<FieldValue, null> }[] = [];
    for (const [i, value] of flat.values.entries()) {
      const column = this.columns[i] ?? null;
      if (value === null || column === null) continue;
      if (column instanceof RepeatedTextColumn) {
        texts.push(column);
        numbers.push(column.numberOfText(value as string));
      } else others.push({ column, value });
    }
    this.ids += 1;
    const { values, shape } = flat;
    const own = Buffer.allocUnsafeSlow(end - start);
    bytes.copy(own, 0, start, end);
    const shapeNumber = this.shapeNumber(shape);
    return {
      id: this.ids,
      bytes: own,
      hash,
      texts,
      numbers,
      others,
      shape,
      shapeNumber,
      extra,
      values,
      derived: null,
      next: null,
    };
  }

  private shapeNumber(shape: string | null): number {
    if (shape === null) return 0;
    let number = this.shapes.get(shape);
    if (number === undefined) {
      number = this.shapes.size + 1;
      this.shapes.set(shape, number);
    }
    return number;
  }

  private flatten(text: string): FlattenedRecord | null {
    const record = `{"${this.name}":${text}}`;
    try {
      const node = parseJson(record);
      return node.kind === "object" && node.keys.length === 1 ? flattenRecord(record, node) : null;
    } catch (error) {
      if (error instanceof JsonTextError) return null;
      throw error;
    }
  }
}

/** What stands between the braces; undefined when there are original tokens, which stand at the end of a whole record. */
function innerExtra(extra: string | null): Buffer | null | undefined {
  if (extra === null) return null;
  return extra.includes(`"${ORIGINAL_TOKENS}":`) ? undefined : Buffer.from(extra.slice(1, -1));
}

/** Where a structure belongs by how it begins. A short one may reach into what follows it: then it is looked up whole. */
function beginningAt(bytes: Buffer, at: number): number {
  const end = Math.min(at + BEGINNING_FROM + BEGINNING_BYTES, bytes.length);
  let hash = HASH_START;
  for (let i = at + BEGINNING_FROM; i < end; i += SAMPLE_STEP) hash = Math.imul(hash ^ bytes[i]!, HASH_PRIME);
  return placeOf(hash, BEGINNINGS - 1);
}

function standsAt(structure: Buffer, bytes: Buffer, at: number): boolean {
  const { length } = structure;
  if (at + length > bytes.length) return false;
  // Nearly all that differ do so near the end.
  for (let i = length - 1; i >= 0 && i >= length - END_BYTES; i -= SAMPLE_STEP) {
    if (structure[i] !== bytes[at + i]) return false;
  }
  return structure.compare(bytes, at, at + length) === 0;
}
