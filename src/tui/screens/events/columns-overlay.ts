import { VIEW_COLUMNS } from "../../../queries/views/event-column.ts";
import { moveTo, scrollTo, type ListCursor } from "../../components/list-cursor.ts";
import { drawModal } from "../../components/modal.ts";
import type { App, Command, OverlayDefinition } from "../../state/contract.ts";
import type { Line } from "../../state/types.ts";
import { fit, span } from "../../text/fit.ts";
import { columnTitle, specOf } from "./event-columns.ts";
import { edit, eventsLevel } from "./event-jumps.ts";

/** Columns shown first, in their order, then the others in that of the record. */
interface ColumnsState extends ListCursor {
  readonly names: readonly string[];
  readonly shown: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

const KIND = "events-columns";
const WIDTH = 64;
const WIDTH_MIN = 4;
const WIDTH_MAX = 120;

/** `c`: which columns the table has, in what order and how wide. */
export function openColumns(app: App): void {
  const { columns, widths, column } = eventsLevel(app).state;
  const others = VIEW_COLUMNS.map(({ name }) => name).filter((name) => !columns.includes(name));
  const state: ColumnsState = { names: [...columns, ...others], shown: columns, widths, cursor: column, scroll: 0 };
  app.openOverlay(KIND, state);
}

function current(app: App): ColumnsState | null {
  const { overlay } = app.store.getState();
  return overlay?.kind === KIND ? (overlay.state as ColumnsState) : null;
}

const change = (app: App, patch: (state: ColumnsState) => ColumnsState): void => {
  app.updateOverlay<ColumnsState>(patch);
};

function heightIn(rows: number): number {
  return Math.max(3, Math.min(24, rows - 6));
}

function toggle(app: App): void {
  change(app, (state) => {
    const name = state.names[state.cursor]!;
    const isShown = state.shown.includes(name);
    if (isShown && state.shown.length === 1) return state;
    // A column that is turned on comes behind those that are shown.
    const shown = isShown ? state.shown.filter((one) => one !== name) : [...state.shown, name];
    return { ...state, shown, names: arranged(state.names, shown) };
  });
}

/** Shown columns first, in their order. */
function arranged(names: readonly string[], shown: readonly string[]): readonly string[] {
  return [...shown, ...names.filter((name) => !shown.includes(name))];
}

function shift(app: App, by: 1 | -1): void {
  change(app, (state) => {
    const at = state.cursor;
    const to = at + by;
    if (at >= state.shown.length || to < 0 || to >= state.shown.length) return state;
    const shown = state.shown.with(at, state.shown[to]!).with(to, state.shown[at]!);
    return { ...state, shown, names: arranged(state.names, shown), cursor: to };
  });
}

function resize(app: App, by: number): void {
  change(app, (state) => {
    const name = state.names[state.cursor]!;
    const spec = specOf(name, state.widths);
    const width = Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, (state.widths[name] ?? spec.min) + by));
    return { ...state, widths: { ...state.widths, [name]: width } };
  });
}

function apply(app: App): void {
  const state = current(app);
  if (state === null) return;
  app.closeOverlay();
  const { shown, widths } = state;
  edit(app, (view) => {
    const before = view.columns[view.column] ?? "";
    const column = shown.indexOf(before);
    return {
      ...view,
      columns: shown,
      widths,
      column: column === -1 ? Math.min(view.column, shown.length - 1) : column,
    };
  });
}

function move(app: App, by: string): void {
  change(app, (state) => {
    const size = { n_rows: state.names.length, height: heightIn(app.store.getState().rows) };
    return { ...state, ...moveTo(state, by, size) };
  });
}

const COMMANDS: readonly Omit<Command, "scope">[] = [
  { id: "columns.toggle", title: "show or hide", hint: "show/hide", keys: ["space"], run: toggle },
  {
    id: "columns.earlier",
    title: "further to the left",
    hint: "left",
    keys: ["K", "shift-up"],
    run: (app) => shift(app, -1),
  },
  {
    id: "columns.later",
    title: "further to the right",
    hint: "right",
    keys: ["J", "shift-down"],
    run: (app) => shift(app, 1),
  },
  { id: "columns.wider", title: "wider", hint: "wider", keys: ["right", "l", "+"], run: (app) => resize(app, 2) },
  {
    id: "columns.narrower",
    title: "narrower",
    hint: "narrower",
    keys: ["left", "h", "-"],
    run: (app) => resize(app, -2),
  },
  { id: "columns.apply", title: "take these columns", hint: "take", keys: ["enter"], run: apply },
  {
    id: "columns.cancel",
    title: "leave the columns as they were",
    hint: "cancel",
    keys: ["esc", "q", "c"],
    run: (app) => app.closeOverlay(),
  },
  ...[
    ["up", "up", "k"],
    ["down", "down", "j"],
    ["page-up", "pageup", "ctrl-u"],
    ["page-down", "pagedown", "ctrl-d"],
    ["first", "home", "g"],
    ["last", "end", "G"],
  ].map(([by = "", ...keys]) => ({
    id: `columns.${by}`,
    title: by,
    keys,
    hidden: true,
    run: (app: App) => move(app, by),
  })),
];

/** The box in which columns are chosen, moved and sized. */
export const columnsOverlay: OverlayDefinition<ColumnsState> = {
  kind: KIND,
  name: "Columns",
  commands: COMMANDS.map((command) => ({ ...command, scope: KIND })),
  hints: () => [
    "columns.apply",
    "columns.toggle",
    "columns.earlier",
    "columns.later",
    "columns.wider",
    "columns.narrower",
    "columns.cancel",
  ],
  draw(state, screen, { theme }) {
    const width = Math.min(WIDTH, screen.width);
    const inner = width - 2;
    const height = heightIn(screen.height);
    const { cursor, scroll } = scrollTo(state, { n_rows: state.names.length, height });
    const lines = state.names.slice(scroll, scroll + height).map((name, i): Line => {
      const isCursor = scroll + i === cursor;
      const tick = state.shown.includes(name) ? theme.glyphs.ticked : theme.glyphs.unticked;
      const spec = specOf(name, state.widths);
      const size =
        state.widths[name] === undefined
          ? `${spec.min}${spec.max === undefined ? "" : `-${spec.max}`}`
          : String(spec.min);
      const text = `${isCursor ? ">" : " "} ${tick} ${fit(columnTitle(name), Math.max(10, inner - 14), theme.glyphs)} ${fit(size, 7, { align: "right" })}`;
      return [span(fit(text, inner), isCursor ? "cursor" : state.shown.includes(name) ? "plain" : "dim")];
    });
    return drawModal(screen, { title: `columns  ${state.shown.length} shown`, lines, width, theme });
  },
};
