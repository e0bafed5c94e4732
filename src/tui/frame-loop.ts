import type { Line } from "./state/types.ts";
import { ScreenWriter } from "./terminal/screen-writer.ts";
import type { Theme } from "./terminal/theme.ts";

export interface FrameLoopParts {
  readonly theme: Pick<Theme, "color">;
  /** Frames a second at most. */
  readonly fps_max: number;
  /** The whole screen as it is to be seen now. */
  lines(): readonly Line[];
  columns(): number;
  write(bytes: string): void;
}

/** Draws at once what changed, and what changes soon after in one more frame. Nothing is drawn while it is held. */
export class FrameLoop {
  private readonly parts: FrameLoopParts;
  private readonly writer: ScreenWriter;
  private readonly between_ms: number;
  private timer: NodeJS.Timeout | null = null;
  private isHeld = true;
  private lastFrame_ms = -Infinity;
  private n_frames = 0;

  constructor(parts: FrameLoopParts) {
    this.parts = parts;
    this.writer = new ScreenWriter(parts.theme);
    this.between_ms = 1000 / parts.fps_max;
  }

  /** Frames written so far; one that changes nothing is none. */
  get count(): number {
    return this.n_frames;
  }

  /** The terminal is ours from now on, whatever it shows. */
  start(): void {
    this.isHeld = false;
    this.redraw();
  }

  /** The terminal is somebody else's. */
  hold(): void {
    this.isHeld = true;
    this.cancel();
  }

  /** Something changed: a frame now, or when the last one is long enough ago. */
  request(): void {
    if (this.isHeld || this.timer !== null) return;
    const wait_ms = this.lastFrame_ms + this.between_ms - performance.now();
    if (wait_ms <= 0) this.draw();
    else this.timer = setTimeout(() => this.flush(), wait_ms);
  }

  /** The whole screen anew, after whoever else heard of the same event has written. */
  redraw(): void {
    this.writer.forget();
    if (this.isHeld) return;
    this.cancel();
    this.timer = setTimeout(() => this.flush(), 0);
  }

  /** Draws what is waiting to be drawn. */
  flush(): void {
    if (this.timer === null) return;
    this.cancel();
    this.draw();
  }

  private cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private draw(): void {
    const bytes = this.writer.frame(this.parts.lines(), this.parts.columns());
    this.lastFrame_ms = performance.now();
    if (bytes === "") return;
    this.n_frames += 1;
    this.parts.write(bytes);
  }
}
