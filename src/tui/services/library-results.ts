import type { QueryRequest } from "../../queries/query-command.ts";
import { readBounded, type BoundedResult } from "../../queries/views/bounded-result.ts";
import type { ResultColumn, ResultRow } from "../../store/result-table.ts";
import type { ScopedQuestions, ServiceHooks } from "./scoped-questions.ts";

/** A result as far as it has come. */
export interface ResultState {
  readonly request: QueryRequest;
  readonly status: "running" | "complete" | "cancelled" | "failed";
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];
  /** Null until it is complete. */
  readonly result: BoundedResult | null;
  /** What the engine said when it failed. */
  readonly problem: string | null;
  readonly started_ms: number;
  /** Null while it runs. */
  readonly elapsed_ms: number | null;
}

/** Results that are kept; the one that was looked at longest ago is asked for again. */
const RESULTS_MAX = 6;
/** So often at most a growing result is drawn. */
const TELL_EVERY_MS = 100;

/** Results of single queries by the level that shows them. One runs at a time; the newest wins. */
export class LibraryResults {
  private readonly questions: ScopedQuestions;
  private readonly changed: () => void;
  private readonly now_ms: () => number;
  private readonly states = new Map<number, ResultState>();
  private running: number | null = null;

  constructor(questions: ScopedQuestions, { changed, now_ms }: ServiceHooks) {
    this.questions = questions;
    this.now_ms = now_ms;
    this.changed = changed;
  }

  /** The state of a level's result; null when it was never asked for, or is no longer kept. */
  stateOf(level: number): ResultState | null {
    return this.states.get(level) ?? null;
  }

  /** Asks for a level's result, unless it is there or on its way. */
  async need(level: number, request: QueryRequest): Promise<void> {
    const found = this.states.get(level);
    if (found !== undefined) this.keep(level, found);
    if (found === undefined) await this.run(level, request);
  }

  /** Asks again, whatever is there. */
  async run(level: number, request: QueryRequest): Promise<void> {
    this.cancel();
    this.running = level;
    const started_ms = this.now_ms();
    const update = (changes: Partial<ResultState>): void => {
      const before = this.states.get(level);
      if (before === undefined || before.started_ms !== started_ms) return;
      this.states.set(level, { ...before, ...changes });
      this.changed();
    };
    this.keep(level, {
      request,
      status: "running",
      columns: [],
      rows: [],
      result: null,
      problem: null,
      started_ms,
      elapsed_ms: null,
    });
    this.changed();
    let told_ms = 0;
    const onRows = (columns: readonly ResultColumn[], rows: readonly ResultRow[]): void => {
      if (this.now_ms() - told_ms < TELL_EVERY_MS) return;
      told_ms = this.now_ms();
      update({ columns, rows: [...rows] });
    };
    const answer = await this.questions.ask(request.scope, async (reader, signal) =>
      readBounded(reader, request, { onRows: (columns, rows) => !signal.aborted && onRows(columns, rows) }),
    );
    update({ elapsed_ms: this.now_ms() - started_ms });
    if (answer.kind === "answer") {
      const { columns, rows } = answer.value;
      update({ status: "complete", columns, rows, result: answer.value });
    } else if (answer.kind === "failed") update({ status: "failed", problem: answer.error.message });
    else update({ status: "cancelled" });
    if (this.running === level) this.running = null;
  }

  get isRunning(): boolean {
    return this.running !== null;
  }

  /** Whether there was anything to stop. */
  cancel(): boolean {
    if (this.running === null) return false;
    const state = this.states.get(this.running);
    if (state?.status === "running") this.states.set(this.running, { ...state, status: "cancelled" });
    this.running = null;
    this.questions.drop();
    this.changed();
    return true;
  }

  /** The level was closed: a result that is not there yet is asked for anew when it is opened again. */
  closed(level: number): void {
    if (this.running !== level) return;
    this.cancel();
    this.states.delete(level);
  }

  forget(levels: readonly number[]): void {
    for (const level of levels) this.states.delete(level);
  }

  /** The case is another one. */
  clear(): void {
    this.cancel();
    this.states.clear();
  }

  /** Puts it last among those that are kept. */
  private keep(level: number, state: ResultState): void {
    this.states.delete(level);
    this.states.set(level, state);
    for (const [oldest] of this.states) {
      if (this.states.size <= RESULTS_MAX) break;
      this.states.delete(oldest);
    }
  }
}
