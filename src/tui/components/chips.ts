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

const CHIP_MAX = 40;

/** Filters in one line. Chips that are off say so in words; those that do not fit are counted. */
export function drawChips(chips: readonly Chip[], { width, label, none, cursor, theme }: ChipsOptions): Line {
  const { ellipsis } = theme.glyphs;
  const spans: Span[] = [span(` ${label} `, "dim")];
  let used = displayWidth(spans[0]!.text);
  if (chips.length === 0) spans.push(span(none, "dim"));
  const first = cursor === null ? 0 : firstShown(chips, cursor, width - used - 8);
  if (first > 0) {
    const more = `${first} before  `;
    spans.push(span(more, "dim"));
    used += more.length;
  }
  for (const [index, chip] of chips.entries()) {
    if (index < first) continue;
    const text = chipText(chip, ellipsis);
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

function chipText({ text, on }: Chip, ellipsis: string): string {
  const shown = fit(safeText(text, CHIP_MAX), CHIP_MAX, { ellipsis }).trimEnd();
  return on ? shown : `${shown}(off)`;
}

/** The first chip shown, so that the one with the cursor is. */
function firstShown(chips: readonly Chip[], cursor: number, width: number): number {
  let used = 0;
  for (let index = cursor; index >= 0; index -= 1) {
    used += displayWidth(chipText(chips[index] ?? { text: "", on: true }, "~")) + 2;
    if (used > width) return Math.min(cursor, index + 1);
  }
  return 0;
}
