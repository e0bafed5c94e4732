import { render, type Instance } from "ink";
import { createElement } from "react";
import type { ReadStream, WriteStream } from "node:tty";
import { TuiApp } from "./app.ts";
import { Root, type RootEvents } from "./components/root.ts";
import { FrameLoop } from "./frame-loop.ts";
import { FramePainter } from "./frame-painter.ts";
import { dispatchKey, dispatchPaste } from "./input/dispatch.ts";
import { expandInput } from "./input/keys.ts";
import { createLanes, type Lanes } from "./services/lanes.ts";
import { allServices } from "./services/services.ts";
import type { CaseFacts, OpenedCase } from "./state/case-facts.ts";
import type { Clock } from "./state/clock.ts";
import { watchCase } from "./terminal/case-watch.ts";
import { copyText } from "./terminal/clipboard.ts";
import { errorText, type LogFile } from "./terminal/log-file.ts";
import { suspendToShell } from "./terminal/suspend.ts";
import { makeTheme } from "./terminal/theme.ts";

/** A case open for reading, and what it says of itself. */
export interface CaseHandle {
  readonly opened: OpenedCase;
  readonly facts: CaseFacts;
}

export interface SessionParts {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly opened: CaseHandle;
  /** Opens the published generation anew. */
  reopen(): Promise<CaseHandle>;
  /** The file whose replacement means a newer case. */
  readonly publishedFile: string;
  /** Where texts go that are too long for the clipboard. */
  readonly copyFolder: string;
  readonly clock: Clock;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: LogFile;
  /** Frames a second at most; tests want each at once. */
  readonly maxFps?: number;
  /** Called when the person leaves. */
  end(exitCode: number): void;
}

const MAX_FPS = 60;

/** The wheel sends arrow keys. */
const ALTERNATE_SCROLL_ON = "\u001b[?1007h";
const ALTERNATE_SCROLL_OFF = "\u001b[?1007l";

/** A running UI: the app, Ink under it, and the case above. */
export class Session {
  readonly app: TuiApp;
  private readonly parts: SessionParts;
  private readonly painter: FramePainter;
  private readonly frameLoop: FrameLoop;
  private readonly lanes: Lanes;
  private current: CaseHandle;
  private instance: Instance | null = null;
  private suspendTerminal: ((work: () => Promise<void>) => Promise<void>) | null = null;
  private stopWatching: () => void = () => undefined;
  private isReloading = false;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.current = parts.opened;
    this.lanes = createLanes(parts.opened.opened, { clock: parts.clock, changed: () => this.painter.workChanged() });
    this.app = new TuiApp({
      clock: parts.clock,
      theme: makeTheme(parts),
      lanes: this.lanes,
      size: sizeOf(parts.stdout),
      caseFacts: () => this.current.facts,
      openedCase: () => this.current.opened,
      host: {
        copy: (text, what) =>
          copyText(text, what, {
            write: (sequence) => parts.stdout.write(sequence),
            folder: parts.copyFolder,
            env: parts.env,
          }),
        logError: (error) => {
          parts.log.write(errorText(error));
          return parts.log.path;
        },
        exit: (exitCode) => parts.end(exitCode),
        redraw: () => this.frameLoop.redraw(),
        suspend: () => void this.suspend().catch((error: unknown) => this.app.fail(error)),
        reload: async () => this.reload(),
      },
    });
    this.painter = new FramePainter(this.app, parts.log);
    this.frameLoop = new FrameLoop({
      theme: this.app.theme,
      fps_max: parts.maxFps ?? MAX_FPS,
      lines: () => this.painter.lines(),
      columns: () => this.app.store.getState().columns,
      write: (bytes) => parts.stdout.write(bytes),
    });
  }

  /** Takes the terminal and draws the first frame. */
  async start(): Promise<void> {
    const { stdout, stdin, clock, publishedFile } = this.parts;
    stdout.on("resize", this.onResize);
    process.on("SIGCONT", this.onContinued);
    stdout.write(ALTERNATE_SCROLL_ON);
    // Ink has the terminal's modes and its keys; what is on the screen is ours, or a frame would cost ten times as much.
    this.instance = render(createElement(Root, { events: this.events }), {
      stdin,
      stdout,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
    });
    this.app.store.subscribe(() => this.frameLoop.request());
    this.app.start();
    this.watch(publishedFile, clock);
    await this.instance.waitUntilRenderFlush();
    this.frameLoop.start();
    // Ink ends by itself only when React broke.
    this.instance.waitUntilExit().catch((error: unknown) => queueMicrotask(() => rethrow(error)));
  }

  /** Frames made so far. */
  frames(): number {
    return this.frameLoop.count;
  }

  /** Writes the last frame, should it be waiting. */
  flushed(): void {
    this.frameLoop.flush();
  }

  /** Gives the terminal back, ends all queries and closes the case. */
  async stop(): Promise<void> {
    this.stopWatching();
    this.frameLoop.hold();
    this.parts.stdout.off("resize", this.onResize);
    process.off("SIGCONT", this.onContinued);
    const { instance } = this;
    this.instance = null;
    instance?.unmount();
    this.parts.stdout.write(ALTERNATE_SCROLL_OFF);
    for (const service of allServices(this.app.services)) if (service !== this.lanes) await service.close?.();
    await this.lanes.close();
    this.current.opened.close();
  }

  private readonly events: RootEvents = {
    onInput: (input, key) => {
      for (const pressed of expandInput(input, key)) dispatchKey(this.app, pressed);
    },
    onPaste: (text) => dispatchPaste(this.app, text),
    onMounted: (suspendTerminal) => {
      this.suspendTerminal = suspendTerminal;
    },
  };

  private readonly onResize = (): void => {
    const { columns, rows } = sizeOf(this.parts.stdout);
    this.app.resize(columns, rows);
    // Ink hears of it after us, and may erase what it takes for its own.
    this.frameLoop.redraw();
  };

  /** `fg` after somebody else stopped us: what the terminal shows is not ours any more. */
  private readonly onContinued = (): void => this.onResize();

  private async suspend(): Promise<void> {
    this.frameLoop.hold();
    try {
      await suspendToShell(this.suspendTerminal);
    } finally {
      if (this.instance !== null) this.frameLoop.start();
    }
  }

  private watch(file: string, clock: Clock): void {
    this.stopWatching = watchCase(file, clock, () => this.app.store.update((old) => ({ ...old, newer_case: true })));
  }

  private async reload(): Promise<void> {
    if (this.isReloading) return;
    this.isReloading = true;
    this.app.store.update((old) => ({ ...old, is_reloading: true }));
    try {
      const next = await this.parts.reopen();
      const old = this.current;
      this.stopWatching();
      await this.lanes.reopen(next.opened);
      this.current = next;
      this.watch(this.parts.publishedFile, this.parts.clock);
      await this.app.reloaded();
      old.opened.close();
      this.app.toast("The newest case is open");
    } finally {
      this.isReloading = false;
      this.app.store.update((old) => ({ ...old, is_reloading: false }));
    }
  }
}

/** Windows of unknown size count as 80x24. */
function sizeOf({ columns, rows }: { readonly columns?: number; readonly rows?: number }): {
  columns: number;
  rows: number;
} {
  return { columns: columns || 80, rows: rows || 24 };
}

function rethrow(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}
