import { expect, test } from "vitest";
import { drawChips, type Chip } from "../../../src/tui/components/chips.ts";
import { makeTheme } from "../../../src/tui/terminal/theme.ts";
import { lineWidth, textOf } from "../../../src/tui/text/fit.ts";

const LONG = "userIdentity.arn=arn:aws:iam::111122223333:role/a-very-long-name-of-a-role";
const theme = makeTheme({ color: true, ascii: false });

function drawn(chips: readonly Chip[], width: number, cursor: number | null = null): string {
  const line = drawChips(chips, { width, label: "filters:", none: "none", cursor, theme });
  expect(lineWidth(line)).toBeLessThanOrEqual(width);
  return textOf(line).trimEnd();
}

test("a long chip is whole where the line has room for it", () => {
  expect(drawn([{ text: LONG, on: true }], 120)).toBe(` filters: ${LONG}`);
});

test("two long ones share the room", () => {
  const text = drawn(
    [
      { text: LONG, on: true },
      { text: LONG.replace("role", "user"), on: true },
    ],
    120,
  );

  expect(text.match(/…/g)).toHaveLength(2);
  expect(text).toMatch(/arn:aws:iam::1111.*arn:aws:iam::1111/);
  expect(text.length).toBeGreaterThan(110);
});

test("no chip is cut below forty columns: the others are counted", () => {
  const chips = Array.from({ length: 6 }, (_, i) => ({ text: `${i}${LONG}`, on: true }));

  const text = drawn(chips, 120);

  expect(text).toMatch(/0userIdentity\.arn=arn:aws:iam::11112222… {2}1/);
  expect(text).toMatch(/\+4 more$/);
});

test("a chip that is off says so in words, and has room for them", () => {
  expect(drawn([{ text: LONG, on: false }], 100)).toBe(` filters: ${LONG}(off)`);
});

test("the chip with the cursor is shown", () => {
  const chips = Array.from({ length: 6 }, (_, i) => ({ text: `${i}${LONG}`, on: true }));

  expect(drawn(chips, 80, 5)).toMatch(/5 before {2}5userIdentity/);
});
