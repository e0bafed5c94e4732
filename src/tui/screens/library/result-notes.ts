import { queryCommand } from "../../../queries/query-command.ts";
import type { QueryFile } from "../../../queries/query-file.ts";
import type { ResultNotes } from "../../../queries/run-query.ts";
import type { ResultRow } from "../../../store/result-table.ts";
import type { ResultState as Kept } from "../../services/library-results.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Line, Rect } from "../../state/types.ts";
import { fitLine, span } from "../../text/fit.ts";
import { formatNumber, plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { firstLines, paragraphLines } from "./query-words.ts";

/** Below so many lines there is room for the least alone. */
const NOTES_MIN = 14;

/** Why the row under the cursor is one; for where there is no room to show the row whole beside the table. */
export function whyLines(
  { columns }: Kept,
  { row, ellipsis }: { row: ResultRow | null; ellipsis: string },
  { width, height }: Pick<Rect, "width" | "height">,
): Line[] {
  const why = row?.[columns.findIndex(({ name }) => name === "why")] ?? null;
  if (why === null) return [];
  const lines = firstLines(paragraphLines(String(why), width - 10), height >= 20 ? 3 : 1, ellipsis);
  return lines.map((line, i): Line => fitLine([span(i === 0 ? " why   " : "       ", "title"), ...line], width));
}

/** Under the rows: what the numbers mean, what was recorded, and what the output cannot show. */
export function noteLines(
  { query, kept, left_out }: { query: QueryFile; kept: Kept; left_out: readonly string[] },
  { width, height }: Pick<Rect, "width" | "height">,
  context: DrawContext,
): Line[] {
  const { horizontal, ellipsis } = context.theme.glyphs;
  const isLow = height < NOTES_MIN;
  const words = paragraphLines(`cannot show: ${query.cannot_show}`, width - 4, "dim");
  const cannot = firstLines(words, isLow || height < 20 ? 1 : 2, ellipsis).map((line): Line => [span(" "), ...line]);
  const without: Line[] =
    left_out.length === 0 ? [] : [[span(` ! not narrowed by ${safeText(left_out.join(", "))}`, "warning")]];
  const facts = [...meaningLines(kept, context), ...without, ...coverageLines(kept)];
  const room = isLow ? 1 : Math.max(2, Math.floor(height / 3) - cannot.length);
  return [[span(horizontal.repeat(width), "border")] as Line, ...firstLines(facts, room, ellipsis), ...cannot].map(
    (line) => fitLine(line, width, { ellipsis }),
  );
}

function meaningLines(kept: Kept, { app }: DrawContext): Line[] {
  if (kept.result === null) return [];
  const { notes, isComplete, removals } = kept.result;
  const lines: Line[] = [[span(` ${meaningOf(notes)}`)]];
  if (!isComplete) {
    const command = queryCommand(kept.request, app.caseFacts().folder);
    lines.unshift([
      span(" there are more: X exports all of them, Y copies the command  ", "warning"),
      span(safeText(`${command} --format csv -o FILE`)),
    ]);
  }
  return [...lines, ...removals.map((text): Line => [span(` ! ${safeText(text)}`, "warning")])];
}

/** What stands in place of the rows when there are none, in the body. */
function coverageLines({ result, rows }: Kept): Line[] {
  if (result === null || rows.length === 0) return [];
  return result.notes.coverage.map(({ text }): Line => [span(` ${safeText(text)}`, "dim")]);
}

function meaningOf({ rows, limited, counts, scope, as_of }: ResultNotes): string {
  const total = limited ? `${formatNumber(rows)}+ rows` : plural(rows, "row");
  return `${total}, counts ${counts}, scope: ${safeText(scope)}, as of ${as_of ?? "no dated event"}`;
}
