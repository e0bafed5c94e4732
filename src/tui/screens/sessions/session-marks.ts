import { targetId, valueTarget, type MarkTarget, type ValueKind } from "../../../journal/mark-target.ts";
import type { SessionKind } from "../../../queries/views/session-selection.ts";
import type { App } from "../../state/contract.ts";

/** What a mark on this value is about; nothing for a value that cannot be marked, such as a made-up key. */
export function markable(kind: ValueKind, value: string): MarkTarget[] {
  try {
    return [valueTarget(kind, value)];
  } catch {
    return [];
  }
}

export function sessionTargets(by: SessionKind, session: string): MarkTarget[] {
  return markable(by === "key" ? "key" : "session", session);
}

/** Whether something stands about a session, for the gutter. */
export function isMarked(app: App, by: SessionKind, session: string): boolean {
  const kind = by === "key" ? "key" : "session";
  return app.services.marks
    .book()
    .targets()
    .has(targetId({ kind, value: session }));
}
