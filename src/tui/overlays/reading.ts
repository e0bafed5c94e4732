import { drawModal } from "../components/modal.ts";
import { moveTo } from "../components/list-cursor.ts";
import { boxRect } from "../state/layout.ts";
import type { App, Command, OverlayDefinition } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { displayWidth, wrapToWidth } from "../../export/display-width.ts";
import { span } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";
import { closeCommand } from "./close-command.ts";

/** Text to read and to copy: the SQL of a view and its command. */
export interface Reading {
  readonly title: string;
  readonly parts: readonly ReadingPart[];
}

export interface ReadingPart {
  readonly heading: string;
  readonly text: string;
  /** A letter that copies it. */
  readonly copyKey: string;
}

interface ReadingState {
  readonly reading: Reading;
  readonly scroll: number;
}

const KIND = "reading";
const WIDTH = 110;
const LINE_MAX = 2000;
const LINES_MAX = 2000;

export const readingOverlay: OverlayDefinition<ReadingState> = {
  kind: KIND,
  name: "Text",
  capturesText: () => true,
  commands: [
    closeCommand(KIND, { keys: ["esc", "enter"] }),
    ...["up", "down", "page-up", "page-down", "first", "last"].map((move): Command => ({
      id: `reading.${move}`,
      title: move.replace("-", " "),
      scope: KIND,
      keys: [{ first: "home", last: "end" }[move] ?? move.replace("-", "")],
      hidden: true,
      run: (app) => scroll(app, move),
    })),
  ],
  hints: () => ["reading.close", "reading.down", "reading.up"],
  onText(text, app) {
    const state = current(app);
    const part = state?.reading.parts.find(({ copyKey }) => copyKey === text);
    if (part !== undefined) return app.copy(part.text, part.heading);
    const move = ({ j: "down", k: "up", g: "first", G: "last", " ": "page-down" } as Record<string, string>)[text];
    if (move !== undefined) scroll(app, move);
    else if (text === "q" || text === "v") app.closeOverlay();
  },
  draw({ reading, scroll: first }, screen, { theme }) {
    const width = Math.min(WIDTH, screen.width);
    const lines = readingLines(reading, width - 3);
    const height = Math.min(lines.length + 2, screen.height);
    const start = Math.min(first, Math.max(0, lines.length - (height - 2)));
    const rest = lines.length - start - (height - 2);
    const title = `${safeText(reading.title)}${rest > 0 ? `: ${rest} more lines below` : ""}`;
    return drawModal(screen, { title, lines: lines.slice(start), width, height, theme });
  },
};

/** Shows text over the view. */
export function openReading(app: App, reading: Reading): void {
  app.openOverlay(KIND, { reading, scroll: 0 });
}

function readingLines({ parts }: Reading, width: number): Line[] {
  const lines: Line[] = parts.flatMap(({ heading, text, copyKey }, index): Line[] => [
    ...(index === 0 ? [] : [[]]),
    [span(` ${heading}`, "title"), span(`   ${copyKey} `, "key"), span("copies it", "dim")],
    ...text
      .split("\n")
      .flatMap((line) => wrapLine(safeText(line, LINE_MAX), width))
      .map((line): Line => [span(` ${line}`)]),
  ]);
  return lines.slice(0, LINES_MAX);
}

function wrapLine(line: string, width: number): string[] {
  return displayWidth(line) <= width ? [line] : wrapToWidth(line, width);
}

function scroll(app: App, move: string): void {
  app.updateOverlay<ReadingState>((state) => {
    const { width, height: rows } = boxRect(app.store.getState());
    const n_rows = readingLines(state.reading, Math.min(WIDTH, width) - 3).length;
    const height = Math.min(n_rows, rows - 2);
    const next = moveTo({ cursor: state.scroll, scroll: 0 }, move, { n_rows, height });
    return { ...state, scroll: Math.min(next?.cursor ?? 0, Math.max(0, n_rows - height)) };
  });
}

function current(app: App): ReadingState | null {
  const { overlay } = app.store.getState();
  return overlay?.kind === KIND ? (overlay.state as ReadingState) : null;
}
