import type { Filter } from "../../../queries/views/filter.ts";
import {
  FREQUENCY_ORDERS,
  type FrequencyOrder,
  type FrequencyRow,
  type FrequencyTable,
} from "../../../queries/views/frequency.ts";
import type { TextField } from "../../components/text-field.ts";

/** What the table of a column's values keeps. */
export interface FrequencyState {
  readonly filters: readonly Filter[];
  readonly column: string;
  readonly order: FrequencyOrder;
  readonly row: number;
  /** Values ticked with Space. */
  readonly ticked: readonly (string | null)[];
  readonly typed: TextField | null;
  readonly search: string;
}

/** The most frequent values first, none ticked. */
export function initialFrequency(filters: readonly Filter[], column: string): FrequencyState {
  return { filters, column, order: "count", row: 0, ticked: [], typed: null, search: "" };
}

/** The order behind the present one. */
export function nextOrder(order: FrequencyOrder): FrequencyOrder {
  return FREQUENCY_ORDERS[(FREQUENCY_ORDERS.indexOf(order) + 1) % FREQUENCY_ORDERS.length] ?? "count";
}

/** The orders as the screen names them. */
export const ORDER_WORDS: Readonly<Record<FrequencyOrder, string>> = {
  count: "count, most first",
  rarest: "count, fewest first",
  value: "value",
  first: "first seen",
  last: "last seen, newest first",
};

/** Rows with the search in their value; all of them without one. */
export function rowsShown({ rows }: FrequencyTable, search: string): readonly FrequencyRow[] {
  if (search === "") return rows;
  const sought = search.toLowerCase();
  return rows.filter(({ value }) => (value ?? "(none)").toLowerCase().includes(sought));
}
