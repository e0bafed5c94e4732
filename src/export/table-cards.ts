import { displayWidth, truncateToWidth, wrapToWidth } from "./display-width.ts";
import type { ResultColumn } from "./result-table.ts";
import { COLUMN_GAP, type Glyphs, type RowLayout } from "./table-layout.ts";

/** In a narrow terminal names are cut before the values get less room than this. */
const VALUE_MIN = 20;
const NAME_MIN = 8;

/** Each row as lines of `name  value` under a numbered rule; long values are wrapped, so that nothing is cut. */
export function cardFormatter(columns: readonly ResultColumn[], width: number, glyphs: Glyphs): RowLayout {
  const longestName = Math.max(0, ...columns.map(({ name }) => displayWidth(name)));
  const nameWidth = Math.min(longestName, Math.max(NAME_MIN, width - COLUMN_GAP - VALUE_MIN));
  const indent = " ".repeat(nameWidth + COLUMN_GAP);
  const valueWidth = Math.max(1, width - indent.length);

  const names = columns.map(({ name }) => {
    const shown = truncateToWidth(name, nameWidth, { mark: glyphs.cut, cut: "end" });
    return shown + " ".repeat(indent.length - displayWidth(shown));
  });

  let number = 0;
  const formatRow = (cells: readonly string[]): string => {
    number += 1;
    const lines = columns.map((_, index) => {
      const value = wrapToWidth(cells[index] ?? "", valueWidth).join(`\n${indent}`);
      return `${names[index]}${value}`.trimEnd();
    });
    return `${ruleOf(number)}${lines.join("\n")}\n`;
  };
  const ruleOf = (label: number): string => {
    const start = `${glyphs.rule} ${label} `;
    return `${start}${glyphs.rule.repeat(Math.max(0, width - displayWidth(start)))}\n`;
  };
  return { header: "", formatRow, end: `${glyphs.rule.repeat(width)}\n` };
}
