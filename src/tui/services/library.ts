import { InterruptedError } from "../../errors.ts";
import type { Library } from "../../queries/library.ts";
import { PHASES, type QueryFile } from "../../queries/query-file.ts";
import { scopeCondition, WHOLE_CASE, type Scope } from "../../queries/scope.ts";
import { areInstant, narrowed, suggestValues, type Suggestion } from "../../queries/views/parameter-suggestions.ts";
import { availabilityOf, type Availability } from "../../queries/views/query-availability.ts";
import { patternProblems, type FormReading, type SuggestionSource } from "../../queries/views/query-form.ts";
import type { Work } from "./lanes.ts";
import type { Clock } from "../state/clock.ts";
import { LibraryResults } from "./library-results.ts";
import { LibraryRun } from "./library-run.ts";
import { ScopedQuestions } from "./scoped-questions.ts";
import type { Service, ServiceContext } from "./service-context.ts";

/** Values for the field that is being filled in. */
export interface SuggestionState {
  readonly field: string;
  readonly typed: string;
  readonly status: "loading" | "complete" | "failed";
  /** While loading those of the text before it, when it was the same field. */
  readonly values: readonly Suggestion[];
}

const STOPPED = { what: "Stopped", where: "the export", fix: "Nothing was written; export again when you like." };

const TYPING_REST_MS = 120;

/** What the screens of the query library ask: availability, suggestions, results and runs over many. */
export class LibraryService implements Service {
  readonly results: LibraryResults;
  readonly runs: LibraryRun;
  private readonly read: () => Library;
  private known: { readonly library: Library; readonly ordered: readonly QueryFile[] } | null = null;
  private readonly changed: () => void;
  private readonly clock: Clock;
  private callOffTyping: () => void = () => undefined;
  private readonly asked: Readonly<
    Record<"results" | "runs" | "availability" | "suggestions" | "exports", ScopedQuestions>
  >;
  private readonly availability = new Map<string, ReadonlyMap<string, Availability> | "loading" | Error>();
  private suggestions: SuggestionState | null = null;

  /** `read` is called when a screen first asks for a query: reading the library takes as long as opening a case. */
  constructor(context: ServiceContext, read: () => Library) {
    this.read = read;
    this.clock = context.clock;
    this.changed = () => {
      context.dataArrived();
    };
    this.asked = {
      results: new ScopedQuestions(context, "library"),
      runs: new ScopedQuestions(context, "library-runs"),
      availability: new ScopedQuestions(context, "availability"),
      suggestions: new ScopedQuestions(context, "suggestions"),
      exports: new ScopedQuestions(context, "library-exports"),
    };
    const hooks = { changed: this.changed, now_ms: () => context.clock.now_ms() };
    this.results = new LibraryResults(this.asked.results, hooks);
    this.runs = new LibraryRun(this.asked.runs, hooks);
  }

  /** In the order of an investigation, then by id. */
  get queries(): readonly QueryFile[] {
    return this.loaded().ordered;
  }

  /** Files that are no valid query. */
  get problems(): readonly Error[] {
    return this.loaded().library.problems;
  }

  query(id: string): QueryFile | null {
    return this.loaded().library.queries.get(id) ?? null;
  }

  private loaded(): NonNullable<LibraryService["known"]> {
    if (this.known === null) {
      const library = this.read();
      const place = ({ phase }: QueryFile): number => PHASES.indexOf(phase);
      this.known = { library, ordered: [...library.queries.values()].toSorted((a, b) => place(a) - place(b)) };
    }
    return this.known;
  }

  /** Which queries can find anything in a scope; null when it was not asked for yet. */
  availabilityIn(scope: Scope): ReadonlyMap<string, Availability> | "loading" | Error | null {
    return this.availability.get(scopeCondition(scope) ?? "") ?? null;
  }

  /** Asks which queries can find anything in a scope, unless it is known or on its way. */
  needAvailability(scope: Scope): void {
    const key = scopeCondition(scope) ?? "";
    if (this.availability.has(key)) return;
    this.availability.set(key, "loading");
    void this.loadAvailability(scope, key);
  }

  private async loadAvailability(scope: Scope, key: string): Promise<void> {
    const answer = await this.asked.availability.ask(scope, async (reader) =>
      availabilityOf(reader, this.queries, key !== ""),
    );
    if (answer.kind === "answer") this.availability.set(key, answer.value);
    else if (answer.kind === "failed") this.availability.set(key, answer.error);
    else this.availability.delete(key);
    this.changed();
  }

  /** What was last suggested for a field, perhaps for another text; null when nothing was. */
  suggestionsOf(field: string): SuggestionState | null {
    return this.suggestions?.field === field ? this.suggestions : null;
  }

  /** Asks for values that fit what is typed into a field. */
  needSuggestions(field: string, source: SuggestionSource, typed: string): void {
    const before = this.suggestionsOf(field);
    if (before?.typed === typed) return;
    const values = before?.status === "complete" ? narrowed(before, typed) : null;
    if (values !== null) {
      this.suggestions = { field, typed, status: "complete", values };
      return;
    }
    const loading: SuggestionState = { field, typed, status: "loading", values: before?.values ?? [] };
    this.suggestions = loading;
    this.callOffTyping();
    const load = (): void => void this.loadSuggestions(loading, source);
    // What needs a scan waits until the typing rests; what the field begins with is wanted at once.
    if (areInstant(source) || before === null) load();
    else this.callOffTyping = this.clock.after(TYPING_REST_MS, load);
  }

  private async loadSuggestions(loading: SuggestionState, source: SuggestionSource): Promise<void> {
    const answer = await this.asked.suggestions.ask(WHOLE_CASE, async (reader) =>
      suggestValues(reader, source, loading.typed),
    );
    if (this.suggestions !== loading) return;
    if (answer.kind === "answer") this.suggestions = { ...loading, status: "complete", values: answer.value };
    else this.suggestions = { ...loading, status: "failed", values: [] };
    this.changed();
  }

  /** What only the engine can say of a form: whether its patterns are patterns. */
  async patternProblems(query: QueryFile, given: FormReading["given"]): Promise<ReadonlyMap<string, string>> {
    const answer = await this.asked.suggestions.ask(WHOLE_CASE, async (reader) =>
      patternProblems(reader, query, given),
    );
    return answer.kind === "answer" ? answer.value : new Map();
  }

  /** One more question over a scope, that no result interrupts: an export. Rejects when it was stopped. */
  async askApart<T>(scope: Scope, work: Work<T>): Promise<T> {
    const answer = await this.asked.exports.ask(scope, work);
    if (answer.kind === "answer") return answer.value;
    throw answer.kind === "failed" ? answer.error : new InterruptedError(STOPPED);
  }

  reloaded(): void {
    this.results.clear();
    this.runs.clear();
    this.availability.clear();
    this.suggestions = null;
    this.close();
  }

  forget(levelIds: readonly number[]): void {
    this.results.forget(levelIds);
    this.runs.forget(levelIds);
  }

  close(): void {
    for (const questions of Object.values(this.asked)) questions.close();
  }
}
