import { HASH_PRIME, HASH_START, placeOf } from "../byte-slice.ts";

/** Bounds the memory; a full cache is emptied. */
const TUPLES_MAX = 16_384;
const PLACES = TUPLES_MAX * 2;
const INTEGERS_MAX = TUPLES_MAX * 24;

/** Keeps what follows from a list of integers, such as the numbers of texts in a shard. */
export class TupleCache<T> {
  /** The tuple that `find` and `add` are about, to be filled before, up to `length`. */
  readonly key: Int32Array;
  length: number;
  private tuples = new Int32Array(1024);
  /** Where each tuple begins in `tuples`, and where the next one would. */
  private readonly starts = new Int32Array(TUPLES_MAX + 1);
  private values: T[] = [];
  /** 1 + the index of a tuple, by hash. */
  private readonly places = new Int32Array(PLACES);
  /** Where the tuple last looked for belongs. */
  private place = 0;

  /** For tuples of at most `width` integers; all have that many unless `length` is set. */
  constructor(width: number) {
    this.key = new Int32Array(width);
    this.length = width;
  }

  /** What was added for `key`; undefined when nothing was. */
  find(): T | undefined {
    const { key, length, tuples, starts, places } = this;
    let hash = HASH_START;
    for (let i = 0; i < length; i += 1) hash = Math.imul(hash ^ key[i]!, HASH_PRIME);
    for (let place = placeOf(hash, PLACES - 1); ; place = (place + 1) & (PLACES - 1)) {
      const index = places[place]! - 1;
      if (index < 0) {
        this.place = place;
        return undefined;
      }
      const at = starts[index]!;
      if (starts[index + 1]! - at !== length) continue;
      let i = 0;
      while (i < length && tuples[at + i] === key[i]) i += 1;
      if (i === length) return this.values[index]!;
    }
  }

  /** Keeps a value for `key`, for which `find` has just found none. */
  add(value: T): T {
    const { length } = this;
    if (this.values.length >= TUPLES_MAX || this.starts[this.values.length]! + length > INTEGERS_MAX) {
      this.clear();
      this.find();
    }
    const count = this.values.length;
    const at = this.starts[count]!;
    if (at + length > this.tuples.length) this.grow(at + length);
    this.tuples.set(this.key.subarray(0, length), at);
    this.starts[count + 1] = at + length;
    this.values.push(value);
    this.places[this.place] = count + 1;
    return value;
  }

  clear(): void {
    this.values = [];
    this.places.fill(0);
  }

  private grow(needed: number): void {
    const grown = new Int32Array(Math.max(this.tuples.length * 2, needed));
    grown.set(this.tuples);
    this.tuples = grown;
  }
}
