import { moveTo, scrollTo, type ListCursor } from "../components/list-cursor.ts";
import { drawModal } from "../components/modal.ts";
import { boxRect } from "../state/layout.ts";
import type { App, Command, OverlayDefinition } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { fitBoth, fitValue, lineWidth, span, textOf } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";
import { closeCommand } from "./close-command.ts";

export interface MenuItem {
  readonly label: string;
  /** To the right: a value, a count. */
  readonly detail?: string;
  /** A letter that chooses it at once; not `j`, `k`, `g`, `G` or `q`. */
  readonly key?: string;
  /** Why it cannot be chosen. */
  readonly disabled?: string;
  readonly run: (app: App) => void | Promise<void>;
}

export interface Menu {
  readonly title: string;
  readonly items: readonly MenuItem[];
  readonly width?: number;
}

interface MenuState extends ListCursor {
  readonly menu: Menu;
}

const KIND = "menu";
const WIDTH = 70;

export const menuOverlay: OverlayDefinition<MenuState> = {
  kind: KIND,
  name: "Menu",
  capturesText: () => true,
  commands: [
    {
      id: "menu.choose",
      title: "choose",
      scope: KIND,
      keys: ["enter"],
      hidden: true,
      run: (app) => {
        const state = current(app);
        const item = state?.menu.items[state.cursor];
        return item === undefined ? undefined : choose(item, app);
      },
    },
    ...["up", "down", "page-up", "page-down", "first", "last"].map((move): Command => ({
      id: `menu.${move}`,
      title: move.replace("-", " "),
      scope: KIND,
      keys: [{ first: "home", last: "end" }[move] ?? move.replace("-", "")],
      hidden: true,
      run: (app) => moveCursor(app, move),
    })),
    closeCommand(KIND),
  ],
  hints: () => ["menu.choose", "menu.down", "menu.up", "menu.close"],
  onText(text, app) {
    const items = current(app)?.menu.items ?? [];
    const place = items.findIndex(({ key }) => key === text);
    if (place !== -1) {
      app.updateOverlay<MenuState>((state) => ({ ...state, cursor: place }));
      app.run("menu.choose");
      return;
    }
    const move = ({ j: "down", k: "up", g: "first", G: "last", " ": "page-down" } as Record<string, string>)[text];
    if (move !== undefined) moveCursor(app, move);
    else if (text === "q") app.closeOverlay();
  },
  draw(state, screen, { theme }) {
    const { menu } = state;
    const width = Math.min(menu.width ?? WIDTH, screen.width);
    const inner = width - 2;
    const height = Math.max(1, Math.min(menu.items.length, screen.height - 2));
    const { cursor, scroll } = scrollTo(state, { n_rows: menu.items.length, height });
    const hasKeys = menu.items.some(({ key }) => key !== undefined);
    const lines = menu.items.slice(scroll, scroll + height).map((item, place): Line => {
      const isCursor = scroll + place === cursor;
      const key = hasKeys ? `${item.key ?? " "}  ` : "";
      const detail = item.disabled ?? item.detail ?? "";
      const label: Line = [span(`${isCursor ? ">" : " "} ${key}${safeText(item.label, inner)}`)];
      const room = Math.max(0, Math.min(inner - lineWidth(label) - 3, inner - 12));
      const right = detail === "" ? "" : `  ${fitValue(detail, Math.max(12, room), theme.glyphs).trimEnd()} `;
      const text = textOf(fitBoth(label, [span(right)], { width: inner, ellipsis: theme.glyphs.ellipsis }));
      return [span(text, isCursor ? "cursor" : item.disabled === undefined ? "plain" : "dim")];
    });
    return drawModal(screen, { title: safeText(menu.title), lines, width, theme });
  },
};

/** A list to choose from. */
export function openMenu(app: App, menu: Menu): void {
  app.openOverlay(KIND, { menu, cursor: 0, scroll: 0 });
}

function choose(item: MenuItem, app: App): void | Promise<void> {
  if (item.disabled !== undefined) {
    app.toast(item.disabled, "warning");
    return;
  }
  app.closeOverlay();
  return item.run(app);
}

function moveCursor(app: App, move: string): void {
  app.updateOverlay<MenuState>((state) => {
    const size = { n_rows: state.menu.items.length, height: Math.max(1, boxRect(app.store.getState()).height - 2) };
    return { ...state, ...moveTo(state, move, size) };
  });
}

function current(app: App): MenuState | null {
  const { overlay } = app.store.getState();
  return overlay?.kind === KIND ? (overlay.state as MenuState) : null;
}
