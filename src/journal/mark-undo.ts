import { UsageError } from "../errors.ts";
import { type NewMark, newUndo, tagId } from "./mark-entry.ts";
import type { Mark, MarkBook } from "./mark-book.ts";
import { type MarkTarget, targetId, targetInWords } from "./mark-target.ts";

/** Digits of a line's hash that are shown, and enough to name it. */
const SHORT_HASH_DIGITS = 12;
const SHORTEST_PREFIX = 6;

/** The first digits of a line's hash, by which commands show and take it. */
export function shortHash(hash: string): string {
  return hash.slice(0, SHORT_HASH_DIGITS);
}

/** The hash of the mark line that these first digits name. Throws UsageError when it is none, or several. */
export function findLine(book: MarkBook, given: string): string {
  const prefix = given.trim().toLowerCase();
  const found = prefix.length >= SHORTEST_PREFIX ? book.find(prefix) : [];
  if (found.length === 1) return found[0]!;
  throw new UsageError({
    what: found.length === 0 ? "No such entry among the marks" : "Several entries begin like this",
    where: `--entry ${given.slice(0, 80)}`,
    fix: "Give the digits of an entry as `coldtrail tag --list --all` or `coldtrail note --list --all` shows them.",
  });
}

/** What is to be taken away from targets. */
export interface Removal {
  readonly targets: readonly MarkTarget[];
  /** Only these tags; all of them, and marks without a tag, when null. */
  readonly tags: readonly string[] | null;
  /** The notes too. */
  readonly notes: boolean;
}

/**
 * One line that undoes what stands about these targets, whoever wrote it; null when nothing does. A note goes with its
 * earlier wordings, which would otherwise come back.
 */
export function removalOf(book: MarkBook, { targets, tags, notes }: Removal): NewMark | null {
  const names = tags === null ? null : new Set(tags.map(tagId));
  const isMeant = ({ kind, text }: Mark): boolean =>
    kind === "note" ? notes : names === null || names.has(tagId(text));
  const marks = targets.flatMap((target) => book.of(target)?.marks ?? []).filter(isMeant);
  if (marks.length === 0) return null;
  const hashes = marks.flatMap(({ kind, hash }) => (kind === "note" ? book.wordings(hash) : [hash]));
  const meant = new Map(marks.map(({ target, target_id }) => [target_id, target]));
  const gone = new Map(marks.filter(({ kind }) => kind === "tag").map(({ text }) => [tagId(text), text]));
  return newUndo([...new Set(hashes)], {
    targets: [...meant.values()],
    ...(gone.size === 0 ? {} : { tags: [...gone.values()] }),
    notes: marks.some(({ kind }) => kind === "note"),
  });
}

/** The error for a removal that would remove nothing: it says what stands there. */
export function nothingToRemove(book: MarkBook, { targets, tags }: Removal): UsageError {
  const [first] = targets;
  const standing = targets.map((target) => book.targets().get(targetId(target))).filter((found) => found !== undefined);
  const names = [...new Set(standing.flatMap((found) => found.tags))];
  return new UsageError({
    what: tags === null ? "No tag to take away" : `No such tag to take away: ${tags.join(", ")}`,
    where: first === undefined ? "no target" : targetInWords(first),
    fix: standing.length === 0 ? "Nothing is marked there." : standingInWords(names),
  });
}

function standingInWords(names: readonly string[]): string {
  return names.length === 0
    ? "Only notes or a mark without a tag stand there: leave the tag out, and add --notes for the notes."
    : `What stands there: ${names.join(", ")}.`;
}

/** The newest mark line of this examiner of which something still stands; null when there is none. */
export function lastLineOf(book: MarkBook, examiner: string): string | null {
  return book.marks().findLast((mark) => mark.undone_by === null && mark.examiner === examiner)?.hash ?? null;
}
