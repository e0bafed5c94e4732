import type { Clock } from "../../src/tui/state/clock.ts";

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  private time_ms: number;
  private timers: { readonly at_ms: number; readonly work: () => void }[] = [];

  constructor(time_ms = Date.UTC(2024, 2, 31, 12)) {
    this.time_ms = time_ms;
  }

  now_ms(): number {
    return this.time_ms;
  }

  after(delay_ms: number, work: () => void): () => void {
    const timer = { at_ms: this.time_ms + delay_ms, work };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on, and does what is due on the way, in order. */
  advance(time_ms: number): void {
    const end_ms = this.time_ms + time_ms;
    for (;;) {
      const next = this.timers.filter(({ at_ms }) => at_ms <= end_ms).toSorted((a, b) => a.at_ms - b.at_ms)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time_ms = next.at_ms;
      next.work();
    }
    this.time_ms = end_ms;
  }
}
