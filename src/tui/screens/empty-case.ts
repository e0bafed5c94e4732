import type { ScreenDefinition } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { fitLines, span, wrapWords } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";

export const EMPTY_CASE = "empty-case";

/** What is seen of a case without events: how to fill it. */
export const emptyCaseScreen: ScreenDefinition = {
  id: EMPTY_CASE,
  name: "Empty case",
  commands: [],
  hints: () => ["global.reload", "global.quit"],
  draw(_, rect, { app, state }) {
    const { folder, unfinished_ingest } = app.caseFacts();
    const words = (text: string): Line[] => wrapWords(text, rect.width - 4).map((line): Line => [span(`  ${line}`)]);
    const lines: Line[] = [
      [],
      [span("  No events in this case yet", "title")],
      [],
      ...words(
        unfinished_ingest
          ? "An ingest is running, or one was stopped. Wait for it, or run the same command again: it goes on where it stopped."
          : "Load an archive: log files, folders, zip or tar archives, as they were handed to you. In another terminal:",
      ),
      [],
      [span(`    coldtrail ingest PATH --case ${safeText(folder, rect.width)}`, "bold")],
      [],
      ...words(
        state.newer_case
          ? "A newer case was published: press R to open it."
          : "When it has ended, R opens what was loaded. Coverage (5) tells which files were rejected, and why.",
      ),
    ];
    return fitLines(lines, rect);
  },
};
