import xterm from "@xterm/headless";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Line, StyleName } from "../../../src/tui/state/types.ts";
import { ScreenWriter } from "../../../src/tui/terminal/screen-writer.ts";
import { fitLine, span } from "../../../src/tui/text/fit.ts";

const WIDTH = 24;
const HEIGHT = 4;

/** A terminal that is told what the writer writes, and what it then shows: characters and looks of all cells. */
async function shown(frames: readonly string[]): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: WIDTH, rows: HEIGHT, allowProposedApi: true, scrollback: 0 });
  for (const bytes of frames) await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const { active } = terminal.buffer;
  const rows = Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (__, x) => {
      const cell = active.getLine(y)?.getCell(x);
      const look = [cell?.isBold(), cell?.isDim(), cell?.isInverse(), cell?.isUnderline(), cell?.getFgColor()].join(
        " ",
      );
      return `${cell?.getChars() || " "}[${look}]`;
    }).join(""),
  );
  terminal.dispose();
  return rows;
}

const STYLES: readonly StyleName[] = ["plain", "dim", "cursor", "cursor-cell", "border", "error", "key"];
const TEXTS = ["abc", " ", "          ", "─┐│…", "日本語", "e\u0301x", "0123456789", "é", "1 of 20"];
const LINE: fc.Arbitrary<Line> = fc
  .array(fc.record({ text: fc.constantFrom(...TEXTS), style: fc.constantFrom(...STYLES) }), { maxLength: 5 })
  .map((spans) => fitLine(spans, WIDTH));
const FRAME = fc.array(LINE, { minLength: HEIGHT, maxLength: HEIGHT });

test("a screen that was changed frame by frame is the one that is written whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(FRAME, { minLength: 1, maxLength: 5 }), async (frames) => {
      const writer = new ScreenWriter({ color: true });
      const changed = await shown(frames.map((lines) => writer.frame(lines, WIDTH)));
      const whole = await shown([new ScreenWriter({ color: true }).frame(frames.at(-1)!, WIDTH)]);
      expect(changed).toEqual(whole);
    }),
    { numRuns: 150 },
  );
});

const plain = (...texts: readonly string[]): Line[] =>
  Array.from({ length: HEIGHT }, (_, y) => fitLine([span(texts[y] ?? "")], WIDTH));

test("the same frame is not written again", () => {
  const writer = new ScreenWriter({ color: true });
  expect(writer.frame(plain("a", "b"), WIDTH)).not.toBe("");

  expect(writer.frame(plain("a", "b"), WIDTH)).toBe("");
});

test("only the cells that differ are written", () => {
  const writer = new ScreenWriter({ color: true });
  writer.frame(plain("events  row 3 of 37 ────", "same"), WIDTH);

  const bytes = writer.frame(plain("events  row 4 of 37 ────", "same"), WIDTH);

  expect(bytes).toBe("\u001b[?2026h\u001b[1;13H4\u001b[?2026l");
});

test("what ends in spaces is erased, not overwritten", () => {
  const writer = new ScreenWriter({ color: true });
  writer.frame(plain("a long line of words"), WIDTH);

  expect(writer.frame(plain("a"), WIDTH)).toBe("\u001b[?2026h\u001b[1;3H\u001b[K\u001b[?2026l");
});

test.each([
  ["after forget", WIDTH, true],
  ["at another width", WIDTH - 1, false],
])("%s everything is written anew", (_, width, isForgotten) => {
  const writer = new ScreenWriter({ color: true });
  writer.frame(plain("a"), WIDTH);
  if (isForgotten) writer.forget();

  const bytes = writer.frame(
    plain("a").map((line) => fitLine(line, width)),
    width,
  );

  expect(bytes).toContain("\u001b[H\u001b[J");
  expect(bytes).toContain("a");
});

test("a line with characters of uncertain width is written whole, after erasing it", () => {
  const writer = new ScreenWriter({ color: true });
  writer.frame(plain("日本語 1"), WIDTH);

  expect(writer.frame(plain("日本語 2"), WIDTH)).toContain("\u001b[1;1H\u001b[K\u001b[?7l日本語 2");
});

test("a line that the terminal takes for wider than we do leaves the line below as it is", async () => {
  const writer = new ScreenWriter({ color: true });
  const first = writer.frame(plain("a", "below"), WIDTH);
  const tooWide = [[span("日".repeat(WIDTH))], ...plain("a", "below").slice(1)];

  const rows = await shown([first, writer.frame(tooWide, WIDTH)]);

  expect(rows[1]).toBe((await shown([first]))[1]);
});

test("a control character that a view forgot to escape does not reach the terminal", () => {
  const writer = new ScreenWriter({ color: true });

  const bytes = writer.frame(plain("evil\u001b]0;title\u0007"), WIDTH);

  expect(bytes).toContain("evil?]0;title?");
});

test("without colour bold and inverse stay", () => {
  const line: Line = fitLine([span("title", "title"), span("row", "cursor")], WIDTH);
  const bytes = new ScreenWriter({ color: false }).frame([line], WIDTH);

  expect(bytes).toContain("\u001b[1mtitle\u001b[m\u001b[7mrow\u001b[m");
});
