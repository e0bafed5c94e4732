import { WHOLE_CASE } from "../../../src/queries/scope.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { TuiApp } from "../../../src/tui/app.ts";
import { frameLines } from "../../../src/tui/components/frame-lines.ts";
import { dispatchKey, dispatchPaste } from "../../../src/tui/input/dispatch.ts";
import { expandInput, type KeyFlags } from "../../../src/tui/input/keys.ts";
import { createLanes, type Lanes } from "../../../src/tui/services/lanes.ts";
import type { CaseFacts, OpenedCase } from "../../../src/tui/state/case-facts.ts";
import { makeTheme } from "../../../src/tui/terminal/theme.ts";
import { displayWidth } from "../../../src/export/display-width.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

/** The sizes of which every state has a golden frame. */
export const SIZES = [
  [80, 24],
  [120, 35],
  [60, 15],
] as const;

export type Size = readonly [columns: number, rows: number];

/** The app over a real case without a terminal: keys go in, frames come out. */
export interface DrawnApp {
  readonly app: TuiApp;
  readonly lanes: Lanes;
  readonly copied: readonly string[];
  /** Questions to the case so far. */
  asked(): number;
  /** Presses named keys or types text, and waits for all that each sets going. */
  press(...inputs: readonly string[]): Promise<void>;
  /** The same without waiting. */
  type(input: string): void;
  paste(text: string): void;
  /** Draws until nothing is asked any more. */
  settle(): Promise<void>;
  /**
   * What the screen drew as text, without the core's title and hints, after checking that the whole frame is exactly as
   * large as the terminal and holds no control.
   */
  frame(): string;
  close(): Promise<void>;
}

/** Keys that type nothing, by what Ink says of them. */
const NAMED: Readonly<Record<string, keyof KeyFlags>> = {
  up: "upArrow",
  down: "downArrow",
  left: "leftArrow",
  right: "rightArrow",
  pageup: "pageUp",
  pagedown: "pageDown",
  home: "home",
  end: "end",
  enter: "return",
  esc: "escape",
  tab: "tab",
  "shift-tab": "tab",
  backspace: "backspace",
};

interface Start {
  readonly caseFolder: string;
  readonly size: Size;
  readonly ascii?: boolean;
  /** Of the lanes; for those whose questions must fail. */
  readonly wrap?: (lanes: Lanes) => Lanes;
}

/** Opens a case, shows the screen of the digit, and asks nothing yet. */
export async function startDrawn(digit: number, { caseFolder, size, ascii = false, wrap }: Start): Promise<DrawnApp> {
  const reader = await CaseReader.open(caseFolder);
  const opened: OpenedCase = {
    reader,
    openForViews: async () => reader.sibling(),
    openSibling: async (prepare) => reader.sibling(prepare),
    close: () => undefined,
  };
  const facts = await factsOf(reader, caseFolder);
  const waiting = new Set<() => void>();
  const clock = {
    now_ms: () => 0,
    // What waits for a moment waits for the next turn; what comes round every second does not come.
    after: (delay_ms: number, work: () => void) => {
      if (delay_ms >= 1000) return () => undefined;
      waiting.add(work);
      return () => waiting.delete(work);
    },
  };
  const own = createLanes(opened, { clock, changed: () => undefined });
  let asked = 0;
  const counting: Lanes = {
    ...own,
    ask: async (lane, work) => {
      asked += 1;
      return own.ask(lane, work);
    },
  };
  const lanes = wrap?.(counting) ?? counting;
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
    size: { columns: size[0], rows: size[1] },
    caseFacts: () => facts,
    openedCase: () => opened,
  });
  app.start();
  app.openScreen(digit);
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2;) {
      const before = draw(app);
      for (const work of waiting) {
        waiting.delete(work);
        work();
      }
      await own.idle();
      await app.services.marks.idle();
      await new Promise((resolve) => setTimeout(resolve, 0));
      quiet = draw(app) === before && waiting.size === 0 ? quiet + 1 : 0;
    }
  };
  const type = (input: string): void => {
    const keys =
      input in NAMED
        ? expandInput("", { [NAMED[input]!]: true, shift: input.startsWith("shift-") })
        : expandInput(input, {});
    for (const key of keys) dispatchKey(app, key);
  };
  return {
    app,
    lanes,
    copied,
    asked: () => asked,
    type,
    settle,
    paste: (text) => dispatchPaste(app, text),
    async press(...inputs) {
      for (const input of inputs) {
        type(input);
        await settle();
      }
    },
    frame: () => draw(app),
    async close() {
      await app.services.marks.close();
      await own.close();
      reader.close();
    },
  };
}

/** Lanes of which some answer every question with the same failure. */
export function failing(lanes: Lanes, names: readonly string[]): Lanes {
  return {
    ...lanes,
    ask: async (lane, work) =>
      names.includes(lane)
        ? { kind: "failed", error: new Error("Out of Memory Error: could not allocate block") }
        : lanes.ask(lane, work),
  };
}

async function factsOf(reader: CaseReader, folder: string): Promise<CaseFacts> {
  const [bounds] = await reader.rows(
    "SELECT count(*) AS n, CAST(min(event_time) AS VARCHAR) AS first, CAST(max(event_time) AS VARCHAR) AS last FROM events",
  );
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return {
    name: "case-0417",
    folder,
    journalFolder: temporaryFolder(),
    examiner: { name: "ada", source: "option" },
    tool_version: "0.1.0",
    scope: WHOLE_CASE,
    n_events: Number(bounds!["n"]),
    first_event_time: text(bounds!["first"]),
    last_event_time: text(bounds!["last"]),
    unfinished_ingest: false,
    generation: 1,
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
  // How long a question took is of no interest here; the first line and the last are the core's.
  const timeless = texts
    .slice(1, -1)
    .map((text) => text.replace(/\b(counted in|list) [\d.]+ m?s\b/, "$1 N ms").trimEnd());
  return `${timeless.join("\n")}\n`;
}
