import { LOCAL_BYTES } from "./zip-local.ts";

/** Where the members of a zip lie, 16 bytes for each: members that share data make a bomb of a small file. */
export class ZipExtents {
  count = 0;
  private starts = new Float64Array(1024);
  private ends = new Float64Array(1024);
  private readonly overlapping = new Set<number>();
  private sorted = new Float64Array(0);
  private readonly limit: number;

  /** `limit` is where the directory begins: no member reaches into it. */
  constructor(limit: number) {
    this.limit = limit;
  }

  add(at: number, packedBytes: number): void {
    if (this.count === this.starts.length) {
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
    }
    this.starts[this.count] = at;
    this.ends[this.count] = at + LOCAL_BYTES + packedBytes;
    this.count += 1;
  }

  /**
   * Finds the members that reach into the next one. An entry that names a place where no member is must not spoil the
   * one that lies there, so where something overlaps, `isMember` is asked.
   */
  sort(isMember: (at: number) => boolean): void {
    const { starts } = this;
    const order = Uint32Array.from({ length: this.count }, (_, i) => i).sort((a, b) => starts[a]! - starts[b]!);
    this.sorted = Float64Array.from(order, (i) => starts[i]!);
    this.findOverlaps(order);
    if (this.overlapping.size === 0) return;
    this.overlapping.clear();
    this.findOverlaps(order.filter((i) => isMember(starts[i]!)));
  }

  private findOverlaps(order: Uint32Array): void {
    for (const [i, entry] of order.entries()) {
      const following = order[i + 1];
      const next = following === undefined ? this.limit : this.starts[following]!;
      if (this.ends[entry]! > next) this.overlapping.add(entry);
    }
  }

  /** Whether the entry with this number in the directory reaches into another one. */
  isOverlapping(index: number): boolean {
    return this.overlapping.has(index);
  }

  /** Whether a listed member begins here. */
  begins(at: number): boolean {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return this.sorted[low] === at;
  }
}

function grown(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(numbers.length * 2);
  more.set(numbers);
  return more;
}
