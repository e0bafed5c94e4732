import type { Line, Rect } from "../state/types.ts";
import type { Theme } from "../terminal/theme.ts";
import { drawPane } from "./pane.ts";

export interface ModalOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  /** With borders; never more than the screen has. */
  readonly width: number;
  readonly height?: number;
  readonly theme: Theme;
}

/** A box in the middle of the screen, as high as its lines unless said. Lines have `width - 2` columns at most. */
export function drawModal(screen: Rect, options: ModalOptions): { rect: Rect; lines: Line[] } {
  const width = Math.min(options.width, screen.width);
  const height = Math.min(options.height ?? options.lines.length + 2, screen.height);
  const rect = {
    x: screen.x + Math.floor((screen.width - width) / 2),
    y: screen.y + Math.floor((screen.height - height) / 2),
    width,
    height,
  };
  const { title, lines, theme } = options;
  return { rect, lines: drawPane({ width, height, title, focused: true, lines, theme }) };
}
