import type { QueryFile } from "../../../queries/query-file.ts";
import type { Availability } from "../../../queries/views/query-availability.ts";
import { span, wrapWords } from "../../text/fit.ts";
import { safeText } from "../../text/safe-text.ts";
import type { Line, StyleName } from "../../state/types.ts";

/** Longest text of a query file that is shown whole. */
const WORDS_MAX = 4000;

/** What a query asks, needs, takes and cannot show, in lines of at most `width` columns. */
export function queryWords(query: QueryFile, availability: Availability | null, width: number): Line[] {
  const paragraph = (text: string, style: StyleName = "plain"): Line[] => paragraphLines(text, width, style);
  const labelled = (label: string, text: string): Line[] => labelledLines(label, text, width);
  const lines = [...paragraph(query.title, "bold"), ...paragraph(query.question)];
  if (availability !== null && availability.reason !== null)
    lines.push(...paragraph(`! ${availability.reason}`, "warning"));
  lines.push(
    [span("")],
    ...labelled("phase", [query.phase, query.kind, query.severity, ...query.attack].join(", ")),
    ...labelled("reads", query.requires.length === 0 ? "no particular kind of record" : query.requires.join(", ")),
    ...labelled("a row", ROW_MEANINGS[query.counts]),
  );
  for (const param of query.params) {
    const otherwise = param.default === undefined ? "must be given" : `default ${param.default || "none"}`;
    lines.push(...labelled(param.name, `${param.choices?.join(" or ") ?? param.type}, ${otherwise}. ${param.help}`));
  }
  for (const text of query.false_positives) lines.push(...labelled("beware", text));
  lines.push(...labelled("cannot", query.cannot_show));
  if (query.next.length > 0) lines.push(...labelled("next", query.next.map((next) => next.query).join(", ")));
  return lines;
}

const ROW_MEANINGS: Readonly<Record<QueryFile["counts"], string>> = {
  records: "counts records: an action recorded in two accounts is two",
  actions: "counts actions: an action recorded in two accounts is one",
  things: "is a thing, such as a key or an account",
};

/** A text in lines of at most `width` columns. */
export function paragraphLines(text: string, width: number, style: StyleName = "plain"): Line[] {
  return wrapWords(safeText(text, WORDS_MAX), Math.max(1, width)).map((line) => [span(line, style)]);
}

/** The same as one text, to be read in a box of its own and copied. */
export function queryText(query: QueryFile, availability: Availability | null): string {
  return queryWords(query, availability, READING_WIDTH)
    .map((line) =>
      line
        .map(({ text }) => text)
        .join("")
        .trimEnd(),
    )
    .concat(query.references.map((reference) => `see      ${safeText(reference)}`))
    .join("\n");
}

const READING_WIDTH = 76;

/** At most so many of the lines; the last one says when there are more. */
export function firstLines(lines: readonly Line[], most: number, ellipsis: string): Line[] {
  if (lines.length <= most) return [...lines];
  const shown = lines.slice(0, Math.max(1, most));
  return [...shown.slice(0, -1), [...shown.at(-1)!, span(` ${ellipsis}`, "dim")]];
}

const LABEL_WIDTH = 8;

function labelledLines(label: string, text: string, width: number): Line[] {
  const name = safeText(label);
  const indent = " ".repeat(LABEL_WIDTH + 1);
  if (name.length > LABEL_WIDTH) {
    return [
      [span(name, "dim")],
      ...paragraphLines(text, width - indent.length).map((line): Line => [span(indent), ...line]),
    ];
  }
  return paragraphLines(text, width - indent.length).map((line, i): Line => [
    i === 0 ? span(`${name.padEnd(LABEL_WIDTH)} `, "dim") : span(indent),
    ...line,
  ]);
}
