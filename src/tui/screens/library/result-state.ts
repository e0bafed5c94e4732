import type { Cell, ResultColumn, ResultRow } from "../../../store/result-table.ts";
import type { QueryRequest } from "../../../queries/query-command.ts";
import { SEVERITIES, type QueryFile } from "../../../queries/query-file.ts";
import { readForm, type FormTexts } from "../../../queries/views/query-form.ts";
import type { ResultState as Kept } from "../../services/library-results.ts";
import { cellText } from "./result-columns.ts";

/** What the view of a result keeps; the rows are in the library service. */
export interface ResultState {
  readonly query: string;
  /** What it was asked with: the texts of its form. */
  readonly texts: FormTexts;
  readonly left_out: readonly string[];
  readonly row: number;
  /** Among the columns in the order shown. */
  readonly column: number;
  readonly search: string;
  readonly isSearching: boolean;
  /** By a column of the result; null for the query's own order. */
  readonly sort: ResultSort | null;
  /** The row under the cursor alone, whole. */
  readonly showsRow: boolean;
  readonly card_scroll: number;
}

export interface ResultSort {
  readonly place: number;
  readonly descending: boolean;
}

export function initialResult(query: string, texts: FormTexts, left_out: readonly string[] = []): ResultState {
  return {
    query,
    texts,
    left_out,
    row: 0,
    column: 0,
    search: "",
    isSearching: false,
    sort: null,
    showsRow: false,
    card_scroll: 0,
  };
}

export function requestOf(query: QueryFile, texts: FormTexts): QueryRequest {
  const { given, scope } = readForm(query, texts);
  return { query, given, scope };
}

interface Shown {
  readonly key: string;
  readonly rows: readonly ResultRow[];
}

const shown = new WeakMap<readonly ResultRow[], Shown>();

/** The rows with the search in them, without regard to case, and sorted; made once for as long as neither changes. */
export function shownRows(
  { columns, rows }: Pick<Kept, "columns" | "rows">,
  { search, sort }: Pick<ResultState, "search" | "sort">,
): readonly ResultRow[] {
  if (search === "" && sort === null) return rows;
  const key = JSON.stringify([search, sort]);
  const known = shown.get(rows);
  if (known?.key === key) return known.rows;
  const needle = search.toLowerCase();
  const found =
    search === ""
      ? rows
      : rows.filter((row) =>
          columns.some((column, place) => textOf(row, column, place).toLowerCase().includes(needle)),
        );
  const made = sort === null ? found : sorted(found, columns[sort.place], sort);
  shown.set(rows, { key, rows: made });
  return made;
}

/** Nothing comes last in both directions; equal cells stay in the query's order. */
function sorted(
  rows: readonly ResultRow[],
  column: ResultColumn | undefined,
  { place, descending }: ResultSort,
): ResultRow[] {
  const direction = descending ? -1 : 1;
  const isSeverity = column?.name === "severity";
  const valueOf = (cell: Cell): Cell => (isSeverity ? SEVERITIES.findIndex((word) => word === cell) : cell);
  return rows.toSorted((a, b) => {
    const [left, right] = [a[place] ?? null, b[place] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const [x, y] = [valueOf(left)!, valueOf(right)!];
    return x < y ? -direction : x > y ? direction : 0;
  });
}

/** As it is shown, so that what is seen is found. */
function textOf(row: ResultRow, column: ResultColumn, place: number): string {
  return cellText(row[place] ?? null, column);
}
