import { createHash } from "node:crypto";
import { refusalOf, unpack, type PlainContent, type RefusedContent } from "../container.ts";
import { MEMBER_MARK } from "../file-outcome.ts";
import { ByteStream, ContainerDamageError } from "./byte-stream.ts";
import { Findings, type ArchiveEntry, type ArchiveFindings } from "./entry.ts";
import { ArchiveLimitError, contentLimitError, ratioLimit, type UnpackBudget } from "./limits.ts";
import { bufferAccess, type RandomAccess } from "./random-access.ts";
import { StreamedContent, type StreamedArchive, type TextContent } from "./streamed-content.ts";
import { readTar } from "./tar.ts";
import { readZip } from "./zip.ts";

/** A member of an archive, or of an archive inside it, as it was read. */
export interface WalkedMember {
  /** Names of the archives inside the file and of the member, parted by `!/`. */
  readonly path: string;
  readonly modified_at: bigint | null;
  /** As it lies in its archive, after the archive's own compression; null when it was not read. */
  readonly size_bytes: number | null;
  readonly sha256_stored: string | null;
  /** Its bytes as they lie in its archive; null when they were not held whole. */
  readonly stored: Buffer | null;
  /** What its own archive says is wrong with it. */
  readonly damage: string | null;
  readonly note: string | null;
  readonly content:
    | PlainContent
    | TextContent
    | RefusedContent
    | { readonly kind: "archive"; readonly container: string; readonly summary: ArchiveSummary }
    | { readonly kind: "left out"; readonly container: string; readonly status: LeftOutStatus; readonly reason: string }
    | { readonly kind: "known"; readonly container: string };
}

type LeftOutStatus = "not_events" | "not_selected";

/** What is said of a whole archive once its members have been read. */
export interface ArchiveSummary {
  readonly members: number;
  readonly damage: string | null;
  readonly note: string | null;
}

export interface WalkOptions {
  readonly budget: UnpackBudget;
  /** A reason not to read the member with this path at all. */
  leaveOut(path: string): { readonly status: LeftOutStatus; readonly reason: string } | null;
  /** True for a member that the case holds already: it is only hashed. */
  isKnown(path: string, sha256_stored: string): boolean;
}

/** An archive to be walked: `chain` are the containers opened so far, its own included. */
export interface OpenArchive {
  readonly prefix: string;
  readonly chain: readonly string[];
  readonly entries: (findings: ArchiveFindings) => AsyncIterable<ArchiveEntry>;
}

/** The members of a tar archive that comes as a stream, or of a zip. */
export function entriesOf(packed: ByteStream | Buffer | RandomAccess): OpenArchive["entries"] {
  if (packed instanceof ByteStream) return (findings) => readTar(packed, findings);
  return (findings) => readZip(Buffer.isBuffer(packed) ? bufferAccess(packed) : packed, findings);
}

/** Names are compared in so many members. */
const NAMES_MAX = 1_000_000;

/**
 * Reads an archive member by member, archives inside it too, in the order in which they lie; the members of an archive
 * come before the archive. Nothing is written anywhere. Throws ArchiveLimitError, which ends the whole archive, and
 * UnreadableContainerError when this is none.
 */
export async function* walkArchive(
  archive: OpenArchive,
  options: WalkOptions,
): AsyncGenerator<WalkedMember, ArchiveSummary> {
  const findings: ArchiveFindings = { damage: new Findings(), notes: new Findings() };
  const names = new Set<string>();
  let members = 0;
  let repeated = 0;
  for await (const entry of archive.entries(findings)) {
    options.budget.countMember();
    members += 1;
    if (names.has(entry.name)) repeated += 1;
    else if (names.size < NAMES_MAX) names.add(entry.name);
    yield* walkEntry(entry, archive, options);
  }
  if (repeated > 0) findings.notes.add(`names that an earlier member has too: ${repeated}; all were read`);
  return { members, damage: findings.damage.joined(), note: findings.notes.joined() };
}

async function* walkEntry(
  entry: ArchiveEntry,
  { prefix, chain }: OpenArchive,
  options: WalkOptions,
): AsyncGenerator<WalkedMember, void> {
  const path = prefix + entry.name;
  const container = chain.join(">");
  const unread = {
    path,
    modified_at: entry.modified_at,
    size_bytes: null,
    sha256_stored: null,
    stored: null,
    damage: null,
    note: entry.note,
  };
  const leftOut = options.leaveOut(path);
  if (leftOut !== null) return yield { ...unread, content: { kind: "left out", container, ...leftOut } };
  if (entry.refusal !== null) {
    const { status, reason } = entry.refusal;
    const content =
      status === "not_events"
        ? ({ kind: "left out", container, status, reason } as const)
        : { kind: status, container, reason };
    return yield { ...unread, content };
  }
  try {
    yield* new MemberWalk({ path, chain, entry, options }).walk();
  } catch (error) {
    yield { ...unread, content: refusalOf(error as Error, container) };
  }
}

/** Content up to this size is taken whole at once; of larger one the beginning is looked at first. */
const WHOLE_BYTES = 8 * 1024 * 1024;

