import { openHelp } from "../overlays/help.ts";
import { openPalette } from "../overlays/palette.ts";
import { openReading } from "../overlays/reading.ts";
import type { App, Command, ScreenDefinition } from "../state/contract.ts";

/** What only the running program can do for the global commands. */
export interface ProgramActions {
  /** First press: ends running queries; a second one soon after leaves. */
  interrupt(): void;
  redraw(): void;
  suspend(): void;
  /** Opens the newest generation of the case. */
  reload(): Promise<void>;
}

/** Commands that every view has. */
export function globalCommands(screens: readonly ScreenDefinition[], actions: ProgramActions): Command[] {
  return [
    ...screens.flatMap(digitCommand).sort((a, b) => a.id.localeCompare(b.id)),
    ...viewCommands(),
    ...programCommands(actions),
  ].map((command) => ({
    ...command,
    scope: "global",
  }));
}

type Unscoped = Omit<Command, "scope">;

function digitCommand({ digit, name }: ScreenDefinition): Unscoped[] {
  if (digit === undefined) return [];
  return [
    {
      id: `global.screen-${digit}`,
      title: name.toLowerCase(),
      keys: [String(digit)],
      run: (app: App) => app.openScreen(digit),
    },
  ];
}

function viewCommands(): Unscoped[] {
  return [
    {
      id: "global.back",
      title: "back to the view before, exactly as it was",
      hint: "back",
      keys: ["esc", "backspace"],
      available: (app) => isDeep(app) || "this is the first view",
      run: (app) => app.pop(),
    },
    {
      id: "global.reopen",
      title: "forward again to the view that was closed last",
      hint: "forward",
      keys: ["a"],
      available: (app) => app.store.getState().closed.length > 0 || "nothing was closed",
      run: (app) => app.reopen(),
    },
    {
      id: "global.describe",
      title: "show the SQL of this view and the equal command",
      hint: "SQL",
      keys: ["v"],
      available: (app) => app.screen(app.top().screen)?.describe !== undefined || "this view has no SQL",
      run: describeView,
    },
    { id: "global.palette", title: "find a command by name", hint: "cmd", keys: [":"], run: openPalette },
    { id: "global.help", title: "keys of this view and of all views", hint: "help", keys: ["?"], run: openHelp },
  ];
}

function programCommands(actions: ProgramActions): Unscoped[] {
  return [
    {
      id: "global.reload",
      title: "open the newer case that an ingest has published",
      hint: "reload",
      keys: ["R"],
      available: (app) => app.store.getState().newer_case || "there is no newer case",
      run: () => actions.reload(),
    },
    {
      id: "global.interrupt",
      title: "stop running queries; twice: leave",
      hint: "stop",
      keys: ["ctrl-c"],
      run: () => actions.interrupt(),
    },
    { id: "global.redraw", title: "draw the whole screen anew", keys: ["ctrl-l"], run: () => actions.redraw() },
    { id: "global.suspend", title: "suspend (`fg` returns)", keys: ["ctrl-z"], run: () => actions.suspend() },
    {
      id: "global.quit",
      title: "back, or leave coldtrail from a first view",
      hint: "leave",
      keys: ["q"],
      run: (app) => (isDeep(app) ? app.pop() : app.quit()),
    },
    { id: "global.leave", title: "leave coldtrail", keys: [], run: (app) => app.quit() },
  ];
}

function isDeep(app: App): boolean {
  return app.store.getState().levels.length > 1;
}

async function describeView(app: App): Promise<void> {
  const level = app.top();
  const described = await app.screen(level.screen)?.describe?.(level, app);
  // The person may have gone on meanwhile.
  if (described === undefined || app.top().id !== level.id) return;
  openReading(app, {
    title: "this view as SQL and as a command",
    parts: [
      { heading: "command", text: described.command, copyKey: "c" },
      { heading: "SQL", text: described.sql, copyKey: "y" },
    ],
  });
}
