import { setTimeout as sleep } from "node:timers/promises";

/*
 * How many requests are under way at once. It grows by one for each window of answers and halves when the server says
 * "slow down" (additive increase, multiplicative decrease), so that a bucket that throttles is fetched at its own pace.
 * The SDK's retry modes give up under the same load: 117 of 500 objects failed with ten attempts each.
 */

const SMALLEST = 2;

export interface WindowOptions {
  readonly largest: number;
  /** Requests a second, or null for no limit. */
  readonly max_rps: number | null;
}

export class RequestWindow {
  private limit: number;
  private active = 0;
  private sinceGrowth = 0;
  private notBefore_ms = 0;
  private lastCut_ms = -Infinity;
  private readonly waiting: (() => void)[] = [];
  private readonly options: WindowOptions;

  constructor(options: WindowOptions) {
    this.options = options;
    this.limit = Math.min(16, options.largest);
  }

  /** Requests allowed at once, now. */
  get size(): number {
    return Math.floor(this.limit);
  }

  /** Waits for a place, and for the turn that `max_rps` gives. Call `leave` afterwards. */
  async enter(): Promise<void> {
    while (this.active >= this.size) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.active += 1;
    const now = performance.now();
    const turn = Math.max(now, this.notBefore_ms);
    if (this.options.max_rps !== null) this.notBefore_ms = turn + 1000 / this.options.max_rps;
    if (turn > now) await sleep(turn - now);
  }

  /** Gives the place back; `throttled` when the server asked to slow down. */
  leave(outcome: "answered" | "throttled" | "failed"): void {
    this.active -= 1;
    if (outcome === "throttled") this.cut();
    else if (outcome === "answered") this.grow();
    for (let free = this.size - this.active; free > 0; free -= 1) this.waiting.shift()?.();
  }

  private grow(): void {
    this.sinceGrowth += 1;
    if (this.sinceGrowth < this.size) return;
    this.sinceGrowth = 0;
    this.limit = Math.min(this.options.largest, this.limit + 1);
  }

  private cut(): void {
    // All requests of one burst are refused together: that is one sign, not many.
    if (performance.now() - this.lastCut_ms < 250) return;
    this.lastCut_ms = performance.now();
    this.limit = Math.max(SMALLEST, this.limit / 2);
    this.sinceGrowth = 0;
  }
}

/** Milliseconds to wait before attempt `attempt` (2 or more): doubling from 100 ms to 20 s, half of it by chance. */
export function backOff_ms(attempt: number): number {
  const longest = Math.min(20_000, 100 * 2 ** (attempt - 2));
  return longest / 2 + Math.random() * (longest / 2);
}
