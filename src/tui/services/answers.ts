import type { CaseReader } from "../../store/case-reader.ts";
import type { LaneName } from "./lanes.ts";
import type { ServiceContext } from "./service-context.ts";

/** A question to the case, as far as it has been answered. `cancelled` is Ctrl-C's: nothing asks again by itself. */
export interface Asked<T> {
  readonly status: "loading" | "complete" | "failed" | "cancelled";
  readonly value: T | null;
  readonly error: Error | null;
  /** When it was asked, in milliseconds of the app's clock. */
  readonly since_ms: number;
  readonly elapsed_ms: number;
}

/**
 * Answers of one lane, by a key that says what was asked. Drawing asks: what is not known is fetched, the newest
 * question first; one that was overtaken is asked anew if it is still drawn. A frame may ask one question of a lane.
 */
export class Answers<T> {
  private readonly context: ServiceContext;
  private readonly lane: LaneName;
  private readonly most: number;
  private readonly known = new Map<string, Asked<T>>();

  /** `most` answers are kept, those asked for last. */
  constructor(context: ServiceContext, lane: LaneName, most: number) {
    this.context = context;
    this.lane = lane;
    this.most = most;
  }

  /** What is known; `work` is begun when nothing is. */
  ask(key: string, work: (reader: CaseReader) => Promise<T>): Asked<T> {
    const found = this.known.get(key);
    if (found !== undefined) {
      this.keep(key, found);
      return found;
    }
    const since_ms = this.context.clock.now_ms();
    const loading: Asked<T> = { status: "loading", value: null, error: null, since_ms, elapsed_ms: 0 };
    this.keep(key, loading);
    void this.load(key, loading, work);
    return loading;
  }

  /** What is known, without asking. */
  peek(key: string): Asked<T> | null {
    return this.known.get(key) ?? null;
  }

  /** Replaces what is loading by a part of it, which is drawn until the whole is there. */
  partly(key: string, value: T): void {
    const loading = this.known.get(key);
    if (loading?.status !== "loading") return;
    this.known.set(key, { ...loading, value });
    this.context.dataArrived();
  }

  /** What failed or was cancelled is asked anew by the next drawing. */
  retry(): void {
    for (const [key, { status }] of this.known) {
      if (status === "failed" || status === "cancelled") this.known.delete(key);
    }
  }

  forget(): void {
    this.known.clear();
  }

  private async load(key: string, loading: Asked<T>, work: (reader: CaseReader) => Promise<T>): Promise<void> {
    const answer = await this.context.lanes.ask(this.lane, work);
    // Forgotten meanwhile, by a reload of the case.
    if (this.known.get(key)?.since_ms !== loading.since_ms) return;
    if (answer.kind === "superseded") {
      // No frame for this: whoever took the lane makes one, and two that are drawn at once would ask for ever.
      this.known.delete(key);
      return;
    }
    if (answer.kind === "answer")
      this.keep(key, { ...loading, status: "complete", value: answer.value, elapsed_ms: answer.elapsed_ms });
    else if (answer.kind === "failed") this.keep(key, { ...loading, status: "failed", error: answer.error });
    else this.keep(key, { ...loading, status: "cancelled" });
    this.context.dataArrived();
  }

  private keep(key: string, answer: Asked<T>): void {
    this.known.delete(key);
    this.known.set(key, answer);
    for (const [oldest, { status }] of this.known) {
      if (this.known.size <= this.most) break;
      if (oldest !== key && status !== "loading") this.known.delete(oldest);
    }
  }
}
