import { randomBytes } from "node:crypto";
import type { Target } from "../../cloudtrail/target.ts";

/*
 * How the target of a record follows from its outline. Deriving a target looks at keys and at kinds of values; the
 * names themselves only pass through. So it is derived once more from a copy of the record in which every plain text is
 * a mark, and the marks in the result tell which texts name the target of all records with that outline.
 */

/** Places of texts in the outline; or none, when the target is the same for all. */
export interface TargetRecipe {
  /** -1 when there is none. */
  readonly leaf: number;
  /** What follows after a slash; -1 for none. */
  readonly tail: number;
  readonly target_source: string | null;
  /** The target when no leaf names it. */
  readonly target: string | null;
}

/** Nobody who writes a record can know it. */
const NONCE = randomBytes(12).toString("hex");
const MARK = new RegExp(`^\ue000${NONCE}-(\\d+)\ue001(?:/\ue000${NONCE}-(\\d+)\ue001)?$`);

/** The text that stands for a leaf. */
export function leafMark(leaf: number): string {
  return `\ue000${NONCE}-${leaf}\ue001`;
}

/** Reads the recipe out of what was derived from marks; null when there is none. */
export function recipeOf({ target, target_source }: Target): TargetRecipe | null {
  if (target === null || target_source === "errorMessage") return { leaf: -1, tail: -1, target_source, target };
  const [, leaf, tail] = MARK.exec(target) ?? [];
  if (leaf === undefined) return null;
  return { leaf: Number(leaf), tail: tail === undefined ? -1 : Number(tail), target_source, target: null };
}
