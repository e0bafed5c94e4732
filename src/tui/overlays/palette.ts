import { moveTo, scrollTo, type ListCursor } from "../components/list-cursor.ts";
import { drawModal } from "../components/modal.ts";
import { drawField, editField, insertText, textField, type TextField } from "../components/text-field.ts";
import { showKey } from "../input/keys.ts";
import { boxRect } from "../state/layout.ts";
import type { App, Command, OverlayDefinition } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { fit, fitBoth, span, textOf } from "../text/fit.ts";
import { closeCommand } from "./close-command.ts";
import { fuzzyScore } from "./fuzzy.ts";

interface PaletteState extends ListCursor {
  readonly field: TextField;
}

const KIND = "palette";
const WIDTH = 76;
const ROWS_MAX = 16;

export const paletteOverlay: OverlayDefinition<PaletteState> = {
  kind: KIND,
  name: "Commands",
  capturesText: () => true,
  commands: [
    closeCommand(KIND),
    {
      id: "palette.run",
      title: "run the command under the cursor",
      hint: "run",
      scope: KIND,
      keys: ["enter"],
      hidden: true,
      run: runChosen,
    },
    ...["up", "down", "page-up", "page-down"].map((move): Command => ({
      id: `palette.${move}`,
      title: move.replace("-", " "),
      scope: KIND,
      keys: [move.replace("-", "")],
      hidden: true,
      run: (app) => moveCursor(app, move),
    })),
  ],
  hints: () => ["palette.run", "palette.down", "palette.up", "palette.close"],
  onText: (text, app) => setField(app, (field) => insertText(field, text)),
  onKey: (key, app) => setField(app, (field) => editField(field, key) ?? field),
  draw(state, screen, { app, theme }) {
    const width = Math.min(WIDTH, screen.width);
    const inner = width - 2;
    const matches = matchingCommands(app, state.field.text);
    const height = rowsShown(screen.height);
    const { cursor, scroll } = scrollTo(state, { n_rows: matches.length, height });
    const rows = matches.slice(scroll, scroll + height).map((command, place): Line => {
      const isCursor = scroll + place === cursor;
      const reason = command.available?.(app);
      const words = typeof reason === "string" ? `${command.title} (${reason})` : command.title;
      const keys = command.keys.map((key) => showKey(key, theme)).join(" ");
      const size = { width: inner, ellipsis: theme.glyphs.ellipsis };
      const parts = fitBoth([span(`${isCursor ? ">" : " "} ${words}`)], [span(`  ${keys} `)], size);
      return [span(textOf(parts), isCursor ? "cursor" : typeof reason === "string" ? "dim" : "plain")];
    });
    while (rows.length < height) rows.push([]);
    if (matches.length === 0) rows[0] = [span("  no command matches", "dim")];
    const typed: Line = [span(": ", "key"), ...drawField(state.field, inner - 2, { focused: true })];
    const count = fit(`  ${matches.length} commands`, inner);
    return drawModal(screen, { title: "commands", lines: [typed, ...rows, [span(count, "dim")]], width, theme });
  },
};

export function openPalette(app: App): void {
  app.openOverlay(KIND, { field: textField(), cursor: 0, scroll: 0 });
}

/** Commands of the view and global ones that answer what was typed, the best first. */
function matchingCommands(app: App, typed: string): Command[] {
  const scope = app.top().screen;
  return app
    .commands()
    .filter((command) => command.hidden !== true && (command.scope === scope || command.scope === "global"))
    .filter((command) => command.id !== "global.palette" && command.available?.(app) !== false)
    .map((command) => ({ command, score: scoreOf(typed, command) }))
    .filter(({ score }) => score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .map(({ command }) => command);
}

function scoreOf(typed: string, { title, id }: Command): number | null {
  const [byTitle, byId] = [fuzzyScore(typed, title), fuzzyScore(typed, id.slice(id.indexOf(".") + 1))];
  if (byTitle === null) return byId === null ? null : byId - 50;
  return Math.max(byTitle, (byId ?? -Infinity) - 50);
}

function runChosen(app: App): void {
  const { overlay } = app.store.getState();
  if (overlay?.kind !== KIND) return;
  const state = overlay.state as PaletteState;
  const matches = matchingCommands(app, state.field.text);
  const chosen = matches[Math.min(state.cursor, matches.length - 1)];
  if (chosen === undefined) return;
  app.closeOverlay();
  app.run(chosen.id);
}

function setField(app: App, edit: (field: TextField) => TextField): void {
  app.updateOverlay<PaletteState>((state) => {
    const field = edit(state.field);
    return field === state.field ? state : { field, cursor: 0, scroll: 0 };
  });
}

function moveCursor(app: App, move: string): void {
  app.updateOverlay<PaletteState>((state) => {
    const n_rows = matchingCommands(app, state.field.text).length;
    const height = rowsShown(boxRect(app.store.getState()).height);
    return { ...state, ...moveTo(state, move, { n_rows, height }) };
  });
}

/** Rows between the field and the count. */
function rowsShown(screenHeight: number): number {
  return Math.max(1, Math.min(ROWS_MAX, screenHeight - 4));
}
