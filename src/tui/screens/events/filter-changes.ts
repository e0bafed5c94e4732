import { formatTime } from "../../../cloudtrail/event-time.ts";
import { timeRangeOf, withTimeRange, type Filter } from "../../../queries/views/filter.ts";
import { timeWords } from "../../../queries/views/filter-words.ts";
import { nextStart } from "../../../queries/views/time-buckets.ts";
import type { App } from "../../state/contract.ts";
import { edit, eventsLevel, goTo, reachGoal, rowAtCursor } from "./event-jumps.ts";
import { bucketAtCursor, histogramShown } from "./event-pivots.ts";
import { microsOf, withFilters } from "./events-state.ts";
import { bucketsIn } from "./histogram-line.ts";
import { EVENTS } from "./open-events.ts";

/** Changes the filters of the present view; the cursor stays on its event. */
export function changeFilters(app: App, change: (filters: readonly Filter[]) => readonly Filter[]): void {
  const level = eventsLevel(app);
  const row = rowAtCursor(app);
  const filters = change(level.state.filters);
  if (filters === level.state.filters) return;
  edit(app, (state) => withFilters(state, filters, row?.place ?? null));
  void reachGoal(app, level.id).catch((error: unknown) => app.fail(error));
}

/** All filters off, or all on again. */
export function toggleAllFilters(app: App): void {
  changeFilters(app, (filters) => {
    const on = !filters.some((filter) => filter.on);
    return filters.map((filter) => ({ ...filter, on }));
  });
}

const HOUR_MICROS = 3_600_000_000n;
const DAY_MICROS = 24n * HOUR_MICROS;
const SMALLEST_RANGE = 60_000_000n;

/** Half the time around the cursor, or twice as much. */
export function zoom(app: App, isIn: boolean): void {
  const level = eventsLevel(app);
  const row = rowAtCursor(app);
  const at = level.state.focus === "histogram" ? middleOf(app) : microsOf(row?.place.event_time ?? null);
  const range = timeRangeOf(level.state.filters);
  const histogram = histogramShown(app, bucketsIn(app.store.getState().columns));
  const since = range.since ?? histogram?.buckets[0]?.since ?? null;
  const last = histogram?.buckets.at(-1);
  const until = range.until ?? (last === undefined ? null : nextStart(histogram!.size, last.since));
  if (since === null || until === null || at === null) {
    app.toast("No dated event to zoom around", "warning");
    return;
  }
  const width = isIn ? (until - since) / 2n : (until - since) * 2n;
  if (width < SMALLEST_RANGE) {
    app.toast("One minute is the closest");
    return;
  }
  const middle = at < since || at >= until ? (since + until) / 2n : at;
  showRange(app, wholeSecond(middle - width / 2n), wholeSecond(middle + width / 2n));
}

/** Another time range in a view above; one that was made so already is changed, so that one Esc leads back. */
function showRange(app: App, since: bigint | null, until: bigint | null): void {
  const level = eventsLevel(app);
  const { state } = level;
  const title = timeWords(since, until);
  if (state.isRangeView) {
    changeFilters(app, (filters) => withTimeRange(filters, since, until));
    app.retitle(level.id, title);
    return;
  }
  const filters = withTimeRange(state.filters, since, until);
  app.push(EVENTS, title, {
    ...withFilters(state, filters, rowAtCursor(app)?.place ?? null),
    isRangeView: true,
  });
}

function middleOf(app: App): bigint | null {
  const bucket = bucketAtCursor(app);
  return bucket === null ? null : (bucket.since + bucket.until) / 2n;
}

function wholeSecond(micros: bigint): bigint {
  return micros - (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n);
}

/** A day later or earlier: the range when there is one, else the cursor. */
export async function shiftDay(app: App, forward: boolean): Promise<void> {
  const level = eventsLevel(app);
  const { since, until } = timeRangeOf(level.state.filters);
  const shift = forward ? DAY_MICROS : -DAY_MICROS;
  if (since !== null || until !== null) {
    showRange(app, since === null ? null : since + shift, until === null ? null : until + shift);
    return;
  }
  const row = rowAtCursor(app);
  const micros = microsOf(row?.place.event_time ?? null);
  if (row === null || micros === null) return;
  const place = { ...row.place, event_time: formatTime(micros + shift), event_id: "", file_id: "-1" };
  await goTo(app, level.id, place);
}
