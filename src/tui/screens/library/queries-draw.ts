import type { QueryFile } from "../../../queries/query-file.ts";
import { scopeInWords } from "../../../queries/scope.ts";
import type { Availability } from "../../../queries/views/query-availability.ts";
import { readScope } from "../../../queries/views/query-form.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect, StyleName } from "../../state/types.ts";
import { fit, fitBoth, fitLines, fitValue, span } from "../../text/fit.ts";
import { plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import {
  availabilityCounts,
  listedQueries,
  listRows,
  queryAtCursor,
  type ListRow,
  type QueriesState,
} from "./queries-list.ts";
import { firstLines, queryWords } from "./query-words.ts";
import { severityStyle, severityWord } from "../severity.ts";

/** From so many columns on, the query under the cursor is described at the right. */
const SIDE_BY_SIDE_MIN = 110;
/** Below so many lines there is only the list. */
const DESCRIBED_MIN = 14;

export function drawQueries(level: Level<QueriesState>, rect: Rect, context: DrawContext): Line[] {
  const { library } = context.app.services;
  const { state } = level;
  const found = library.availabilityIn(readScope(state.scope).scope);
  const availability = found instanceof Map ? (found as ReadonlyMap<string, Availability>) : null;
  const queries = listedQueries(library.queries, state, availability);
  const query = queryAtCursor(queries, state.cursor);
  const head = [headLine(level, { shown: queries.length, availability: found, width: rect.width }, context)];
  const body = { ...rect, height: rect.height - head.length };
  if (query === null) return fitLines([...head, ...emptyLines(state)], rect);
  const rows = listRows(queries, availability);
  const draw = (room: Pick<Rect, "width" | "height">): Line[] =>
    listLines({ list: `queries ${level.id}`, rows, at: query }, room, context);
  const described = (width: number): Line[] => queryWords(query, availability?.get(query.id) ?? null, width - 2);
  if (rect.width >= SIDE_BY_SIDE_MIN) {
    const left = Math.floor(rect.width * 0.56);
    const right = rect.width - left - 3;
    const list = draw({ width: left, height: body.height });
    const words = fitLines(firstLines(described(right), body.height, context.theme.glyphs.ellipsis), {
      width: right,
      height: body.height,
    });
    const bar = span(` ${context.theme.glyphs.vertical} `, "border");
    return [...head, ...list.map((line, i): Line => [...line, bar, ...words[i]!])];
  }
  if (body.height < DESCRIBED_MIN) return [...head, ...draw(body)];
  const below = Math.min(8, Math.floor(body.height / 3));
  const rule: Line = [span(context.theme.glyphs.horizontal.repeat(rect.width), "border")];
  const words = described(rect.width - 4).map((line): Line => [span(" "), ...line]);
  return [
    ...head,
    ...draw({ width: rect.width, height: body.height - below - 1 }),
    rule,
    ...fitLines(firstLines(words, below, context.theme.glyphs.ellipsis), { width: rect.width, height: below }),
  ];
}

type Found = ReadonlyMap<string, Availability> | "loading" | Error | null;

function headLine(
  { state }: Level<QueriesState>,
  { shown, availability, width }: { shown: number; availability: Found; width: number },
  context: DrawContext,
): Line {
  const { queries, problems } = context.app.services.library;
  const { ellipsis } = context.theme.glyphs;
  const count = shown === queries.length ? plural(shown, "query", "queries") : `${shown} of ${queries.length} queries`;
  const left: Line =
    state.isSearching || state.search !== ""
      ? [
          span(" / ", "key"),
          span(safeText(state.search)),
          span(state.isSearching ? "_" : "", "bold"),
          span(`  ${count}`),
        ]
      : [span(` ${count}`), span("  scope: "), span(safeText(scopeWords(state)), "chip")];
  const right: Line = [
    span("  "),
    ...(problems.length > 0 ? [span(`! ${plural(problems.length, "file")} left out (L)  `, "warning")] : []),
    availabilitySpan(availability),
    span(" "),
  ];
  return fitBoth(left, right, { width, ellipsis });
}

function scopeWords(state: QueriesState): string {
  const words = scopeInWords(readScope(state.scope).scope);
  return state.scope_left_out.length === 0 ? words : `${words} (without ${state.scope_left_out.join(", ")})`;
}

function availabilitySpan(availability: Found): Line[number] {
  if (availability === "loading") return span("what was logged: counting", "dim");
  if (availability === null) return span("");
  if (availability instanceof Error) return span("! what was logged is not known", "error");
  const counts = availabilityCounts(availability);
  const words = [
    ...(counts["not-logged"] > 0 ? [`- ${counts["not-logged"]} not logged`] : []),
    ...(counts["out-of-scope"] > 0 ? [`- ${counts["out-of-scope"]} out of scope`] : []),
    ...(counts.partly > 0 ? [`~ ${counts.partly} in part`] : []),
  ];
  return span(words.join("  "), "dim");
}

function emptyLines({ search, hidesNotLogged }: QueriesState): Line[] {
  return [
    [span("")],
    [span(`  No query has ${search === "" ? "anything to find here" : "all of these words"}.`)],
    ...(search === "" ? [] : [[span("  Esc takes the search away.", "dim")]]),
    ...(hidesNotLogged ? [[span("  Those that can find nothing are hidden: h shows them.", "dim")]] : []),
  ];
}

interface DrawnList {
  readonly list: string;
  readonly rows: readonly ListRow[];
  /** The query under the cursor. */
  readonly at: QueryFile;
}

function listLines(
  { list, rows, at }: DrawnList,
  { width, height }: Pick<Rect, "width" | "height">,
  context: DrawContext,
): Line[] {
  const cursor = rows.findIndex((row) => row.kind === "query" && row.query === at);
  const first = topOf(list, cursor, { count: rows.length, height });
  // The line of the phase is seen with its first query.
  const top = first === 1 && cursor === 1 && height > 1 ? 0 : first;
  const lines = rows
    .slice(top, top + height)
    .map((row, i) => rowLine(row, { isAtCursor: top + i === cursor, width }, context));
  return fitLines(lines, { width, height });
}

const FLAGS: Readonly<Record<Availability["state"], string>> = {
  ready: " ",
  partly: "~",
  "out-of-scope": "-",
  "not-logged": "-",
};

function rowLine(
  row: ListRow,
  { isAtCursor, width }: { isAtCursor: boolean; width: number },
  context: DrawContext,
): Line {
  if (row.kind === "phase") return [span(` ${row.phase}`, "title"), span(`  ${row.n}`, "dim")];
  const { query, availability } = row;
  const state = availability?.state ?? "ready";
  const isOff = state === "not-logged" || state === "out-of-scope";
  const idWidth = Math.min(30, Math.max(18, Math.floor(width * 0.36)));
  const needs = query.params.some((param) => param.default === undefined) ? "*" : " ";
  const rest = isOff
    ? `${state === "not-logged" ? "not logged" : "out of scope"}: ${availability!.reason!}`
    : query.title;
  const style: StyleName = isAtCursor ? "cursor" : isOff ? "dim" : "plain";
  const { ellipsis } = context.theme.glyphs;
  return [
    span(isAtCursor ? "> " : "  ", isAtCursor ? "cursor" : "key"),
    span(`${FLAGS[state]} `, style),
    span(`${fitValue(query.id, idWidth, { ellipsis })}${needs} `, style),
    span(fit(severityWord(query.severity), 5), isAtCursor ? "cursor" : isOff ? "dim" : severityStyle(query.severity)),
    span(fitValue(rest, Math.max(0, width - idWidth - 11), { ellipsis }), style),
  ];
}
