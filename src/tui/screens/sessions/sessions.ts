import { sessionListSql } from "../../../queries/views/session-list.ts";
import { sqlCommand } from "../../../queries/views/view-command.ts";
import type { App, Command, ScreenDefinition } from "../../state/contract.ts";
import { sqlExport } from "../events/export-view.ts";
import { moveCommands, searchCommands, searchInput } from "../list-commands.ts";
import { drawSessions, sessionsHeader, sessionsStatus } from "./sessions-draw.ts";
import {
  isTyping,
  listOf,
  openActor,
  openEventsOf,
  openSession,
  patch,
  reverseSort,
  rowOf,
  SEARCHED,
  SESSIONS,
  state,
  turnKind,
  turnSort,
  withRow,
} from "./sessions-actions.ts";
import { sessionTargets } from "./session-marks.ts";
import { initialSessions, selectionOfScope, type SessionsState } from "./sessions-state.ts";

const command = (id: string, keys: readonly string[], parts: Omit<Command, "id" | "scope" | "keys">): Command => ({
  id: `${SESSIONS}.${id}`,
  scope: SESSIONS,
  keys,
  available: (app: App) => !isTyping(app),
  ...parts,
});

const COMMANDS: readonly Command[] = [
  ...searchCommands(SEARCHED, "part of an id or actor, principal:GLOB, address:IP, account:ID"),
  ...moveCommands(SESSIONS, listOf, (app, cursor) => patch(app, { cursor })),
  command("open", ["enter"], {
    title: "the session from all sides",
    hint: "open",
    run: (app) => withRow(app, ({ session }, by) => openSession(app, by, session)),
  }),
  command("events", ["e"], {
    title: "events of the session",
    hint: "events",
    run: (app) => withRow(app, ({ session }, by) => openEventsOf(app, by, session)),
  }),
  command("actor", ["p"], { title: "events of who acted, in every session", hint: "pivot to actor", run: openActor }),
  command("kind", ["tab", "shift-tab"], { title: "access keys or session groups", hint: "keys/groups", run: turnKind }),
  command("sort", ["s"], { title: "sort by the next column", hint: "sort", run: turnSort }),
  command("reverse", ["S"], { title: "turn the order round", run: reverseSort }),
  command("copy", ["y"], {
    title: "copy the key or session group",
    hint: "copy",
    run: (app) => withRow(app, ({ session }, by) => app.copy(session, by === "key" ? "key" : "session group")),
  }),
  command("retry", ["r"], {
    title: "ask again what failed or was cancelled",
    run: (app) => {
      app.services.sessions.retry();
      app.dataArrived();
    },
  }),
];

/** The access keys and session groups of the case, of a principal, an address or an account. */
export const SESSIONS_SCREEN: ScreenDefinition<SessionsState> = {
  id: SESSIONS,
  digit: 2,
  name: "sessions",
  commands: COMMANDS,
  initial: (app) => initialSessions(selectionOfScope(app.caseFacts().scope)),
  header: sessionsHeader,
  draw: drawSessions,
  status: sessionsStatus,
  markTargets: (_, app) => {
    const row = rowOf(app);
    return row === null ? [] : sessionTargets(state(app).selection.by, row.session);
  },
  hints: ({ state: { typed } }) =>
    typed === null
      ? [...["open", "events", "search", "kind", "sort", "actor"].map((id) => `${SESSIONS}.${id}`), "global.mark"]
      : [`${SESSIONS}.search-run`, `${SESSIONS}.search-leave`],
  capturesText: ({ state: { typed } }) => typed !== null,
  ...searchInput(SEARCHED),
  describe: async ({ state: { selection, order } }, app) => {
    const sql = sessionListSql(selection, order);
    return { sql, command: sqlCommand(sql, app.caseFacts().folder) };
  },
  exportable: ({ state: { selection, order } }, app) =>
    sqlExport(app, {
      title: selection.by === "key" ? "access keys" : "session groups",
      file_stem: "sessions",
      sql: sessionListSql(selection, order),
    }),
};
