import type { MarkedTarget } from "../../journal/mark-book.ts";
import { type MarkTarget, targetId, targetInWords } from "../../journal/mark-target.ts";
import { drawModal } from "../components/modal.ts";
import { drawField, editField, insertText } from "../components/text-field.ts";
import type { App, Command, DrawContext, OverlayDefinition } from "../state/contract.ts";
import type { Line, Rect } from "../state/types.ts";
import { fit, fitValue, span } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";
import { tagsOf } from "../screens/marks/marks-state.ts";
import {
  chosenTarget,
  completed,
  completions,
  FOCUS_ORDER,
  linesOf,
  type MarkEditorState,
  newEditor,
  noteEditor,
} from "./mark-editor-state.ts";
import { drawNote, editNote, insertNote } from "./note-area.ts";

const MARK_EDITOR = "mark-editor";

/** Opens the box for tags and a note; `targets` are what may be meant, the likeliest first. */
export function openMarkEditor(app: App, targets: readonly MarkTarget[]): void {
  if (targets.length === 0) app.toast("There is nothing here that can be marked", "warning");
  else app.openOverlay(MARK_EDITOR, newEditor(targets));
}

/** Opens the box on the newest note of what is marked. */
export function openNoteEditor(app: App, marked: MarkedTarget): void {
  app.openOverlay(MARK_EDITOR, noteEditor(marked));
}

function editorOf(app: App): MarkEditorState {
  return withAllTargets(app.store.getState().overlay!.state as MarkEditorState, app);
}

/** The view below may have known only the event when the box was opened: its key, session and the like come later. */
function withAllTargets(state: MarkEditorState, app: App): MarkEditorState {
  const level = app.top();
  const targets = app.screen(level.screen)?.markTargets?.(level, app) ?? [];
  const ids = targets.map(targetId);
  const isSame = state.targets.every((target, i) => targetId(target) === ids[i]);
  return isSame && targets.length > state.targets.length ? { ...state, targets } : state;
}

function patch(app: App, changes: Partial<MarkEditorState>): void {
  app.updateOverlay<MarkEditorState>((state) => ({ ...state, problem: null, ...changes }));
}

function moveFocus(app: App, by: number): void {
  const place = FOCUS_ORDER.indexOf(editorOf(app).focus);
  patch(app, { focus: FOCUS_ORDER[(place + by + FOCUS_ORDER.length) % FOCUS_ORDER.length] ?? "tags" });
}

async function save(app: App): Promise<void> {
  const { marks } = app.services;
  let lines;
  try {
    lines = linesOf(editorOf(app), marks.book());
  } catch (error) {
    // What was typed stays, with what is wrong with it.
    patch(app, { problem: (error as Error).message.split("\n")[0] ?? "" });
    return;
  }
  const target = chosenTarget(editorOf(app));
  app.closeOverlay();
  if (lines.length === 0 || target === undefined) {
    app.toast("Nothing was changed");
    return;
  }
  for (const line of lines) await marks.write(line);
  app.toast(`Written about ${safeText(targetInWords(target), 80)}`, "success");
}

const COMMANDS: readonly Command[] = [
  {
    id: "mark-editor.save",
    title: "write it to the journal",
    hint: "save",
    scope: MARK_EDITOR,
    keys: ["enter"],
    run: save,
  },
  {
    id: "mark-editor.next-field",
    title: "next field",
    scope: MARK_EDITOR,
    keys: ["tab"],
    run: (app) => moveFocus(app, 1),
  },
  {
    id: "mark-editor.previous-field",
    title: "previous field",
    scope: MARK_EDITOR,
    keys: ["shift-tab"],
    hidden: true,
    run: (app) => moveFocus(app, -1),
  },
  {
    id: "mark-editor.complete",
    title: "complete the tag",
    hint: "complete",
    scope: MARK_EDITOR,
    keys: ["ctrl-t"],
    available: (app) => editorOf(app).focus === "tags",
    run(app) {
      const state = editorOf(app);
      const [first] = completions(state, tagsOf(app.services.marks.book().targets().values()));
      if (first !== undefined) patch(app, { tags: completed(state, first) });
    },
  },
  {
    id: "mark-editor.new-line",
    title: "new line in the note",
    hint: "new line",
    scope: MARK_EDITOR,
    keys: ["ctrl-n"],
    available: (app) => editorOf(app).focus === "note",
    run: (app) => patch(app, { note: insertNote(editorOf(app).note, "\n") }),
  },
  {
    id: "mark-editor.close",
    title: "close without writing",
    hint: "cancel",
    scope: MARK_EDITOR,
    keys: ["esc"],
    run: (app) => app.closeOverlay(),
  },
];

