/** Thrown where a container asks for more than it may have. The message is for the user. */
export class ContainerLimitError extends Error {}

/** Thrown where a whole archive asks for more than it may have: reading it ends there. The message is for the user. */
export class ArchiveLimitError extends Error {
  /** What the limit is for: the whole file when null. */
  readonly owner: object | null;

  constructor(message: string, owner: object | null = null) {
    super(message);
    this.owner = owner;
  }
}

/** Containers inside each other, of whatever kinds: a fifth one is not opened. */
export const NESTING_MAX = 4;
/** What is unpacked at once, in memory; what is larger comes as a stream. */
const WHOLE_BYTES_MAX = 256 * 1024 * 1024;
/** An archive inside another container that has to be in memory whole: a zip. */
export const CONTENT_BYTES_MAX = 1024 * 1024 * 1024;
/** Above this size the ratio is limited too: real trail files reach 20:1, bombs 1000:1. */
export const RATIO_FREE_BYTES = 64 * 1024 * 1024;
const RATIO_MAX = 250;
/** A small archive may hold so much whatever its ratio: some members that are bombs, and the others all the same. */
const ARCHIVE_FREE_BYTES = 4 * RATIO_FREE_BYTES;
/** Members of one archive, those of archives inside it included. */
const MEMBERS_MAX = 10_000_000;
/** A member's name, in bytes; zip cannot have longer ones. */
export const NAME_BYTES_MAX = 65_535;

/**
 * What all members of one archive may come to when they are unpacked, on every level: a bomb inside a bomb counts
 * for both. Throws ArchiveLimitError when it is used up.
 */
export class UnpackBudget {
  private readonly limit: number;
  private spent = 0;
  private members = 0;

  constructor(storedBytes: number) {
    this.limit = Math.max(ARCHIVE_FREE_BYTES, storedBytes * RATIO_MAX);
  }

  spend(bytes: number): void {
    this.spent += bytes;
    if (this.spent > this.limit) {
      throw new ArchiveLimitError(
        this.limit === ARCHIVE_FREE_BYTES
          ? `holds more than ${mebibytes(this.limit)} MiB when unpacked, the limit for an archive of its size`
          : `holds more than ${RATIO_MAX} times its size when unpacked, the limit for an archive`,
      );
    }
  }

  countMember(): void {
    this.members += 1;
    if (this.members > MEMBERS_MAX) {
      throw new ArchiveLimitError(`more than ${MEMBERS_MAX.toLocaleString("en-US")} members, the limit for an archive`);
    }
  }
}

/** How far so many stored bytes may inflate. */
export function ratioLimit(storedBytes: number): number {
  return Math.max(RATIO_FREE_BYTES, storedBytes * RATIO_MAX);
}

/** The limit for one piece of content that is unpacked at once. */
export function contentLimit(storedBytes: number): number {
  return Math.min(WHOLE_BYTES_MAX, ratioLimit(storedBytes));
}

/** The error for content that goes beyond `limit`. */
export function contentLimitError(limit: number): ContainerLimitError {
  return new ContainerLimitError(`inflates to more than ${mebibytes(limit)} MiB, the limit for one file`);
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
