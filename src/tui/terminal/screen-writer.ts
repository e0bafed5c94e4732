import type { Line } from "../state/types.ts";
import { sgrOf } from "./palette.ts";
import type { Theme } from "./theme.ts";

/*
 * Ink draws by building every cell of the screen anew for each frame. Here only the lines that changed are looked at,
 * and of those only the cells that differ are written: a cursor move is two rows and a number.
 */

const BEGIN_FRAME = "\u001b[?2026h";
const END_FRAME = "\u001b[?2026l";
const HOME_AND_ERASE = "\u001b[m\u001b[H\u001b[J";
const ERASE_TO_END = "\u001b[K";
const PLAIN = "\u001b[m";
/** Off: what a terminal makes wider than we do ends at the edge instead of running over into the line below. */
const WRAP_OFF = "\u001b[?7l";
const WRAP_ON = "\u001b[?7h";

/** Characters that every terminal gives one column: what a cell can be counted by. */
const SURE = /^[\x20-\x7e\xa1-\xac\xae-\xff\u0100-\u017f\u2010-\u2027\u2190-\u2193\u2500-\u259f]*$/;
/** Nothing of these may reach the terminal, should a view ever forget to make a text harmless. */
// eslint-disable-next-line no-control-regex -- These are what is looked for.
const DRIVING = /[\u0000-\u001f\u007f-\u009f]/g;

/** So many equal cells between two changes cost about as much as going over them. */
const GAP_CELLS = 8;
/** From so many spaces on, erasing to the end is shorter. */
const BLANKS_MIN = 4;

interface ShownLine {
  readonly line: Line;
  /** Equal for lines that look alike. */
  readonly key: string;
}

/** Knows what is on the screen, and writes as little as makes it another frame. */
export class ScreenWriter {
  private readonly theme: Pick<Theme, "color">;
  private shown: readonly ShownLine[] | null = null;
  private width = 0;

  constructor(theme: Pick<Theme, "color">) {
    this.theme = theme;
  }

  /** What is on the screen is not ours any more: the next frame is written whole. */
  forget(): void {
    this.shown = null;
  }

  /** Bytes that turn the screen into these lines, each `width` columns wide; empty when it shows them already. */
  frame(lines: readonly Line[], width: number): string {
    const next = lines.map((line): ShownLine => ({ line, key: this.keyOf(line) }));
    const before = this.width === width && this.shown?.length === next.length ? this.shown : null;
    this.shown = next;
    this.width = width;
    const changes = next.map((line, y) => {
      const old = before === null ? BLANK : before[y]!;
      return old.key === line.key ? "" : this.lineChange(y, old, line);
    });
    const text = changes.join("");
    if (before !== null && text === "") return "";
    return `${BEGIN_FRAME}${before === null ? HOME_AND_ERASE : ""}${text}${END_FRAME}`;
  }

  private keyOf(line: Line): string {
    let key = "";
    for (const { text, style } of line) key += `${sgrOf(style, this.theme)}\n${text}\n`;
    return key;
  }

  private lineChange(y: number, before: ShownLine, next: ShownLine): string {
    const [old, cells] = [this.cellsOf(before.line), this.cellsOf(next.line)];
    if (cells === null || old === null) {
      const whole = next.line.map(({ text, style }) => this.painted(text.replaceAll(DRIVING, "?"), style)).join("");
      return `${cursorTo(y, 0)}${ERASE_TO_END}${WRAP_OFF}${whole}${WRAP_ON}`;
    }
    return changedRuns(old, cells, this.width)
      .map(([from, to]) => this.runText(y, cells, [from, to]))
      .join("");
  }

  /** The cells of a run; spaces at the end of the line are erased instead of written. */
  private runText(y: number, cells: Cells, [from, to]: readonly [number, number]): string {
    const isToEnd = to === this.width && this.width - cells.blankFrom >= BLANKS_MIN;
    const end = isToEnd ? Math.max(from, cells.blankFrom) : to;
    let text = cursorTo(y, from);
    for (let at = from; at < end;) {
      const look = cells.looks[at]!;
      let until = at + 1;
      while (until < end && cells.looks[until] === look) until += 1;
      const part = cells.text.slice(at, until);
      text += look === "" ? part : `\u001b[${look}m${part}${PLAIN}`;
      at = until;
    }
    return isToEnd ? text + ERASE_TO_END : text;
  }

  private painted(text: string, style: Line[number]["style"]): string {
    const look = sgrOf(style, this.theme);
    return look === "" ? text : `\u001b[${look}m${text}${PLAIN}`;
  }

  /** Null for a line with characters about whose columns there may be two opinions. */
  private cellsOf(line: Line): Cells | null {
    let text = "";
    const looks: string[] = [];
    for (const span of line) {
      if (!SURE.test(span.text)) return null;
      const look = sgrOf(span.style, this.theme);
      text += span.text;
      for (let i = 0; i < span.text.length; i += 1) looks.push(look);
    }
    while (looks.length < this.width) looks.push("");
    text = text.padEnd(this.width);
    let blankFrom = this.width;
    while (blankFrom > 0 && text[blankFrom - 1] === " " && looks[blankFrom - 1] === "") blankFrom -= 1;
    return text.length === this.width ? { text, looks, blankFrom } : null;
  }
}

/** One character and one look a column. */
interface Cells {
  readonly text: string;
  readonly looks: readonly string[];
  /** From here on there are only plain spaces. */
  readonly blankFrom: number;
}

/** A line as an erased screen has it. */
const BLANK: ShownLine = { line: [], key: "" };

/** Stretches of cells that differ, half-open; those that are close to each other as one. */
function changedRuns(old: Cells, next: Cells, width: number): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (let x = 0; x < width; x += 1) {
    if (old.text[x] === next.text[x] && old.looks[x] === next.looks[x]) continue;
    // What is erased at the end of the line is erased in one.
    const until = x >= next.blankFrom && width - next.blankFrom >= BLANKS_MIN ? width : x + 1;
    const last = runs.at(-1);
    if (last !== undefined && x - last[1] <= GAP_CELLS) last[1] = until;
    else runs.push([x, until]);
    x = until - 1;
  }
  return runs;
}

function cursorTo(y: number, x: number): string {
  return `\u001b[${y + 1};${x + 1}H`;
}
