import { ownFileOf } from "../manifest/own-files.ts";
import { isSystemFile } from "./discover.ts";
import {
  joined,
  walkArchive,
  type ArchiveSummary,
  type OpenArchive,
  type WalkedMember,
} from "./containers/archive-walk.ts";
import { ArchiveLimitError, type UnpackBudget } from "./containers/limits.ts";
import { UnreadableContainerError } from "./containers/container-error.ts";
import {
  evidenceName,
  knownKey,
  MEMBER_MARK,
  shownName,
  type FileOutcome,
  type FileTask,
  type SkippedMembers,
} from "./file-outcome.ts";
import { FileReading, sha256, type Sink } from "./file-reading.ts";
import { readContent } from "./read-content.ts";

/** Where the members of an archive go. */
export interface MemberSink {
  /** A number that no other file or member of this run has. */
  nextOrdinal(): number;
  /** Takes a member once its rows are in the row sink. Throws to stop reading. */
  take(outcome: FileOutcome): void;
  /** False for a member that the examiner left out by its name. */
  isSelected(name: string): boolean;
}

/** What reading the members of an archive came to. */
export interface ReadMembers {
  readonly summary: ArchiveSummary;
  readonly skipped: SkippedMembers;
  readonly hasEvents: boolean;
}

interface ArchivePlace {
  readonly task: FileTask;
  readonly sink: Sink;
  readonly members: MemberSink;
  readonly budget: UnpackBudget;
}

/** Reads every member of an archive as a file of its own. Throws only what the sinks throw. */
export async function readMembers(archive: OpenArchive, place: ArchivePlace): Promise<ReadMembers> {
  const known = new KnownMembers(place.task);
  const readings = new MemberReadings(place, known);
  const walk = walkArchive(archive, {
    budget: place.budget,
    leaveOut: (path) => readings.leaveOut(path),
    isKnown: (path, hash) => known.has(path, hash),
  });
  const finished = (summary: ArchiveSummary): ReadMembers => ({
    summary,
    skipped: known.skipped,
    hasEvents: readings.withEvents.has(""),
  });
  for (;;) {
    let step: IteratorResult<WalkedMember, ArchiveSummary>;
    try {
      step = await walk.next();
    } catch (error) {
      if (!(error instanceof ArchiveLimitError || error instanceof UnreadableContainerError)) throw error;
      const damage = readings.count > 0 ? `${error.message}; what comes behind it was not read` : error.message;
      return finished({ members: readings.count, damage, note: null });
    }
    if (step.done === true) return finished(step.value);
    readings.read(step.value);
  }
}

/** Finishes the row of an archive itself; its members have their own. */
export function finishArchive(reading: FileReading, { summary, hasEvents }: Omit<ReadMembers, "skipped">): FileOutcome {
  const { members, damage, note } = summary;
  if (damage !== null) return reading.finish(members > 0 ? "partial" : "unreadable", joined([damage, note]));
  if (hasEvents) return reading.finish("imported", note);
  const what = members === 1 ? "an archive of one member" : `an archive of ${members} members`;
  return reading.finish("not_events", joined([members === 0 ? "an empty archive" : `${what}, none with events`, note]));
}

class MemberReadings {
  count = 0;
  /** Paths of the archives inside the file that hold events; the empty one is the file. */
  readonly withEvents = new Set<string>();
  private readonly place: ArchivePlace;
  private readonly known: KnownMembers;

  constructor(place: ArchivePlace, known: KnownMembers) {
    this.place = place;
    this.known = known;
  }

  leaveOut(path: string): { status: "not_events" | "not_selected"; reason: string } | null {
    const name = evidenceName({ path: this.place.task.path, member_path: path });
    const slashed = path.replaceAll("\\", "/");
    if (isSystemFile(slashed)) return { status: "not_events", reason: "left by an operating system; not read" };
    const own = ownFileOf(slashed);
    if (own?.kind === "leftover") return { status: "not_events", reason: `${own.what}; not read` };
    if (this.place.members.isSelected(name)) return null;
    return { status: "not_selected", reason: "left out by its name, at the examiner's wish" };
  }

  read(member: WalkedMember): void {
    this.count += 1;
    if (member.content.kind === "known") return this.noteEvents(member.path);
    const { task, sink, members } = this.place;
    const reading = new FileReading({ ...task, ordinal: members.nextOrdinal(), member_path: member.path }, sink);
    reading.container = member.content.container;
    reading.size_bytes = member.size_bytes;
    reading.sha256_stored = member.sha256_stored;
    reading.modified_at = member.modified_at;
    const outcome = this.outcomeOf(member, reading);
    const { status, sha256_stored } = outcome.file;
    if (status === "imported" || status === "partial") this.noteEvents(member.path);
    // An archive inside the file that is in the case already has had its members looked at again.
    if (sha256_stored !== null && this.known.has(member.path, sha256_stored)) return;
    members.take(outcome);
  }

  private outcomeOf(member: WalkedMember, reading: FileReading): FileOutcome {
    const { content } = member;
    switch (content.kind) {
      case "bytes": {
        const isPlain = content.bytes === member.stored;
        reading.inflated(content.bytes, isPlain ? member.sha256_stored! : sha256(content.bytes));
        const damage = joined([member.damage, content.damage]);
        const note = joined([member.note, content.note]);
        return readContent(reading, { bytes: content.bytes, damage, note });
      }
      case "text": {
        const { bytes } = content;
        reading.inflated({ length: bytes.size_bytes }, bytes.sha256);
        const { damage } = member;
        return readContent(reading, { bytes, damage, note: joined([member.note, bytes.note]) });
      }
      case "archive": {
        const damage = joined([member.damage, content.summary.damage]);
        const note = joined([member.note, content.summary.note]);
        const hasEvents = this.withEvents.has(member.path);
        return finishArchive(reading, { summary: { ...content.summary, damage, note }, hasEvents });
      }
      case "left out":
        return reading.finish(content.status, joined([content.reason, member.note]));
      case "known":
        return reading.finish("not_events", null);
      default:
        return reading.finish(content.kind, joined([member.damage, content.reason, member.note]));
    }
  }

  private noteEvents(path: string): void {
    this.withEvents.add("");
    for (let at = path.indexOf(MEMBER_MARK); at >= 0; at = path.indexOf(MEMBER_MARK, at + 1)) {
      this.withEvents.add(path.slice(0, at));
    }
  }
}

/** Members that the case holds from an earlier, unfinished reading of the same archive. */
class KnownMembers {
  readonly skipped: { count: number; readonly problems: { name: string; reason: string }[] } = {
    count: 0,
    problems: [],
  };
  private readonly task: FileTask;
  private readonly left = new Map<string, { count: number; problem: string | null }>();

  constructor(task: FileTask) {
    this.task = task;
    for (const { key, problem } of task.known ?? []) {
      const same = this.left.get(key);
      if (same === undefined) this.left.set(key, { count: 1, problem });
      else same.count += 1;
    }
  }

  /** True as often as the case holds the member. */
  has(member_path: string, sha256_stored: string): boolean {
    const found = this.left.get(knownKey(member_path, sha256_stored));
    if (found === undefined || found.count === 0) return false;
    found.count -= 1;
    this.skipped.count += 1;
    if (found.problem !== null) {
      this.skipped.problems.push({ name: shownName({ path: this.task.path, member_path }), reason: found.problem });
    }
    return true;
  }
}
