import { completeName, typedPartAt } from "../../../queries/views/filter-completion.ts";
import { parseFilterText } from "../../../queries/views/filter-text.ts";
import { filterWords, timeWords } from "../../../queries/views/filter-words.ts";
import { timeRangeOf, withTimeRange, type Filter } from "../../../queries/views/filter.ts";
import { bucketStart, BUCKET_SIZES, nextStart } from "../../../queries/views/time-buckets.ts";
import { ExpectedError } from "../../../errors.ts";
import { openPrompt } from "../../overlays/prompt.ts";
import type { App } from "../../state/contract.ts";
import { edit, eventsLevel, rowAtCursor } from "./event-jumps.ts";
import { narrow } from "./event-pivots.ts";
import { changeFilters } from "./filter-changes.ts";
import { microsOf, withFilters } from "./events-state.ts";

const NOTE =
  "eventName=GetObject  errorCode!=  userAgent~curl  eventName:Get*  ip=10.0.0.0/8  key=  who=  time=2024-03-01..  or any text";

/** `/`: more filters, in a view above the present one. */
export function openFilterEditor(app: App): void {
  openPrompt(app, {
    title: "filter",
    note: NOTE,
    history: app.services.views.typing.history,
    suggest: suggestions,
    check: problemOf,
    verb: "filter",
    accept: (text) => {
      const added = parseFilterText(text);
      if (added.length === 0) return;
      app.services.views.typing.remember(text);
      narrow(app, ...added);
    },
  });
}

/** Enter on a chip: it is written anew in place. */
export function openChipEditor(app: App): void {
  const level = eventsLevel(app);
  const { chip, filters } = level.state;
  const edited = filters[chip];
  if (edited === undefined) {
    openFilterEditor(app);
    return;
  }
  openPrompt(app, {
    title: "change the filter",
    value: filterWords(edited),
    note: NOTE,
    suggest: suggestions,
    check: problemOf,
    verb: "change",
    accept: (text) => {
      const written = parseFilterText(text);
      changeFilters(app, (now) => [...now.slice(0, chip), ...written, ...now.slice(chip + 1)]);
    },
  });
}

/** The text with each completion in the place of what is being typed last. */
function suggestions(text: string, app: App): readonly string[] {
  const part = typedPartAt(text, text.length);
  const before = text.slice(0, part.from);
  if (part.column === null)
    return part.text === "" ? [] : completeName(part.text).map((completion) => before + completion.text);
  return app.services.views.typing.completionsAtRest(part).map((completion) => before + completion.text);
}

function problemOf(text: string): string | null {
  try {
    parseFilterText(text);
    return null;
  } catch (error) {
    if (error instanceof ExpectedError) return error.message.replaceAll(/\s*\n\s*/g, ". ");
    throw error;
  }
}

/** `t`: the time range of this view. */
export function openTimePicker(app: App): void {
  const level = eventsLevel(app);
  const { since, until } = timeRangeOf(level.state.filters);
  const presets = timePresets(app);
  openPrompt(app, {
    title: "time range (UTC)",
    value: since === null && until === null ? "" : timeWords(since, until),
    note: "2024-03-01  2024-03-01..2024-03-31  2024-03-01T10:00:00Z..  empty for all time; Down for ranges of this case",
    suggest: (text) => presets.filter((preset) => preset.startsWith(text) || text === "" || presets.includes(text)),
    check: (text) => (text.trim() === "" ? null : problemOf(`time=${text.trim()}`)),
    verb: "set",
    accept: (text) => {
      const typed = text.trim();
      const [filter] = typed === "" ? [] : parseFilterText(`time=${typed}`);
      const range = filter?.match.kind === "time" ? filter.match : null;
      const now = eventsLevel(app);
      const row = rowAtCursor(app);
      const filters = withTimeRange(now.state.filters, range?.since ?? null, range?.until ?? null);
      app.push("events", typed === "" ? "all time" : typed.slice(0, 60), {
        ...withFilters(now.state, filters, row?.place ?? null),
        focus: "rows",
        isRangeView: false,
      });
    },
  });
}

/** Ranges around the event under the cursor, and that of the case. */
function timePresets(app: App): string[] {
  const at = microsOf(rowAtCursor(app)?.place.event_time ?? null);
  const { first_event_time, last_event_time } = app.caseFacts();
  const [first, last] = [microsOf(first_event_time), microsOf(last_event_time)];
  const around =
    at === null
      ? []
      : ["1h", "1d", "1w", "1mo"].map((label) => {
          const size = BUCKET_SIZES.find((one) => one.label === label)!;
          const start = bucketStart(size, at);
          return timeWords(start, nextStart(size, start));
        });
  const whole = first === null || last === null ? [] : [timeWords(first, last + 1_000_000n)];
  return [...new Set([...around, ...whole])];
}

/** The filter of a chip off or on, negated, or away. */
export function changeChip(app: App, change: (filter: Filter) => Filter | null): void {
  const { chip } = eventsLevel(app).state;
  changeFilters(app, (filters) =>
    filters.flatMap((filter, i) => {
      if (i !== chip) return [filter];
      const changed = change(filter);
      return changed === null ? [] : [changed];
    }),
  );
  edit(app, (state) => ({ ...state, chip: Math.max(0, Math.min(chip, state.filters.length - 1)) }));
}
