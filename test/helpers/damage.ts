import fc from "fast-check";

export type Damage = (bytes: Buffer) => Buffer;

/** One thing that happens to files; places are fractions of the length. */
const damage: fc.Arbitrary<Damage> = fc
  .record({
    kind: fc.constantFrom("truncate", "behead", "flip", "overwrite", "insert", "remove", "repeat", "zero"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 400 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  })
  .map(({ kind, at, length, bytes }) => (whole) => {
    const from = Math.min(Math.floor(at * whole.length), Math.max(0, whole.length - 1));
    const [before, middle, after] = [
      whole.subarray(0, from),
      whole.subarray(from, from + length),
      whole.subarray(from + length),
    ];
    switch (kind) {
      case "truncate":
        return before;
      case "behead":
        return whole.subarray(from);
      case "flip":
        return Buffer.concat([
          before,
          Buffer.from([(whole[from] ?? 0) ^ (1 << (length % 8))]),
          whole.subarray(from + 1),
        ]);
      case "overwrite":
        return Buffer.concat([before, bytes, whole.subarray(from + bytes.length)]);
      case "insert":
        return Buffer.concat([before, bytes, whole.subarray(from)]);
      case "remove":
        return Buffer.concat([before, after]);
      case "repeat":
        return Buffer.concat([before, middle, middle, after]);
      default:
        return Buffer.concat([before, Buffer.alloc(middle.length), after]);
    }
  });

/** A few of them, one after the other. */
export const damages = fc.array(damage, { minLength: 1, maxLength: 3 });

export function applyAll(bytes: Buffer, all: readonly Damage[]): Buffer {
  return all.reduce((damaged, apply) => apply(damaged), bytes);
}
