import { countRemovals, type FilterRemoval } from "../../queries/views/empty-view.ts";
import {
  readDetail,
  readRawRecords,
  type EventDetail,
  type RawRecord,
  type ReadOriginal,
} from "../../queries/views/event-detail.ts";
import { countEntity, type EventEntity } from "../../queries/views/event-entities.ts";
import { placeKey, type EventPlace } from "../../queries/views/event-order.ts";
import { countFacet, countFacets, type Facet } from "../../queries/views/facets.ts";
import { oneCondition } from "../../queries/views/filter-sql.ts";
import { filtersKey, type EventView, type Filter } from "../../queries/views/filter.ts";
import { findEvent, findEventById, type Sought } from "../../queries/views/find-event.ts";
import { readFrequency, type FrequencyOrder, type FrequencyTable } from "../../queries/views/frequency.ts";
import { readHistogram, type Histogram } from "../../queries/views/histogram.ts";
import { Answers, type Asked } from "./answers.ts";
import { EventResult } from "./event-result.ts";
import { FilterTyping } from "./filter-typing.ts";
import { MatchScans } from "./match-scans.ts";
import type { Service, ServiceContext } from "./service-context.ts";

/** Results kept: that of each level and some that were seen before. */
const RESULTS_MAX = 8;
/** How long the cursor rests on a row before the event itself is read. */
const REST_MS = 80;

/** What a pane of details draws. */
export interface ShownDetail {
  readonly detail: EventDetail | null;
  /** The cursor has gone on: it is not the event under it. */
  readonly isOld: boolean;
  readonly error: Error | null;
}

/** What the event screens ask of the case. Drawing asks; what is known answers at once. */
export class EventViews implements Service {
  readonly typing: FilterTyping;
  /** For the results of views. */
  readonly context: ServiceContext;
  readonly scans: MatchScans;
  private readonly results = new Map<string, EventResult>();
  /** The last result with rows of each level: it stays on the screen, dimmed, until the next one has some. A level without one has that of the view before it. */
  private readonly shown = new Map<number, EventResult>();
  private lastShown: EventResult | null = null;
  private before = new Map<number, EventResult>();
  /** The last event that each level showed in its pane of details. */
  private readonly rested = new Map<number, EventDetail>();
  private readonly histograms: Answers<Histogram | null>;
  private readonly quickFacets: Answers<readonly Facet[]>;
  /** Each column has a lane of its own: in one, two that are drawn together would overtake each other for ever. */
  private readonly slowFacets = new Map<string, Answers<Facet>>();
  private readonly frequencies: Answers<FrequencyTable>;
  private readonly details: Answers<EventDetail | null>;
  private readonly raws: Answers<readonly RawRecord[]>;
  private readonly removals: Answers<readonly FilterRemoval[]>;
  private readonly entityCounts = new Map<string, number | "failed">();
  private resting: { readonly key: string; readonly callOff: () => void } | null = null;

  constructor(context: ServiceContext) {
    this.context = context;
    this.histograms = new Answers(context, "histogram", 24);
    this.quickFacets = new Answers(context, "facets", 24);
    this.frequencies = new Answers(context, "frequency", 6);
    this.details = new Answers(context, "detail", 64);
    this.raws = new Answers(context, "raw", 16);
    this.removals = new Answers(context, "removals", 16);
    this.typing = new FilterTyping(context);
    this.scans = new MatchScans(context);
  }

  result(view: EventView, columns: readonly string[]): EventResult {
    const key = `${viewKey(view)}\n${columns.join(" ")}`;
    const known = this.results.get(key) ?? new EventResult(this, { view, columns });
    this.results.delete(key);
    this.results.set(key, known);
    for (const oldest of this.results.keys()) {
      if (this.results.size <= RESULTS_MAX) break;
      this.results.delete(oldest);
    }
    return known;
  }

