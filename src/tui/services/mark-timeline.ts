import type { MarkBook } from "../../journal/mark-book.ts";
import { countTargets, type TargetRecords } from "../../timeline/marked-targets.ts";
import { type MarkedEvent, readMarkedEvents } from "../../timeline/marked-events.ts";
import type { MarksService } from "./marks.ts";
import type { Service, ServiceContext } from "./service-context.ts";
import { type TimelineTarget, writeMarkedTimeline, type WrittenTimeline } from "./timeline-export.ts";

const EVENTS_LANE = "marked-events";
const TARGETS_LANE = "marked-targets";

/** What the case has of the marks. */
export interface MarkFacts {
  /** Marked events that are in the case, in time order; null until they were read. */
  readonly events: readonly MarkedEvent[] | null;
  /** Records of each other target by its id; null until they were counted. */
  readonly records: ReadonlyMap<string, TargetRecords> | null;
  readonly problem: Error | null;
}

const UNKNOWN: MarkFacts = { events: null, records: null, problem: null };

/** Looks the marks up in the case: once for each change of the marks, and only when a screen asks. */
export class MarkTimelineService implements Service {
  private readonly context: ServiceContext;
  private readonly marks: MarksService;
  private facts: MarkFacts = UNKNOWN;
  private asked: { readonly book: MarkBook; readonly version: number } | null = null;

  constructor(context: ServiceContext, marks: MarksService) {
    this.context = context;
    this.marks = marks;
  }

  /** What is known now; what was known before a change stays until the new answer is here. */
  current(): MarkFacts {
    const book = this.marks.book();
    if (this.asked?.book !== book || this.asked.version !== book.version) {
      this.asked = { book, version: book.version };
      void this.ask(book);
    }
    return this.facts;
  }

  /** Looks everything up again, as after Ctrl-C. */
  askAgain(): void {
    this.asked = null;
    this.current();
  }

  /** Writes the timeline as the command line does; see `writeMarkedTimeline`. Throws. */
  async write(target: TimelineTarget, signal: AbortSignal): Promise<WrittenTimeline> {
    await this.marks.refresh();
    return await writeMarkedTimeline(this.context, this.marks.book(), { ...target, signal });
  }

  /** A newer generation may have what was missing. */
  reloaded(): void {
    this.asked = null;
    this.facts = UNKNOWN;
  }

  private async ask(book: MarkBook): Promise<void> {
    const targets = [...book.targets().values()].map(({ target }) => target);
    const ids = targets.flatMap((target) => (target.kind === "event" ? [target.value] : []));
    const others = targets.filter(({ kind }) => kind !== "event");
    await Promise.all([
      this.settle(
        this.context.lanes.ask(EVENTS_LANE, async (reader) => ({ events: await readMarkedEvents(reader, ids) })),
      ),
      this.settle(
        this.context.lanes.ask(TARGETS_LANE, async (reader) => ({ records: await countTargets(reader, others) })),
      ),
    ]);
  }

  private async settle(asking: ReturnType<ServiceContext["lanes"]["ask"]>): Promise<void> {
    const answer = await asking;
    if (answer.kind === "superseded") return;
    if (answer.kind === "answer")
      this.facts = { ...this.facts, ...(answer.value as Partial<MarkFacts>), problem: null };
    else if (answer.kind === "failed") this.facts = { ...this.facts, problem: answer.error };
    this.context.dataArrived();
  }
}
