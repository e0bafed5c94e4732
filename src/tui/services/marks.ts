import { MarkFollower } from "../../journal/follow-marks.ts";
import type { JournalEntry } from "../../journal/journal-entry.ts";
import type { MarkBook, MarkedTarget } from "../../journal/mark-book.ts";
import { newTag, newUndo, type NewMark } from "../../journal/mark-entry.ts";
import type { MarkTarget } from "../../journal/mark-target.ts";
import { lastLineOf, removalOf } from "../../journal/mark-undo.ts";
import { type MarkAuthor, writeMark } from "../../journal/write-mark.ts";
import type { Service, ServiceContext } from "./service-context.ts";

/** How often the journals are looked at for what other processes wrote: a look at their sizes, and no more. */
const POLL_MS = 2_000;

/** What `m` did. */
export type Toggled = "marked" | "unmarked" | "has-words";

/**
 * The marks of all examiners, kept up with the journals; and the writer of this examiner's. Every action is one line,
 * on the disk before it is shown.
 */
export class MarksService implements Service {
  /** What went wrong when the journals were read last; null when they were read. */
  problem: Error | null = null;
  private readonly context: ServiceContext;
  private follower: MarkFollower;
  private isPolling = false;
  private stopTimer: (() => void) | null = null;
  private isClosed = false;
  private last: Promise<unknown> = Promise.resolve();
  /** Lines written here, for undoing. */
  private readonly written: string[] = [];

  constructor(context: ServiceContext) {
    this.context = context;
    this.follower = new MarkFollower(context.caseFacts().journalFolder);
  }

  /** What stands now; the first call starts reading, and the journals are followed from then on. */
  book(): MarkBook {
    if (!this.isPolling) {
      this.isPolling = true;
      void this.refresh();
    }
    return this.follower.book;
  }

  /** What stands about an event; null for none. Views look it up for each row that they draw. */
  ofEvent(event_id: string): MarkedTarget | null {
    return this.book().targets().get(`event ${event_id}`) ?? null;
  }

  of(target: MarkTarget): MarkedTarget | null {
    return this.book().of(target);
  }

  /** Reads what is new in the journals now. Never rejects: `problem` says what went wrong. */
  async refresh(): Promise<void> {
    await this.inTurn(async () => this.look());
    this.stopTimer?.();
    if (!this.isClosed) this.stopTimer = this.context.clock.after(POLL_MS, () => void this.refresh());
  }

  /** Writes one line; the marks are read again before it returns. Throws CaseError when it cannot be written. */
  async write(mark: NewMark): Promise<JournalEntry> {
    const entry = await this.append(mark);
    this.written.push(entry.hash);
    return entry;
  }

  private async append(mark: NewMark): Promise<JournalEntry> {
    return await this.inTurn(async () => {
      const entry = await writeMark(this.author(), mark);
      await this.look();
      return entry;
    });
  }

  /** Sets a mark without a tag, or takes it away; what has tags or notes is left for the editor. Throws CaseError. */
  async toggle(target: MarkTarget): Promise<Toggled> {
    await this.ready();
    const marked = this.of(target);
    if (marked === null) {
      await this.write(newTag([target], []));
      return "marked";
    }
    if (marked.tags.length > 0 || marked.notes.length > 0) return "has-words";
    await this.remove([target]);
    return "unmarked";
  }

  /** Takes away all that stands about these targets, notes too; null when nothing does. Throws CaseError. */
  async remove(targets: readonly MarkTarget[]): Promise<JournalEntry | null> {
    await this.ready();
    const removal = removalOf(this.book(), { targets, tags: null, notes: true });
    return removal === null ? null : await this.write(removal);
  }

  /**
   * Undoes what this examiner did last: here, removals too; and then, mark by mark, what was written earlier. Returns the
   * line that was undone, or null when there is none. Throws CaseError.
   */
  async undoLast(): Promise<string | null> {
    await this.ready();
    const book = this.book();
    const hash = this.written.findLast((line) => book.holds(line)) ?? lastLineOf(book, this.examiner());
    if (hash === null) return null;
    await this.append(newUndo([hash]));
    return hash;
  }

  examiner(): string {
    return this.context.caseFacts().examiner.name;
  }

  /** Waits until nothing is being read or written: for tests and the end. */
  async idle(): Promise<void> {
    await this.last;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.stopTimer?.();
    await this.last;
  }

  /** Nothing is decided by marks that were not read yet. */
  private async ready(): Promise<void> {
    this.book();
    await this.last;
  }

  private async look(): Promise<void> {
    try {
      const isNew = await this.follower.poll();
      if (isNew || this.problem !== null) this.context.dataArrived();
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error : new Error(String(error));
      this.context.dataArrived();
    }
  }

  private author(): MarkAuthor {
    const { journalFolder: folder, examiner, tool_version } = this.context.caseFacts();
    return { folder, examiner, tool_version, argv: process.argv.slice(2) };
  }

  /** A look while another reads would read lines twice. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.then(
      () => undefined,
      () => undefined,
    );
    return await turn;
  }
}
