/** The screens of the query library over a real case and a small library, without a terminal. */
import { openTuiCase } from "../../src/cli/tui-case.ts";
import { displayWidth } from "../../src/export/display-width.ts";
import { parseQueryFile } from "../../src/queries/query-file.ts";
import type { Library } from "../../src/queries/library.ts";
import { WHOLE_CASE, type Scope } from "../../src/queries/scope.ts";
import { TuiApp } from "../../src/tui/app.ts";
import { frameLines } from "../../src/tui/components/frame-lines.ts";
import { dispatchKey, dispatchPaste } from "../../src/tui/input/dispatch.ts";
import { createLanes, type Lanes } from "../../src/tui/services/lanes.ts";
import { LibraryService } from "../../src/tui/services/library.ts";
import type { CaseFacts } from "../../src/tui/state/case-facts.ts";
import type { Line } from "../../src/tui/state/types.ts";
import { makeTheme } from "../../src/tui/terminal/theme.ts";

export interface LibraryApp {
  readonly app: TuiApp;
  readonly lanes: Lanes;
  /** What was copied, the last one last. */
  readonly copied: readonly string[];
  /** Presses keys by name, one after the other; a word in quotes is typed: `"text"`. */
  press(...keys: readonly string[]): void;
  paste(text: string): void;
  /** Waits until no question is open. */
  settle(): Promise<void>;
  /** The frame as text; fails when it does not have exactly the terminal's size, or holds a control character. */
  frame(): string;
  lines(): readonly Line[];
  resize(columns: number, rows: number): void;
  close(): Promise<void>;
}

export interface LibraryAppOptions {
  readonly library: Library;
  readonly columns?: number;
  readonly rows?: number;
  readonly ascii?: boolean;
  readonly scope?: Scope;
}

/** Time stands still, so that no frame tells how fast the machine is. */
const NOW_MS = Date.UTC(2024, 2, 10);
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What waits for the typing to rest comes at once; what comes again and again, or takes a toast away, never. */
function after(delay_ms: number, work: () => void): () => void {
  if (delay_ms >= 500) return () => undefined;
  const timer = setImmediate(work);
  return () => clearImmediate(timer);
}

