import { displayWidth } from "../../export/display-width.ts";
import type { Line, Span } from "../state/types.ts";
import type { Theme } from "../terminal/theme.ts";
import { fit, span } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";

export interface Chip {
  /** `errorCode=AccessDenied`, from evidence or not. */
  readonly text: string;
  readonly on: boolean;
}

export interface ChipsOptions {
  readonly width: number;
  /** Before the chips: `filters:`. */
  readonly label: string;
  /** Instead of chips when there are none. */
  readonly none: string;
  /** Index of the chip with the cursor; null without focus. */
  readonly cursor: number | null;
  readonly theme: Theme;
}

/** A chip is cut to so much where there are more than the line has room for. */
const CHIP_MAX = 40;

/** Filters in one line. Chips that are off say so in words; those that do not fit are counted. */
export function drawChips(chips: readonly Chip[], { width, label, none, cursor, theme }: ChipsOptions): Line {
  const { ellipsis } = theme.glyphs;
  const spans: Span[] = [span(` ${label} `, "dim")];
  let used = displayWidth(spans[0]!.text);
  if (chips.length === 0) spans.push(span(none, "dim"));
  const longest = longestChip(chips, width - used);
  const first = cursor === null ? 0 : firstShown(chips, cursor, { width: width - used - 8, longest });
  if (first > 0) {
    const more = `${first} before  `;
    spans.push(span(more, "dim"));
    used += more.length;
  }
  for (const [index, chip] of chips.entries()) {
    if (index < first) continue;
    const text = chipText(chip, { longest, ellipsis });
    const rest = chips.length - index - 1;
    const reserve = rest > 0 ? ` +${rest} more`.length : 0;
    if (used + displayWidth(text) + 2 + reserve > width && index > first) {
      spans.push(span(`+${rest + 1} more`, "dim"));
      break;
    }
    const style = index === cursor ? "cursor" : chip.on ? "chip" : "chip-off";
    const shown = fit(text, Math.min(displayWidth(text), Math.max(1, width - used - 2)), { ellipsis });
    spans.push(span(shown, style), span("  "));
    used += displayWidth(shown) + 2;
  }
  return spans;
}

/** How long a chip may be so that all of them have room; never shorter than `CHIP_MAX`. */
function longestChip(chips: readonly Chip[], width: number): number {
  const widths = chips.map(({ text, on }) => displayWidth(safeText(text, width)) + (on ? 2 : 2 + OFF.length));
  const taken = (longest: number): number => widths.reduce((sum, one) => sum + Math.min(one, longest + 2), 0);
  let longest = Math.max(CHIP_MAX, width);
  while (longest > CHIP_MAX && taken(longest) > width) longest -= 1;
  return longest;
}

const OFF = "(off)";

interface ChipCut {
  readonly longest: number;
  readonly ellipsis: string;
}

function chipText({ text, on }: Chip, { longest, ellipsis }: ChipCut): string {
  const shown = fit(safeText(text, longest), longest, { ellipsis }).trimEnd();
  return on ? shown : `${shown}${OFF}`;
}

/** The first chip shown, so that the one with the cursor is. */
function firstShown(
  chips: readonly Chip[],
  cursor: number,
  { width, longest }: { readonly width: number; readonly longest: number },
): number {
  let used = 0;
  for (let index = cursor; index >= 0; index -= 1) {
    used += displayWidth(chipText(chips[index] ?? { text: "", on: true }, { longest, ellipsis: "~" })) + 2;
    if (used > width) return Math.min(cursor, index + 1);
  }
  return 0;
}
