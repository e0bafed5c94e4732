/**
 * The bodies of the journal's `tag`, `note` and `untag` lines. A line is never taken back: an `untag` line names the
 * lines that it undoes by their hashes, and may itself be undone in the same way.
 */
import { UsageError } from "../errors.ts";
import type { EntryKind, JournalEntry, JsonObject } from "./journal-entry.ts";
import { type MarkTarget, parseTarget, targetInWords, targetsToJson } from "./mark-target.ts";

const TAG_CHARACTERS_MAX = 64;
const NOTE_CHARACTERS_MAX = 64_000;
// Lists of tags are written with commas, and a name must survive a shell and a spreadsheet cell.
const TAG_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:/+#-]*$/u;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** A line to be written, without what the journal adds. */
export interface NewMark {
  readonly kind: Exclude<EntryKind, "command">;
  readonly body: JsonObject;
}

/** Checks a tag's name. Throws UsageError. */
export function tagName(given: string): string {
  const name = given.toWellFormed().normalize("NFC").trim();
  if (TAG_NAME.test(name) && name.length <= TAG_CHARACTERS_MAX) return name;
  throw new UsageError({
    what: name === "" ? "An empty tag" : "Not a tag",
    where: JSON.stringify(name.slice(0, 80)),
    fix: `Give 1 to ${TAG_CHARACTERS_MAX} letters and digits, with . _ : / + # - between them; longer words go into a note.`,
  });
}

/** Checks a note. Line breaks stay, with LF alone; white space at the ends goes. Throws UsageError. */
export function noteText(given: string): string {
  const text = given.toWellFormed().replaceAll(/\r\n?/g, "\n").trim();
  if (text !== "" && text.length <= NOTE_CHARACTERS_MAX) return text;
  throw new UsageError({
    what: text === "" ? "An empty note" : "The note is too long",
    where: `${text.length} characters`,
    fix: `Write 1 to ${NOTE_CHARACTERS_MAX} characters.`,
  });
}

/** Tags are the same whatever their case. */
export function tagId(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** Tags for targets, with a note when there is one. No tag and no note is a bare mark. Throws UsageError. */
export function newTag(targets: readonly MarkTarget[], tags: readonly string[], note?: string): NewMark {
  const names = new Map(tags.map((name) => [tagId(name), tagName(name)]));
  return {
    kind: "tag",
    body: {
      targets: someTargets(targets),
      tags: [...names.values()],
      ...(note === undefined ? {} : { note: noteText(note) }),
    },
  };
}

/** A note on targets; `replaces` are the hashes of the lines whose notes on these targets it is the new wording of. */
export function newNote(targets: readonly MarkTarget[], note: string, replaces: readonly string[] = []): NewMark {
  return {
    kind: "note",
    body: {
      targets: someTargets(targets),
      note: noteText(note),
      ...(replaces.length === 0 ? {} : { replaces: [...replaces] }),
    },
  };
}

/** Which part of the lines named is undone; all of them when nothing is said. */
export interface UndoPart {
  readonly targets?: readonly MarkTarget[];
  /** Names of tags; the empty text stands for a mark without a tag. */
  readonly tags?: readonly string[];
  /** True with `tags` for both; alone for the notes only. */
  readonly notes?: boolean;
}

/** Undoes the lines with these hashes, or a part of them. */
export function newUndo(undoes: readonly string[], part: UndoPart = {}): NewMark {
  return {
    kind: "untag",
    body: {
      undoes: [...undoes],
      ...(part.targets === undefined ? {} : { targets: targetsToJson(part.targets) }),
      ...(part.tags === undefined ? {} : { tags: [...part.tags] }),
      ...(part.notes === true ? { notes: true } : {}),
    },
  };
}

function someTargets(targets: readonly MarkTarget[]): JsonObject[] {
  if (targets.length > 0) return targetsToJson(targets);
  throw new UsageError({
    what: "Nothing to mark",
    where: "no target was given",
    fix: "Name what is meant with --event, --session, --key, --ip, --principal, --resource, or --since and --until.",
  });
}

/** A mark line as it was read: what it says, whatever other lines say of it. */
export type ParsedMark = MarkingLine | UndoingLine;

export interface MarkingLine {
  readonly does: "mark";
  readonly targets: readonly MarkTarget[];
  readonly tags: readonly string[];
  readonly note: string | null;
  readonly replaces: readonly string[];
}

export interface UndoingLine {
  readonly does: "undo";
  readonly undoes: readonly string[];
  readonly targets: readonly MarkTarget[] | null;
  readonly tags: readonly string[] | null;
  readonly notes: boolean;
}

/** Reads the body of a `tag`, `note` or `untag` line; null when this version cannot: a colleague's may be newer, or forged. */
export function parseMark(entry: Pick<JournalEntry, "kind" | "body">): ParsedMark | null {
  const { targets: targetsJson, tags, note, replaces, undoes, notes } = entry.body;
  const targets = targetsJson === undefined ? null : parseTargets(targetsJson);
  if (targetsJson !== undefined && targets === null) return null;
  if (!isAbsentOr(tags, isTexts) || !isAbsentOr(replaces, isHashes)) return null;
  if (entry.kind === "untag") {
    if (!isHashes(undoes) || !isAbsentOr(notes, (value): value is boolean => typeof value === "boolean")) return null;
    return { does: "undo", undoes, targets, tags: tags ?? null, notes: notes ?? false };
  }
  if (targets === null || !isAbsentOr(note, (value): value is string => typeof value === "string")) return null;
  return { does: "mark", targets, tags: tags ?? [], note: note ?? null, replaces: replaces ?? [] };
}

const NAMED_TARGETS = 3;

/** What a mark line says, in one line of words; null for other lines and for those that this version cannot read. */
export function markInWords(entry: Pick<JournalEntry, "kind" | "body">): string | null {
  const parsed = entry.kind === "command" ? null : parseMark(entry);
  if (parsed === null) return null;
  const { targets } = parsed;
  const named = (targets ?? []).slice(0, NAMED_TARGETS).map(targetInWords).join(", ");
  const rest = (targets?.length ?? 0) - NAMED_TARGETS;
  const about = `${named}${rest > 0 ? ` and ${rest} more` : ""}`;
  if (parsed.does === "undo") {
    const undone = parsed.undoes.map((hash) => hash.slice(0, 12)).join(", ");
    return `undo ${undone}${about === "" ? "" : ` for ${about}`}`;
  }
  const note = parsed.note === null ? "" : ` note ${JSON.stringify(parsed.note)}`;
  const tags = parsed.tags.length === 0 ? "" : ` tag ${parsed.tags.join(", ")}`;
  return `${`${tags}${note}`.trim() || "mark"}: ${about}`;
}

function parseTargets(json: unknown): MarkTarget[] | null {
  if (!Array.isArray(json)) return null;
  const targets = json.map(parseTarget);
  return targets.every((target) => target !== null) ? targets : null;
}

function isAbsentOr<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function isHashes(value: unknown): value is string[] {
  return isTexts(value) && value.every((text) => SHA256_HEX.test(text));
}
