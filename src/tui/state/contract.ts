/**
 * What the core and the screens expect of each other. Screens are tables of pure functions: they draw lines from a
 * level's state and from what the services hold, and change state through the `App` alone.
 */

import type { MarkTarget } from "../../journal/mark-target.ts";
import type { Services } from "../services/services.ts";
import type { Theme } from "../terminal/theme.ts";
import type { CaseFacts } from "./case-facts.ts";
import type { Clock } from "./clock.ts";
import type { Store } from "./store.ts";
import type { AppState, Level, Line, Rect, StyleName } from "./types.ts";

/** Something a key or the palette does. Palette, help, hints and the docs page are made from these. */
export interface Command {
  /** Unique, `screen.verb-noun`: `events.next-error`. */
  readonly id: string;
  /** What it does, for palette and help: `next event with an error`. */
  readonly title: string;
  /** One or two words for the bottom line; without it the title stands there. */
  readonly hint?: string;
  /** `global`, the id of a screen, or the kind of an overlay. */
  readonly scope: string;
  /** Names as `input/keys.ts` gives them: `j`, `G`, `up`, `ctrl-d`, `enter`, `space`, `shift-tab`, `esc`. */
  readonly keys: readonly string[];
  /** Not in palette and help: movement that goes without saying. */
  readonly hidden?: boolean;
  /**
   * False: as if it were not there, so that another command of the scope may have the same key (by focused pane).
   * A text: it cannot run now, and why.
   */
  available?(app: App): boolean | string;
  run(app: App): void | Promise<void>;
}

export interface DrawContext {
  readonly state: AppState;
  readonly app: App;
  readonly theme: Theme;
  readonly now_ms: number;
}

/**
 * A screen. The core draws the first line (case, crumbs, UTC, number of events) and the last two (status or toast,
 * hints); the screen draws what is between: `header` lines, then `draw` in the rest.
 */
export interface ScreenDefinition<S = unknown> {
  readonly id: string;
  /** The key that opens it, and its name in help and palette. */
  readonly digit?: 1 | 2 | 3 | 4 | 5;
  readonly name: string;
  readonly commands: readonly Command[];
  /** State when opened by its digit. */
  initial?(app: App): S;
  /** The body: exactly `rect.height` lines of `rect.width` columns (`fitLines` sees to it). */
  draw(level: Level<S>, rect: Rect, context: DrawContext): Line[];
  header?(level: Level<S>, width: number, context: DrawContext): Line[];
  /** Left part of the line above the hints: `rows 4 ms · facets 62 ms`. */
  status?(level: Level<S>, context: DrawContext): Line;
  /** Command ids for the bottom line, the most useful first; global ones may be among them. */
  hints(level: Level<S>, app: App): readonly string[];
  /** The level is seen: pushed, uncovered, resized into a new layout or its data were reloaded. Starts queries. */
  enter?(level: Level<S>, app: App): void;
  /** The level is covered or gone. */
  leave?(level: Level<S>, app: App): void;
  /** A field of the screen has the focus: only its commands on named keys, `onKey` and `onText` are live. */
  capturesText?(level: Level<S>): boolean;
  /** Typed or pasted text while `capturesText`. */
  onText?(text: string, app: App): void;
  /** Keys that no command took while `capturesText`: `left`, `backspace`, `ctrl-u`. See `components/text-field.ts`. */
  onKey?(key: string, app: App): void;
  /**
   * What `m` and `M` are about: the thing under the cursor first, then what else it consists of (an event's key, session,
   * address, principal, resources), for the editor to choose from. Without it nothing can be marked on this screen.
   */
  markTargets?(level: Level<S>, app: App): readonly MarkTarget[];
  /** For `v`: the SQL that can be run alone and the equal command of the command line. */
  describe?(level: Level<S>, app: App): Promise<ViewDescription>;
  /** What `X` writes: exactly what is on the screen, whole. */
  exportable?(level: Level<S>, app: App): ExportJob | null;
}

export interface ViewDescription {
  readonly sql: string;
  readonly command: string;
}

export interface ExportJob {
  /** `events: accessKeyId=… (6,512 rows)`. */
  readonly title: string;
  /** File name without folder and ending. */
  readonly file_stem: string;
  readonly formats: readonly string[];
  /** Writes whole or not at all; returns what was written. */
  write(target: { readonly path: string; readonly format: string }, signal: AbortSignal): Promise<ExportedFile>;
}

export interface ExportedFile {
  readonly n_rows: number;
  readonly size_bytes: number;
  /** Of the file, when the journal has no line of it yet. */
  readonly sha256?: string;
}

/** A box over the view. The first line of help is its `title`. */
export interface OverlayDefinition<S = unknown> {
  readonly kind: string;
  readonly name: string;
  readonly commands: readonly Command[];
  /** `lines` fill `rect` exactly, border included (`components/modal.ts` draws it). */
  draw(state: S, screen: Rect, context: DrawContext): { readonly rect: Rect; readonly lines: readonly Line[] };
  hints?(state: S, app: App): readonly string[];
  capturesText?(state: S): boolean;
  onText?(text: string, app: App): void;
  onKey?(key: string, app: App): void;
}

/** What commands act on. Handlers read it when they run; nothing is captured from an earlier frame. */
export interface App {
  readonly store: Store;
  readonly clock: Clock;
  readonly services: Services;
  readonly theme: Theme;
  /** Of the case as it is open now. */
  caseFacts(): CaseFacts;
  /** Every command, the global ones last. */
  commands(): readonly Command[];
  screen(id: string): ScreenDefinition | undefined;
  screens(): readonly ScreenDefinition[];

  top(): Level;
  level(id: number): Level | undefined;
  /** Opens a view above the present one. Returns the new level's id. */
  push(screen: string, title: string, state: unknown): number;
  /** Changes a level's state; `S` is what its screen keeps there. Nothing happens when the level is gone. */
  replaceState<S>(levelId: number, patch: (state: S) => S): void;
  retitle(levelId: number, title: string): void;
  pop(): void;
  /** Opens again what was closed last. */
  reopen(): void;
  /** Shows the screen of a digit: as it was when it is on the stack's bottom, else fresh. */
  openScreen(digit: number): void;

  openOverlay(kind: string, state: unknown): void;
  updateOverlay<S>(patch: (state: S) => S): void;
  closeOverlay(): void;

  toast(text: string, style?: StyleName): void;
  /** Says that something failed, in one line; a bug goes to the log file with its stack. */
  fail(error: unknown): void;
  /** New data for views to draw: makes a frame. */
  dataArrived(): void;
  /** To the clipboard by OSC 52, or to a file when it is too long; says what and how much. */
  copy(text: string, what: string): void;
  /** Runs a command by id, as a key would. */
  run(commandId: string): void;
  quit(exitCode?: number): void;
}
