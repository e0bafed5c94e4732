/** Runs a program in a real pseudo-terminal, with a terminal emulator at the other end. */
import { spawn, type IPty } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { MAIN } from "./coldtrail.ts";

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 20;

/** A program at a terminal. */
export class PtyProgram {
  /** Everything the program wrote, escape sequences and all. */
  output = "";
  readonly pid: number;
  /** Resolves when the program has ended. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
  private readonly pty: IPty;
  private readonly terminal: InstanceType<typeof xterm.Terminal>;
  private isRunning = true;

  constructor(program: string, args: readonly string[], options: PtyOptions = {}) {
    const { columns = 80, rows = 24, cwd = process.cwd() } = options;
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 500 });
    const env = environment(options);
    // The name becomes TERM, whatever the environment says.
    this.pty = spawn(program, [...args], { cols: columns, rows, cwd, name: env["TERM"] ?? "xterm-256color", env });
    this.pid = this.pty.pid;
    this.pty.onData((text) => {
      this.output += text;
      this.terminal.write(text);
    });
    this.ended = new Promise((resolve) => {
      this.pty.onExit(({ exitCode, signal }) => {
        this.isRunning = false;
        resolve({ exitCode, signal });
      });
    });
  }

  /** Types text or key sequences. */
  type(text: string): void {
    this.pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.pty.resize(columns, rows);
    this.terminal.resize(columns, rows);
  }

  kill(signal: string): void {
    this.pty.kill(signal);
  }

  /** What the screen shows, spaces at line ends left out. */
  screen(): string {
    const { active } = this.terminal.buffer;
    const lines = Array.from({ length: this.terminal.rows }, (_, y) =>
      // A line of the emulator stays as long as it was when the terminal is made narrower.
      (active.getLine(active.viewportY + y)?.translateToString(true, 0, this.terminal.cols) ?? "").trimEnd(),
    );
    return lines.join("\n");
  }

  /** `alternate` while a full-screen program has the terminal. */
  bufferType(): "normal" | "alternate" {
    return this.terminal.buffer.active.type;
  }

  /** Waits until the screen shows it; returns the screen. Throws with the screen when it does not come. */
  async until(pattern: RegExp, deadline_ms = DEADLINE_MS): Promise<string> {
    const started = performance.now();
    while (performance.now() - started < deadline_ms) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
      await sleep(LOOK_EVERY_MS);
    }
    throw new Error(
      `${pattern.source} did not come. ${this.isRunning ? "Running" : "Ended"}, the screen is:\n${this.screen()}`,
    );
  }

  /** Waits for nothing but time: until the program has been silent so long. */
  async quiet(silent_ms = 300): Promise<void> {
    let seen = -1;
    while (seen !== this.output.length) {
      seen = this.output.length;
      await sleep(silent_ms);
    }
  }

  /** Ends the program if it still runs. */
  close(): void {
    if (this.isRunning) this.pty.kill("SIGKILL");
    this.terminal.dispose();
  }
}

/** The built command line at a terminal. */
export function startTui(args: readonly string[], options: PtyOptions = {}): PtyProgram {
  return new PtyProgram(process.execPath, [MAIN, "tui", ...args], options);
}

/** Ours, without what changes how a terminal program draws. */
function environment({ env = {} }: PtyOptions): Record<string, string> {
  const all = { ...process.env, TERM: "xterm-256color", LANG: "C.UTF-8", ...env };
  const unset = ["CI", "NO_COLOR", "FORCE_COLOR", "TMUX", "STY", "INK_SCREEN_READER", "VITEST", "NODE_ENV"];
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return value !== undefined && (!unset.includes(name) || name in env) && !name.startsWith("COLDTRAIL_");
    }),
  );
}

async function sleep(time_ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, time_ms));
}
