import { claimsCloudTrail } from "../cloudtrail/log-file-key.ts";
import { parseLine } from "../manifest/manifest-line.ts";
import { ownFileOf } from "../manifest/own-files.ts";
import type { FileStatus } from "../store/evidence-file.ts";
import type { ByteSource } from "./byte-source.ts";
import { evidenceName, type FileOutcome } from "./file-outcome.ts";
import type { FileReading } from "./file-reading.ts";
import { readOrdinaryRecords } from "./fast/read-trail.ts";
import { readFirstItems } from "./first-items.ts";
import { recognise, type Recognised, type Shaped } from "./recognise.ts";
import { readRecords, type RecordItem } from "./record-reader.ts";
import type { Kind } from "./shapes/found.ts";
import { readShapes } from "./shapes/shape-reader.ts";
import type { NoEvents, Sifted } from "./shapes/sifting.ts";

/** What was in the containers of a file. */
export interface Content {
  readonly bytes: ByteSource;
  readonly damage: string | null;
  readonly note: string | null;
}

/** Reads all records of a file out of its content, whatever shape it has, and says what became of the file. */
export function readContent(reading: FileReading, content: Content): FileOutcome {
  const own = ownFileOf(evidenceName(reading.task));
  if (own === null) return readShape(reading, content);
  // Nothing in a manifest is an event. Lines that are none of it are told when its chain is followed.
  const isManifest = own.kind === "manifest" && beginsManifest(content.bytes);
  const outcome = isManifest ? reading.finish("not_events", null) : readShape(reading, content);
  if (outcome.file.status !== "not_events") return outcome;
  const reason = [content.damage, own.what].filter((part) => part !== null).join("; ");
  return { ...outcome, file: { ...outcome.file, reason } };
}

/** No first line of a manifest is longer, whatever was typed on the command line. */
const FIRST_LINE_BYTES_MAX = 4 * 1024 * 1024;

/** Whether the first line is that of a manifest, with the hash that it should have. */
function beginsManifest(bytes: ByteSource): boolean {
  const start = bytes.subarray(0, FIRST_LINE_BYTES_MAX);
  const end = start.indexOf(0x0a);
  return end > 0 && parseLine(start.toString("utf8", 0, end)) !== null;
}

function readShape(reading: FileReading, content: Content): FileOutcome {
  const found = recognise(content.bytes);
  switch (found.kind) {
    case "trail":
      return readTrail(reading, found, content);
    case "shapes":
      return readOther(reading, found, content);
    default:
      return refuse(reading, content, found);
  }
}

function refuse(
  reading: FileReading,
  content: Content,
  found: Exclude<Recognised, { kind: "trail" | "shapes" }>,
): FileOutcome {
  const as = { foreign: "unknown", unsupported: "unsupported", broken: "malformed" } as const;
  return finishWithout(reading, content, { as: as[found.kind], reason: found.reason });
}

/** The outcome of a file without events. A name that claims to be CloudTrail's with foreign content deserves a warning. */
function finishWithout(
  reading: FileReading,
  { damage }: Omit<Content, "bytes">,
  { as, reason }: NoEvents,
): FileOutcome {
  const isForeign = as === "unknown" || as === "other log" || as === "empty";
  const claims = isForeign && claimsCloudTrail(evidenceName(reading.task));
  const said = claims ? `named like a CloudTrail log file, but holds ${reason}` : reason;
  const status = claims ? "unreadable" : STATUSES[as];
  return reading.finish(status, [damage, said].filter((part) => part !== null).join("; "));
}

function readTrail(reading: FileReading, found: Extract<Recognised, { kind: "trail" }>, content: Content): FileOutcome {
  const from = readOrdinaryRecords(reading, found.bytes, found.from);
  const list = readRecords(found.bytes, from);
  // Where ordinary records were read, the list is a trail file's.
  const first = from > found.from ? { items: [], foreign: null } : readFirstItems(list);
  // Notifications, or records of others: the events may be inside them, and the reason why there are none is told.
  if (first.foreign !== null) {
    return readOther(reading, { ...found, kind: "shapes", from: 0, strategy: { kind: "values" } }, content);
  }
  const said = { problems: [content.damage], notes: [content.note, found.note] };
  const take = (item: RecordItem): void => {
    if (item.kind !== "end") reading.take(item);
    else {
      said.problems.push(item.problem);
      said.notes.push(item.note);
    }
  };
  for (const item of first.items) take(item);
  for (const item of list) take(item);
  return finishWith(reading, said);
}

function readOther(reading: FileReading, found: Shaped, content: Content): FileOutcome {
  const items = readShapes(found);
  for (let next = items.next(); ; next = items.next()) {
    if (next.done !== true) {
      reading.take(next.value);
      continue;
    }
    const note = [content.note, found.note].filter((part) => part !== null).join("; ");
    return finishShapes(reading, { damage: content.damage, note: note === "" ? null : note }, next.value);
  }
}

/** The outcome of a content in any shape that was read to its end. */
export function finishShapes(reading: FileReading, content: Omit<Content, "bytes">, sifted: Sifted): FileOutcome {
  const { noEvents, problems, notes } = sifted;
  if (noEvents !== null && noEvents.as !== "empty") return finishWithout(reading, content, noEvents);
  const empty = noEvents === null ? null : noEvents.reason;
  return finishWith(reading, {
    problems: [content.damage, ...problems],
    notes: [content.note, empty, ...notes],
  });
}

const STATUSES: Record<Kind | "empty", FileStatus> = {
  empty: "not_events",
  verification: "not_events",
  pointer: "not_events",
  "other log": "not_events",
  unknown: "not_events",
  unsupported: "unsupported",
  malformed: "unreadable",
};

function finishWith(
  reading: FileReading,
  { problems, notes }: { problems: (string | null)[]; notes: (string | null)[] },
): FileOutcome {
  const damaged = problems.some((problem) => problem !== null) || reading.rejected.length > 0;
  if (reading.rejected.length > 0) problems.push(`${reading.rejected.length} of ${reading.records} records rejected`);
  const reason = [...problems, ...notes, ...reading.notes].filter((part) => part !== null).join("; ");
  return reading.finish(damaged ? "partial" : "imported", reason === "" ? null : reason);
}
