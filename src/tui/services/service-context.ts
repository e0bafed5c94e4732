import type { CaseFacts, OpenedCase } from "../state/case-facts.ts";
import type { Clock } from "../state/clock.ts";
import type { Lanes, RunningLane } from "./lanes.ts";

/** What a service is made from. Services know nothing of screens; they hold data and say when it arrived. */
export interface ServiceContext {
  readonly clock: Clock;
  readonly lanes: Lanes;
  /** The case as it is open now: ask again after a reload. */
  caseFacts(): CaseFacts;
  openedCase(): OpenedCase;
  /** Makes a new frame; any number of calls in one turn make one. */
  dataArrived(): void;
}

/** What the core does with every service. */
export interface Service {
  /** A newer generation was opened: forget everything that was read from the old one. */
  reloaded?(): void | Promise<void>;
  /** Levels that are gone for good, so that their rows can be freed. */
  forget?(levelIds: readonly number[]): void;
  /** Ctrl-C: ends what the service runs outside the lanes; returns how much that was. */
  cancel?(): number;
  /** What it runs outside the lanes, for the line that says so. */
  running?(): readonly RunningLane[];
  /** Waits until it runs nothing: for tests, which look at a screen that is complete. */
  idle?(): Promise<void>;
  close?(): void | Promise<void>;
}
