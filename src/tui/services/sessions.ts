import { sessionFacts, type SessionFacts } from "../../queries/views/session-facts.ts";
import {
  recordsWithoutSession,
  sessionPage,
  type SessionOrder,
  type SessionPage,
  type SessionRow,
} from "../../queries/views/session-list.ts";
import { accountSpans, type AccountSpans } from "../../queries/views/session-origin.ts";
import type { SessionKind, SessionSelection } from "../../queries/views/session-selection.ts";
import { Answers, type Asked } from "./answers.ts";
import type { Service, ServiceContext } from "./service-context.ts";
import { SessionViews } from "./session-views.ts";

/** What the list draws: rows that are here, and how many there are. */
export interface SessionListing {
  readonly asked: Asked<SessionPage>;
  /** Null until the first answer of all has come. */
  readonly total: number | null;
  readonly records: number;
  /** True while rows and totals answer the question before this one. */
  readonly isStale: boolean;
  /** Null for a row that is not here yet. */
  readonly rowAt: (place: number) => SessionRow | null;
}

export interface SessionTotals {
  readonly total: number;
  readonly records: number;
  readonly isStale: boolean;
}

/** Rows are fetched from a multiple of the step on: so many that whatever is on the screen is in one page. */
const PAGE_STEP = 250;
const PAGE_ROWS = 2 * PAGE_STEP;
const PAGES_KEPT = 24;
const FACTS_KEPT = 2000;
/** While the cursor moves nothing is asked. */
const REST_MS = 80;

/** What the screens of sessions ask. Drawing asks for what it needs; the newest question wins. */
export class SessionsService implements Service {
  readonly views: SessionViews;
  private readonly context: ServiceContext;
  private readonly pages: Answers<SessionPage>;
  private readonly without: Answers<number>;
  private readonly spanAnswers: Answers<AccountSpans>;
  private readonly facts = new Map<string, SessionFacts | null>();
  private asking: string | null = null;
  private callOff: (() => void) | null = null;
  private latestTop = 0;
  private latest: { readonly question: string; readonly page: SessionPage } | null = null;

  constructor(context: ServiceContext) {
    this.context = context;
    this.pages = new Answers(context, "sessions", PAGES_KEPT);
    this.without = new Answers(context, "sessions-without", 8);
    this.spanAnswers = new Answers(context, "account-spans", 1);
    this.views = new SessionViews(context);
  }

  /** The list as far as it is known; the rows from `top` on are asked for. */
  listing(selection: SessionSelection, order: SessionOrder, top: number): SessionListing {
    const question = JSON.stringify([selection, order]);
    const page = Math.floor(top / PAGE_STEP);
    this.latestTop = top;
    const asked = this.pages.ask(`${question} ${page}`, async (reader) =>
      sessionPage(reader, selection, { order, offset: page * PAGE_STEP, limit: PAGE_ROWS }),
    );
    // A page behind the last row says nothing of the whole.
    if (asked.value !== null && (asked.value.total > 0 || page === 0)) this.latest = { question, page: asked.value };
    const rowAt = (at: number): SessionRow | null => this.knownRow(question, at);
    const known = asked.value ?? (this.latest?.question === question ? this.latest.page : null);
    if (known === null && this.latest !== null && asked.status === "loading") {
      const { total, records, rows } = this.latest.page;
      return { asked, total, records, isStale: true, rowAt: (at) => rows[at - top] ?? null };
    }
    return { asked, total: known?.total ?? null, records: known?.records ?? 0, isStale: false, rowAt };
  }

  /** What the list comes to, without asking; of the list before while a new one is counted. Null before any. */
  totalsOf(selection: SessionSelection, order: SessionOrder): SessionTotals | null {
    const question = JSON.stringify([selection, order]);
    const known =
      this.pages.peek(`${question} 0`)?.value ?? (this.latest?.question === question ? this.latest.page : null);
    const page = known ?? this.latest?.page ?? null;
    return page === null ? null : { total: page.total, records: page.records, isStale: known === null };
  }

  /** The newest question about this list, for how long it takes; the first page is asked when there is none. */
  askedFor(selection: SessionSelection, order: SessionOrder): Asked<SessionPage> {
    return this.listing(selection, order, this.latestTop).asked;
  }

  /** A row that is here already, without asking. */
  rowOf(selection: SessionSelection, order: SessionOrder, place: number): SessionRow | null {
    return this.knownRow(JSON.stringify([selection, order]), place);
  }

  private knownRow(question: string, at: number): SessionRow | null {
    const page = Math.floor(at / PAGE_STEP);
    const own = this.pages.peek(`${question} ${page}`)?.value?.rows[at - page * PAGE_STEP];
    return own ?? this.pages.peek(`${question} ${page - 1}`)?.value?.rows[at - (page - 1) * PAGE_STEP] ?? null;
  }

  /** Records that stand in no row of the list; null while they are counted. */
  recordsWithout(selection: SessionSelection): number | null {
    const key = JSON.stringify({ ...selection, text: "" });
    return this.without.ask(key, async (reader) => recordsWithoutSession(reader, selection)).value;
  }

  /** When the records of each account begin and end; null while that is counted. */
  spans(): AccountSpans | null {
    return this.spanAnswers.ask("spans", accountSpans).value;
  }

  /** Facts of a session: undefined while they are not known, null when there are none. `factsFor` asks for them. */
  factsOf(by: SessionKind, session: string): SessionFacts | null | undefined {
    return this.facts.get(`${by} ${session}`);
  }

  /** Asks for the facts of the sessions that are drawn, once they have been drawn for a moment. */
  factsFor(by: SessionKind, sessions: readonly string[]): void {
    const missing = sessions.filter((session) => !this.facts.has(`${by} ${session}`));
    const key = missing.length === 0 ? null : `${by} ${missing.join("\n")}`;
    if (key === null || key === this.asking) return;
    this.asking = key;
    this.callOff?.();
    this.callOff = this.context.clock.after(REST_MS, () => {
      this.callOff = null;
      void this.loadFacts(by, missing, key);
    });
  }

  private async loadFacts(by: SessionKind, sessions: readonly string[], key: string): Promise<void> {
    const answer = await this.context.lanes.ask("session-facts", async (reader) => sessionFacts(reader, by, sessions));
    if (answer.kind === "superseded") return;
    if (this.asking === key) this.asking = null;
    // The list stands without them when they cannot be had; the view of the session says what went wrong.
    const found = answer.kind === "answer" ? answer.value : new Map<string, SessionFacts>();
    for (const session of sessions) this.facts.set(`${by} ${session}`, found.get(session) ?? null);
    for (const oldest of this.facts.keys()) {
      if (this.facts.size <= FACTS_KEPT) break;
      this.facts.delete(oldest);
    }
    this.context.dataArrived();
  }

  /** What failed or was cancelled is asked anew. */
  retry(): void {
    for (const answers of [this.pages, this.without, this.spanAnswers]) answers.retry();
    this.views.retry();
  }

  reloaded(): void {
    this.close();
    for (const answers of [this.pages, this.without, this.spanAnswers]) answers.forget();
    this.views.forget();
    this.facts.clear();
    this.latest = null;
  }

  close(): void {
    this.callOff?.();
    this.callOff = null;
    this.asking = null;
  }
}
