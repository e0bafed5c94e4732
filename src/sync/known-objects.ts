import { createHash } from "node:crypto";

/*
 * What the manifest says is on disk, held in 16 bytes an object, so that memory stays small for millions: a hash table
 * of 64-bit hashes of (key) and of (key, ETag, size). Two keys that share a hash would be taken for one: at a million
 * keys the odds are 1 in 10^7.
 */

export interface ObjectState {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string | null;
  readonly size_bytes: number;
}

export class KnownObjects {
  private readonly keys = new HashSet();
  private readonly states = new HashSet();
  private readonly seen = new HashSet();
  private readonly findings = new HashSet();

  add(state: ObjectState): void {
    this.keys.add(hashOf(state.bucket, state.key));
    this.states.add(stateHash(state));
  }

  /** How a listed object stands to what is on disk; it counts as seen from then on. */
  compare(state: ObjectState): "new" | "unchanged" | "changed" {
    const key = hashOf(state.bucket, state.key);
    this.seen.add(key);
    if (this.states.has(stateHash(state))) return "unchanged";
    return this.keys.has(key) ? "changed" : "new";
  }

  /** Whether a listing since then had the key. */
  wasSeen(bucket: string, key: string): boolean {
    return this.seen.has(hashOf(bucket, key));
  }

  /** Notes a finding; true when it is a new one. */
  addFinding(
    finding: string,
    { bucket, key, version_id }: { bucket: string; key: string; version_id: string | null },
  ): boolean {
    const before = this.findings.size;
    this.findings.add(hashOf(finding, bucket, key, version_id ?? ""));
    return this.findings.size > before;
  }

  get size(): number {
    return this.keys.size;
  }
}

function stateHash({ bucket, key, etag, size_bytes }: ObjectState): bigint {
  return hashOf(bucket, key, etag ?? "", String(size_bytes));
}

function hashOf(...parts: readonly string[]): bigint {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest().readBigUInt64LE(0);
}

/** A set of 64-bit numbers with open addressing; 0 stands for an empty place, and is stored as 1. */
class HashSet {
  size = 0;
  private slots = new BigUint64Array(1024);

  add(value: bigint): void {
    if (this.size * 2 >= this.slots.length) this.enlarge();
    const at = this.placeOf(value);
    if (this.slots[at] !== 0n) return;
    this.slots[at] = value === 0n ? 1n : value;
    this.size += 1;
  }

  has(value: bigint): boolean {
    return this.slots[this.placeOf(value)] !== 0n;
  }

  private placeOf(value: bigint): number {
    const sought = value === 0n ? 1n : value;
    const mask = this.slots.length - 1;
    let at = Number(sought & 0xffff_ffffn) & mask;
    while (this.slots[at] !== 0n && this.slots[at] !== sought) at = (at + 1) & mask;
    return at;
  }

  private enlarge(): void {
    const old = this.slots;
    this.slots = new BigUint64Array(old.length * 2);
    for (const value of old) if (value !== 0n) this.slots[this.placeOf(value)] = value;
  }
}
