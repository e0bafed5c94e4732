import { setTimeout as pause } from "node:timers/promises";
import { NotShownError, TimedTerminal, type TimedProgram } from "./timed-terminal.ts";

/** What one run at one size took; lists hold one value a key. */
export interface TuiFigures {
  readonly start_ms: number;
  readonly cached_ms: readonly number[];
  readonly page_ms: readonly number[];
  readonly scanning_ms: readonly number[];
  readonly filter_ms: number;
  readonly filter_counts_ms: number;
  readonly text_filter_ms: number;
  /** Of words sought in every column, which no event has; infinite when it was stopped after `STOP_MS`. */
  readonly words_filter_ms: number;
  readonly hold_cpu_percent: number;
  readonly hold_frames_per_s: number;
  readonly hold_lag_ms: number;
  readonly idle_frames: number;
  readonly idle_cpu_percent: number;
  readonly cursor_bytes: readonly number[];
  readonly rss_bytes: number;
}

const DOWN = "\u001b[B";
const UP = "\u001b[A";
const PAGE_DOWN = "\u001b[6~";
const CTRL_C = "\u0003";
const BACKSPACE = "\u007f";
const ROWS = /[>│] ?[> !*] ?\d{4}-\d\d-\d\d \d\d:/;
const N_KEYS = 60;
const BETWEEN_KEYS_MS = 60;
const HOLD_MS = 4_000;
const REPEAT_MS = 33;
const IDLE_MS = 5_000;
/** A filter that has not shown its rows by then is stopped. */
export const STOP_MS = 20_000;
/** A frame has come whole by then. */
const FRAME_MS = 30;
/** What follows the cursor after a rest has come by then. */
const REST_MS = 600;

/** Starts the UI on a case and presses keys as a person would. */
export async function measureTui(program: TimedProgram): Promise<TuiFigures> {
  const tui = new TimedTerminal(program);
  try {
    const start_ms = (await tui.until(ROWS)) - tui.started_ms;
    await settled(tui);
    const cached_ms = await latencies(tui, alternating(DOWN, UP));
    const cursor_bytes = await bytesPerMove(tui);
    const page_ms = await pages(tui);
    const held = await hold(tui);
    const idle = await rest(tui);
    const cheap = await filter(tui, "errorCode=AccessDenied");
    const text = await filter(tui, "userAgent~terraform");
    const words = await filter(tui, "words-that-nobody-wrote");
    const scanning_ms = await whileScanning(tui);
    return {
      start_ms,
      cached_ms,
      page_ms,
      scanning_ms,
      filter_ms: cheap.rows_ms,
      filter_counts_ms: cheap.counts_ms,
      text_filter_ms: text.rows_ms,
      words_filter_ms: words.rows_ms,
      ...held,
      ...idle,
      cursor_bytes,
      rss_bytes: tui.usage().rss_bytes,
    };
  } finally {
    tui.close();
  }
}

async function settled(tui: TimedTerminal): Promise<void> {
  await tui.until(/rows \d[\s\S]*count \d/);
  await tui.until(/^(?![\s\S]*(?:counting|\.\.\. \d))/);
  await tui.quiet(REST_MS);
}

function alternating(first: string, second: string): string[] {
  const before = Array.from({ length: N_KEYS / 2 }, () => first);
  return [...before, ...Array.from({ length: N_KEYS / 2 }, () => second)];
}

/** From each key to the end of the next frame. */
async function latencies(tui: TimedTerminal, keys: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const key of keys) {
    // A frame of an answer on its way would be taken for that of the key.
    await tui.quiet(BETWEEN_KEYS_MS / 2);
    const frame = tui.nextFrame();
    tui.type(key);
    found.push(await frame);
    await pause(BETWEEN_KEYS_MS / 2);
  }
  return found;
}

async function bytesPerMove(tui: TimedTerminal): Promise<number[]> {
  const found: number[] = [];
  for (const key of alternating(DOWN, UP).slice(0, 20)) {
    await tui.quiet(REST_MS);
    const before = tui.n_bytes;
    const frame = tui.nextFrame();
    tui.type(key);
    await frame;
    found.push(tui.n_bytes - before);
  }
  return found;
}

