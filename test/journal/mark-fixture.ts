import { createHash } from "node:crypto";
import type { JournalEntry } from "../../src/journal/journal-entry.ts";
import { MarkBook } from "../../src/journal/mark-book.ts";
import { newNote, newTag, newUndo, type NewMark, type UndoPart } from "../../src/journal/mark-entry.ts";
import type { MarkTarget } from "../../src/journal/mark-target.ts";

export const event = (id: string): MarkTarget => ({ kind: "event", value: id });

/** Makes journal lines in memory, a second apart, with hashes that are as unlike as real ones. */
export class Lines {
  readonly entries: JournalEntry[] = [];
  private second = 0;

  add(mark: NewMark, changes: Partial<JournalEntry> = {}): string {
    this.second += 1;
    const hash = createHash("sha256").update(`${this.second}`).digest("hex");
    this.entries.push({
      v: 1,
      seq: this.second,
      examiner: "ada",
      examiner_source: "option",
      host: "lab",
      time_utc: new Date(Date.UTC(2024, 0, 1, 0, 0, this.second)).toISOString(),
      time_local: "",
      tool_version: "0.1.0",
      argv: [],
      counts: {},
      result_sha256: null,
      evidence_sha256: null,
      exit_code: 0,
      elapsed_ms: 0,
      prev: "",
      hash,
      ...mark,
      ...changes,
    });
    return hash;
  }

  tag(ids: readonly string[], tags: readonly string[], note?: string, changes: Partial<JournalEntry> = {}): string {
    return this.add(newTag(ids.map(event), tags, note), changes);
  }

  note(ids: readonly string[], text: string, replaces: readonly string[] = []): string {
    return this.add(newNote(ids.map(event), text, replaces));
  }

  undo(hashes: readonly string[], part: UndoPart = {}, changes: Partial<JournalEntry> = {}): string {
    return this.add(newUndo(hashes, part), changes);
  }

  book(): MarkBook {
    return bookOf(this.entries);
  }
}

export function bookOf(entries: readonly JournalEntry[]): MarkBook {
  const book = new MarkBook();
  for (const entry of entries) book.add(entry);
  return book;
}

/** What stands, as short texts: `e1: a, b | first note | second note`. */
export function standing(book: MarkBook): string[] {
  return [...book.targets().values()].map(({ id, tags, notes }) =>
    [`${id.replace("event ", "")}: ${tags.join(", ")}`, ...notes].join(" | "),
  );
}
