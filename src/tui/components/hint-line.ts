import { displayWidth } from "../../export/display-width.ts";
import { showKey } from "../input/keys.ts";
import type { App, Command } from "../state/contract.ts";
import type { Line, Span } from "../state/types.ts";
import { span } from "../text/fit.ts";

export interface HintOptions {
  readonly width: number;
  readonly app: App;
  /** A box has the keys: those of the view below are not live. */
  readonly isOverlay: boolean;
}

/** Always there, at the right end. */
const LAST_HINTS = ["global.help", "global.back"];

/** `Enter open  + only  - exclude …`: as many commands as fit, those that cannot run left out. */
export function hintLine(ids: readonly string[], { width, app, isOverlay }: HintOptions): Line {
  const byId = new Map(app.commands().map((command) => [command.id, command]));
  const usable = (id: string): Command[] => {
    const command = byId.get(id);
    return command === undefined || (command.available?.(app) ?? true) !== true ? [] : [command];
  };
  const last = isOverlay ? [] : LAST_HINTS.flatMap(usable);
  const wanted = [...ids.filter((id) => !LAST_HINTS.includes(id)), ...(isOverlay ? [] : ["global.palette"])];
  const lastWidth = last.reduce((sum, command) => sum + hintWidth(command, app), 0);
  const shown: Command[] = [];
  let used = 1 + lastWidth;
  for (const command of [...new Set(wanted)].flatMap(usable)) {
    used += hintWidth(command, app);
    if (used > width) break;
    shown.push(command);
  }
  return [span(" "), ...[...shown, ...last].flatMap((command) => hintSpans(command, app))];
}

function hintSpans(command: Command, { theme }: App): Span[] {
  const key = command.keys[0];
  if (key === undefined) return [];
  return [span(showKey(key, theme), "key"), span(` ${command.hint ?? command.title}  `, "dim")];
}

function hintWidth(command: Command, app: App): number {
  return hintSpans(command, app).reduce((sum, { text }) => sum + displayWidth(text), 0);
}
