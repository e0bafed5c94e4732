import { appendEntry } from "../../../../src/journal/journal-file.ts";
import type { NewMark } from "../../../../src/journal/mark-entry.ts";
import { prepareCase } from "../../../../src/queries/case-views.ts";
import { WHOLE_CASE } from "../../../../src/queries/scope.ts";
import { CaseReader } from "../../../../src/store/case-reader.ts";
import { loadJournalTables } from "../../../../src/store/journal-tables.ts";
import { TuiApp } from "../../../../src/tui/app.ts";
import { frameLines } from "../../../../src/tui/components/frame-lines.ts";
import { dispatchKey, dispatchPaste } from "../../../../src/tui/input/dispatch.ts";
import { createLanes } from "../../../../src/tui/services/lanes.ts";
import type { CaseFacts, OpenedCase } from "../../../../src/tui/state/case-facts.ts";
import { makeTheme } from "../../../../src/tui/terminal/theme.ts";
import { displayWidth } from "../../../../src/export/display-width.ts";

/** The app over a real case and a journal of its own, without a terminal: keys go in, frames come out. */
export interface MarksApp {
  readonly app: TuiApp;
  /** Presses keys by name, one after the other; waits for all that each sets going. */
  readonly press: (...keys: readonly string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly paste: (text: string) => void;
  /** The screen as text, after checking that it is exactly as large as the terminal. */
  readonly frame: () => string;
  readonly settle: () => Promise<void>;
  readonly resize: (columns: number, rows: number) => void;
  readonly copied: string[];
  readonly close: () => Promise<void>;
}

interface Start {
  readonly caseFolder: string;
  readonly journalFolder: string;
  readonly size?: readonly [columns: number, rows: number];
  readonly ascii?: boolean;
}

/** A journal line at a fixed time, so that its hash is the same in every run. */
export async function writeAt(
  folder: string,
  mark: NewMark,
  { second, examiner = "ada" }: { second: number; examiner?: string },
): Promise<string> {
  const { hash } = await appendEntry(folder, {
    ...mark,
    examiner,
    examiner_source: "option",
    host: "lab",
    tool_version: "0.1.0",
    argv: [mark.kind],
    counts: {},
    exit_code: 0,
    elapsed_ms: 0,
    time: new Date(Date.UTC(2024, 3, 1, 12, 0, second)),
  });
  return hash;
}

export async function startMarks({ caseFolder, journalFolder, size, ascii = false }: Start): Promise<MarksApp> {
  const reader = await CaseReader.open(caseFolder);
  const opened: OpenedCase = {
    reader,
    openSibling: async (prepare) =>
      reader.sibling(async (database) => {
        await prepareCase(database, WHOLE_CASE);
        await loadJournalTables(database, noRows());
        await prepare?.(database);
      }),
    close: () => undefined,
  };
  const [bounds] = await reader.rows(
    "SELECT count(*) AS n, CAST(min(event_time) AS VARCHAR) AS first, CAST(max(event_time) AS VARCHAR) AS last FROM events",
  );
  const facts: CaseFacts = {
    name: "case-0417",
    folder: caseFolder,
    journalFolder,
    examiner: { name: "ada", source: "option" },
    tool_version: "0.1.0",
    scope: WHOLE_CASE,
    n_events: Number(bounds!["n"]),
    first_event_time: String(bounds!["first"]),
    last_event_time: String(bounds!["last"]),
    unfinished_ingest: false,
    generation: 1,
  };
  const clock = { now_ms: () => 0, after: () => () => undefined };
  const lanes = createLanes(opened, { clock, changed: () => undefined });
  const [columns, rows] = size ?? [80, 24];
  const copied: string[] = [];
  const app = new TuiApp({
    clock,
    theme: makeTheme({ color: true, ascii }),
    host: {
      copy: (text) => {
        copied.push(text);
        return "copied";
      },
      logError: (error) => {
        throw error;
      },
      exit: () => undefined,
      reload: () => Promise.resolve(),
      redraw: () => undefined,
      suspend: () => undefined,
    },
    lanes,
    size: { columns, rows },
    caseFacts: () => facts,
    openedCase: () => opened,
  });
  app.start();
  const settle = async (): Promise<void> => {
    // What is drawn asks, and what arrives is drawn.
    for (let round = 0; round < 4; round += 1) {
      draw(app);
      await app.services.marks.idle();
      await lanes.idle();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  return {
    app,
    copied,
    settle,
    async press(...keys) {
      for (const name of keys) {
        dispatchKey(app, { name, text: name === "space" ? " " : name.length === 1 ? name : null });
        await settle();
      }
    },
    async type(text) {
      for (const character of text) dispatchKey(app, { name: character, text: character });
      await settle();
    },
    paste: (text) => dispatchPaste(app, text),
    frame: () => draw(app),
    resize: (width, height) => app.resize(width, height),
    async close() {
      await app.services.marks.close();
      await lanes.close();
      reader.close();
    },
  };
}

function draw(app: TuiApp): string {
  const state = app.store.getState();
  const lines = frameLines(
    {
      screen: app.screen(app.top().screen)!,
      overlay: state.overlay === null ? undefined : app.overlayDefinition(state.overlay.kind),
      running: [],
    },
    { state, app, theme: app.theme, now_ms: 0 },
  );
  const texts = lines.map((line) => line.map(({ text }) => text).join(""));
  const wrong = texts.filter((text) => displayWidth(text) !== state.columns || /\p{C}/u.test(text));
  if (texts.length !== state.rows || wrong.length > 0) {
    throw new Error(`Not ${state.columns}x${state.rows}: ${texts.length} lines, ${JSON.stringify(wrong)}`);
  }
  return `${texts.map((text) => text.trimEnd()).join("\n")}\n`;
}

async function* noRows(): AsyncGenerator<never> {
  // The tables are wanted, not what is in them.
}
