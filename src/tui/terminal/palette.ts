import type { StyleName } from "../state/types.ts";
import type { Theme } from "./theme.ts";

/** Attributes of a style by their SGR numbers; colours are of the 16 that every terminal has, and left out without colour. */
interface Look {
  readonly attributes?: readonly number[];
  readonly color?: number;
}

const BOLD = 1;
const DIM = 2;
const UNDERLINE = 4;
const INVERSE = 7;
const STRIKE = 9;
const [RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN] = [31, 32, 33, 34, 35, 36];
const [BRIGHT_BLACK, BRIGHT_RED] = [90, 91];

const LOOKS: Record<StyleName, Look> = {
  plain: {},
  dim: { attributes: [DIM] },
  bold: { attributes: [BOLD] },
  title: { attributes: [BOLD], color: CYAN },
  border: { color: BRIGHT_BLACK },
  "border-focused": { attributes: [BOLD], color: CYAN },
  cursor: { attributes: [INVERSE] },
  "cursor-cell": { attributes: [BOLD, UNDERLINE, INVERSE] },
  match: { attributes: [BOLD, UNDERLINE], color: YELLOW },
  mark: { color: YELLOW },
  error: { color: RED },
  warning: { color: YELLOW },
  success: { color: GREEN },
  gap: { color: MAGENTA },
  key: { attributes: [BOLD] },
  chip: { color: CYAN },
  "chip-off": { attributes: [DIM, STRIKE] },
  "severity-critical": { attributes: [BOLD, INVERSE], color: RED },
  "severity-high": { attributes: [BOLD], color: BRIGHT_RED },
  "severity-medium": { color: YELLOW },
  "severity-low": { color: BLUE },
  "severity-info": { attributes: [DIM] },
};

/** The numbers that begin a style, as `ESC [ … m` takes them; empty for plain text. */
export function sgrOf(style: StyleName, { color }: Pick<Theme, "color">): string {
  return color ? COLORED[style] : COLORLESS[style];
}

const COLORED = numbersOf(true);
const COLORLESS = numbersOf(false);

function numbersOf(color: boolean): Readonly<Record<StyleName, string>> {
  const numbers = Object.entries(LOOKS).map(([style, look]) => {
    const codes = [...(look.attributes ?? []), ...(color && look.color !== undefined ? [look.color] : [])];
    return [style, codes.join(";")];
  });
  return Object.fromEntries(numbers) as Record<StyleName, string>;
}
