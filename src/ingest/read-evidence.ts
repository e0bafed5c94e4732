import { joined } from "./containers/archive-walk.ts";
import { NotRegularError, openEvidence, reasonOf, type EvidenceBytes } from "./evidence-bytes.ts";
import type { FileOutcome, FileTask } from "./file-outcome.ts";
import { FileReading, type Sink } from "./file-reading.ts";
import { FileChangedError } from "./large-file.ts";
import { openContent, type OpenedArchive } from "./open-content.ts";
import { finishArchive, readMembers, type MemberSink } from "./read-archive.ts";
import { readContent } from "./read-content.ts";

interface Sinks {
  readonly sink: Sink;
  readonly members: MemberSink;
}

/**
 * Reads one file: both hashes, every record into `sink`, and what became of it; the members of an archive go to
 * `members` one by one. One decode and one buffer: the bytes hashed are the bytes ingested. Never throws for what the
 * file holds; only for what the sinks throw.
 */
export async function readEvidence(task: FileTask, sink: Sink, members: MemberSink): Promise<FileOutcome> {
  const reading = new FileReading(task, sink);
  let file: EvidenceBytes | null = null;
  try {
    file = openEvidence(task.absolute);
    reading.size_bytes = file.size;
    reading.modified_at = file.modified_at;
    return await readOpened(reading, file, { sink, members });
  } catch (error) {
    if (!isOfFile(error as NodeJS.ErrnoException)) throw error;
    return reading.finish(reading.records > 0 ? "partial" : "unreadable", reasonOf(error as NodeJS.ErrnoException));
  } finally {
    file?.close();
  }
}

async function readOpened(reading: FileReading, file: EvidenceBytes, sinks: Sinks): Promise<FileOutcome> {
  const content = await openContent(file);
  if (content.kind === "archive") return readArchive(reading, content, sinks);
  reading.container = content.container;
  reading.sha256_stored = content.sha256_stored;
  if (content.kind !== "bytes") return reading.finish(content.kind, content.reason);
  reading.inflated({ length: content.inflated_bytes }, content.sha256_inflated);
  return readContent(reading, content);
}

async function readArchive(reading: FileReading, opened: OpenedArchive, sinks: Sinks): Promise<FileOutcome> {
  const { archive, budget } = opened;
  reading.container = archive.chain.join(">");
  const read = await readMembers(archive, { ...sinks, task: reading.task, budget });
  const whole = await opened.finish();
  reading.sha256_stored = whole.sha256_stored;
  const summary = {
    ...read.summary,
    damage: joined([whole.damage, read.summary.damage]),
    note: joined([whole.note, read.summary.note]),
  };
  return { ...finishArchive(reading, { ...read, summary }), skipped: read.skipped };
}

/** Whether the file itself is what went wrong: it cannot be opened or read, or changed meanwhile. */
function isOfFile(error: NodeJS.ErrnoException): boolean {
  if (error instanceof FileChangedError || error instanceof NotRegularError) return true;
  return error.syscall === "open" || error.syscall === "read";
}
