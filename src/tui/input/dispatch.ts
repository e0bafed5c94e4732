import type { App, Command, OverlayDefinition } from "../state/contract.ts";
import type { PressedKey } from "./keys.ts";

/** Global keys that stay live while text is typed. */
const ALWAYS_LIVE = new Set(["ctrl-c", "ctrl-l", "ctrl-z"]);

/** What a key meets: the overlay, or the screen on top. */
interface Focus {
  readonly commands: readonly Command[];
  readonly capturesText: boolean;
  onText?(text: string): void;
  onKey?(key: string): void;
}

/** What the dispatcher needs of the app beyond what screens see. */
export interface DispatchTarget extends App {
  overlayDefinition(kind: string): OverlayDefinition | undefined;
  globalCommands(): readonly Command[];
  /** What is on top could not be drawn: its keys are not live, so that the way out always is. */
  isBroken(): boolean;
  /** Runs a command and reports what it throws. */
  execute(command: Command): void;
}

/** Runs what a key is bound to: commands of the overlay, of the screen, then global ones. */
export function dispatchKey(app: DispatchTarget, key: PressedKey): void {
  try {
    pressKey(app, key);
  } catch (error) {
    app.fail(error);
  }
}

function pressKey(app: DispatchTarget, key: PressedKey): void {
  const globals = app.globalCommands();
  if (app.isBroken()) {
    if (app.store.getState().overlay !== null) app.closeOverlay();
    else runBound(app, globals, key.name);
    return;
  }
  const focus = focusOf(app);
  if (ALWAYS_LIVE.has(key.name)) {
    runBound(app, globals, key.name);
    return;
  }
  if (focus.capturesText && key.text !== null) {
    focus.onText?.(key.text);
    return;
  }
  if (runBound(app, focus.commands, key.name)) return;
  if (focus.capturesText) focus.onKey?.(key.name);
  // A box takes all keys: nothing happens behind it.
  else if (app.store.getState().overlay === null) runBound(app, globals, key.name);
}

/** Pasted text goes where text is typed, and nowhere else: a paste must not press keys. */
export function dispatchPaste(app: DispatchTarget, text: string): void {
  const focus = focusOf(app);
  try {
    if (focus.capturesText) focus.onText?.(text);
    else app.toast("A paste goes into a text field only: open one with /", "warning");
  } catch (error) {
    app.fail(error);
  }
}

/** The first command of the list that has the key and is there at all. */
function boundCommand(app: App, commands: readonly Command[], key: string): Command | undefined {
  return commands.find((command) => command.keys.includes(key) && command.available?.(app) !== false);
}

function runBound(app: DispatchTarget, commands: readonly Command[], key: string): boolean {
  const command = boundCommand(app, commands, key);
  if (command === undefined) return false;
  app.execute(command);
  return true;
}

function focusOf(app: DispatchTarget): Focus {
  const { overlay } = app.store.getState();
  if (overlay !== null) {
    const definition = app.overlayDefinition(overlay.kind);
    if (definition !== undefined) {
      return {
        commands: definition.commands,
        capturesText: definition.capturesText?.(overlay.state) ?? false,
        onText: (text) => definition.onText?.(text, app),
        onKey: (key) => definition.onKey?.(key, app),
      };
    }
  }
  const level = app.top();
  const screen = app.screen(level.screen);
  return {
    commands: screen?.commands ?? [],
    capturesText: screen?.capturesText?.(level) ?? false,
    onText: (text) => screen?.onText?.(text, app),
    onKey: (key) => screen?.onKey?.(key, app),
  };
}
