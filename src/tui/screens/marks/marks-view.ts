import type { MarkedTarget } from "../../../journal/mark-book.ts";
import type { MarkedEvent } from "../../../timeline/marked-events.ts";
import type { App } from "../../state/contract.ts";
import { bodyRect } from "../../state/layout.ts";
import type { Level } from "../../state/types.ts";
import {
  cursorIndex,
  markRows,
  type MarkRow,
  marksLayout,
  type MarksState,
  moveCursor,
  timelineRows,
  type TimelineRow,
} from "./marks-state.ts";

/** What the screen shows: the marks joined with what the case has of them. */
export interface MarksView {
  readonly marks: readonly MarkRow[];
  readonly timeline: readonly TimelineRow[];
  readonly marks_index: number;
  readonly timeline_index: number;
  readonly events: readonly MarkedEvent[] | null;
  /** The first record of each marked event that the case has. */
  readonly byId: ReadonlyMap<string, MarkedEvent> | null;
}

export function marksView({ state }: Level<MarksState>, app: App): MarksView {
  const targets = app.services.marks.book().targets();
  const { events } = app.services.markTimeline.current();
  const parts = partsOf(targets, { events, tag: state.tag });
  return {
    ...parts,
    events,
    marks_index: cursorIndex(parts.marks, state.marks),
    timeline_index: cursorIndex(parts.timeline, state.timeline),
  };
}

type Parts = Pick<MarksView, "marks" | "timeline" | "byId">;

/** The last lists made: the same marks and facts give the same ones, frame after frame. */
let made: { readonly key: readonly unknown[]; readonly parts: Parts } | null = null;

function partsOf(
  targets: ReadonlyMap<string, MarkedTarget>,
  { events, tag }: { events: readonly MarkedEvent[] | null; tag: string | null },
): Parts {
  const key = [targets, events, tag];
  if (made !== null && made.key.every((part, i) => part === key[i])) return made.parts;
  const byId = events === null ? null : new Map(events.toReversed().map((event) => [event.event_id, event]));
  const parts = {
    marks: markRows(targets.values(), { tag, events }),
    timeline: timelineRows(events ?? [], { targets, tag }),
    byId,
  };
  made = { key, parts };
  return parts;
}

/** What is marked under the cursor of the pane with the focus. */
export function markedHere(level: Level<MarksState>, app: App): MarkedTarget | null {
  const view = marksView(level, app);
  const row = level.state.focus === "marks" ? view.marks[view.marks_index] : view.timeline[view.timeline_index];
  return row === undefined || ("type" in row && row.type === "kind") ? null : row.marked;
}

/** Header lines of the screen. */
const N_HEADER_LINES = 1;
/** Borders of a pane, and the titles of the timeline. */
const FRAME_LINES = { marks: 2, timeline: 3 } as const;

/** Moves the cursor of the pane with the focus. */
export function moveBy(app: App, by: (height: number) => number): void {
  const level = app.top() as Level<MarksState>;
  const view = marksView(level, app);
  const { focus } = level.state;
  const body = bodyRect(app.store.getState(), N_HEADER_LINES);
  const rect = marksLayout(body, focus)[focus];
  const height = Math.max(1, (rect?.height ?? 1) - FRAME_LINES[focus]);
  const rows = focus === "marks" ? view.marks : view.timeline;
  app.replaceState<MarksState>(level.id, (state) => ({
    ...state,
    [focus]: moveCursor(rows, state[focus], { by: by(height), height }),
  }));
}
