import type { TuiApp } from "./app.ts";
import { frameLines } from "./components/frame-lines.ts";
import { allServices } from "./services/services.ts";
import type { RunningLane } from "./services/lanes.ts";
import { SEARCH_LANE } from "./services/match-scans.ts";
import type { DrawContext } from "./state/contract.ts";
import type { AppState, Line } from "./state/types.ts";
import { fitLines, span, wrapWords } from "./text/fit.ts";
import { safeText } from "./text/safe-text.ts";
import { errorText, type LogFile } from "./terminal/log-file.ts";

/** While something runs, the line that says so is drawn again so often. */
const TICK_MS = 250;

/** Makes the lines of a frame, and the frames while something runs. */
export class FramePainter {
  private readonly app: TuiApp;
  private readonly log: LogFile;
  private isTicking = false;
  private loggedError = "";

  constructor(app: TuiApp, log: LogFile) {
    this.app = app;
    this.log = log;
  }

  /** The whole screen. A view that cannot be drawn says so instead. */
  lines(): Line[] {
    const { app } = this;
    const state = app.store.getState();
    const context: DrawContext = { state, app, theme: app.theme, now_ms: app.clock.now_ms() };
    const screen = app.screen(app.top().screen);
    if (screen === undefined) throw new Error(`No screen ${app.top().screen}`);
    const overlay = state.overlay === null ? undefined : app.overlayDefinition(state.overlay.kind);
    try {
      const lines = frameLines({ screen, overlay, running: this.running() }, context);
      app.setBroken(false);
      return lines;
    } catch (error) {
      app.setBroken(true);
      return this.failedView(error, state);
    }
  }

  /** A lane has begun or ended something. */
  workChanged(): void {
    if (this.isTicking || this.running().length === 0) return;
    this.isTicking = true;
    this.app.clock.after(TICK_MS, () => {
      this.isTicking = false;
      // Once more after the end too: else the line would go on saying that something runs.
      this.app.dataArrived();
      this.workChanged();
    });
  }

  private running(): RunningLane[] {
    const percent = this.app.services.views.scans.percent;
    return allServices(this.app.services)
      .flatMap((service) => [...(service.running?.() ?? [])])
      .map((running) => (running.lane === SEARCH_LANE && percent !== null ? { ...running, percent } : running))
      .sort((a, b) => a.since_ms - b.since_ms);
  }

  private failedView(error: unknown, { columns, rows }: AppState): Line[] {
    const text = errorText(error);
    // The same one with every frame is written down once.
    if (text !== this.loggedError) this.log.write(`while drawing: ${text}`);
    this.loggedError = text;
    const message = error instanceof Error ? error.message : String(error);
    const words = [
      `This view cannot be drawn: ${safeText(message)}`,
      "",
      `That is a bug in coldtrail. The stack is in ${this.log.path}.`,
      "Esc leads back to the view before, 1 to 5 to the others, q leaves.",
    ];
    const lines = words
      .flatMap((line) => wrapWords(line, Math.max(1, columns - 2)))
      .map((line): Line => [span(` ${line}`)]);
    return fitLines([[], ...lines], { width: columns, height: rows });
  }
}
