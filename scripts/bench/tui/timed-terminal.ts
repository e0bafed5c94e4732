import { spawn, type IPty } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** What Ink writes after each frame. */
const FRAME_END = "\u001b[?2026l";
const TICKS_PER_SECOND = 100;
const LOOK_EVERY_MS = 2;
const DEADLINE_MS = 120_000;

/** What was waited for did not come. */
export class NotShownError extends Error {}

/** One look at a process. */
interface Usage {
  readonly cpu_s: number;
  readonly rss_bytes: number;
}

export interface TimedProgram {
  readonly program: string;
  readonly argv: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly cwd: string;
}

/** A program in a pseudo-terminal, of which every frame is timed as it arrives. */
export class TimedTerminal {
  readonly started_ms = performance.now();
  /** Frames and bytes written so far. */
  n_frames = 0;
  n_bytes = 0;
  /** When the last frame came whole. */
  lastFrame_ms = 0;
  private readonly pty: IPty;
  private readonly terminal: InstanceType<typeof xterm.Terminal>;
  private tail = "";
  private isRunning = true;

  constructor({ program, argv, columns, rows, cwd }: TimedProgram) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
    this.pty = spawn(program, [...argv], { cols: columns, rows, cwd, name: "xterm-256color", env: environment() });
    this.pty.onData((text) => this.arrived(text));
    this.pty.onExit(() => {
      this.isRunning = false;
    });
  }

  type(keys: string): void {
    this.pty.write(keys);
  }

  /** Waits for the next whole frame after now; returns the milliseconds from now to it. */
  async nextFrame(): Promise<number> {
    const [from, before] = [performance.now(), this.n_frames];
    await this.waitFor(() => this.n_frames > before, "a frame");
    return this.lastFrame_ms - from;
  }

  /** Waits until the screen shows it; returns the time of the frame that brought it. Throws NotShownError. */
  async until(pattern: RegExp, deadline_ms = DEADLINE_MS): Promise<number> {
    await this.waitFor(() => pattern.test(this.screen()), pattern.source, deadline_ms);
    return this.lastFrame_ms;
  }

  /** Waits until nothing has been written for so long. */
  async quiet(silent_ms: number): Promise<void> {
    for (let seen = -1; seen !== this.n_bytes;) {
      seen = this.n_bytes;
      await pause(silent_ms);
    }
  }

  screen(): string {
    const { active } = this.terminal.buffer;
    const lines = Array.from(
      { length: this.terminal.rows },
      (_, y) => active.getLine(y)?.translateToString(true) ?? "",
    );
    return lines.join("\n");
  }

  /** User and system time of the program so far, and its resident memory; zeros where there is no /proc. */
  usage(): Usage {
    const stat = textOf(`/proc/${this.pty.pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const rss_kb = Number(/^VmRSS:\s*(\d+) kB$/m.exec(textOf(`/proc/${this.pty.pid}/status`))?.[1] ?? 0);
    const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    return { cpu_s: ticks / TICKS_PER_SECOND, rss_bytes: rss_kb * 1024 };
  }

  close(): void {
    if (this.isRunning) this.pty.kill("SIGTERM");
    this.terminal.dispose();
  }

  private arrived(text: string): void {
    this.n_bytes += Buffer.byteLength(text);
    this.terminal.write(text);
    // A frame's end may be cut in two.
    const parts = (this.tail + text).split(FRAME_END);
    this.tail = (parts.at(-1) ?? "").slice(1 - FRAME_END.length);
    if (parts.length === 1) return;
    this.n_frames += parts.length - 1;
    this.lastFrame_ms = performance.now();
  }

  private async waitFor(isThere: () => boolean, what: string, deadline_ms = DEADLINE_MS): Promise<void> {
    const from = performance.now();
    while (!isThere()) {
      if (performance.now() - from > deadline_ms) throw new NotShownError(`${what} did not come:\n${this.screen()}`);
      await pause(LOOK_EVERY_MS);
    }
  }
}

function environment(): Record<string, string> {
  const ours = /^(?:COLDTRAIL_|NODE_ENV$|CI$|NO_COLOR$|FORCE_COLOR$|TMUX$|STY$|INK_)/;
  const entries = Object.entries({ ...process.env, TERM: "xterm-256color", LANG: "C.UTF-8" });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined && !ours.test(entry[0])),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