  /** What a level shows: its result, or while that has no rows yet the one before it. */
  resultShown(levelId: number, result: EventResult): EventResult {
    if (result.hasRows || result.rows.status === "failed") {
      this.shown.set(levelId, result);
      this.lastShown = result;
      return result;
    }
    return this.shown.get(levelId) ?? this.lastShown ?? result;
  }

  histogram(filters: readonly Filter[], buckets: number): Asked<Histogram | null> {
    return this.histograms.ask(`${buckets} ${filtersKey(filters)}`, async (reader) =>
      readHistogram(reader, await this.scans.settled(filters), buckets),
    );
  }

  facets(filters: readonly Filter[]): Asked<readonly Facet[]> {
    return this.quickFacets.ask(filtersKey(filters), async (reader) =>
      countFacets(reader, await this.scans.settled(filters)),
    );
  }

  /** One column's values; asked for only when somebody opens it. */
  facet(filters: readonly Filter[], column: string): Asked<Facet> {
    const answers = this.slowFacets.get(column) ?? new Answers<Facet>(this.context, `facet ${column}`, 8);
    this.slowFacets.set(column, answers);
    return answers.ask(filtersKey(filters), async (reader) =>
      countFacet(reader, await this.scans.settled(filters), column),
    );
  }

  frequency(filters: readonly Filter[], asked: { column: string; order: FrequencyOrder }): Asked<FrequencyTable> {
    return this.frequencies.ask(`${asked.column} ${asked.order} ${filtersKey(filters)}`, async (reader) =>
      readFrequency(reader, await this.scans.settled(filters), asked),
    );
  }

  /** For an empty view: what each filter keeps out. */
  removalsOf(filters: readonly Filter[]): Asked<readonly FilterRemoval[]> {
    return this.removals.ask(filtersKey(filters), async (reader) =>
      countRemovals(reader, filters, (others) => this.scans.ready(others) ?? others),
    );
  }

  /** The whole event at once: for the screen of one event. */
  detail(place: EventPlace): Asked<EventDetail | null> {
    return this.details.ask(placeKey(place), async (reader) => readDetail(reader, place));
  }

  /** The event under a moving cursor: read when the cursor has rested; null until then. */
  detailAtRest(place: EventPlace): Asked<EventDetail | null> | null {
    const key = placeKey(place);
    const known = this.details.peek(key);
    if (known !== null) return known;
    if (this.resting?.key === key) return null;
    this.resting?.callOff();
    const callOff = this.context.clock.after(REST_MS, () => {
      this.resting = null;
      this.detail(place);
      this.context.dataArrived();
    });
    this.resting = { key, callOff };
    return null;
  }

  /**
   * The event under the cursor of a level, or until that is read the one that was there before: a pane that is cleared
   * and filled with every move flickers, and costs more than the move. Null in `detail` when there is nothing to show.
   */
  detailShown(levelId: number, place: EventPlace | null): ShownDetail {
    const asked = place === null ? null : this.detailAtRest(place);
    if (asked === null || asked.status === "loading") {
      const detail = this.rested.get(levelId) ?? null;
      return { detail, isOld: detail !== null, error: null };
    }
    if (asked.value === null) this.rested.delete(levelId);
    else this.rested.set(levelId, asked.value);
    return { detail: asked.value, isOld: false, error: asked.error };
  }

  raw(detail: EventDetail): Asked<readonly RawRecord[]> {
    return this.raws.ask(placeKey(detail.place), async (reader) =>
      readRawRecords(reader, detail, this.context.openedCase().readOriginal ?? notRead),
    );
  }

  /** An event as far as it was read already. */
  knownDetail(place: EventPlace): EventDetail | null {
    return this.details.peek(placeKey(place))?.value ?? null;
  }

  /** An event for a command that needs it now; null when the question was ended or the case does not have it. */
  async readEvent(place: EventPlace): Promise<EventDetail | null> {
    const known = this.knownDetail(place);
    if (known !== null) return known;
    const answer = await this.context.lanes.ask("event", async (reader) => readDetail(reader, place));
    if (answer.kind === "failed") throw answer.error;
    return answer.kind === "answer" ? answer.value : null;
  }

