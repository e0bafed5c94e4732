import type { CaseReader } from "../../store/case-reader.ts";
import { timestampText } from "../time-text.ts";
import {
  ORDERED_FROM,
  PLACE_COLUMNS,
  placeMicros,
  placeOf,
  sameMomentCondition,
  timeOrder,
  type EventPlace,
} from "./event-order.ts";
import type { EventView } from "./filter.ts";
import { whereClause } from "./filter-sql.ts";

/** What the next event must be, beyond the filters of the view; null for any. */
export interface Sought {
  readonly from: EventPlace;
  /** SQL over `events`, as the views make it. */
  readonly condition: string | null;
  /** Downwards in the view, or upwards. */
  readonly forward: boolean;
}

/**
 * The nearest event of a view that is as sought, in time order; null when there is none. Its moment is found first, by
 * the time alone: only the events of one moment are ever sorted. Throws QueryError.
 */
export async function findEvent(reader: CaseReader, view: EventView, sought: Sought): Promise<EventPlace | null> {
  const condition = sought.condition === null ? null : `(${sought.condition})`;
  const isLater = sought.forward !== view.sort.descending;
  const nearest = async (within: string): Promise<EventPlace | null> => {
    const [row] = await reader.rows(
      `SELECT ${PLACE_COLUMNS} ${ORDERED_FROM} ${whereClause(view.filters, within, condition)}
       ORDER BY ${timeOrder(!isLater)} LIMIT 1`,
    );
    return row === undefined ? null : placeOf(row);
  };
  const close = await nearest(sameMomentCondition(sought.from, isLater));
  if (close !== null) return close;
  const moment = await nextMoment();
  if (moment !== null) return await nearest(`event_time = TIMESTAMP '${moment}'`);
  // The undated ones are last in both directions.
  return sought.forward && sought.from.event_time !== null ? await nearest("event_time IS NULL") : null;

  async function nextMoment(): Promise<string | null> {
    const from = placeMicros(sought.from);
    if (from === null && sought.forward) return null;
    const beyond =
      from === null ? "event_time IS NOT NULL" : `event_time ${isLater ? ">" : "<"} TIMESTAMP '${timestampText(from)}'`;
    const [row] = await reader.rows(
      `SELECT epoch_us(${isLater ? "min" : "max"}(event_time)) AS moment
       FROM events ${whereClause(view.filters, beyond, condition)}`,
    );
    return row?.["moment"] == null ? null : timestampText(BigInt(String(row["moment"])));
  }
}

/** One event by its id: the first record with it; null when the case has none. */
export async function findEventById(reader: CaseReader, eventId: string): Promise<EventPlace | null> {
  const [row] = await reader.rows(
    `SELECT ${PLACE_COLUMNS} ${ORDERED_FROM} WHERE e.event_id = $id ORDER BY ${timeOrder(false)} LIMIT 1`,
    { id: eventId },
  );
  return row === undefined ? null : placeOf(row);
}
