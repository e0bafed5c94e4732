import { targetId, valueTarget, type MarkTarget, type ValueKind } from "../../../journal/mark-target.ts";
import { csvRow } from "../../../export/csv.ts";
import { nextCommands } from "../../../queries/next-command.ts";
import { queryCommand } from "../../../queries/query-command.ts";
import type { QueryFile } from "../../../queries/query-file.ts";
import { typedValue } from "../../../queries/scope.ts";
import type { EntityKind, Filter } from "../../../queries/views/filter.ts";
import { cellPivots, eventOfRow, rowPivots, rowValues, type Pivot } from "../../../queries/views/row-pivots.ts";
import { filtersOfScope } from "../../../queries/views/scope-filters.ts";
import type { ResultColumn, ResultRow } from "../../../store/result-table.ts";
import { rowFormatter, uniqueColumns } from "../../../export/json-cell.ts";
import type { ResultState as Kept } from "../../services/library-results.ts";
import type { ResultState } from "./result-state.ts";
import type { RowMenuItem } from "./row-menu.ts";

/** The row that a command acts on. */
export interface AtRow {
  readonly query: QueryFile;
  readonly kept: Kept;
  readonly row: ResultRow;
  /** Of the cell under the cursor, among the result's columns. */
  readonly place: number;
  readonly state: ResultState;
}

/** The scope of the run is kept, so that the events are among those that the query saw; an event stands for itself. */
export function filtersFor({ kept }: AtRow, { filter }: Pivot): readonly Filter[] {
  const { match } = filter;
  if (match.kind === "entity" && match.entity === "event") return [filter];
  const scope = filtersOfScope(kept.request.scope);
  // A time that the row names is where to look, inside or outside of what was asked.
  return [...(match.kind === "time" ? scope.filter((other) => other.match.kind !== "time") : scope), filter];
}

/** The id of the event that the row stands for, or of the first that it counts; null when it names none. */
export function eventIdOf({ query, kept, row }: Pick<AtRow, "query" | "kept" | "row">): string | null {
  return eventOfRow(kept.columns, row, query.columns["ref"]);
}

/** What of the row can be marked: its event, what the cell under the cursor names, then what the others do. */
export function markTargetsOf(at: AtRow): MarkTarget[] {
  const id = eventIdOf(at);
  const pivots = [...pivotsAtCell(at), ...rowPivots(at.kept.columns, at.row)];
  const named = pivots.flatMap(({ filter: { match } }): [ValueKind, string][] => {
    const kind = match.kind === "entity" ? MARKED_ENTITIES[match.entity] : undefined;
    const value = match.kind === "entity" ? match.values[0] : undefined;
    return kind === undefined || value === undefined ? [] : [[kind, value]];
  });
  const targets = new Map<string, MarkTarget>();
  for (const [kind, value] of [...(id === null ? [] : [["event", id] as const]), ...named]) {
    const target = markable(kind, value);
    if (target !== null && !targets.has(targetId(target))) targets.set(targetId(target), target);
  }
  return [...targets.values()];
}

const MARKED_ENTITIES: Partial<Record<EntityKind, ValueKind>> = {
  event: "event",
  key: "key",
  address: "ip",
  principal: "principal",
  session: "session",
  resource: "resource",
};

/** Null for what evidence says and a journal does not take: a hidden key, an address that is a service's name. */
function markable(kind: ValueKind, value: string): MarkTarget | null {
  try {
    return valueTarget(kind, value);
  } catch {
    return null;
  }
}

/** The pivots of the cell under the cursor. */
export function pivotsAtCell({ kept, row, place }: AtRow): readonly Pivot[] {
  return cellPivots(kept.columns, row, place);
}

export function pivotItems(at: AtRow, pivots: readonly Pivot[]): RowMenuItem[] {
  return pivots.map((pivot) => ({
    label: pivot.column,
    detail: pivot.value,
    action: { kind: "events", filters: filtersFor(at, pivot) },
  }));
}

/** Everything that the row leads to: the next queries, then the events of each thing it names. */
export function rowItems(at: AtRow): RowMenuItem[] {
  return [...nextItems(at), ...pivotItems(at, rowPivots(at.kept.columns, at.row))];
}

/** The `next` queries with their parameters filled in from the row; the scope goes along. */
export function nextItems({ query, kept, row, state }: AtRow): RowMenuItem[] {
  const values = rowValues(kept.columns, row);
  const scope = Object.fromEntries(Object.entries(state.texts).filter(([name]) => name.startsWith("--")));
  const commands = nextCommands(query, values);
  return query.next.map((next, i): RowMenuItem => {
    const given = Object.entries(next.with).flatMap(([name, column]): [string, string][] => {
      const value = values[column] ?? null;
      return value === null ? [] : [[name, typedValue(String(value))]];
    });
    return {
      label: `query ${next.query}`,
      detail: given.map(([name, value]) => `${name}=${value}`).join(" "),
      action: {
        kind: "query",
        query: next.query,
        texts: { ...scope, ...Object.fromEntries(given) },
        left_out: state.left_out,
        isComplete: commands[i]?.isComplete ?? false,
      },
    };
  });
}

/** What can be copied of the row, the view and the query. */
export function copyItems(at: AtRow, { caseFolder, sql }: { caseFolder: string; sql: string }): RowMenuItem[] {
  const { kept, row } = at;
  const columns: readonly ResultColumn[] = kept.columns;
  const item = (label: string, text: string): RowMenuItem => ({
    label,
    detail: text,
    action: { kind: "copy", text, what: label },
  });
  return [
    item("row as JSON", rowFormatter(uniqueColumns(columns), true)(row)),
    item("row as CSV", csvRow(columns, row)),
    item("command", queryCommand(kept.request, caseFolder)),
    item("SQL", sql),
    ...nextCommands(at.query, rowValues(columns, row), caseFolder).map(({ query, command }) =>
      item(`next: ${query}`, command),
    ),
  ];
}
