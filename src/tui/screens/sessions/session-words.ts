import type { SessionFacts } from "../../../queries/views/session-facts.ts";
import { originState, type AccountSpans, type OriginState } from "../../../queries/views/session-origin.ts";
import type { SessionKind } from "../../../queries/views/session-selection.ts";

/** One character for a list, and the words for where there is room. */
export interface OriginFlag {
  readonly flag: string;
  readonly words: string;
}

const FLAGS: Record<OriginState, OriginFlag> = {
  recorded: { flag: "+", words: "recorded" },
  "before archive": { flag: "<", words: "before archive" },
  "not in this archive": { flag: "-", words: "not in archive" },
};

export function originFlag(facts: SessionFacts | null | undefined, spans: AccountSpans | null): OriginFlag {
  if (facts === null) return { flag: "?", words: "not known" };
  if (facts === undefined || spans === null) return { flag: " ", words: "" };
  const flag = FLAGS[originState(facts, spans)];
  return facts.origin === null ? flag : { ...flag, words: facts.origin.event_name };
}

/** A session group without its grade is never shown as one session. */
export const GROUP_GRADE =
  "A session group is all records with one principal id and one creation time (grade session): two sessions that were issued in the same second are one group.";

/** What a list has room for: the time of a group's creation before the name that its maker chose. */
export function shortSession(by: SessionKind, session: string): string {
  const parts = by === "group" ? /^(?:[^:]*:)?(.*)@(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})Z$/s.exec(session) : null;
  return parts === null ? session : `${parts[2]!} ${parts[3]!} ${parts[1]!}`;
}

/** `user/alice` of an ARN; any other actor as it is. */
export function shortActor(actor: string): string {
  return /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/s.exec(actor)?.[1] ?? actor;
}

/** How many of what a list holds: `12 keys`. */
export function sessionNoun(by: SessionKind): string {
  return by === "key" ? "key" : "session group";
}
