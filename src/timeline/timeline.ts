import type { CaseReader } from "../store/case-reader.ts";
import { EVENT_COLUMNS } from "../store/case-schema.ts";
import type { ResultRow, ResultTable } from "../store/result-table.ts";
import { markedMatches, type Marked } from "./marked.ts";
import { profileColumns, type ProfileColumn, type ProfileName, type TimelineRow } from "./profile.ts";
import { seedSql, type Seeds } from "./seeds.ts";

/*
 * An incident timeline: the events of the scope that match any seed, in the one order used everywhere. It is asked for
 * day by day, so that memory is bounded by the busiest day and not by the years of the case.
 */

export interface TimelineOptions {
  readonly seeds: Seeds;
  readonly profile: ProfileName;
  readonly localTime: ((utc: string) => string) | null;
  /** Rows at most; null for all. */
  readonly limit: number | null;
  /** Marks as one more seed; the reader must hold the tables of `loadMarked`. */
  readonly marked?: Marked | null;
}

export interface Timeline {
  readonly result: ResultTable;
  /** Complete after the last row. */
  readonly counts: { rows: number; actions: number; undated: number; limited: boolean };
}

/** Said with every timeline. */
export const ORDER_NOTE =
  "Order inside one second is not established by CloudTrail: rows with the same same_second group could have come in any order, except that what issues or creates something stands before its use.";

/** Starts a timeline; the reader must have been prepared with its scope. Rows stream. Throws QueryError. */
export async function runTimeline(reader: CaseReader, options: TimelineOptions): Promise<Timeline> {
  const columns = profileColumns(options.profile, {
    localTime: options.localTime,
    withMarks: (options.marked ?? null) !== null,
  });
  const counts = { rows: 0, actions: 0, undated: 0, limited: false };
  const days = await findDays(reader, options);
  return {
    result: {
      columns: columns.map(({ name, type }) => ({ name, type })),
      chunks: timelineRows(reader, { days, columns, counts, ...options }),
    },
    counts,
  };
}

interface Reading extends TimelineOptions {
  readonly days: readonly (string | null)[];
  readonly columns: readonly ProfileColumn[];
  readonly counts: Timeline["counts"];
}

async function* timelineRows(reader: CaseReader, reading: Reading): AsyncGenerator<ResultRow[]> {
  const { days, columns, counts, profile, limit } = reading;
  const grouping = new Grouping();
  const actions = new Set<string>();
  for (const day of days) {
    // Timesketch drops rows without a time, so they are counted and left out rather than lost on the other side.
    const skipped = day === null && profile === "timesketch";
    const { columns: named, chunks } = await reader.query(daySql(reading, day), day === null ? {} : { day });
    for await (const chunk of chunks) {
      const room = limit === null ? chunk.length : Math.max(0, limit - counts.rows);
      counts.limited ||= chunk.length > room;
      const rows = chunk
        .slice(0, room)
        .map((cells) => Object.fromEntries(named.map(({ name }, i) => [name, cells[i] ?? null])) as TimelineRow);
      if (day === null) counts.undated += rows.length;
      if (skipped) continue;
      counts.rows += rows.length;
      for (const row of rows) if (Number(row["event_copies"]) > 1) actions.add(String(row["action_id"]));
      counts.actions += rows.filter((row) => Number(row["event_copies"]) <= 1).length;
      yield rows.map((row) => {
        const grouped = { ...row, same_second: grouping.label(row) };
        return columns.map(({ value }) => value(grouped));
      });
      if (counts.limited) break;
    }
    if (counts.limited) break;
  }
  counts.actions += actions.size;
}

/** Days on which something matches, in order; null for undated events, last. */
async function findDays(reader: CaseReader, sought: Sought): Promise<(string | null)[]> {
  const rows = await reader.rows(`
    SELECT DISTINCT CAST(CAST(event_time AS DATE) AS VARCHAR) AS day FROM events ${whereSought(sought, [])} ORDER BY day NULLS LAST`);
  return rows.map(({ day }) => day as string | null);
}

const SOURCES = `e.*, concat(f.path, '!/' || f.member_path) AS source_file, f.sha256_stored AS source_sha256`;

type Sought = Pick<TimelineOptions, "seeds" | "marked">;

function soughtSql({ seeds, marked }: Sought): ReturnType<typeof seedSql> {
  return seedSql(seeds, marked == null ? [] : markedMatches(marked));
}

function daySql(sought: Sought, day: string | null): string {
  const onDay =
    day === null
      ? "event_time IS NULL"
      : "event_time >= CAST($day AS TIMESTAMP) AND event_time < CAST($day AS TIMESTAMP) + INTERVAL '1' DAY";
  const why = soughtSql(sought)?.why ?? "''";
  const isMarked = sought.marked != null;
  return `
    WITH matching AS (SELECT ${EVENT_COLUMNS.join(", ")}, ${why} AS why FROM events ${whereSought(sought, [onDay])})
    SELECT ${SOURCES}, ${isMarked ? "m.tags AS mark_tags, m.notes AS mark_notes, " : ""}count(*) OVER (PARTITION BY e.event_time) AS second_size
    FROM matching e JOIN evidence_files f USING (file_id)
    ${isMarked ? "LEFT JOIN marked_events m ON m.event_id = e.event_id" : ""}
    ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id NULLS LAST, f.path, e.record_index, e.file_id`;
}

function whereSought(sought: Sought, more: readonly string[]): string {
  const condition = soughtSql(sought)?.condition;
  const all = [...more, ...(condition === undefined ? [] : [`(${condition})`])];
  return all.length === 0 ? "" : `WHERE ${all.join("\n    AND ")}`;
}

/**
 * Numbers the seconds that several rows share: `g12/3` is a row of the 12th second with rows, which has 3 of them;
 * empty for a row alone in its second. The letter keeps spreadsheets from reading it as a date.
 */
class Grouping {
  private last: string | null = null;
  private number = 0;

  label(row: TimelineRow): string | null {
    const time = row["event_time"] == null ? null : String(row["event_time"]);
    if (time === null) return null;
    if (time !== this.last) this.number += 1;
    this.last = time;
    const size = Number(row["second_size"]);
    return size > 1 ? `g${this.number}/${size}` : null;
  }
}
