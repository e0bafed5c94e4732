/**
 * The whole UI without a process of its own: keys go in as bytes, frames come out as bytes and are read by a terminal
 * emulator. Time stands still unless it is moved, so that what is seen is the same every time.
 */
import xterm from "@xterm/headless";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import type { ReadStream, WriteStream } from "node:tty";
import { openTuiCase } from "../../src/cli/tui-case.ts";
import { WHOLE_CASE, type Scope } from "../../src/queries/scope.ts";
import { caseFolder } from "../../src/store/case-folder.ts";
import { Session, type CaseHandle } from "../../src/tui/session.ts";
import type { Level } from "../../src/tui/state/types.ts";
import type { LogFile } from "../../src/tui/terminal/log-file.ts";
import { ManualClock } from "./tui-clock.ts";

/** Byte sequences of the keys that type nothing, as xterm sends them. */
export const KEYS: Readonly<Record<string, string>> = {
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  pageup: "\u001b[5~",
  pagedown: "\u001b[6~",
  delete: "\u001b[3~",
  enter: "\r",
  esc: "\u001b",
  tab: "\t",
  "shift-tab": "\u001b[Z",
  backspace: "\u007f",
  space: " ",
};

export interface TuiTerminalOptions {
  readonly caseFolder: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly scope?: Scope;
  readonly ascii?: boolean;
  readonly color?: boolean;
  readonly examiner?: string;
  readonly clock?: ManualClock;
}

/** A started UI; close it when done. */
export class TuiTerminal {
  readonly clock: ManualClock;
  readonly session: Session;
  /** Lines that went to the log file: bugs. */
  readonly logged: string[] = [];
  /** What the UI ended itself with. */
  exitCode: number | null = null;
  private readonly stdin = new FakeInput();
  private readonly stdout: FakeOutput;

  private constructor(opened: CaseHandle, options: TuiTerminalOptions) {
    this.clock = options.clock ?? new ManualClock();
    this.stdout = new FakeOutput(options.columns ?? 80, options.rows ?? 24);
    const log: LogFile = {
      path: "/tmp/coldtrail-tui.log",
      hasLines: () => this.logged.length > 0,
      write: (text) => void this.logged.push(text),
    };
    this.session = new Session({
      stdin: this.stdin as unknown as ReadStream,
      stdout: this.stdout as unknown as WriteStream,
      opened,
      reopen: async () => openFor(options),
      publishedFile: caseFolder(options.caseFolder).published,
      copyFolder: options.caseFolder,
      clock: this.clock,
      color: options.color ?? true,
      ascii: options.ascii ?? false,
      env: {},
      log,
      maxFps: 1000,
      end: (exitCode) => {
        this.exitCode = exitCode;
      },
    });
  }

  static async open(options: TuiTerminalOptions): Promise<TuiTerminal> {
    const terminal = new TuiTerminal(await openFor(options), options);
    await terminal.session.start();
    await terminal.settle();
    return terminal;
  }

  get app(): Session["app"] {
    return this.session.app;
  }

  /** State of the view on top. */
  top(): Level {
    return this.app.top();
  }

  /** Presses keys by name (`j`, `enter`, `ctrl-d`), and waits until all they asked for is on the screen. */
  async press(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.stdin.send(bytesOf(name));
      // A bare Esc is held back for a moment, in case it begins a sequence.
      if (name === "esc") await new Promise((resolve) => setTimeout(resolve, 25));
      await this.settle();
    }
  }

  /** Types a text, as one burst. */
  async type(text: string): Promise<void> {
    this.stdin.send(text);
    await this.settle();
  }

  async paste(text: string): Promise<void> {
    await this.type(`\u001b[200~${text}\u001b[201~`);
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.stdout.resize(columns, rows);
    await this.settle();
  }

  /** Moves the clock, and waits until what was due is on the screen. */
  async advance(time_ms: number): Promise<void> {
    this.clock.advance(time_ms);
    await this.settle();
  }

  /** Waits until nothing is asked any more and all bytes have been read by the emulator. No fixed times. */
  async settle(): Promise<void> {
    const { store, services } = this.app;
    for (let before = null as unknown; before !== store.getState();) {
      before = store.getState();
      await turn();
      // Drawing asks for what it lacks.
      this.session.flushed();
      await this.app.idle();
      await services.lanes.idle();
      for (const service of Object.values(services)) {
        if (hasIdle(service)) await service.idle();
      }
      await turn();
    }
    this.session.flushed();
    await this.stdout.drained();
  }

  /** What is seen, spaces at line ends left out. */
  screen(): string {
    return this.stdout.lines().join("\n");
  }

  /** Runs of cells with a style, as `row:from-to style`: colour, bold, dim, inverse, underline, strike. */
  styles(): string {
    return this.stdout.styles().join("\n");
  }

  /** Everything written so far. */
  output(): string {
    return this.stdout.written.join("");
  }

  /** Bytes written by the work. */
  async bytesOf(work: () => Promise<void>): Promise<number> {
    const before = this.output().length;
    await work();
    return Buffer.byteLength(this.output().slice(before));
  }

  /** Frames drawn so far. */
  frames(): number {
    return this.session.frames();
  }

  async close(): Promise<void> {
    await this.session.stop();
    this.stdout.dispose();
  }
}

