import type { ProgramActions } from "./input/global-commands.ts";
import type { Lanes } from "./services/lanes.ts";
import type { CaseFacts, OpenedCase } from "./state/case-facts.ts";
import type { Clock } from "./state/clock.ts";
import type { Theme } from "./terminal/theme.ts";

/** What the running program does for the app; tests have their own. */
export interface AppHost extends Omit<ProgramActions, "interrupt" | "reload"> {
  /** Puts text on the clipboard or into a file; returns what to tell the person. */
  copy(text: string, what: string): string;
  /** Writes a bug down; returns where. */
  logError(error: unknown): string;
  exit(exitCode: number): void;
  reload(): Promise<void>;
}

export interface AppParts {
  readonly clock: Clock;
  readonly theme: Theme;
  readonly host: AppHost;
  readonly lanes: Lanes;
  readonly size: { readonly columns: number; readonly rows: number };
  caseFacts(): CaseFacts;
  openedCase(): OpenedCase;
}
