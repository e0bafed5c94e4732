import { targetInWords, type MarkTarget } from "../../../journal/mark-target.ts";
import { openMarkEditor } from "../../overlays/mark-editor.ts";
import type { App, Command } from "../../state/contract.ts";
import { safeText } from "../../text/safe-text.ts";

/** What the screen on top says can be marked where its cursor stands. */
function targetsHere(app: App): readonly MarkTarget[] {
  const level = app.top();
  return app.screen(level.screen)?.markTargets?.(level, app) ?? [];
}

const isMarkable = (app: App): boolean | string => {
  if (app.screen(app.top().screen)?.markTargets === undefined) return false;
  return targetsHere(app).length > 0 || "there is nothing here that can be marked";
};

/** Marks the thing under the cursor, or takes the mark away; tags and notes are never taken away by one key. */
async function toggleMark(app: App, targets: readonly MarkTarget[]): Promise<void> {
  const [target] = targets;
  if (target === undefined) return;
  const toggled = await app.services.marks.toggle(target);
  if (toggled === "has-words") openMarkEditor(app, targets);
  else app.toast(`${toggled === "marked" ? "Marked" : "No longer marked"}: ${safeText(targetInWords(target), 80)}`);
}

/** Live on every screen that has something to mark. */
export const MARK_COMMANDS: readonly Command[] = [
  {
    id: "global.mark",
    title: "mark this, or take the mark away",
    hint: "mark",
    scope: "global",
    keys: ["m"],
    available: isMarkable,
    run: (app) => toggleMark(app, targetsHere(app)),
  },
  {
    id: "global.mark-with-words",
    title: "mark with tags and a note",
    hint: "tag, note",
    scope: "global",
    keys: ["M"],
    available: isMarkable,
    run: (app) => openMarkEditor(app, targetsHere(app)),
  },
];
