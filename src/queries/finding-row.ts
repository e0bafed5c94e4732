import type { Cell, ResultColumn, ResultRow } from "../store/result-table.ts";
import { SEVERITIES, type QueryFile } from "./query-file.ts";

/*
 * Findings of different queries in one form, so that they merge into one timeline: the standard event columns, then
 * which query found it and what it says of it.
 */

const EVENT_ANSWER_COLUMNS = [
  "event_time",
  "account",
  "region",
  "service",
  "event_name",
  "outcome",
  "actor",
  "access_key",
  "source_ip",
  "user_agent",
  "target",
  "detail",
  "event_id",
] as const;

export const FINDING_COLUMNS: readonly ResultColumn[] = [
  { name: "event_time", type: "timestamp" },
  ...EVENT_ANSWER_COLUMNS.slice(1).map((name) => ({ name, type: "text" }) as const),
  ...(["query_id", "severity", "effect", "why"] as const).map((name) => ({ name, type: "text" }) as const),
];

export type Severity = (typeof SEVERITIES)[number];

/** Roles of a query's columns that stand in for a standard column when it has another name. */
const ROLES: Readonly<Partial<Record<(typeof EVENT_ANSWER_COLUMNS)[number], string>>> = {
  event_time: "time",
  actor: "actor",
  access_key: "key",
  source_ip: "ip",
  target: "target",
  event_id: "ref",
};

/** Reads the rows of one query's result as findings. */
export class FindingReader {
  private readonly query: QueryFile;
  private readonly places: readonly number[];
  private readonly severityPlace: number;
  private readonly effectPlace: number;
  private readonly whyPlace: number;

  constructor(query: QueryFile, columns: readonly ResultColumn[]) {
    this.query = query;
    const placeOf = (name: string | undefined): number =>
      name === undefined ? -1 : columns.findIndex((column) => column.name === name);
    this.places = EVENT_ANSWER_COLUMNS.map((name) => {
      const own = placeOf(name);
      return own >= 0 ? own : placeOf(query.columns[ROLES[name] ?? ""]);
    });
    this.severityPlace = placeOf(query.columns["severity"] ?? "severity");
    this.effectPlace = placeOf("effect");
    this.whyPlace = placeOf(query.columns["why"] ?? "why");
  }

  /** The row's own severity, else the query's. */
  severity(row: ResultRow): Severity {
    const own = this.severityPlace < 0 ? null : row[this.severityPlace];
    return SEVERITIES.find((word) => word === own) ?? this.query.severity;
  }

  effect(row: ResultRow): string | null {
    const effect = this.effectPlace < 0 ? null : row[this.effectPlace];
    return typeof effect === "string" ? effect : null;
  }

  /** The time that the row stands at; null when it has none. */
  time(row: ResultRow): string | null {
    const place = this.places[0]!;
    const time = place < 0 ? null : row[place];
    return typeof time === "string" ? time : null;
  }

  /** Cells in the order of FINDING_COLUMNS. */
  finding(row: ResultRow): Cell[] {
    const cells = this.places.map((place) => (place < 0 ? null : (row[place] ?? null)));
    const why = this.whyPlace < 0 ? this.query.title : (row[this.whyPlace] ?? null);
    return [...cells, this.query.id, this.severity(row), this.effect(row), why];
  }
}

/** Whether a query's rows are findings: what it says needs to be looked at. */
export function isFindingQuery({ kind }: QueryFile): boolean {
  return kind === "finding" || kind === "anomaly";
}
