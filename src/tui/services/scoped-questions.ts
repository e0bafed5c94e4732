import { narrowEvents } from "../../queries/case-views.ts";
import { scopeCondition, type Scope } from "../../queries/scope.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import type { Answer, LaneName, Work } from "./lanes.ts";
import type { ServiceContext } from "./service-context.ts";

/** How often a query that is no longer wanted is told so: the next one of its work may begin just after. */
const INTERRUPT_AGAIN_MS = 50;

/** What the parts of a service need of the core. */
export interface ServiceHooks {
  /** Makes a new frame. */
  readonly changed: () => void;
  readonly now_ms: () => number;
}

/** Questions of one lane, each over a scope of its own: `events` of the reader are those of the scope. */
export class ScopedQuestions {
  private readonly context: ServiceContext;
  private readonly lane: LaneName;
  /** Of the last scope that left something out; the whole case is asked through the lane's own connection. */
  private scoped: { readonly reader: CaseReader; readonly key: string } | null = null;

  constructor(context: ServiceContext, lane: LaneName) {
    this.context = context;
    this.lane = lane;
  }

  /** Asks; the newest question of the lane wins. */
  async ask<T>(scope: Scope, work: Work<T>): Promise<Answer<T>> {
    return await this.context.lanes.ask(this.lane, async (whole, signal) => {
      const reader = await this.readerFor(scope, whole);
      if (signal.aborted) throw new Error("No longer wanted");
      let again: NodeJS.Timeout | undefined;
      const onAbort = (): void => {
        reader.interrupt();
        again = setInterval(() => reader.interrupt(), INTERRUPT_AGAIN_MS);
      };
      signal.addEventListener("abort", onAbort);
      try {
        return await work(reader, signal);
      } finally {
        signal.removeEventListener("abort", onAbort);
        clearInterval(again);
      }
    });
  }

  /** Ends what runs and drops what waits. */
  drop(): void {
    this.context.lanes.drop(this.lane);
  }

  /** To be called when nothing runs; the next question makes a connection anew. */
  close(): void {
    this.scoped?.reader.close();
    this.scoped = null;
  }

  private async readerFor(scope: Scope, whole: CaseReader): Promise<CaseReader> {
    const key = scopeCondition(scope);
    if (key === null) return whole;
    if (this.scoped?.key === key) return this.scoped.reader;
    this.close();
    const reader = await this.context.openedCase().openSibling(async (database) => narrowEvents(database, scope));
    this.scoped = { reader, key };
    return reader;
  }
}
