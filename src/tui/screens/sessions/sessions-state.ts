import type { Scope } from "../../../queries/scope.ts";
import type { SessionPart } from "../../../queries/views/session-detail.ts";
import type { SessionOrder } from "../../../queries/views/session-list.ts";
import { ALL_KEYS, type SessionKind, type SessionSelection } from "../../../queries/views/session-selection.ts";
import type { TextField } from "../../components/text-field.ts";

/** What the list of sessions keeps. */
export interface SessionsState {
  readonly selection: SessionSelection;
  readonly order: SessionOrder;
  readonly cursor: number;
  /** What is being typed into the search field; null while none is. */
  readonly typed: TextField | null;
}

export function initialSessions(selection: SessionSelection = ALL_KEYS): SessionsState {
  return { selection, order: { sort: "records", isDescending: true }, cursor: 0, typed: null };
}

/** What the command line narrowed, as far as a list of sessions can be narrowed by it. */
export function selectionOfScope({ account, principal }: Scope): SessionSelection {
  const only = (values: readonly string[]): string | null => (values.length === 1 ? values[0]! : null);
  return { ...ALL_KEYS, account: only(account), principal: only(principal) };
}

/** What a session is looked at by: the parts that it is counted by, and what it issued. */
export const SESSION_TABS = ["addresses", "agents", "counterparts", "events", "regions", "issued"] as const;

export type SessionTab = (typeof SESSION_TABS)[number];

/** What the view of one session keeps. */
export interface SessionState {
  readonly by: SessionKind;
  readonly session: string;
  readonly tab: SessionTab;
  /** Place 0 is the session as a whole. */
  readonly cursors: Readonly<Record<SessionTab, number>>;
}

export function initialSession(by: SessionKind, session: string): SessionState {
  const cursors = { addresses: 0, agents: 0, counterparts: 0, events: 0, regions: 0, issued: 0 };
  return { by, session, tab: "addresses", cursors };
}

export function isPart(tab: SessionTab): tab is SessionPart {
  return tab !== "issued";
}