/** Page down, as fast as rows come: from the key to a frame in which no row is missing. */
async function pages(tui: TimedTerminal): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < N_KEYS; i += 1) {
    const from = performance.now();
    const frame = tui.nextFrame();
    tui.type(PAGE_DOWN);
    await frame;
    const shown_ms = await tui.until(/^(?![\s\S]*[>│ ] \. \. \. )/);
    found.push(shown_ms - from);
  }
  return found;
}

async function hold(
  tui: TimedTerminal,
): Promise<Pick<TuiFigures, "hold_cpu_percent" | "hold_frames_per_s" | "hold_lag_ms">> {
  await tui.quiet(REST_MS);
  const [before, frames, from] = [tui.usage(), tui.n_frames, performance.now()];
  let last_ms = from;
  while (performance.now() - from < HOLD_MS) {
    last_ms = performance.now();
    tui.type(DOWN);
    await pause(REPEAT_MS);
  }
  const seconds = (performance.now() - from) / 1_000;
  const [after, drawn] = [tui.usage(), tui.n_frames - frames];
  // The move itself is on the screen by then; the event under the cursor comes after its rest.
  await pause(70);
  return {
    hold_cpu_percent: (100 * (after.cpu_s - before.cpu_s)) / seconds,
    hold_frames_per_s: drawn / seconds,
    hold_lag_ms: Math.max(0, tui.lastFrame_ms - last_ms),
  };
}

async function rest(tui: TimedTerminal): Promise<Pick<TuiFigures, "idle_frames" | "idle_cpu_percent">> {
  await tui.quiet(1_000);
  const [before, frames] = [tui.usage(), tui.n_frames];
  await pause(IDLE_MS);
  const cpu_s = tui.usage().cpu_s - before.cpu_s;
  return { idle_frames: tui.n_frames - frames, idle_cpu_percent: (100_000 * cpu_s) / IDLE_MS };
}

/** A filter over all events, and back. */
async function filter(tui: TimedTerminal, text: string): Promise<{ rows_ms: number; counts_ms: number }> {
  tui.type("/");
  await tui.until(/─ filter ─/);
  tui.type(text);
  await tui.until(new RegExp(text));
  await tui.quiet(REST_MS);
  const from = performance.now();
  const frame = tui.nextFrame();
  tui.type("\r");
  await frame;
  await tui.until(/^[^\n]* > [^\n]*\[2\/2\]/);
  // The title arrives before the rest of its frame, which may still show how long the last rows took.
  await tui.quiet(FRAME_MS);
  const rows_ms = await since(from, async () => tui.until(/ rows \d/, STOP_MS));
  const counts_ms = await since(from, async () => {
    await tui.until(/count \d/, STOP_MS);
    return tui.until(/^(?![\s\S]*(?:counting|\.\.\. \d))/, STOP_MS);
  });
  if (counts_ms === Infinity) {
    tui.type(CTRL_C);
    // A second one soon after would leave.
    await pause(3_000);
  }
  tui.type(BACKSPACE);
  await tui.until(/^(?![^\n]* > )[^\n]*\n *filters: none/);
  await tui.quiet(REST_MS);
  return { rows_ms, counts_ms };
}

async function since(from: number, shown: () => Promise<number>): Promise<number> {
  try {
    return (await shown()) - from;
  } catch (error) {
    if (error instanceof NotShownError) return Infinity;
    throw error;
  }
}

/** Arrow keys among the rows while every query of the library runs. */
async function whileScanning(tui: TimedTerminal): Promise<number[]> {
  tui.type("3");
  await tui.until(/\d+ queries/);
  tui.type("A");
  await tui.until(/ now: /);
  tui.type("1");
  await tui.until(ROWS);
  await pause(REST_MS);
  const found: number[] = [];
  for (const key of alternating(DOWN, UP)) {
    const frame = tui.nextFrame();
    tui.type(key);
    found.push(await frame);
    await pause(BETWEEN_KEYS_MS);
  }
  tui.type(CTRL_C);
  await pause(REST_MS);
  return found;
}
