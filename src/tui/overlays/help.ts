import { moveTo, scrollTo, type ListCursor } from "../components/list-cursor.ts";
import { drawModal } from "../components/modal.ts";
import { showKey } from "../input/keys.ts";
import { boxRect } from "../state/layout.ts";
import type { App, Command, OverlayDefinition } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { fit, span, wrapWords } from "../text/fit.ts";
import { closeCommand } from "./close-command.ts";

/** Lines that the box shows at once; only drawing knows. */
interface HelpState {
  readonly scroll: number;
}

const KIND = "help";
const KEYS_WIDTH = 18;
const MARGIN = 4;

export const helpOverlay: OverlayDefinition<HelpState> = {
  kind: KIND,
  name: "Help",
  commands: [
    closeCommand(KIND, { keys: ["esc", "q", "?", "enter"] }),
    ...scrollCommands(),
    {
      id: "help.palette",
      title: "find a command by name",
      hint: "find a command",
      scope: KIND,
      keys: [":", "/"],
      hidden: true,
      run: (app) => app.run("global.palette"),
    },
  ],
  hints: () => ["help.close", "help.down", "help.up", "help.palette"],
  draw(state, screen, context) {
    const width = Math.min(screen.width, 100);
    const lines = helpLines(context.app, width - MARGIN);
    const height = Math.min(screen.height, lines.length + 2);
    const { scroll } = scrollTo(
      { cursor: state.scroll, scroll: state.scroll },
      { n_rows: lines.length, height: height - 2 },
    );
    const shown = lines.slice(scroll, scroll + height - 2).map((line): Line => [span(" "), ...line]);
    const rest = lines.length - scroll - (height - 2);
    return drawModal(screen, {
      title: `help${rest > 0 ? `: ${rest} more lines below` : ""}`,
      lines: shown,
      width,
      height,
      theme: context.theme,
    });
  },
};

export function openHelp(app: App): void {
  app.openOverlay(KIND, { scroll: 0 });
}

/** Keys of the view first, then the global ones. */
function helpLines(app: App, width: number): Line[] {
  const level = app.top();
  const screen = app.screen(level.screen);
  const here = app.commands().filter((command) => command.scope === level.screen && command.available?.(app) !== false);
  const everywhere = app.commands().filter(({ scope }) => scope === "global");
  return [
    ...section(screen?.name ?? level.title, here, { app, width }),
    [],
    ...section("everywhere", everywhere, { app, width }),
  ];
}

interface SectionPlace {
  readonly app: App;
  readonly width: number;
}

function section(title: string, commands: readonly Command[], { app, width }: SectionPlace): Line[] {
  const listed = commands.filter(({ hidden, keys }) => hidden !== true && keys.length > 0);
  const moving = commands.filter(({ hidden, keys }) => hidden === true && keys.length > 0);
  const keysOf = ({ keys }: Command): string => keys.map((key) => showKey(key, app.theme)).join(" ");
  const lines: Line[] = [[span(title, "title")]];
  for (const command of listed) {
    const reason = command.available?.(app);
    const words = typeof reason === "string" ? `${command.title} (${reason})` : command.title;
    const [first = "", ...more] = wrapWords(words, width - KEYS_WIDTH);
    lines.push([
      span(fit(keysOf(command), KEYS_WIDTH), "key"),
      span(first, typeof reason === "string" ? "dim" : "plain"),
    ]);
    for (const rest of more) lines.push([span(" ".repeat(KEYS_WIDTH)), span(rest)]);
  }
  if (moving.length === 0) return lines;
  const words = moving.map((command) => `${keysOf(command)} ${command.title}`).join(app.theme.glyphs.dot);
  return [...lines, ...wrapWords(words, width).map((line): Line => [span(line, "dim")])];
}

function scrollCommands(): Command[] {
  const moves: readonly [move: string, keys: readonly string[], title: string][] = [
    ["up", ["up", "k"], "up"],
    ["down", ["down", "j"], "down"],
    ["page-up", ["pageup", "ctrl-u"], "page up"],
    ["page-down", ["pagedown", "space", "ctrl-d"], "page down"],
    ["first", ["g", "home"], "to the top"],
  ];
  return moves.map(([move, keys, title]) => ({
    id: `help.${move}`,
    title,
    scope: KIND,
    keys,
    hidden: true,
    run: (app) => app.updateOverlay<HelpState>((state) => ({ scroll: moved(state.scroll, move, app) })),
  }));
}

function moved(scroll: number, move: string, app: App): number {
  const { width, height: rows } = boxRect(app.store.getState());
  const n_rows = helpLines(app, Math.min(width, 100) - MARGIN).length;
  const height = Math.min(n_rows, rows - 2);
  const list: ListCursor = moveTo({ cursor: scroll, scroll: 0 }, move, { n_rows, height }) ?? {
    cursor: scroll,
    scroll,
  };
  return Math.min(list.cursor, Math.max(0, n_rows - height));
}