  /** The record of an event for a command that needs it now. */
  async readRecord(detail: EventDetail): Promise<RawRecord | null> {
    const known = this.raws.peek(placeKey(detail.place))?.value?.[0];
    if (known !== undefined) return known;
    const answer = await this.context.lanes.ask("event", async (reader) =>
      readRawRecords(reader, detail, this.context.openedCase().readOriginal ?? notRead),
    );
    if (answer.kind === "failed") throw answer.error;
    return answer.kind === "answer" ? (answer.value[0] ?? null) : null;
  }

  /** How many events a thing has; null while it is counted. */
  entityCount(entity: EventEntity): number | "failed" | null {
    return this.entityCounts.get(oneCondition(entity.filter)) ?? null;
  }

  /** Counts things one by one, in their order; those known are left out. A newer list ends an older one. */
  async countEntities(entities: readonly EventEntity[]): Promise<void> {
    const missing = entities.filter((entity) => this.entityCount(entity) === null);
    if (missing.length === 0) return;
    await this.context.lanes.ask("entities", async (reader, signal) => {
      for (const entity of missing) {
        if (signal.aborted) return;
        const n = await countEntity(reader, entity).catch((): "failed" => "failed");
        if (signal.aborted) return;
        this.entityCounts.set(oneCondition(entity.filter), n);
        this.context.dataArrived();
      }
    });
  }

  /** The nearest event of a view that is as sought; null when there is none, undefined when the search was ended. */
  async find(view: EventView, sought: Sought): Promise<EventPlace | null | undefined> {
    const answer = await this.context.lanes.ask("find", async (reader) =>
      findEvent(reader, { ...view, filters: await this.scans.settled(view.filters) }, sought),
    );
    if (answer.kind === "failed") throw answer.error;
    return answer.kind === "answer" ? answer.value : undefined;
  }

  /** An event by its id; null when the case does not have it, undefined when the search was ended. */
  async findById(eventId: string): Promise<EventPlace | null | undefined> {
    const answer = await this.context.lanes.ask("find", async (reader) => findEventById(reader, eventId));
    if (answer.kind === "failed") throw answer.error;
    return answer.kind === "answer" ? answer.value : undefined;
  }

  /** After an error or Ctrl-C: everything that has no answer is asked anew. */
  retry(): void {
    this.scans.retry();
    for (const result of this.results.values()) result.retry();
    for (const answers of this.allAnswers()) answers.retry();
  }

  /** The event that a row of a level was before the case was reloaded; told once. */
  placeBefore(levelId: number, row: number): EventPlace | null {
    const place = this.before.get(levelId)?.row(row)?.place ?? null;
    this.before.delete(levelId);
    return place;
  }

  reloaded(): void {
    this.before = new Map(this.shown);
    this.scans.forget();
    this.results.clear();
    this.shown.clear();
    this.rested.clear();
    this.lastShown = null;
    this.entityCounts.clear();
    this.resting?.callOff();
    this.resting = null;
    for (const answers of this.allAnswers()) answers.forget();
  }

  forget(levelIds: readonly number[]): void {
    for (const id of levelIds) {
      this.shown.delete(id);
      this.rested.delete(id);
    }
  }

  close(): void {
    this.resting?.callOff();
    this.typing.close();
  }

  private allAnswers(): readonly { retry(): void; forget(): void }[] {
    const { histograms, quickFacets, frequencies, details, raws, removals } = this;
    const { completions } = this.typing;
    return [histograms, quickFacets, ...this.slowFacets.values(), frequencies, details, raws, removals, completions];
  }
}

function viewKey({ filters, sort }: EventView): string {
  return `${sort.column ?? ""} ${sort.descending} ${filtersKey(filters)}`;
}

const notRead: ReadOriginal = async () => Promise.resolve({ missing: "evidence files are not read here" });
