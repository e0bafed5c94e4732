import { RECORD_FIELDS, RECORD_STRUCTURE, type FieldKind } from "../../cloudtrail/record-fields.ts";
import { ByteSlice, placeOf } from "../byte-slice.ts";

/** A key of a record: a field, or an object whose fields are known (`userIdentity`). */
export interface RecordMember {
  readonly index: number;
  readonly name: string;
  readonly kind: FieldKind | "structure";
  /** Null for a structure. */
  readonly column: string | null;
}

/** The known keys of a record's own object. Their indexes are bits of one 32-bit word. */
export const RECORD_MEMBERS: readonly RecordMember[] = [...RECORD_STRUCTURE.members].map(([name, place], index) => {
  const field = RECORD_FIELDS[place.fieldIndex];
  return { index, name, kind: field?.kind ?? "structure", column: field?.column ?? null };
});
if (RECORD_MEMBERS.length > 31) throw new Error("More members than bits");

/** The index of a known key. */
export function memberIndex(name: string): number {
  const found = RECORD_MEMBERS.findIndex((member) => member.name === name);
  if (found < 0) throw new Error(`No member ${name}`);
  return found;
}

const PLACES = 256;
const names = RECORD_MEMBERS.map(({ name }) => Buffer.from(name));
const hashes = new Int32Array(RECORD_MEMBERS.length);
/** Index + 1 by hash; 0 is an empty place. */
const places = new Uint8Array(PLACES);

for (const [index, bytes] of names.entries()) {
  const slice = new ByteSlice();
  slice.bytes = bytes;
  slice.end = bytes.length;
  slice.rehash();
  hashes[index] = slice.hash;
  let place = placeOf(slice.hash, PLACES - 1);
  while (places[place] !== 0) place = (place + 1) & (PLACES - 1);
  places[place] = index + 1;
}

/** The index of the known key that a slice holds, or -1. */
export function findMember({ bytes, start, end, hash }: ByteSlice): number {
  for (let place = placeOf(hash, PLACES - 1); ; place = (place + 1) & (PLACES - 1)) {
    const index = places[place]! - 1;
    if (index < 0) return -1;
    if (hashes[index] !== hash) continue;
    const name = names[index]!;
    if (name.length !== end - start) return -1;
    for (let i = 0; i < name.length; i += 1) if (name[i] !== bytes[start + i]) return -1;
    return index;
  }
}
