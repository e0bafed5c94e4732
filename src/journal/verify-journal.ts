import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { type ChainLink, expectedHash, GENESIS_HASH, parseLine } from "./journal-entry.ts";
import { type RawLine, readLines } from "./journal-lines.ts";
import { listJournals } from "./journal-name.ts";

export type BreakReason =
  | "hash-mismatch"
  | "chain-break"
  | "seq-gap"
  | "unparseable"
  | "torn-line-changed"
  /** The last line is incomplete: what a killed writer leaves, and what a careless cut leaves. */
  | "torn-tail";

export interface ChainBreak {
  readonly line: number;
  readonly reason: BreakReason;
  /** One sentence, for a report. */
  readonly detail: string;
}

export interface JournalVerdict {
  readonly file: string;
  readonly ok: boolean;
  /** Whole lines, those after the first break included. */
  readonly entries: number;
  /** Torn lines that a later entry accounts for. */
  readonly tornLines: number;
  /** The last whole line; null in an empty file. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  readonly broken: ChainBreak | null;
}

export interface HeadVerdict {
  readonly hash: string;
  /** The head was found and nothing before it was changed. */
  readonly ok: boolean;
  readonly found: { readonly file: string; readonly line: number; readonly seq: number } | null;
}

export interface JournalVerification {
  /** Every chain is whole, and every given head is in one. */
  readonly ok: boolean;
  readonly files: readonly JournalVerdict[];
  readonly heads: readonly HeadVerdict[];
  /** Files beside the journals that look like one and were not read. */
  readonly ignored: readonly string[];
  /** What this verification cannot exclude, one sentence each; to be printed with every verdict. */
  readonly limits: readonly string[];
}

/**
 * Checks the chain of every journal in `folder`, and that each of `heads` (hashes noted down earlier) is in one of them
 * with everything before it unchanged.
 * @throws UsageError when a head is not 64 hexadecimal digits.
 */
export async function verifyJournals(
  folder: string,
  options: { heads?: readonly string[] } = {},
): Promise<JournalVerification> {
  const heads = (options.heads ?? []).map(normaliseHead);
  const sought = new Map<string, HeadVerdict>(heads.map((hash) => [hash, { hash, ok: false, found: null }]));
  const { journals, ignored } = await listJournals(folder);

  const files: JournalVerdict[] = [];
  for (const file of journals) files.push(await verifyFile(folder, file, sought));

  const found = [...sought.values()];
  return {
    ok: files.every((verdict) => verdict.ok) && found.every((head) => head.ok),
    files,
    heads: found,
    ignored,
    limits: describeLimits(files, found),
  };
}

/** Checks the chain of one file, and notes in `sought` where its heads are. */
export async function verifyFile(
  folder: string,
  file: string,
  sought: Map<string, HeadVerdict> = new Map(),
): Promise<JournalVerdict> {
  const chain = new ChainCheck();
  for await (const raw of readLines(join(folder, file))) {
    const link = chain.check(raw);
    const head = link === null ? undefined : sought.get(link.hash);
    if (link === null || head === undefined || head.ok) continue;
    sought.set(head.hash, {
      hash: head.hash,
      ok: chain.broken === null,
      found: { file, line: raw.line, seq: link.seq },
    });
  }
  chain.end();
  return { file, ok: chain.broken === null, ...chain.result() };
}

/** Follows one chain line by line and keeps the first place where it breaks. */
class ChainCheck {
  broken: ChainBreak | null = null;
  #entries = 0;
  #tornLines = 0;
  #last: { seq: number; hash: string } | null = null;
  /** The unparseable lines since the last whole one. */
  #torn: { firstLine: number; count: number; sha256: Hash } | null = null;

  /** The line's link, or null when it is no whole line. */
  check(raw: RawLine): ChainLink | null {
    const link = raw.cut ? null : (parseLine(raw.bytes)?.link ?? null);
    if (link === null) {
      this.#addTorn(raw);
      return null;
    }
    this.#checkTorn(raw, link);
    this.#checkLink(raw, link);
    this.#entries += 1;
    this.#last = { seq: link.seq, hash: link.hash };
    return link;
  }

  end(): void {
    if (this.#torn === null) return;
    this.#break(
      this.#torn.firstLine,
      "torn-tail",
      "the file ends in an incomplete line: a killed writer leaves that, and so does a cut",
    );
  }

  result(): Pick<JournalVerdict, "entries" | "tornLines" | "head" | "broken"> {
    return { entries: this.#entries, tornLines: this.#tornLines, head: this.#last, broken: this.broken };
  }

  #addTorn(raw: RawLine): void {
    this.#torn ??= { firstLine: raw.line, count: 0, sha256: createHash("sha256") };
    if (this.#torn.count > 0) this.#torn.sha256.update("\n");
    this.#torn.sha256.update(raw.bytes);
    this.#torn.count += 1;
  }

  #checkTorn(raw: RawLine, link: ChainLink): void {
    const torn = this.#torn;
    this.#torn = null;
    if (torn === null) {
      if (link.tornSha256 !== null) {
        this.#break(raw.line, "torn-line-changed", "the torn line that this entry followed is gone");
      }
      return;
    }
    if (link.tornSha256 === null) {
      this.#break(
        torn.firstLine,
        "unparseable",
        "this is no journal line, and the entry after it knows of no torn one",
      );
      return;
    }
    this.#tornLines += torn.count;
    if (torn.sha256.digest("hex") !== link.tornSha256) {
      this.#break(torn.firstLine, "torn-line-changed", "this torn line is not the one that was here");
    }
  }

  #checkLink(raw: RawLine, link: ChainLink): void {
    const seq = (this.#last?.seq ?? 0) + 1;
    if (expectedHash(raw.bytes) !== link.hash) {
      this.#break(raw.line, "hash-mismatch", "the line is not what its hash was taken over");
    } else if (link.seq !== seq) {
      this.#break(raw.line, "seq-gap", `entry ${seq} was expected here and this is entry ${link.seq}`);
    } else if (link.prev !== (this.#last?.hash ?? GENESIS_HASH)) {
      this.#break(raw.line, "chain-break", "the line before it is not the one this entry was chained to");
    }
  }

  #break(line: number, reason: BreakReason, detail: string): void {
    this.broken ??= { line, reason, detail };
  }
}

function normaliseHead(head: string): string {
  const hash = head.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new UsageError({
    what: "This is no chain head",
    where: head,
    fix: "Give all 64 hexadecimal digits of the hash, as `coldtrail custody` printed it.",
  });
}

function describeLimits(files: readonly JournalVerdict[], heads: readonly HeadVerdict[]): string[] {
  const seqOf = (file: string): number =>
    Math.max(0, ...heads.filter((head) => head.ok && head.found?.file === file).map((head) => head.found?.seq ?? 0));

  const unproven = files.map((verdict) => {
    const seq = seqOf(verdict.file);
    return seq === 0
      ? `${verdict.file}: no noted head is in this journal, so a cut tail or a rewrite of the whole file cannot be excluded.`
      : `${verdict.file}: nothing before entry ${seq} was changed; after it, a cut tail or a rewrite cannot be excluded.`;
  });
  if (heads.length > 0) return unproven;
  return [...unproven, "No head was given, so a journal that was removed as a whole cannot be excluded."];
}
