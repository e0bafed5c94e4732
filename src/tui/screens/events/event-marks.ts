import { valueTarget, type MarkTarget, type ValueKind } from "../../../journal/mark-target.ts";
import { ExpectedError } from "../../../errors.ts";
import type { EventDetail } from "../../../queries/views/event-detail.ts";
import type { EventPlace } from "../../../queries/views/event-order.ts";

/** What a mark on an event can be about: the event, then its key, session, address, principal and target. */
export function markTargetsOf(place: EventPlace, detail: EventDetail | null): MarkTarget[] {
  const text = (column: string): string => String(detail?.cells[column] ?? "");
  const named: readonly (readonly [ValueKind, string])[] = [
    ["event", place.event_id ?? ""],
    ["key", text("user_identity_access_key_id")],
    ["key", text("issued_access_key_id")],
    ["session", text("session_group")],
    ["ip", text("source_ip")],
    ["principal", text("principal_arn") || text("actor")],
    ["resource", text("target")],
  ];
  return named.flatMap(([kind, value]) => {
    const target = targetOf(kind, value);
    return target === null ? [] : [target];
  });
}

/** A target; null for a value that cannot be one, such as an address that is a service's name. */
function targetOf(kind: ValueKind, value: string): MarkTarget | null {
  if (value === "") return null;
  try {
    return valueTarget(kind, value);
  } catch (error) {
    if (error instanceof ExpectedError) return null;
    throw error;
  }
}