function onKey(key: string, app: App): void {
  const state = editorOf(app);
  if (state.focus === "what") {
    const by = key === "up" || key === "left" ? -1 : key === "down" || key === "right" ? 1 : 0;
    const choice = Math.max(0, Math.min(state.targets.length - 1, state.choice + by));
    if (by !== 0) patch(app, { choice, targets: state.targets });
    return;
  }
  if (state.focus === "tags") {
    const tags = editField(state.tags, key);
    if (tags !== null) patch(app, { tags });
    else if (key === "down" || key === "up") moveFocus(app, key === "down" ? 1 : -1);
    return;
  }
  const note = editNote(state.note, key);
  if (note !== null) patch(app, { note });
  else if (key === "up") moveFocus(app, -1);
}

function onText(text: string, app: App): void {
  const state = editorOf(app);
  if (state.focus === "tags") patch(app, { tags: insertText(state.tags, text) });
  else if (state.focus === "note") patch(app, { note: insertNote(state.note, text) });
  else if (text === " ") moveFocus(app, 1);
}

const CHOICES_SHOWN = 6;
const LABEL = 8;

function draw(opened: MarkEditorState, screen: Rect, { app, theme }: DrawContext): { rect: Rect; lines: Line[] } {
  const state = withAllTargets(opened, app);
  const width = Math.min(screen.width, 84);
  const inner = width - 2;
  const { ellipsis } = theme.glyphs;
  const book = app.services.marks.book();
  const target = chosenTarget(state);
  const marked = target === undefined ? null : book.of(target);
  const room = Math.max(1, Math.min(6, screen.height - 11));
  const label = (name: string, focused: boolean): Line[number] =>
    span(` ${focused ? ">" : " "} ${fit(name, LABEL - 4)} `, focused ? "bold" : "plain");
  const lines: Line[] = [
    ...whatLines(state, { inner, label, room: screen.height > 18 ? CHOICES_SHOWN : 2, ellipsis }),
    [
      label("tags", state.focus === "tags"),
      ...drawField(state.tags, inner - LABEL, { focused: state.focus === "tags" }),
    ],
    [span(fit("", LABEL)), span(fit(completionWords(state, app), inner - LABEL, { ellipsis }), "dim")],
    ...drawNote(state.note, { width: inner - LABEL, height: room }, { focused: state.focus === "note" }).map(
      (line, i): Line => [i === 0 ? label("note", state.focus === "note") : span(fit("", LABEL)), ...line],
    ),
    [],
    [span(fit(` ${standsInWords(marked, state.edits)}`, inner, { ellipsis }), "dim")],
    state.problem === null
      ? [span(fit(" -tag takes a tag away; empty fields make a bare mark", inner, { ellipsis }), "dim")]
      : [span(fitValue(` ! ${state.problem}`, inner, { ellipsis }), "error")],
  ];
  return drawModal(screen, { title: state.edits === null ? "mark" : "edit note", lines, width, theme });
}

function whatLines(
  state: MarkEditorState,
  of: { inner: number; room: number; ellipsis: string; label: (name: string, focused: boolean) => Line[number] },
): Line[] {
  const focused = state.focus === "what";
  const shown = focused ? Math.min(of.room, state.targets.length) : 1;
  const first = Math.max(0, Math.min(state.choice - Math.floor(shown / 2), state.targets.length - shown));
  return state.targets.slice(first, first + shown).map((target, i): Line => {
    const isChoice = first + i === state.choice;
    const words = `${isChoice ? "(o)" : "( )"} ${safeText(targetInWords(target), of.inner)}`;
    const others = state.targets.length - 1;
    const more = focused || others === 0 ? "" : `  or one of ${others} more`;
    const text_width = of.inner - LABEL - more.length;
    return [
      i === 0 ? of.label("what", focused) : span(fit("", LABEL)),
      span(fit(words, text_width, { ellipsis: of.ellipsis }), focused && isChoice ? "cursor" : "plain"),
      span(more, "dim"),
    ];
  });
}

function completionWords(state: MarkEditorState, app: App): string {
  if (state.focus !== "tags") return "";
  const known = completions(state, tagsOf(app.services.marks.book().targets().values()));
  return known.length === 0 ? "" : `Ctrl-t: ${known.join(" ")}`;
}

function standsInWords(marked: MarkedTarget | null, edits: string | null): string {
  if (marked === null) return "not marked yet";
  const tags = marked.tags.length === 0 ? "no tag" : marked.tags.join(", ");
  const notes =
    marked.notes.length === 0 ? "" : `; ${marked.notes.length} ${marked.notes.length === 1 ? "note" : "notes"}`;
  return `stands: ${tags}${notes}${edits === null ? "" : "; this note is worded anew"}`;
}

export const MARK_EDITOR_OVERLAY: OverlayDefinition<MarkEditorState> = {
  kind: MARK_EDITOR,
  name: "tags and note",
  commands: COMMANDS,
  draw,
  hints: () => [
    "mark-editor.save",
    "mark-editor.next-field",
    "mark-editor.complete",
    "mark-editor.new-line",
    "mark-editor.close",
  ],
  capturesText: () => true,
  onText,
  onKey,
};
