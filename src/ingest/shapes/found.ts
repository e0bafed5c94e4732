import type { Fidelity } from "../../cloudtrail/source-fidelity.ts";
import type { JsonView, ObjectView } from "./json-view.ts";

/** How a value was reached: the wrappers around it, outermost first, and the poorest of them. */
export interface Wrapped {
  /** e.g. `Events[]`, `CloudTrailEvent`. */
  readonly hops: readonly string[];
  /** Null while nothing tells where the value is from. */
  readonly fidelity: Fidelity | null;
}

export const UNWRAPPED: Wrapped = { hops: [], fidelity: null };

/** What a value is when it is no event, and what a file of nothing else becomes. */
export type Kind =
  /** CloudTrail's own, without events: digests, keys, signatures. */
  | "verification"
  /** Says where logs are. */
  | "pointer"
  /** Another log, known by name. */
  | "other log"
  /** Has to do with events, but they cannot be had from it. */
  | "unsupported"
  /** Was meant to hold events, and is broken. */
  | "malformed"
  /** Nothing that is known. */
  | "unknown";

/** What was found in a value. */
export type Found =
  | {
      readonly kind: "event";
      readonly view: ObjectView;
      readonly wrapping: string;
      readonly fidelity: Fidelity;
      readonly lacksErrors?: true;
    }
  /** A list of events that is empty, or a message that only says that the source works. */
  | { readonly kind: "nothing" }
  | { readonly kind: "no event"; readonly as: Kind; readonly text: string; readonly reason: string }
  /** Said of the whole file. A problem makes it partial. */
  | { readonly kind: "note" | "problem"; readonly text: string }
  /** A list ended: `text` is what there is to say if no other list of its kind follows, or null. */
  | { readonly kind: "page"; readonly of: string; readonly text: string | null };

/** What a shape finds when it is opened: something to be looked into further, or the end of the search. */
export type Step =
  | { readonly kind: "inside"; readonly view: JsonView; readonly hop: string | null; readonly fidelity?: Fidelity }
  | {
      readonly kind: "event";
      readonly view: ObjectView;
      readonly hop: string | null;
      readonly fidelity?: Fidelity;
      /** The source has no place for errors: without one, nothing is known of the outcome. */
      readonly lacksErrors?: true;
    }
  | Exclude<Found, { kind: "event" }>;

/** One row of the decision list. */
export interface Shape {
  /** Row of the decision list in docs/formats.md. */
  readonly row: number;
  readonly name: string;
  /** The test in words. */
  readonly says: string;
  /** Whether a value has this shape; `list` is the name of the list that the value is an item of, or null. */
  readonly matches: (view: JsonView, list: string | null) => boolean;
  /** What is in it; events are in nothing else. */
  readonly open: (view: JsonView) => Iterable<Step>;
}

/** The hops as they are stored. */
export function wrappingOf(hops: readonly string[]): string {
  return hops.join(" > ");
}
