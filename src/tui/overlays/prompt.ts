import { scrollTo } from "../components/list-cursor.ts";
import { drawModal } from "../components/modal.ts";
import { drawField, editField, insertText, textField, type TextField } from "../components/text-field.ts";
import type { App, OverlayDefinition } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { fitLine, fitValue, span, wrapWords } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";
import { closeCommand } from "./close-command.ts";

/** One line of text asked of the person: a search, a note, a value. */
export interface Prompt {
  readonly title: string;
  readonly value?: string;
  /** What to type, in a sentence; below the field. */
  readonly note?: string;
  /** Earlier answers, the newest first: Up goes through them. */
  readonly history?: readonly string[];
  /** What may be meant, drawn below the field: Down chooses, Tab completes. Called for every frame: cheap, no waiting. */
  readonly suggest?: (text: string, app: App) => readonly string[];
  /** What is wrong with the text, in a few words; null when it is fine. */
  readonly check?: (text: string, app: App) => string | null;
  /** Enter, with a text that is fine. The box is closed already. */
  readonly accept: (text: string, app: App) => void | Promise<void>;
  /** What Enter does, for the bottom line. */
  readonly verb?: string;
}

interface PromptState {
  readonly prompt: Prompt;
  readonly field: TextField;
  /** Shown after Enter was refused, until the text is changed. */
  readonly error: string | null;
  /** Suggestion under the cursor; null while the text itself counts. */
  readonly chosen: number | null;
  /** Place in the history; null in what is being typed. */
  readonly recalled: number | null;
}

const KIND = "prompt";
const WIDTH = 76;
const SUGGESTIONS_MAX = 8;

export const promptOverlay: OverlayDefinition<PromptState> = {
  kind: KIND,
  name: "Text",
  capturesText: () => true,
  commands: [
    { id: "prompt.accept", title: "take this", scope: KIND, keys: ["enter"], hidden: true, run: accept },
    { id: "prompt.complete", title: "complete", scope: KIND, keys: ["tab"], hidden: true, run: complete },
    { id: "prompt.next", title: "next", scope: KIND, keys: ["down"], hidden: true, run: (app) => move(app, 1) },
    { id: "prompt.previous", title: "earlier", scope: KIND, keys: ["up"], hidden: true, run: (app) => move(app, -1) },
    {
      id: "prompt.clear",
      title: "clear",
      scope: KIND,
      keys: ["ctrl-u"],
      hidden: true,
      run: (app) => edit(app, () => textField()),
    },
    closeCommand(KIND, { hint: "cancel" }),
  ],
  hints: (state) => [
    "prompt.accept",
    ...(state.prompt.suggest === undefined ? [] : ["prompt.complete", "prompt.next"]),
    ...(state.prompt.history === undefined ? [] : ["prompt.previous"]),
    "prompt.clear",
    "prompt.close",
  ],
  onText: (text, app) => edit(app, (field) => insertText(field, text)),
  onKey: (key, app) => edit(app, (field) => editField(field, key) ?? field),
  draw(state, screen, { app, theme }) {
    const { prompt, field, error } = state;
    const width = Math.min(WIDTH, screen.width);
    const inner = width - 2;
    const suggestions = prompt.suggest?.(field.text, app) ?? [];
    const shown = Math.max(1, Math.min(SUGGESTIONS_MAX, screen.height - 6));
    const { scroll } = scrollTo(
      { cursor: state.chosen ?? 0, scroll: 0 },
      { n_rows: suggestions.length, height: shown },
    );
    const list = suggestions.slice(scroll, scroll + shown).map((value, place): Line => {
      const isChosen = state.chosen === scroll + place;
      return [
        span(`${isChosen ? ">" : " "} ${fitValue(value, inner - 2, theme.glyphs)}`, isChosen ? "cursor" : "plain"),
      ];
    });
    // The box keeps its height while suggestions come and go.
    while (prompt.suggest !== undefined && list.length < shown) list.push([]);
    const note = wrapWords(prompt.note ?? "", inner - 2).map((line): Line => [span(` ${line}`, "dim")]);
    const lines: Line[] = [
      [span("> ", "key"), ...drawField(field, inner - 2, { focused: state.chosen === null })],
      ...(error === null ? note : [fitLine([span(`! ${safeText(error)}`, "error")], inner)]),
      ...list,
    ];
    return drawModal(screen, { title: safeText(prompt.title), lines, width, theme });
  },
};

/** Asks for a line of text. */
export function openPrompt(app: App, prompt: Prompt): void {
  const state: PromptState = { prompt, field: textField(prompt.value), error: null, chosen: null, recalled: null };
  app.openOverlay(KIND, state);
}

function accept(app: App): void | Promise<void> {
  const state = current(app);
  if (state === null) return;
  const { prompt } = state;
  const text = chosenText(state, app) ?? state.field.text;
  const error = prompt.check?.(text, app) ?? null;
  if (error !== null) {
    app.updateOverlay<PromptState>((old) => ({ ...old, field: textField(text), error, chosen: null }));
    return;
  }
  app.closeOverlay();
  return prompt.accept(text, app);
}

function complete(app: App): void {
  const state = current(app);
  if (state === null) return;
  const text = chosenText(state, app) ?? state.prompt.suggest?.(state.field.text, app)[0];
  if (text !== undefined) edit(app, () => textField(text));
}

/** Down goes into the suggestions, Up out of them and then back through the history. */
function move(app: App, step: 1 | -1): void {
  app.updateOverlay<PromptState>((state) => {
    const { prompt, chosen, recalled } = state;
    const n_suggestions = prompt.suggest?.(state.field.text, app).length ?? 0;
    if (recalled === null && (step === 1 || chosen !== null) && n_suggestions > 0) {
      const next = chosen === null ? 0 : chosen + step;
      return { ...state, chosen: next < 0 ? null : Math.min(next, n_suggestions - 1) };
    }
    const history = prompt.history ?? [];
    const place = (recalled ?? -1) - step;
    if (place >= history.length) return state;
    const text = place < 0 ? "" : (history[place] ?? "");
    return { ...state, field: textField(text), recalled: place < 0 ? null : place, error: null };
  });
}

function edit(app: App, change: (field: TextField) => TextField): void {
  app.updateOverlay<PromptState>((state) => {
    const field = change(state.field);
    return field === state.field ? state : { ...state, field, error: null, chosen: null, recalled: null };
  });
}

function chosenText({ prompt, field, chosen }: PromptState, app: App): string | undefined {
  return chosen === null ? undefined : prompt.suggest?.(field.text, app)[chosen];
}

function current(app: App): PromptState | null {
  const { overlay } = app.store.getState();
  return overlay?.kind === KIND ? (overlay.state as PromptState) : null;
}
