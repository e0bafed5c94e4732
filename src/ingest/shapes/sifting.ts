import type { JsonObject } from "../../cloudtrail/json-text.ts";
import type { Fidelity } from "../../cloudtrail/source-fidelity.ts";
import type { Found, Kind } from "./found.ts";

/** Where an event was, and how good a source that is. */
export interface Origin {
  readonly wrapping: string;
  readonly fidelity: Fidelity;
  /** The source has no place for errors: without one, nothing is known of the outcome. */
  readonly lacksErrors?: true;
}

export type ShapeItem =
  | {
      readonly kind: "record";
      readonly text: string;
      readonly node: JsonObject;
      readonly byteOffset: number;
      readonly origin: Origin;
    }
  | { readonly kind: "broken"; readonly text: string; readonly reason: string; readonly byteOffset: number };

/** What a file without events is, and why. `empty`: a list of events that holds none. */
export interface NoEvents {
  readonly as: Kind | "empty";
  readonly reason: string;
}

/** What is to be said of a file that was read to its end. */
export interface Sifted {
  readonly noEvents: NoEvents | null;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

export interface BrokenText {
  readonly text: string;
  readonly reason: string;
  readonly byteOffset: number;
  /** True when it was meant to hold events. */
  readonly wasMeant: boolean;
  /** What is said of a file that holds nothing else. */
  readonly says: string;
}

/** So many values without an event decide that there is none. */
const STRANGERS_MAX = 10_000;
/** So many values without an event are listed one by one; the rest is counted. */
const LISTED_MAX = 10_000;
const EXCERPT_CHARS = 400;
/** Which kind names a file that holds several kinds and no event. */
const NAMING: readonly Kind[] = ["malformed", "verification", "pointer", "unsupported", "other log", "unknown"];

/**
 * Keeps back what is no event until the first event shows that the file holds some; after that it is a rejected
 * record. Memory is bounded: beyond a number, what is no event is only counted.
 */
export class Sifting {
  private events = 0;
  private held: ShapeItem[] = [];
  private listed = 0;
  private unlisted = 0;
  private unlistedFrom = 0;
  private nothings = 0;
  private readonly reasons = new Map<Kind, string>();
  private readonly problems = new Set<string>();
  private readonly notes = new Set<string>();
  private readonly pages = new Map<string, string | null>();

  /** True when so much was no event that the rest need not be read. */
  get isHopeless(): boolean {
    return this.events === 0 && this.listed >= STRANGERS_MAX;
  }

  *take(found: Found, byteOffset: number): Generator<ShapeItem> {
    switch (found.kind) {
      case "event":
        this.events += 1;
        yield* this.release();
        yield {
          kind: "record",
          text: found.view.text,
          node: found.view.node,
          byteOffset,
          origin: {
            wrapping: found.wrapping,
            fidelity: found.fidelity,
            ...(found.lacksErrors === true ? { lacksErrors: true } : {}),
          },
        };
        return;
      case "no event":
        if (!this.reasons.has(found.as)) this.reasons.set(found.as, found.reason);
        yield* this.reject({ text: found.text, reason: found.reason, byteOffset });
        return;
      case "nothing":
        this.nothings += 1;
        return;
      case "page":
        this.pages.set(found.of, found.text);
        return;
      case "problem":
        this.problems.add(found.text);
        return;
      default:
        this.notes.add(found.text);
    }
  }

  /** Text that is no JSON, or no row. */
  *takeBroken(item: BrokenText): Generator<ShapeItem> {
    const kind: Kind = item.wasMeant ? "malformed" : "unknown";
    if (!this.reasons.has(kind)) this.reasons.set(kind, item.says);
    yield* this.reject(item);
  }

  note(text: string): void {
    this.notes.add(text);
  }

  problem(text: string): void {
    this.problems.add(text);
  }

  /** A list of events begins: its document may be the last page. */
  beginPage(of: string): void {
    this.nothings += 1;
    this.pages.set(of, null);
  }

  *finish(): Generator<ShapeItem> {
    if (this.events === 0 || this.unlisted === 0) return;
    const reason = `${this.unlisted} more values without an event, from here on`;
    yield { kind: "broken", text: "", reason, byteOffset: this.unlistedFrom };
  }

  /** To be asked when everything was read. */
  result(): Sifted {
    const pages = [...this.pages.values()].filter((text) => text !== null);
    return { noEvents: this.noEvents(), problems: [...this.problems], notes: [...this.notes, ...pages] };
  }

  private noEvents(): NoEvents | null {
    if (this.events > 0) return null;
    const kind = NAMING.find((name) => this.reasons.has(name));
    if (kind === undefined || (kind === "unknown" && this.nothings > 0 && this.listed === 0)) {
      if (this.nothings > 0) return { as: "empty", reason: "a list of events that holds none" };
      return { as: "unknown", reason: "JSON, not CloudTrail" };
    }
    const among = this.isHopeless ? `; no event among the first ${this.listed} values, and the rest was not read` : "";
    return { as: kind, reason: `${this.reasons.get(kind)!}${among}` };
  }

  private *release(): Generator<ShapeItem> {
    if (this.held.length === 0) return;
    const { held } = this;
    this.held = [];
    yield* held;
  }

  private *reject({
    text,
    reason,
    byteOffset,
  }: {
    text: string;
    reason: string;
    byteOffset: number;
  }): Generator<ShapeItem> {
    if (this.listed >= LISTED_MAX) {
      if (this.unlisted === 0) this.unlistedFrom = byteOffset;
      this.unlisted += 1;
      return;
    }
    this.listed += 1;
    // A part of a text keeps the whole of it in memory: what is held back is copied.
    const item: ShapeItem = {
      kind: "broken",
      text: Buffer.from(text.slice(0, EXCERPT_CHARS)).toString(),
      reason,
      byteOffset,
    };
    if (this.events === 0) this.held.push(item);
    else yield item;
  }
}
