/** What the terminal UI is made of: plain immutable data, drawn by pure functions and changed by commands. */

/** A place on the screen, in columns and lines from the upper left. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a piece of text means; `terminal/palette.ts` says how it looks. Never the only carrier of a meaning. */
export type StyleName =
  | "plain"
  | "dim"
  | "bold"
  | "title"
  | "border"
  | "border-focused"
  | "cursor"
  | "cursor-cell"
  | "match"
  | "mark"
  | "error"
  | "warning"
  | "success"
  | "gap"
  | "key"
  | "chip"
  | "chip-off"
  | "severity-critical"
  | "severity-high"
  | "severity-medium"
  | "severity-low"
  | "severity-info";

/** A run of text in one style; the text has passed `safeText` and holds no control character. */
export interface Span {
  readonly text: string;
  readonly style: StyleName;
}

/** One line of the screen or of a pane, exactly as wide as its place. */
export type Line = readonly Span[];

/** One view on the stack. `state` is plain immutable data (cursor, scroll, filters, focus), never rows. */
export interface Level<S = unknown> {
  /** Counts up; never used again. */
  readonly id: number;
  readonly screen: string;
  /** The crumb in the first line. */
  readonly title: string;
  readonly state: S;
}

/** A box over the view: help, palette, pickers, editors. */
export interface Overlay<S = unknown> {
  readonly kind: string;
  readonly state: S;
}

export interface Toast {
  readonly text: string;
  readonly style: StyleName;
  /** Milliseconds of the app's clock. */
  readonly until_ms: number;
}

/** The views of one digit: each digit has a stack of its own, which waits as it was while another is seen. */
export interface ViewStack {
  readonly levels: readonly Level[];
  readonly closed: readonly Level[];
}

export interface AppState {
  readonly columns: number;
  readonly rows: number;
  /** Whose stack `levels` is. */
  readonly digit: number;
  readonly parked: Readonly<Record<number, ViewStack>>;
  /** From the bottom, which shows all events, to the one that is seen. */
  readonly levels: readonly Level[];
  /** What `a` opens again, the last closed first. */
  readonly closed: readonly Level[];
  readonly overlay: Overlay | null;
  readonly toast: Toast | null;
  /** Raised whenever data that views draw from has arrived: it makes a new frame. */
  readonly data_version: number;
  /** A newer generation of the case was published; `R` opens it. */
  readonly newer_case: boolean;
  /** That is being done: how many events there are is not known until it is. */
  readonly is_reloading: boolean;
}