interface MemberPlace {
  readonly path: string;
  readonly chain: readonly string[];
  readonly entry: ArchiveEntry;
  readonly options: WalkOptions;
}

/** One member on its way through. */
class MemberWalk {
  private readonly place: MemberPlace;

  constructor(place: MemberPlace) {
    this.place = place;
  }

  async *walk(): AsyncGenerator<WalkedMember, void> {
    const body = await this.place.entry.open();
    const head = await body.peek(WHOLE_BYTES + 1);
    if (head.length <= WHOLE_BYTES) yield* this.walkWhole(body);
    else yield* this.walkStream(body, ByteStream.from(this.spending(body)));
  }

  /** Large content is never held whole. */
  private async *walkStream(body: ByteStream, stored: ByteStream): AsyncGenerator<WalkedMember, void> {
    const { path, chain, options } = this.place;
    const streamed = new StreamedContent(stored, options.budget);
    const content = await streamed.open(chain);
    const summary = content.kind === "archive" ? yield* this.walkLimited(streamed, content) : null;
    await streamed.finish();
    const about = { ...this.about(body, streamed), stored: null };
    if (summary !== null) {
      const damage = joined([streamed.damage, summary.damage]);
      const note = joined([...streamed.notes, summary.note]);
      const { container } = content;
      return yield { ...about, content: { kind: "archive", container, summary: { ...summary, damage, note } } };
    }
    if (options.isKnown(path, streamed.sha256_stored)) {
      return yield { ...about, content: { kind: "known", container: chain.join(">") } };
    }
    const damage = joined([about.damage, streamed.damage]);
    const note = joined([about.note, ...streamed.notes]);
    if (content.kind !== "archive") yield { ...about, damage, note, content };
  }

  private async *walkWhole(body: ByteStream): AsyncGenerator<WalkedMember, void> {
    const { path, chain, options } = this.place;
    const stored = (await body.collect(WHOLE_BYTES))!;
    options.budget.spend(stored.length);
    const sha256_stored = createHash("sha256").update(stored).digest("hex");
    const about = { ...this.about(body, { size_bytes: stored.length, sha256_stored }), stored };
    if (options.isKnown(path, sha256_stored)) {
      return yield { ...about, content: { kind: "known", container: chain.join(">") } };
    }
    const unpacked = await unpack(stored, chain);
    if ("isTooLarge" in unpacked) return yield* this.walkStream(body, ByteStream.of(stored));
    if ((unpacked.kind === "bytes" || unpacked.kind === "archive") && unpacked.bytes !== stored) {
      options.budget.spend(unpacked.bytes.length);
    }
    if (unpacked.kind !== "archive") return yield { ...about, content: unpacked };
    const packed = unpacked.name === "zip" ? unpacked.bytes : ByteStream.of(unpacked.bytes);
    const summary = yield* this.walkPacked(unpacked.container, packed);
    const damage = joined([unpacked.damage, summary.damage]);
    const note = joined([unpacked.note, summary.note]);
    yield {
      ...about,
      content: { kind: "archive", container: unpacked.container, summary: { ...summary, damage, note } },
    };
  }

  /** A limit that this archive reaches ends it, and not the one that it is in. */
  private async *walkLimited(
    streamed: StreamedContent,
    { container, packed }: StreamedArchive,
  ): AsyncGenerator<WalkedMember, ArchiveSummary> {
    const walk = this.walkPacked(container, packed);
    for (let members = 0; ; members += 1) {
      try {
        const step = await walk.next();
        if (step.done === true) return step.value;
        yield step.value;
      } catch (error) {
        if (!(error instanceof ArchiveLimitError && error.owner === streamed)) throw error;
        return { members, damage: `${error.message}; what comes behind it was not read`, note: null };
      }
    }
  }

  private walkPacked(container: string, packed: Buffer | ByteStream): AsyncGenerator<WalkedMember, ArchiveSummary> {
    const { path, options } = this.place;
    return walkArchive(
      { prefix: path + MEMBER_MARK, chain: container.split(">"), entries: entriesOf(packed) },
      options,
    );
  }

  private async *spending(body: ByteStream): AsyncGenerator<Buffer> {
    const { entry, options } = this.place;
    const limit = ratioLimit(entry.packed_bytes);
    for await (const chunk of body.chunks()) {
      options.budget.spend(chunk.length);
      if (body.position > limit) throw contentLimitError(limit);
      yield chunk;
    }
    if (body.damage !== null) throw new ContainerDamageError(body.damage);
  }

  private about(
    body: ByteStream,
    { size_bytes, sha256_stored }: { size_bytes: number; sha256_stored: string },
  ): Omit<WalkedMember, "content" | "stored"> {
    const { path, entry } = this.place;
    return { path, modified_at: entry.modified_at, size_bytes, sha256_stored, damage: body.damage, note: entry.note };
  }
}

/** Null when there is nothing to say. */
export function joined(texts: Iterable<string | null>): string | null {
  const said = [...texts].filter((text) => text !== null);
  return said.length > 0 ? said.join("; ") : null;
}
