import type { QueryFile } from "../../queries/query-file.ts";
import { runLibrary, type QueryOutcome, type RowSink } from "../../queries/run-library.ts";
import { scopeRemovals } from "../../queries/run-query.ts";
import type { Scope } from "../../queries/scope.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import type { ScopedQuestions, ServiceHooks } from "./scoped-questions.ts";

/** A run over many queries as far as it has come. */
export interface ManyState {
  readonly queries: readonly QueryFile[];
  readonly scope: Scope;
  readonly status: "running" | "complete" | "cancelled" | "failed";
  /** In the order of the queries. */
  readonly outcomes: readonly QueryOutcome[];
  /** What runs now; null when none does. */
  readonly current: QueryFile | null;
  readonly started_ms: number;
  /** Since when the current query runs. */
  readonly query_started_ms: number;
  readonly elapsed_ms: number | null;
  readonly removals: readonly string[];
  readonly problem: string | null;
}

/** As the command line's. */
const QUERY_LIMIT_MS = 600_000;

/** Takes the rows, so that they are counted, and keeps none: a result is asked for again when it is opened. */
const NOWHERE: RowSink = {
  consume: async (chunks) => {
    for await (const _chunk of chunks);
  },
  close: () => undefined,
};

/** Runs over many queries by the level that shows them; one at a time. */
export class LibraryRun {
  private readonly questions: ScopedQuestions;
  private readonly changed: () => void;
  private readonly now_ms: () => number;
  private readonly states = new Map<number, ManyState>();
  private stop: (() => void) | null = null;

  constructor(questions: ScopedQuestions, { changed, now_ms }: ServiceHooks) {
    this.questions = questions;
    this.now_ms = now_ms;
    this.changed = changed;
  }

  stateOf(level: number): ManyState | null {
    return this.states.get(level) ?? null;
  }

  /** Runs the queries one after the other and resolves when the last has ended, or the run was cancelled. */
  async start(level: number, queries: readonly QueryFile[], scope: Scope): Promise<void> {
    this.cancel();
    const started_ms = this.now_ms();
    const update = (changes: Partial<ManyState>): void => {
      const before = this.states.get(level);
      if (before === undefined || before.started_ms !== started_ms) return;
      this.states.set(level, { ...before, ...changes });
      this.changed();
    };
    this.states.set(level, {
      queries,
      scope,
      status: "running",
      outcomes: [],
      current: queries[0] ?? null,
      started_ms,
      query_started_ms: started_ms,
      elapsed_ms: null,
      removals: [],
      problem: null,
    });
    const cancelled = (): void =>
      update({ status: "cancelled", current: null, elapsed_ms: this.now_ms() - started_ms });
    this.stop = cancelled;
    this.changed();
    const answer = await this.questions.ask(scope, async (reader, signal) => {
      const outcomes: QueryOutcome[] = [];
      const going = runLibrary(reader, queries, {
        scope,
        given: new Map(),
        signal,
        limitTime: () => limitTime(reader),
        sinkFor: () => NOWHERE,
      });
      for await (const outcome of going) {
        outcomes.push(outcome);
        const current = queries[outcomes.length] ?? null;
        update({ outcomes: [...outcomes], current, query_started_ms: this.now_ms() });
      }
      return signal.aborted ? [] : await scopeRemovals(reader, scope);
    });
    const elapsed_ms = this.now_ms() - started_ms;
    if (answer.kind === "answer") update({ status: "complete", current: null, removals: answer.value, elapsed_ms });
    else if (answer.kind === "failed")
      update({ status: "failed", current: null, problem: answer.error.message, elapsed_ms });
    else if (this.states.get(level)?.status === "running") cancelled();
    if (this.states.get(level)?.started_ms === started_ms) this.stop = null;
  }

  /** Stops after what was found so far. Whether there was anything to stop. */
  cancel(): boolean {
    if (this.stop === null) return false;
    this.stop();
    this.stop = null;
    this.questions.drop();
    return true;
  }

  /** The level was closed: its run ends, and what it found stays for when it is opened again. */
  closed(level: number): void {
    if (this.states.get(level)?.status === "running") this.cancel();
  }

  forget(levels: readonly number[]): void {
    for (const level of levels) this.states.delete(level);
  }

  /** The case is another one. */
  clear(): void {
    this.cancel();
    this.states.clear();
  }
}

function limitTime(reader: CaseReader): () => void {
  const timer = setTimeout(() => reader.interrupt(), QUERY_LIMIT_MS);
  return () => clearTimeout(timer);
}
