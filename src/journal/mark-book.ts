/**
 * All tags and notes of all examiners, as they stand now. What undoes what is told by hashes, never by the order of
 * lines: a colleague's clock may be behind, so that the undoing line sorts before the one it undoes.
 */
import type { JournalEntry } from "./journal-entry.ts";
import { type MarkingLine, parseMark, tagId, type UndoingLine } from "./mark-entry.ts";
import { type MarkTarget, targetId } from "./mark-target.ts";

/** One tag or one note on one target. */
export interface Mark {
  readonly kind: "tag" | "note";
  /** The tag's name, empty for a mark without one; or the note. */
  readonly text: string;
  readonly target: MarkTarget;
  readonly target_id: string;
  /** Hash of the journal line that made it. */
  readonly hash: string;
  readonly examiner: string;
  readonly host: string;
  readonly seq: number;
  readonly time_utc: string;
  readonly tool_version: string;
  /** Hash of the line that undid or replaced it; null while it stands. */
  readonly undone_by: string | null;
}

/** What stands about one target. */
export interface MarkedTarget {
  readonly target: MarkTarget;
  readonly id: string;
  /** Names, each once, sorted; none for a mark without a tag. */
  readonly tags: readonly string[];
  /** In the order of writing. */
  readonly notes: readonly string[];
  /** Those that stand, in the order of writing. */
  readonly marks: readonly Mark[];
}

type Line = Pick<JournalEntry, "hash" | "examiner" | "host" | "seq" | "time_utc" | "tool_version">;
type Marking = Line & MarkingLine;
type Undoing = Line & UndoingLine;
type Draft = { -readonly [K in keyof Mark]: Mark[K] };

interface Standing {
  readonly marks: readonly Mark[];
  readonly targets: ReadonlyMap<string, MarkedTarget>;
}

/** Undoing of undoing deeper than this is nobody's work, and a forged journal could make circles. */
const UNDO_DEPTH_MAX = 100;

export class MarkBook {
  private readonly markings = new Map<string, Marking>();
  private readonly undoings = new Map<string, Undoing>();
  private standing: Standing | null = null;
  /** Raised by every line that changes what stands. */
  version = 0;
  /** Lines of marks that this version cannot read. */
  unreadable = 0;

  /** Takes in one journal line, in any order; lines of other kinds and lines known already change nothing. */
  add(entry: JournalEntry): void {
    if (entry.kind === "command") return;
    const { hash, examiner, host, seq, time_utc, tool_version } = entry;
    if (this.markings.has(hash) || this.undoings.has(hash)) return;
    const parsed = parseMark(entry);
    const line = { hash, examiner, host, seq, time_utc, tool_version };
    if (parsed === null) this.unreadable += 1;
    else if (parsed.does === "mark") this.markings.set(hash, { ...line, ...parsed });
    else this.undoings.set(hash, { ...line, ...parsed });
    this.standing = null;
    this.version += 1;
  }

  /** Every mark ever made, in the order (time, examiner, host, seq) and in it the order of the line. */
  marks(): readonly Mark[] {
    return this.settle().marks;
  }

  /** Targets about which something stands, by `targetId`, in the order of their first standing mark. */
  targets(): ReadonlyMap<string, MarkedTarget> {
    return this.settle().targets;
  }

  /** The target's entry, or null when nothing stands about it. */
  of(target: MarkTarget): MarkedTarget | null {
    return this.settle().targets.get(targetId(target)) ?? null;
  }

  /** Hashes of lines that begin with these hexadecimal digits: marks, and what undoes them. */
  find(prefix: string): string[] {
    return [...this.markings.keys(), ...this.undoings.keys()].filter((hash) => hash.startsWith(prefix));
  }

  /** Whether anything of this line still holds: a tag or note of it stands, or what it undid is undone. */
  holds(hash: string): boolean {
    const undoing = this.undoings.get(hash);
    if (undoing !== undefined) return this.undoingHolds()(undoing);
    return this.marks().some((mark) => mark.hash === hash && mark.undone_by === null);
  }

