import { drawField, type TextField } from "../components/text-field.ts";
import type { Line } from "../state/types.ts";
import { fitValue, lineWidth, span } from "../text/fit.ts";

/** A search field: what is typed with its caret, else what is in force. Nothing is searched before Enter. */
export function searchSpans(typed: TextField | null, inForce: string, width: number): Line {
  if (typed !== null) return [span("/ ", "key"), ...drawField(typed, width, { focused: true })];
  return inForce === "" ? [] : [span("/ ", "key"), span(fitValue(inForce, Math.min(inForce.length, width)), "chip")];
}

/** Parts of a line with two spaces between them. */
export function spaced(parts: readonly Line[]): Line {
  return parts.filter((part) => lineWidth(part) > 0).flatMap((part, i) => (i === 0 ? part : [span("  "), ...part]));
}
