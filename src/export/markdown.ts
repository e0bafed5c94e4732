import { displayCell, isRightAligned } from "./display-cell.ts";
import { type AtEnd, formatRows, resolveAtEnd, type ResultColumn, type RowChunks } from "./result-table.ts";
import { escapeControls } from "./sanitise.ts";

export interface MarkdownOptions {
  /** A list under the table, an item for each line. */
  readonly footer?: AtEnd<readonly string[]>;
}

// An underscore inside a word is plain text in GitHub's Markdown; escaping it would only blur the names of columns.
// The last two are what GitHub makes a link of without any brackets.
const MARKUP = /[\\`*[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=www)\./gi;
const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * A GitHub table. Evidence shows as its characters: no cell can break the table, start a link, load an image or open
 * a tag in the page that shows the report. Line breaks appear as `\n`.
 */
export async function* formatMarkdown(
  columns: readonly ResultColumn[],
  chunks: RowChunks,
  options: MarkdownOptions = {},
): AsyncGenerator<string> {
  yield tableLine(columns.map(({ name }) => escapeMarkdown(escapeControls(name))));
  yield tableLine(columns.map((column) => (isRightAligned(column) ? "---:" : "---")));
  yield* formatRows(chunks, (row) =>
    tableLine(columns.map((column, index) => escapeMarkdown(displayCell(row[index] ?? null, column)))),
  );
  const footer = resolveAtEnd(options.footer ?? []);
  if (footer.length > 0) yield `\n${footer.map((line) => `- ${escapeMarkdown(escapeControls(line))}\n`).join("")}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(MARKUP, "\\$&").replace(/[&<>]/g, (character) => HTML[character] ?? character);
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}
