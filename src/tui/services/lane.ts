import { QueryError } from "../../errors.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import type { Clock } from "../state/clock.ts";

/** How a question ended. Never a rejected promise: one failing lane must not blank the others. */
export type Answer<T> =
  | { readonly kind: "answer"; readonly value: T; readonly elapsed_ms: number }
  /** A newer question took the lane, or the case was reloaded or closed: whoever asked forgets about it. */
  | { readonly kind: "superseded" }
  /** Ctrl-C. */
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: Error };

export type Work<T> = (reader: CaseReader, signal: AbortSignal) => Promise<T>;

/** How often a question that is no longer wanted is told so: its next query may begin just after it was told. */
const INTERRUPT_AGAIN_MS = 50;

export interface LaneParts {
  readonly clock: Clock;
  connect(): Promise<CaseReader>;
  /** Something has begun or ended. */
  changed(): void;
}

interface Question {
  readonly work: Work<unknown>;
  readonly settle: (answer: Answer<unknown>) => void;
  readonly abort: AbortController;
  since_ms: number;
  ended: "superseded" | "cancelled" | null;
}

/** A queue of length one with a connection of its own: the newest question is answered, older ones are stopped. */
export class Lane {
  private readonly parts: LaneParts;
  private reader: CaseReader | null = null;
  private running: Question | null = null;
  private waiting: Question | null = null;
  private work: Promise<void> = Promise.resolve();

  constructor(parts: LaneParts) {
    this.parts = parts;
  }

  async ask<T>(work: Work<T>): Promise<Answer<T>> {
    this.end("superseded");
    return await new Promise<Answer<T>>((resolve) => {
      const settle = resolve as (answer: Answer<unknown>) => void;
      const since_ms = this.parts.clock.now_ms();
      this.waiting = { work, settle, abort: new AbortController(), since_ms, ended: null };
      if (this.running === null) this.work = this.answerAll();
    });
  }

  /** Stops what runs and drops what waits; false when there was nothing to end. */
  end(how: "superseded" | "cancelled"): boolean {
    const { running, waiting } = this;
    waiting?.settle({ kind: how });
    this.waiting = null;
    if (running === null || running.ended !== null) return waiting !== null;
    running.ended = how;
    running.abort.abort();
    this.reader?.interrupt();
    // Whoever asked is told now; the connection is free only when the engine has stopped.
    running.settle({ kind: how });
    return true;
  }

  /** Since when something wanted runs; null when nothing does. */
  runningSince_ms(): number | null {
    return this.running === null || this.running.ended !== null ? null : this.running.since_ms;
  }

  isIdle(): boolean {
    return this.running === null && this.waiting === null;
  }

  /** Resolves when it runs nothing. */
  async idle(): Promise<void> {
    while (!this.isIdle()) await this.work;
  }

  /** Stops what runs and gives the connection back. */
  async close(): Promise<void> {
    this.end("superseded");
    await this.idle();
    this.reader?.close();
    this.reader = null;
  }

  private async answerAll(): Promise<void> {
    for (let question = this.waiting; question !== null; question = this.waiting) {
      this.waiting = null;
      this.running = question;
      question.since_ms = this.parts.clock.now_ms();
      this.parts.changed();
      question.settle(await this.answer(question));
      this.running = null;
    }
    this.parts.changed();
  }

  private async answer(question: Question): Promise<Answer<unknown>> {
    const started = performance.now();
    const again = setInterval(() => {
      if (question.ended !== null) this.reader?.interrupt();
    }, INTERRUPT_AGAIN_MS);
    again.unref();
    try {
      this.reader ??= await this.parts.connect();
      if (question.ended !== null) return { kind: question.ended };
      const value = await question.work(this.reader, question.abort.signal);
      if (question.ended !== null) return { kind: question.ended };
      return { kind: "answer", value, elapsed_ms: performance.now() - started };
    } catch (error) {
      if (question.ended !== null) return { kind: question.ended };
      return { kind: "failed", error: error instanceof Error ? error : unnamedError(error) };
    } finally {
      clearInterval(again);
    }
  }
}

function unnamedError(error: unknown): Error {
  return new QueryError({ what: "A question failed", where: String(error), fix: "Try again." });
}
