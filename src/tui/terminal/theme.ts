/** How things look on this terminal. */
export interface Theme {
  /** False with NO_COLOR: bold and inverse stay. */
  readonly color: boolean;
  /** Borders, sparks and ellipses of ASCII alone. */
  readonly ascii: boolean;
  readonly glyphs: Glyphs;
}

export interface Glyphs {
  readonly horizontal: string;
  readonly vertical: string;
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  /** Stands for a part left out. */
  readonly ellipsis: string;
  /** From nothing to full, nine steps. */
  readonly sparks: readonly string[];
  /** From nothing to full, nine steps of a bar that grows to the right. */
  readonly bars: readonly string[];
  readonly treeBranch: string;
  readonly treeLast: string;
  readonly treeLine: string;
  /** Between two words of a line: `rows 4 ms · facets 62 ms`. */
  readonly dot: string;
  readonly up: string;
  readonly down: string;
  readonly left: string;
  readonly right: string;
  readonly ticked: string;
  readonly unticked: string;
}

const UNICODE: Glyphs = {
  horizontal: "─",
  vertical: "│",
  topLeft: "┌",
  topRight: "┐",
  bottomLeft: "└",
  bottomRight: "┘",
  ellipsis: "…",
  sparks: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  bars: ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  treeBranch: "├─ ",
  treeLast: "└─ ",
  treeLine: "│  ",
  dot: " · ",
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  ticked: "[x]",
  unticked: "[ ]",
};

const ASCII: Glyphs = {
  ...UNICODE,
  horizontal: "-",
  vertical: "|",
  topLeft: "+",
  topRight: "+",
  bottomLeft: "+",
  bottomRight: "+",
  ellipsis: "~",
  sparks: [" ", ".", ":", "-", "=", "+", "*", "%", "#"],
  bars: ["", "", "", "", "", "#", "#", "#", "#"],
  treeBranch: "|- ",
  treeLast: "`- ",
  treeLine: "|  ",
  dot: " | ",
  up: "^",
  down: "v",
  left: "<",
  right: ">",
};

export function makeTheme({ color, ascii }: { readonly color: boolean; readonly ascii: boolean }): Theme {
  return { color, ascii, glyphs: ascii ? ASCII : UNICODE };
}
