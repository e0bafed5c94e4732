import type { Glyphs } from "../terminal/theme.ts";

/** One glyph a value, from nothing to `max`; whatever is above zero shows. */
export function spark(values: readonly number[], max: number, { sparks }: Pick<Glyphs, "sparks">): string {
  return values.map((value) => sparks[stepOf(value, max, sparks.length - 1)] ?? " ").join("");
}

/** A bar that grows to the right, padded to `width` columns; whatever is above zero shows. */
export function bar(
  value: number,
  options: { readonly max: number; readonly width: number; readonly glyphs: Glyphs },
): string {
  const { max, width, glyphs } = options;
  const steps = glyphs.bars.length - 1;
  const total = stepOf(value, max, steps * width);
  const full = Math.floor(total / steps);
  let text = (glyphs.bars[steps] ?? "#").repeat(full);
  if (full < width) text += glyphs.bars[total % steps] ?? "";
  if (text === "" && value > 0) text = glyphs.bars[steps] ?? "#";
  return text.padEnd(width);
}

function stepOf(value: number, max: number, steps: number): number {
  if (!(value > 0) || !(max > 0)) return 0;
  return Math.min(steps, Math.max(1, Math.round((value / max) * steps)));
}
