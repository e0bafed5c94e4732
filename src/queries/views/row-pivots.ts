import { parseAnyTime } from "../../cloudtrail/event-time.ts";
import type { Cell, ResultColumn, ResultRow } from "../../store/result-table.ts";
import { recogniseIndicator } from "../indicator.ts";
import type { RowValues } from "../next-command.ts";
import { entityFilter, filterOf, isFilter, type EntityKind, type Filter } from "./filter.ts";

/*
 * Where a cell of a result leads: the events that it speaks of, as a filter of the view of events. A column's name says
 * what it holds; of any other column the value does.
 */

export interface Pivot {
  /** Column of the result. */
  readonly column: string;
  /** One value, also when the cell holds a set of them. */
  readonly value: string;
  readonly filter: Filter;
}

type ColumnMeaning = EntityKind | "network" | { readonly is: string };

const MEANINGS: readonly (readonly [RegExp, ColumnMeaning])[] = [
  [/^(?:.*_)?event_id$/, "event"],
  [/^(?:.*_)?access_keys?$/, "key"],
  [/^(?:.*_)?source_ips?(?:_before|_after)?$|^login_ip$/, "address"],
  [/^(?:network|networks|network_before|network_after|cidr)$/, "network"],
  [/^(?:.*_)?accounts?(?:_id)?$/, "account"],
  [
    /^(?:actors?|principals?|callers?|created_by|deleted_by|made_by|person|user_names?|parent_user|principal_id)$/,
    "principal",
  ],
  [/^principal_unique_id$/, { is: "principal_unique_id" }],
  [/^(?:event_names?|calls|apis)$/, { is: "event_base_name" }],
  [/^services?$/, { is: "service" }],
  [/^regions?$/, { is: "aws_region" }],
  [/^outcome$/, { is: "outcome" }],
  [/^error_codes?$/, { is: "error_code" }],
  [/^user_agents?$/, "agent"],
  [/^vpc_endpoints?(?:_id)?$/, { is: "vpc_endpoint_id" }],
  [/^(?:targets?|resources?|buckets?)$/, "resource"],
];

/** How far before and after a moment its events are shown. */
const AROUND_MICROS = 600_000_000n;
/** Sets in a cell are cut by their queries, so that the last member may be a part of one. */
const MEMBERS_MAX = 50;

/** The pivots of one cell, one for each value that it holds; none for a number, a word of judgement or an empty cell. */
export function cellPivots(columns: readonly ResultColumn[], row: ResultRow, place: number): Pivot[] {
  const column = columns[place];
  const cell = row[place] ?? null;
  if (column === undefined || cell === null || cell === "" || NO_THINGS.has(column.name)) return [];
  if (column.type === "timestamp") return timePivot(column.name, cell);
  if (typeof cell !== "string") return [];
  const meaning = MEANINGS.find(([pattern]) => pattern.test(column.name))?.[1];
  if (meaning === undefined) return recognised(column.name, cell);
  return membersOf(cell, meaning).flatMap((value) => {
    const filter = filterFor(meaning, value);
    return filter === null ? [] : [{ column: column.name, value, filter }];
  });
}

const NO_THINGS = new Set(["severity", "why", "effect", "phase", "section", "kind"]);

/** The pivots of a whole row, each value once, in the order of its columns. */
export function rowPivots(columns: readonly ResultColumn[], row: ResultRow): Pivot[] {
  const seen = new Set<string>();
  return columns
    .flatMap((_, place) => cellPivots(columns, row, place))
    .filter(({ filter }) => {
      const key = JSON.stringify(filter, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
      return !seen.has(key) && seen.add(key);
    });
}

/** The event that a row stands for, or the first of those that it counts; null when it names none. */
export function eventOfRow(
  columns: readonly ResultColumn[],
  row: ResultRow,
  refColumn: string | undefined,
): string | null {
  for (const name of [refColumn, "event_id", "first_event_id"]) {
    const cell = name === undefined ? null : row[columns.findIndex((column) => column.name === name)];
    if (typeof cell === "string" && cell !== "") return cell;
  }
  return null;
}

/** A row by column name, for the parameters of `next`; of two columns of one name the first. */
export function rowValues(columns: readonly ResultColumn[], row: ResultRow): RowValues {
  const values: Record<string, Cell> = {};
  columns.forEach(({ name }, place) => {
    if (!(name in values)) values[name] = row[place] ?? null;
  });
  return values;
}

/** Queries write a set with commas, and a list of targets as JSON. */
function membersOf(cell: string, meaning: ColumnMeaning): string[] {
  if (cell.startsWith("[")) {
    try {
      const list: unknown = JSON.parse(cell);
      if (Array.isArray(list)) return list.filter((item) => typeof item === "string").slice(0, MEMBERS_MAX);
    } catch {
      // A target may begin with a bracket and be no list.
    }
  }
  // A user agent or a name may itself hold a comma.
  return meaning === "agent" || meaning === "resource"
    ? [cell]
    : cell.split(", ").filter(Boolean).slice(0, MEMBERS_MAX);
}

function filterFor(meaning: ColumnMeaning, value: string): Filter | null {
  if (typeof meaning === "object") {
    // `apis` names a call with its service: `iam CreateUser`, `iam:CreateUser`.
    const name = meaning.is === "event_base_name" ? /[^\s:]+$/.exec(value)?.[0] : value;
    return name === undefined ? null : isFilter(meaning.is, name);
  }
  if (meaning === "network") return entityFilter("address", value);
  return entityFilter(meaning, value);
}

function timePivot(column: string, cell: Cell): Pivot[] {
  const moment = typeof cell === "string" ? parseAnyTime(cell) : null;
  if (moment === null) return [];
  const filter = filterOf({ kind: "time", since: moment - AROUND_MICROS, until: moment + AROUND_MICROS });
  return [{ column, value: String(cell), filter }];
}

/** A value that says itself what it is: a key, an address, an ARN, an id. Words of a sentence are none. */
function recognised(column: string, cell: string): Pivot[] {
  if (cell.length > 2000 || /\s/.test(cell)) return [];
  const { kind, sought } = recogniseIndicator(cell);
  const filterOfKind = (): Filter | null => {
    switch (kind) {
      case "access-key":
        return entityFilter("key", cell);
      case "ip":
      case "cidr":
        return entityFilter("address", cell);
      case "principal-id":
        return entityFilter("principal", cell);
      case "session":
        return entityFilter("session", cell);
      case "account":
        return entityFilter("account", cell);
      case "bucket":
      case "instance":
        return filterOf({ kind: "text", text: sought });
      case "arn":
        return /:(?:iam|sts):.*:(?:user|role|assumed-role)\//.test(cell)
          ? entityFilter("principal", cell)
          : filterOf({ kind: "text", text: cell });
      case "uuid":
        return filterOf({ kind: "text", text: cell });
      default:
        return null;
    }
  };
  const filter = filterOfKind();
  return filter === null ? [] : [{ column, value: cell, filter }];
}
