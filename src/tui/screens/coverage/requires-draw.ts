import type { RequirementCoverage } from "../../../queries/views/coverage-requirements.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fit, fitLines, span, wrapWords } from "../../text/fit.ts";
import { formatNumber, plural } from "../../text/format.ts";
import { topOf } from "../drawn-pages.ts";
import type { CoverageState } from "./coverage-state.ts";

const DESCRIBED = 4;
const DESCRIBED_MIN = 9;
const WIDE = 100;
const MIDDLE = 76;

/** Name of the list for `drawn-pages.ts`. */
export function requiresList(level: Level): string {
  return `coverage requires ${level.id}`;
}

/** What the queries of the library read, and what the case holds of it. */
export function drawRequires(level: Level<CoverageState>, rect: Rect, context: DrawContext): Line[] {
  const rows = context.app.services.coverage.requirements().value ?? [];
  const cursor = Math.min(level.state.cursors.requires, Math.max(0, rows.length - 1));
  const isDescribed = rect.height >= DESCRIBED_MIN;
  const height = Math.max(1, rect.height - 1 - (isDescribed ? DESCRIBED + 1 : 0));
  const top = topOf(requiresList(level), cursor, { count: rows.length, height });
  const lines = rows.slice(top, top + height).map((row, i) => requirementLine(row, top + i === cursor, rect.width));
  const list = fitLines([headLine(rect.width), ...lines], { width: rect.width, height: height + 1 });
  if (!isDescribed) return list;
  const rule: Line = [span(context.theme.glyphs.horizontal.repeat(rect.width), "border")];
  const row = rows[cursor];
  const words = row === undefined ? [] : wrapWords(requirementWords(row), rect.width - 2);
  return [
    ...list,
    rule,
    ...fitLines(
      words.map((text): Line => [span(` ${text}`)]),
      { width: rect.width, height: DESCRIBED },
    ),
  ];
}

function headLine(width: number): Line {
  const times =
    width >= WIDE
      ? `  ${fit("first UTC", 17)}${fit("last UTC", 17)}`
      : width >= MIDDLE
        ? `  ${fit("last UTC", 17)}`
        : "";
  const text = `${fit("     required", 24)}${fit("records", 14, { align: "right" })}${fit("queries", 9, { align: "right" })}${times}`;
  return [span(text, "bold")];
}

function requirementLine(row: RequirementCoverage, isAtCursor: boolean, width: number): Line {
  const isLogged = row.records > 0;
  const style = isAtCursor ? "cursor" : isLogged ? "plain" : "dim";
  const time = (text: string | null): string => fit(text === null ? "" : text.slice(0, 16).replace("T", " "), 17);
  const times = width >= WIDE ? `  ${time(row.first)}${time(row.last)}` : width >= MIDDLE ? `  ${time(row.last)}` : "";
  const records = isLogged ? formatNumber(row.records) : "not logged";
  return [
    span(isAtCursor ? "> " : "  ", isAtCursor ? "cursor" : "key"),
    span(isLogged ? "+ " : "- ", isAtCursor ? "cursor" : isLogged ? "success" : "gap"),
    span(fit(row.requirement, 20), style),
    span(fit(records, 14, { align: "right" }), style),
    span(fit(formatNumber(row.queries.length), 9, { align: "right" }) + times, style),
  ];
}

function requirementWords({
  words,
  records,
  accounts,
  accounts_all,
  queries,
  first,
  last,
}: RequirementCoverage): string {
  const readers = `Read by ${plural(queries.length, "query", "queries")}: ${queries.join(", ")}.`;
  if (records === 0) return `No record of this category at all: the case holds no ${words}. ${readers}`;
  const span = first === null ? "without a time" : `${first} to ${last ?? first}`;
  return `${formatNumber(records)} ${words}, ${span}, in ${accounts} of ${plural(accounts_all, "account")}. ${readers}`;
}
