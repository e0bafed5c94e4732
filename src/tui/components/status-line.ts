import type { DrawContext } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { span } from "../text/fit.ts";
import { formatElapsed } from "../text/format.ts";
import { safeText } from "../text/safe-text.ts";

/** Work is named when it has taken so long, and how to end it when it has taken longer. */
const NAMED_AFTER_MS = 150;
const CANCEL_AFTER_MS = 1000;

/** Work that takes a while. */
export interface RunningWork {
  readonly lane: string;
  readonly since_ms: number;
  readonly percent?: number;
}

/** Left: what runs, else what the screen says. Right: the toast, else that there is a newer case. */
export function statusLine(
  ofScreen: Line,
  running: readonly RunningWork[],
  { state, theme, now_ms }: DrawContext,
): readonly [left: Line, right: Line] {
  const waits = running
    .map(({ lane, since_ms, percent }) => ({
      lane: percent === undefined ? lane : `${lane} ${percent} %`,
      elapsed_ms: now_ms - since_ms,
    }))
    .filter(({ elapsed_ms }) => elapsed_ms >= NAMED_AFTER_MS);
  const left: Line = [span(" "), ...(waits.length === 0 ? ofScreen : waitingLine(waits, theme.glyphs.dot))];
  if (state.toast !== null) {
    const { text, style } = state.toast;
    return [left, [span(`  ${safeText(text, state.columns)} `, style === "plain" ? "bold" : style)]];
  }
  if (state.newer_case) return [left, [span("  a newer case was published: R opens it ", "warning")]];
  return [left, []];
}

function waitingLine(waits: readonly { readonly lane: string; readonly elapsed_ms: number }[], dot: string): Line {
  const longest = Math.max(...waits.map(({ elapsed_ms }) => elapsed_ms));
  const words = waits.map(({ lane, elapsed_ms }) => `${lane} ... ${roundedElapsed(elapsed_ms)}`).join(dot);
  return [span(words, "warning"), span(longest >= CANCEL_AFTER_MS ? `${dot}Ctrl-c cancels` : "", "dim")];
}

/** Tenths of a second: what a frame every quarter of a second can tell. */
function roundedElapsed(elapsed_ms: number): string {
  return elapsed_ms < 60_000 ? `${(elapsed_ms / 1000).toFixed(1)} s` : formatElapsed(elapsed_ms);
}
