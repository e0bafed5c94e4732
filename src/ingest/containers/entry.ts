import type { ByteStream } from "./byte-stream.ts";

/** A member of an archive, before anything of it is read. */
export interface ArchiveEntry {
  /** As written, whatever is in it: a name is data, and nothing is ever unpacked to it. */
  readonly name: string;
  readonly modified_at: bigint | null;
  /** Why its content is not read, or null. */
  readonly refusal: EntryRefusal | null;
  /** What is odd about it, but no damage. */
  readonly note: string | null;
  /** Bytes of the archive that it takes. */
  readonly packed_bytes: number;
  /** Its content; to be read, if at all, before the next entry is asked for. Throws the errors of containers. */
  open(): Promise<ByteStream>;
}

export interface EntryRefusal {
  readonly status: "unsupported" | "unreadable" | "not_events";
  readonly reason: string;
}

/** What is known of a whole archive when all its entries have been passed. */
export interface ArchiveFindings {
  readonly damage: Findings;
  readonly notes: Findings;
}

/** Enough to see what kind of damage it is. */
const FINDINGS_MAX = 5;

/** Different things to say, the first few of them. */
export class Findings {
  private readonly texts = new Set<string>();

  add(text: string): void {
    if (this.texts.size < FINDINGS_MAX) this.texts.add(text);
    else this.texts.add("and more of that kind");
  }

  /** Null when there is nothing to say. */
  joined(): string | null {
    return this.texts.size > 0 ? [...this.texts].join("; ") : null;
  }
}