export async function openLibraryApp(caseFolder: string, options: LibraryAppOptions): Promise<LibraryApp> {
  const { library, columns = 80, rows = 24, ascii = false, scope = WHOLE_CASE } = options;
  const journalFolder = `${caseFolder}/journal`;
  const { opened, facts: ofCase } = await openTuiCase({ caseFolder, journalFolder, examiner: "test", scope });
  const clock = { now_ms: () => NOW_MS, after };
  // Folders of temporary cases have a name of their own each time.
  const facts: CaseFacts = { ...ofCase, name: "case-0417", folder: "/cases/0417" };
  const lanes = createLanes(opened, { clock, changed: () => undefined });
  const copied: string[] = [];
  const app = new TuiApp({
    clock,
    theme: makeTheme({ color: true, ascii }),
    lanes,
    size: { columns, rows },
    caseFacts: () => facts,
    openedCase: () => opened,
    host: {
      copy: (text: string, what: string) => {
        copied.push(text);
        return `${what} copied`;
      },
      logError: (error: unknown) => {
        throw error;
      },
      exit: () => undefined,
      reload: async () => undefined,
      redraw: () => undefined,
      suspend: () => undefined,
    },
  } as ConstructorParameters<typeof TuiApp>[0]);
  const context = {
    clock,
    lanes,
    caseFacts: () => facts,
    openedCase: () => opened,
    dataArrived: () => app.dataArrived(),
  };
  // The bundled library grows; what these tests look at does not.
  Object.assign(app.services, { library: new LibraryService(context, () => library) });
  const lines = (): readonly Line[] => {
    const state = app.store.getState();
    const screen = app.screen(app.top().screen)!;
    const overlay = state.overlay === null ? undefined : app.overlayDefinition(state.overlay.kind);
    return frameLines({ screen, overlay, running: [] }, { state, app, theme: app.theme, now_ms: NOW_MS });
  };
  const press = (...keys: readonly string[]): void => {
    for (const key of keys) {
      const typed = /^"(.*)"$/s.exec(key)?.[1];
      if (typed === undefined)
        dispatchKey(app, { name: key, text: key.length === 1 ? key : key === "space" ? " " : null });
      else for (const text of typed) dispatchKey(app, { name: text === " " ? "space" : text, text });
    }
  };
  return {
    app,
    lanes,
    copied,
    lines,
    press,
    paste: (text) => dispatchPaste(app, text),
    settle: async () => {
      // An answer may ask the next question.
      for (let i = 0; i < 5; i += 1) {
        await lanes.idle();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    frame: () => {
      const { columns: width, rows: height } = app.store.getState();
      const texts = lines().map((line) => line.map(({ text }) => text).join(""));
      for (const text of texts) {
        if (displayWidth(text) !== width) throw new Error(`${displayWidth(text)} columns: ${JSON.stringify(text)}`);
        if (CONTROL.test(text)) throw new Error(`A control character: ${JSON.stringify(text)}`);
      }
      if (texts.length !== height) throw new Error(`${texts.length} lines`);
      return `${texts.map((text) => text.trimEnd()).join("\n")}\n`;
    },
    resize: (width, height) => app.resize(width, height),
    close: async () => {
      await lanes.close();
      app.services.library.close();
      opened.close();
    },
  };
}

const front = (lines: readonly string[], sql: string): string =>
  `-- ---\n${lines.map((line) => `-- ${line}\n`).join("")}-- ---\n${sql}\n`;

const EVENT_COLUMNS = `event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target, event_id`;

const FILES: Readonly<Record<string, string>> = {
  changes: front(
    [
      "id: changes",
      "title: Changes",
      "question: What was changed here, and by whom?",
      "phase: triage",
      "kind: finding",
      "severity: medium",
      "attack: [T1098]",
      "requires: [management:write]",
      "columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, why: why}",
      "next:",
      "  - {query: key-uses, with: {access_key: access_key}}",
      "  - {query: many, with: {}}",
      "false_positives: [Deployments]",
      "cannot_show: changes of which no trail kept a record, and what a record does not say of the value that was there before the change",
    ],
    `SELECT ${EVENT_COLUMNS},
  CASE WHEN event_name = 'DeleteTrail' THEN 'high' ELSE 'low' END AS severity, event_name || ' by ' || actor AS why
FROM events WHERE read_only = false ORDER BY event_time, event_id`,
  ),
  "key-uses": front(
    [
      "id: key-uses",
      "title: One access key",
      "question: What did this access key do?",
      "phase: identity",
      "kind: pivot",
      "requires: [management, data]",
      "counts: things",
      "params:",
      '  access_key: {type: string, suggest: user_identity_access_key_id, help: "An access key id, whole"}',
      "  window: {type: duration, default: 10m, help: How far apart uses are one}",
      "columns: {key: access_key, ip: source_ips, ref: first_event_id}",
      "cannot_show: uses of the key in accounts whose trail is not here",
    ],
    `SELECT user_identity_access_key_id AS access_key, count(*) AS n_records,
  string_agg(DISTINCT source_ip_address, ', ' ORDER BY source_ip_address) AS source_ips, min(event_id) AS first_event_id
FROM events WHERE user_identity_access_key_id = CAST($access_key AS VARCHAR) AND CAST($window AS BIGINT) > 0
GROUP BY 1 ORDER BY 1`,
  ),
  clients: front(
    [
      "id: clients",
      "title: Clients",
      "question: Which clients have a name like this?",
      "phase: initial-access",
      "kind: overview",
      "requires: [management]",
      'params: {pattern: {type: regex, default: "kali", help: A pattern of RE2}}',
      "cannot_show: what a client calls itself by another name",
    ],
    `SELECT user_agent, count(*) AS n FROM events WHERE regexp_matches(user_agent, CAST($pattern AS VARCHAR)) GROUP BY 1 ORDER BY 1`,
  ),
  "objects-read": front(
    [
      "id: objects-read",
      "title: Objects read",
      "question: Which objects were read?",
      "phase: collection",
      "kind: finding",
      "severity: critical",
      'requires: ["data:s3:read"]',
      "cannot_show: reads of buckets without data events",
    ],
    "SELECT event_id FROM events WHERE event_name = 'GetObject' ORDER BY 1",
  ),
  many: front(
    [
      "id: many",
      "title: Many rows",
      "question: Is a result of any size shown?",
      "phase: pivot",
      "kind: overview",
      "cannot_show: nothing of note",
    ],
    "SELECT i AS n, 'row ' || i AS name FROM range(12345) AS r(i) ORDER BY 1",
  ),
  fails: front(
    [
      "id: fails",
      "title: Always fails",
      "question: What is seen of a query that fails?",
      "phase: anomaly",
      "kind: anomaly",
      "severity: low",
      "cannot_show: anything",
    ],
    "SELECT CAST(event_id AS INTEGER) AS n FROM events ORDER BY 1",
  ),
};

/** Six queries: a finding, a pivot that needs a parameter, a pattern, one of what is not logged, a long one, a failing one. */
export const SMALL_LIBRARY: Library = {
  queries: new Map(
    Object.entries(FILES).map(([id, text]) => [id, parseQueryFile(`/library/${id}.sql`, id, text)] as const),
  ),
  problems: [],
};