  /** The line and, when its note is a new wording, the lines whose wordings it took the place of. */
  wordings(hash: string): string[] {
    const chain: string[] = [];
    const open = [hash];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (chain.includes(next)) continue;
      chain.push(next);
      open.push(...(this.markings.get(next)?.replaces ?? []).filter((earlier) => this.markings.has(earlier)));
    }
    return chain;
  }

  private settle(): Standing {
    if (this.standing !== null) return this.standing;
    const drafts = new Map<string, Draft[]>();
    for (const line of [...this.markings.values()].sort(compareLines)) drafts.set(line.hash, draftsOf(line));
    this.applyUndoings(drafts);
    this.applyNewWordings(drafts);
    const marks = [...drafts.values()].flat();
    this.standing = { marks, targets: targetsOf(marks) };
    return this.standing;
  }

  private applyUndoings(drafts: ReadonlyMap<string, readonly Draft[]>): void {
    const holds = this.undoingHolds();
    for (const line of [...this.undoings.values()].sort(compareLines)) {
      if (!holds(line)) continue;
      const isMeant = partOf(line);
      for (const hash of line.undoes) {
        for (const mark of drafts.get(hash) ?? []) if (isMeant(mark)) mark.undone_by ??= line.hash;
      }
    }
  }

  /** Tells which undoing lines were not undone themselves. */
  private undoingHolds(): (line: Undoing) => boolean {
    const undoneBy = new Map<string, Undoing[]>();
    for (const line of this.undoings.values()) {
      for (const hash of line.undoes) {
        if (this.undoings.has(hash)) undoneBy.set(hash, [...(undoneBy.get(hash) ?? []), line]);
      }
    }
    const holds = (line: Undoing, depth: number): boolean =>
      depth > UNDO_DEPTH_MAX || !(undoneBy.get(line.hash) ?? []).some((undoing) => holds(undoing, depth + 1));
    return (line) => holds(line, 0);
  }

  /** A new wording holds only where it was not undone itself. */
  private applyNewWordings(drafts: ReadonlyMap<string, readonly Draft[]>): void {
    const replaced: [Draft, string][] = [];
    for (const [hash, marks] of drafts) {
      const { replaces } = this.markings.get(hash)!;
      if (replaces.length === 0) continue;
      const meant = new Set(
        marks.filter(({ kind, undone_by }) => kind === "note" && undone_by === null).map((mark) => mark.target_id),
      );
      for (const mark of replaces.filter((earlier) => earlier !== hash).flatMap((earlier) => drafts.get(earlier) ?? []))
        if (mark.kind === "note" && meant.has(mark.target_id)) replaced.push([mark, hash]);
    }
    for (const [mark, hash] of replaced) mark.undone_by ??= hash;
  }
}

function draftsOf(line: Marking): Draft[] {
  const { hash, examiner, host, seq, time_utc, tool_version } = line;
  const names = line.tags.length === 0 && line.note === null ? [""] : line.tags;
  return line.targets.flatMap((target) => {
    const base = { target, target_id: targetId(target), hash, examiner, host, seq, time_utc, tool_version };
    const tags = names.map((text): Draft => ({ kind: "tag", text, ...base, undone_by: null }));
    return line.note === null ? tags : [...tags, { kind: "note", text: line.note, ...base, undone_by: null }];
  });
}

function partOf({ targets, tags, notes }: UndoingLine): (mark: Mark) => boolean {
  const ids = targets === null ? null : new Set(targets.map(targetId));
  const names = tags === null ? null : new Set(tags.map(tagId));
  const isWhole = names === null && !notes;
  return ({ kind, text, target_id }) =>
    (ids === null || ids.has(target_id)) && (isWhole || (kind === "note" ? notes : (names?.has(tagId(text)) ?? false)));
}

function targetsOf(marks: readonly Mark[]): Map<string, MarkedTarget> {
  const byTarget = new Map<string, Mark[]>();
  for (const mark of marks) {
    if (mark.undone_by !== null) continue;
    const known = byTarget.get(mark.target_id);
    if (known === undefined) byTarget.set(mark.target_id, [mark]);
    else known.push(mark);
  }
  return new Map(
    [...byTarget].map(([id, standing]) => {
      const names = new Map<string, string>();
      for (const { kind, text } of standing) {
        if (kind === "tag" && text !== "" && !names.has(tagId(text))) names.set(tagId(text), text);
      }
      const tags = [...names].sort(([a], [b]) => compareText(a, b)).map(([, name]) => name);
      const notes = standing.flatMap(({ kind, text }) => (kind === "note" ? [text] : []));
      return [id, { target: standing[0]!.target, id, tags, notes, marks: standing }];
    }),
  );
}

function compareLines(a: Line, b: Line): number {
  return (
    compareText(a.time_utc, b.time_utc) ||
    compareText(a.examiner, b.examiner) ||
    compareText(a.host, b.host) ||
    a.seq - b.seq ||
    compareText(a.hash, b.hash)
  );
}

// By code unit, never by locale: the same journals give the same order on every machine.
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
