import { cidrKeyRange } from "../../cloudtrail/source-address.ts";
import { formatTime } from "../../cloudtrail/event-time.ts";
import { OUTCOMES } from "../../cloudtrail/outcome.ts";
import { shellWord } from "../indicator.ts";
import { typedValue } from "../scope.ts";
import { eventColumn } from "./event-column.ts";
import { ORDERED_FROM } from "./event-order.ts";
import { viewOrder } from "./event-window.ts";
import { activeFilters, type EntityKind, type EventView, type Filter } from "./filter.ts";
import { whereClause } from "./filter-sql.ts";

/*
 * Every view can be had without the terminal UI: as one SELECT that `coldtrail sql` runs with the same rows, columns and
 * order, and, where its seeds and filters can say the same, as a `coldtrail timeline`.
 */

/** All rows of a view with these columns, whole values, in its order. */
export function viewSql(view: EventView, columns: readonly string[]): string {
  const selected = columns.map((name) => {
    const { expression } = eventColumn(name);
    return expression === name ? `e.${name}` : `${expression} AS "${name.replaceAll('"', '""')}"`;
  });
  const where = whereClause(view.filters);
  return [
    `SELECT ${selected.join(", ")}`,
    ORDERED_FROM,
    ...(where === "" ? [] : [where]),
    `ORDER BY ${viewOrder(view)}`,
  ].join("\n");
}

/** The command that prints the rows of a SELECT; in one line, since no value in it has a line break. */
export function sqlCommand(sql: string, caseFolder: string | null): string {
  return `coldtrail sql ${shellWord(sql.replaceAll(/\s*\n\s*/g, " "))}${caseOption(caseFolder)}`;
}

/** The timeline with the same events in the same order; null when no flags say the same. */
export function timelineCommand(view: EventView, caseFolder: string | null): string | null {
  if (view.sort.column !== null || view.sort.descending) return null;
  const flags: string[] = [];
  const used = new Set<string>();
  let seeds = 0;
  for (const filter of activeFilters(view.filters)) {
    const said = flagsOf(filter);
    if (said === null || used.has(said.name)) return null;
    used.add(said.name);
    seeds += said.is_seed ? 1 : 0;
    flags.push(said.text);
  }
  // Seeds are alternatives to each other, and filters are not.
  return seeds > 1 ? null : `coldtrail timeline${flags.map((flag) => ` ${flag}`).join("")}${caseOption(caseFolder)}`;
}

interface Flag {
  readonly name: string;
  readonly text: string;
  readonly is_seed: boolean;
}

const ENTITY_FLAGS: Partial<Record<EntityKind, string>> = {
  key: "--key",
  principal: "--principal",
  address: "--ip",
  session: "--session",
  event: "--event",
  account: "--account",
};
const COLUMN_FLAGS: Readonly<Record<string, string>> = {
  recipient_account_id: "--recipient-account",
  user_identity_account_id: "--caller-account",
  aws_region: "--region",
  outcome: "--outcome",
};

/** A filter as flags of `timeline`; null when it has none. */
function flagsOf({ match, negated }: Filter): Flag | null {
  if (negated) return null;
  if (match.kind === "time") {
    const since = match.since === null ? [] : [`--since ${formatTime(match.since)}`];
    const until = match.until === null ? [] : [`--until ${formatTime(match.until)}`];
    return { name: "time", text: [...since, ...until].join(" "), is_seed: false };
  }
  const name =
    match.kind === "entity" ? ENTITY_FLAGS[match.entity] : match.kind === "is" ? COLUMN_FLAGS[match.column] : undefined;
  if (name === undefined || (match.kind !== "entity" && match.kind !== "is")) return null;
  const values = match.values.filter((value) => value !== null && value !== "");
  if (values.length < match.values.length || values.length === 0) return null;
  if (name === "--ip" && values.some((value) => cidrKeyRange(value!) === null)) return null;
  if (name === "--outcome" && values.some((value) => !(OUTCOMES as readonly string[]).includes(value!))) return null;
  if (values.some((value) => value!.startsWith("-"))) return null;
  const words = values.map((value) => shellWord(typedValue(value!)));
  return { name, text: `${name} ${words.join(" ")}`, is_seed: match.kind === "entity" && name !== "--account" };
}

function caseOption(caseFolder: string | null): string {
  return caseFolder === null ? "" : ` --case ${shellWord(caseFolder)}`;
}
