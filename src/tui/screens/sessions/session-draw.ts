import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fitLine, fitLines, span } from "../../text/fit.ts";
import { formatElapsed } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { partLines, partsLine } from "./session-parts-draw.ts";
import { sessionWords } from "./session-words-draw.ts";
import type { SessionState } from "./sessions-state.ts";

/** Below so many lines the words above the list are the most important ones. */
const ROOMY = 20;

export function drawSession(level: Level<SessionState>, rect: Rect, context: DrawContext): Line[] {
  const { by, session } = level.state;
  const { view, asked } = context.app.services.sessions.views.viewOf(by, session);
  const { width, height } = rect;
  if (asked.status === "failed") {
    const why: Line = [span(` ! ${safeText(asked.error?.message ?? "", width)}`, "error")];
    return fitLines([[], why, [], [span("  r asks again", "dim")]], rect);
  }
  if (asked.status === "cancelled") return fitLines([[], [span("  Cancelled: r asks again.", "dim")]], rect);
  if (view.facts === null) return fitLines([[], [span("  No record of it is in this case.")]], rect);
  const { horizontal } = context.theme.glyphs;
  const isRoomy = height >= ROOMY;
  const words = sessionWords(level.state, view, { width, isRoomy, glyphs: context.theme.glyphs });
  const room = Math.min(words.length, Math.max(2, height - 6));
  const drawn = { level, view, width, context };
  return [
    ...fitLines(words, { width, height: room }),
    fitLine([span(horizontal.repeat(width), "border")], width),
    partsLine(drawn),
    ...partLines(drawn, Math.max(1, height - room - 2)),
  ];
}

/** How long the parts took, or that they are still coming. */
export function sessionStatus({ state }: Level<SessionState>, { app, now_ms }: DrawContext): Line {
  const { status, since_ms, elapsed_ms } = app.services.sessions.views.viewOf(state.by, state.session).asked;
  if (status === "loading") return [span(`counting ${formatElapsed(Math.max(0, now_ms - since_ms))}`)];
  return status === "complete" ? [span(`counted in ${formatElapsed(elapsed_ms)}`)] : [];
}
