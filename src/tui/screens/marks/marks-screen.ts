import { parseAnyTime } from "../../../cloudtrail/event-time.ts";
import { type MarkTarget, targetInWords } from "../../../journal/mark-target.ts";
import { shortHash } from "../../../journal/mark-undo.ts";
import { entityFilter, filterOf, type EntityKind, type Filter } from "../../../queries/views/filter.ts";
import { openNoteEditor } from "../../overlays/mark-editor.ts";
import type { App, Command, DrawContext, ScreenDefinition } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fitBoth, fitValue, span } from "../../text/fit.ts";
import { plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { openEvents } from "../events/open-events.ts";
import { exportTimeline, timelineExport, timelineView } from "./export-timeline.ts";
import { drawMarkList, drawNothing, drawTimeline, drawWords } from "./marks-draw.ts";
import { initialMarks, marksLayout, type MarksState, tagsOf, topOf } from "./marks-state.ts";
import { markedHere, marksView, type MarksView, moveBy } from "./marks-view.ts";

const MARKS = "marks";

const level = (app: App): Level<MarksState> => app.top() as Level<MarksState>;

function patch(app: App, changes: Partial<MarksState>): void {
  app.replaceState<MarksState>(level(app).id, (state) => ({ ...state, ...changes }));
}

const hasMark = (app: App): boolean | string =>
  markedHere(level(app), app) !== null || "nothing is marked under the cursor";

const MOVES: readonly (readonly [string, readonly string[], (height: number) => number])[] = [
  ["up", ["up", "k"], () => -1],
  ["down", ["down", "j"], () => 1],
  ["page-up", ["pageup"], (height) => 1 - height],
  ["page-down", ["pagedown", "space"], (height) => Math.max(1, height - 1)],
  ["half-up", ["ctrl-u"], (height) => -Math.max(1, Math.floor(height / 2))],
  ["half-down", ["ctrl-d"], (height) => Math.max(1, Math.floor(height / 2))],
  ["first", ["home", "g"], () => -1e9],
  ["last", ["end", "G"], () => 1e9],
];

const COMMANDS: readonly Command[] = [
  ...MOVES.map(([id, keys, by]): Command => ({
    id: `marks.${id}`,
    title: `move ${id.replace("-", " ")}`,
    scope: MARKS,
    keys,
    hidden: true,
    run: (app) => moveBy(app, by),
  })),
  {
    id: "marks.next-pane",
    title: "other pane: all marks, or their timeline",
    hint: "other pane",
    scope: MARKS,
    keys: ["tab", "shift-tab"],
    run: (app) => patch(app, { focus: level(app).state.focus === "marks" ? "timeline" : "marks" }),
  },
  {
    id: "marks.open",
    title: "go to the event, or to the events of what is marked",
    hint: "go to",
    scope: MARKS,
    keys: ["enter"],
    available: hasMark,
    run: open,
  },
  {
    id: "marks.edit",
    title: "word the note anew, or write one",
    hint: "edit note",
    scope: MARKS,
    keys: ["e"],
    available: hasMark,
    run(app) {
      const marked = markedHere(level(app), app);
      if (marked !== null) openNoteEditor(app, marked);
    },
  },
  {
    id: "marks.remove",
    title: "take all tags and notes of this away",
    hint: "remove",
    scope: MARKS,
    keys: ["D", "delete"],
    available: hasMark,
    run: remove,
  },
  {
    id: "marks.undo",
    title: "undo what was marked or taken away last",
    hint: "undo",
    scope: MARKS,
    keys: ["u"],
    async run(app) {
      const hash = await app.services.marks.undoLast();
      app.toast(
        hash === null
          ? `Nothing of ${safeText(app.services.marks.examiner())} is left to undo`
          : `Undid entry ${shortHash(hash)}`,
      );
    },
  },
  {
    id: "marks.next-tag",
    title: "only the next tag, after the last one all",
    hint: "by tag",
    scope: MARKS,
    keys: ["f"],
    available: (app) => tagsOf(app.services.marks.book().targets().values()).length > 0 || "there are no tags",
    run(app) {
      const tags = tagsOf(app.services.marks.book().targets().values());
      const { tag } = level(app).state;
      patch(app, { tag: tags[tag === null ? 0 : tags.indexOf(tag) + 1] ?? null });
    },
  },
  {
    id: "marks.export",
    title: "export the timeline as CSV, as `coldtrail timeline --marked` does",
    hint: "export",
    scope: MARKS,
    keys: ["ctrl-e"],
    run: exportTimeline,
  },
  {
    id: "marks.ask-again",
    title: "look the marks up in the case again",
    scope: MARKS,
    keys: ["r"],
    async run(app) {
      await app.services.marks.refresh();
      app.services.markTimeline.askAgain();
    },
  },
];

const ENTITY_OF: Record<Exclude<MarkTarget["kind"], "range">, EntityKind> = {
  event: "event",
  session: "session",
  key: "key",
  ip: "address",
  principal: "principal",
  resource: "resource",
};

/** The events of a target, as a filter of the view of events. */
function targetFilter(target: MarkTarget): Filter {
  if (target.kind === "range") {
    return filterOf({ kind: "time", since: parseAnyTime(target.since), until: parseAnyTime(target.until) });
  }
  return entityFilter(ENTITY_OF[target.kind], target.value);
}

function open(app: App): void {
  const marked = markedHere(level(app), app);
  if (marked === null) return;
  const { target } = marked;
  if (target.kind !== "event") {
    openEvents(app, [targetFilter(target)]);
    return;
  }
  const { byId } = marksView(level(app), app);
  if (byId?.has(target.value) === false) app.toast("This event is not in the case", "warning");
  else openEvents(app, [], { title: "all", goal: { event_id: target.value } });
}

async function remove(app: App): Promise<void> {
  const marked = markedHere(level(app), app);
  if (marked === null) return;
  await app.services.marks.remove([marked.target]);
  app.toast(`Taken away (u undoes it): ${safeText(targetInWords(marked.target), 80)}`);
}

function header({ state }: Level<MarksState>, width: number, { app, theme }: DrawContext): Line[] {
  const { marks, markTimeline } = app.services;
  const targets = marks.book().targets();
  const examiners = new Set([...targets.values()].flatMap((marked) => marked.marks.map(({ examiner }) => examiner)));
  const tag = state.tag === null ? "" : `   only tag ${fitValue(state.tag, 30).trimEnd()} (f: next)`;
  const left =
    targets.size === 0
      ? " no marks yet"
      : ` ${plural(targets.size, "mark")} by ${plural(examiners.size, "examiner")}${tag}`;
  const problem = marks.problem ?? markTimeline.current().problem;
  const { unreadable } = marks.book();
  const warning =
    problem !== null
      ? `! ${safeText(problem.message.split("\n")[0] ?? "", 100)} `
      : unreadable > 0
        ? `! ${plural(unreadable, "line")} of a newer version not shown `
        : `you are ${safeText(marks.examiner(), 30)} `;
  return [
    fitBoth([span(left)], [span(warning, problem === null && unreadable === 0 ? "dim" : "error")], {
      width,
      ellipsis: theme.glyphs.ellipsis,
    }),
  ];
}

function draw(of: Level<MarksState>, rect: Rect, { app, theme }: DrawContext): Line[] {
  const view = marksView(of, app);
  const layout = marksLayout({ ...rect, y: 0 }, of.state.focus);
  const records = app.services.markTimeline.current().records;
  const left = layout.marks === null ? null : drawMarks(of, view, { rect: layout.marks, records, theme });
  const right = layout.timeline === null ? null : drawEvents(of, view, { rect: layout.timeline, app, theme });
  const upper =
    left === null ? (right ?? []) : right === null ? left : left.map((line, i) => [...line, ...(right[i] ?? [])]);
  if (layout.words === null) return upper;
  return [...upper, ...drawWords(markedHere(of, app), { rect: layout.words, records, theme })];
}

function drawMarks(
  { state }: Level<MarksState>,
  view: MarksView,
  {
    rect,
    records,
    theme,
  }: { rect: Rect; records: Parameters<typeof drawMarkList>[1]["records"]; theme: DrawContext["theme"] },
): Line[] {
  const focused = state.focus === "marks";
  if (view.marks.length === 0) {
    const texts = ["Nothing is marked yet.", "m marks what is under the cursor on any screen; M adds tags and a note."];
    return drawNothing(texts, { rect, title: "marks", focused, theme });
  }
  const top = topOf(state.marks.top, view.marks_index, { height: rect.height - 2, count: view.marks.length });
  return drawMarkList(
    { rows: view.marks, rect, index: view.marks_index, top, focused, theme },
    { events: view.byId, records },
  );
}

function drawEvents(
  { state }: Level<MarksState>,
  view: MarksView,
  { rect, app, theme }: { rect: Rect; app: App; theme: DrawContext["theme"] },
): Line[] {
  const focused = state.focus === "timeline";
  const { problem } = app.services.markTimeline.current();
  const title = "timeline";
  if (view.events === null && problem === null) {
    return drawNothing(["Reading the marked events"], { rect, title, focused, theme });
  }
  if (view.timeline.length === 0) return drawNothing(emptyWords(state, view, problem), { rect, title, focused, theme });
  const top = topOf(state.timeline.top, view.timeline_index, { height: rect.height - 3, count: view.timeline.length });
  const drawn = { rows: view.timeline, rect, index: view.timeline_index, top, focused, theme };
  return drawTimeline(drawn, { dimmed: problem !== null });
}

function emptyWords({ tag }: MarksState, { marks }: MarksView, problem: Error | null): string[] {
  if (problem !== null) return ["The marked events could not be read.", "r tries again."];
  const n_events = marks.filter((row) => row.type === "target" && row.marked.target.kind === "event").length;
  if (n_events > 0) {
    return [
      n_events === 1
        ? "The marked event is not in this case."
        : `None of the ${n_events} marked events is in this case.`,
    ];
  }
  if (tag !== null)
    return [`No event has the tag ${safeText(tag, 64)}.`, "f shows the next tag, after the last one all."];
  return [
    "No event is marked yet: the timeline is made of marked events.",
    "m on an event marks it, M adds tags and a note.",
    ...(marks.length === 0 ? [] : ["Tab shows what else is marked; Enter there opens its events."]),
  ];
}

export const MARKS_SCREEN: ScreenDefinition<MarksState> = {
  id: MARKS,
  digit: 4,
  name: "marks and timeline",
  commands: COMMANDS,
  initial: initialMarks,
  draw,
  header,
  hints: () => [
    "marks.open",
    "marks.next-pane",
    "marks.edit",
    "global.mark-with-words",
    "marks.remove",
    "marks.undo",
    "marks.next-tag",
    "marks.export",
  ],
  markTargets(of, app) {
    const marked = markedHere(of, app);
    return marked === null ? [] : [marked.target];
  },
  enter: (_, app) => void app.services.marks.refresh(),
  describe: (of, app) => Promise.resolve(timelineView(of, app)),
  exportable: timelineExport,
};