async function openFor(options: TuiTerminalOptions): Promise<CaseHandle> {
  return await openTuiCase({
    caseFolder: options.caseFolder,
    journalFolder: join(options.caseFolder, "journal"),
    examiner: options.examiner ?? "Ada",
    scope: options.scope ?? WHOLE_CASE,
  });
}

function bytesOf(name: string): string {
  const control = /^ctrl-([a-z])$/.exec(name);
  if (control !== null) return String.fromCharCode((control[1] ?? "").charCodeAt(0) - 0x60);
  return KEYS[name] ?? name;
}

interface WithIdle {
  idle(): Promise<void>;
}

function hasIdle(service: unknown): service is WithIdle {
  return typeof (service as Partial<WithIdle>).idle === "function";
}

/** One turn of the event loop: promises and immediates that were due are done. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** As much of a terminal's input as Ink asks for. */
class FakeInput extends EventEmitter {
  readonly isTTY = true;
  private readonly waiting: string[] = [];

  send(bytes: string): void {
    this.waiting.push(bytes);
    this.emit("readable");
  }

  read(): string | null {
    return this.waiting.shift() ?? null;
  }

  setRawMode(): this {
    return this;
  }

  setEncoding(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  pause(): this {
    return this;
  }

  resume(): this {
    return this;
  }
}

/** A terminal's output into the emulator. */
class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  readonly written: string[] = [];
  readonly writable = true;
  private readonly terminal: InstanceType<typeof xterm.Terminal>;
  private pending = 0;
  private waiters: (() => void)[] = [];

  constructor(columns: number, rows: number) {
    super();
    this.terminal = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      convertEol: true,
      scrollback: 0,
    });
  }

  // Getters, because Ink asks again after a resize.
  get columns(): number {
    return this.terminal.cols;
  }

  get rows(): number {
    return this.terminal.rows;
  }

  write(text: string, done?: () => void): boolean {
    this.written.push(text);
    this.pending += 1;
    this.terminal.write(text, () => {
      this.pending -= 1;
      if (this.pending === 0) for (const wake of this.waiters.splice(0)) wake();
    });
    if (typeof done === "function") done();
    return true;
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.emit("resize");
  }

  async drained(): Promise<void> {
    while (this.pending > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  lines(): string[] {
    const { active } = this.terminal.buffer;
    // A line of the emulator stays as long as it was when the terminal is made narrower.
    const textOf = (y: number): string => active.getLine(y)?.translateToString(true, 0, this.columns) ?? "";
    return Array.from({ length: this.rows }, (_, y) => textOf(y).trimEnd());
  }

  styles(): string[] {
    return Array.from({ length: this.rows }, (_, y) => this.stylesOfRow(y)).flat();
  }

  dispose(): void {
    this.terminal.dispose();
  }

  private stylesOfRow(y: number): string[] {
    const line = this.terminal.buffer.active.getLine(y);
    const runs: { from: number; to: number; style: string }[] = [];
    for (let x = 0; x < this.columns; x += 1) {
      const style = styleOf(line?.getCell(x));
      const last = runs.at(-1);
      if (style === "") continue;
      if (last?.style === style && last.to === x - 1) last.to = x;
      else runs.push({ from: x, to: x, style });
    }
    return runs.map(({ from, to, style }) => `${y}:${from}-${to} ${style}`);
  }
}

type Cell = ReturnType<
  NonNullable<ReturnType<InstanceType<typeof xterm.Terminal>["buffer"]["active"]["getLine"]>>["getCell"]
>;

function styleOf(cell: Cell): string {
  if (cell === undefined) return "";
  const words = [
    cell.isBold() !== 0 ? "bold" : "",
    cell.isDim() !== 0 ? "dim" : "",
    cell.isInverse() !== 0 ? "inverse" : "",
    cell.isUnderline() !== 0 ? "underline" : "",
    cell.isStrikethrough() !== 0 ? "strike" : "",
    cell.isFgDefault() ? "" : `fg${cell.getFgColor()}`,
  ];
  return words.filter((word) => word !== "").join("+");
}
