import { ExpectedError } from "../errors.ts";
import type { AppParts } from "./app-parts.ts";
import type { DispatchTarget } from "./input/dispatch.ts";
import { CommandTable } from "./input/command-table.ts";
import { EMPTY_CASE, emptyCaseScreen } from "./screens/empty-case.ts";
import type { ServiceContext } from "./services/service-context.ts";
import { allServices, createServices, type Services } from "./services/services.ts";
import type { CaseFacts } from "./state/case-facts.ts";
import type { Clock } from "./state/clock.ts";
import type { Command, OverlayDefinition, ScreenDefinition } from "./state/contract.ts";
import { firstState } from "./state/first-state.ts";
import { createStore, type Store } from "./state/store.ts";
import type { AppState, Level, StyleName } from "./state/types.ts";
import {
  findLevel,
  lostLevels,
  patchLevel,
  popLevel,
  pushLevel,
  reopenLevel,
  showDigit,
  topLevel,
} from "./state/view-stack.ts";
import type { Theme } from "./terminal/theme.ts";

const TOAST_MS = 4000;
const TOAST_MS_PER_CHARACTER = 40;
const LEAVE_WITHIN_MS = 2000;
const EXIT_INTERRUPTED = 130;

/** The app behind every command; it draws nothing itself. */
export class TuiApp implements DispatchTarget {
  readonly store: Store;
  readonly clock: Clock;
  readonly theme: Theme;
  readonly services: Services;
  private readonly parts: AppParts;
  private readonly table: CommandTable;
  private readonly running = new Set<Promise<void>>();
  private broken = false;
  private nextLevel = 1;
  private interruptedAt_ms = -Infinity;

  constructor(parts: AppParts) {
    this.parts = parts;
    this.clock = parts.clock;
    this.theme = parts.theme;
    this.table = new CommandTable({
      interrupt: () => this.interrupt(),
      redraw: () => parts.host.redraw(),
      suspend: () => parts.host.suspend(),
      reload: async () => parts.host.reload(),
    });
    const context: ServiceContext = {
      clock: parts.clock,
      lanes: parts.lanes,
      caseFacts: () => parts.caseFacts(),
      openedCase: () => parts.openedCase(),
      dataArrived: () => this.dataArrived(),
    };
    this.services = createServices(context);
    this.store = createStore(this.firstState());
  }

  /** Enters the first view; to be called once. */
  start(): void {
    this.tell(this.top(), "enter");
  }

  caseFacts(): CaseFacts {
    return this.parts.caseFacts();
  }

  commands(): readonly Command[] {
    return this.table.all;
  }

  globalCommands(): readonly Command[] {
    return this.table.globals;
  }

  screen(id: string): ScreenDefinition | undefined {
    return this.table.screen(id);
  }

  screens(): readonly ScreenDefinition[] {
    return this.table.screens;
  }

  isBroken(): boolean {
    return this.broken;
  }

  /** The painter tells whether what is on top could be drawn. */
  setBroken(isBroken: boolean): void {
    this.broken = isBroken;
  }

  overlayDefinition(kind: string): OverlayDefinition | undefined {
    return this.table.overlay(kind);
  }

  top(): Level {
    return topLevel(this.store.getState());
  }

  level(id: number): Level | undefined {
    return findLevel(this.store.getState(), id);
  }

  push(screen: string, title: string, state: unknown): number {
    const level = this.newLevel(screen, title, state);
    this.change((old) => pushLevel(old, level));
    return level.id;
  }

  replaceState<S>(levelId: number, patch: (state: S) => S): void {
    this.store.update((old) =>
      patchLevel(old, levelId, (level) => {
        const state = patch(level.state as S);
        return state === level.state ? level : { ...level, state };
      }),
    );
  }

  retitle(levelId: number, title: string): void {
    this.store.update((old) => patchLevel(old, levelId, (level) => ({ ...level, title })));
  }

  pop(): void {
    this.change(popLevel);
  }

  reopen(): void {
    this.change(reopenLevel);
  }

  openScreen(digit: number): void {
    const screen = this.table.screens.find((candidate) => candidate.digit === digit);
    if (screen === undefined) return;
    this.change((old) => showDigit(old, digit, () => this.firstLevel(screen)));
  }

  openOverlay(kind: string, state: unknown): void {
    this.store.update((old) => ({ ...old, overlay: { kind, state } }));
  }

  updateOverlay<S>(patch: (state: S) => S): void {
    this.store.update((old) => {
      if (old.overlay === null) return old;
      const state = patch(old.overlay.state as S);
      return state === old.overlay.state ? old : { ...old, overlay: { ...old.overlay, state } };
    });
  }

  closeOverlay(): void {
    this.store.update((old) => (old.overlay === null ? old : { ...old, overlay: null }));
  }

  toast(text: string, style: StyleName = "plain"): void {
    const lasts_ms = TOAST_MS + text.length * TOAST_MS_PER_CHARACTER;
    const toast = { text, style, until_ms: this.clock.now_ms() + lasts_ms };
    this.store.update((old) => ({ ...old, toast }));
    this.clock.after(lasts_ms, () => {
      this.store.update((old) => (old.toast === toast ? { ...old, toast: null } : old));
    });
  }

  fail(error: unknown): void {
    if (error instanceof ExpectedError) {
      this.toast(`! ${error.message.replaceAll(/\s*\n\s*/g, ". ")}`, "error");
      return;
    }
    const file = this.parts.host.logError(error);
    this.toast(`! A bug in coldtrail: ${error instanceof Error ? error.message : String(error)} (${file})`, "error");
  }

  dataArrived(): void {
    this.store.update((old) => ({ ...old, data_version: old.data_version + 1 }));
  }

  copy(text: string, what: string): void {
    try {
      this.toast(this.parts.host.copy(text, what), "success");
    } catch (error) {
      this.fail(error);
    }
  }

  run(commandId: string): void {
    const command = this.table.command(commandId);
    if (command !== undefined) this.execute(command);
  }

  execute(command: Command): void {
    try {
      const available = command.available?.(this) ?? true;
      if (available === false) return;
      if (typeof available === "string") {
        this.toast(available, "warning");
        return;
      }
      const running = command.run(this);
      if (running instanceof Promise) this.follow(running);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Resolves when no command runs. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  quit(exitCode = 0): void {
    this.parts.host.exit(exitCode);
  }

  /** The terminal has another size. */
  resize(columns: number, rows: number): void {
    const before = this.store.getState();
    if (before.columns === columns && before.rows === rows) return;
    this.store.update((old) => ({ ...old, columns, rows }));
    this.tell(this.top(), "enter");
  }

  /** A newer generation of the case has been opened: everything read from the old one is forgotten. */
  async reloaded(): Promise<void> {
    for (const service of allServices(this.services)) await service.reloaded?.();
    this.store.update((old) => ({ ...old, newer_case: false, data_version: old.data_version + 1 }));
    const isEmpty = this.top().screen === EMPTY_CASE;
    if (isEmpty && this.caseFacts().n_events > 0) {
      const fresh = this.firstState();
      this.store.update((old) => ({ ...old, levels: fresh.levels, closed: [], digit: fresh.digit }));
    }
    this.tell(this.top(), "enter");
  }

  private follow(running: Promise<void>): void {
    const followed = running.catch((error: unknown) => this.fail(error)).finally(() => this.running.delete(followed));
    this.running.add(followed);
  }

  private interrupt(): void {
    const now_ms = this.clock.now_ms();
    const isSecond = now_ms - this.interruptedAt_ms < LEAVE_WITHIN_MS;
    this.interruptedAt_ms = now_ms;
    if (isSecond) {
      this.quit(EXIT_INTERRUPTED);
      return;
    }
    const services = allServices(this.services);
    const n_stopped =
      this.parts.lanes.cancelAll() + services.reduce((sum, service) => sum + (service.cancel?.() ?? 0), 0);
    this.toast(`${n_stopped > 0 ? "Stopped what was running. " : ""}Ctrl-c again leaves coldtrail`, "warning");
  }

  /** Changes the stack, and tells the views that are covered or uncovered by it. */
  private change(patch: (state: AppState) => AppState): void {
    const before = this.store.getState();
    this.store.update((old) => patch({ ...old, overlay: null }));
    const after = this.store.getState();
    const [left, entered] = [topLevel(before), topLevel(after)];
    if (left.id === entered.id) return;
    this.tell(left, "leave");
    const lost = lostLevels(before, after);
    if (lost.length > 0) for (const service of allServices(this.services)) service.forget?.(lost);
    this.tell(entered, "enter");
  }

  /** A view that fails at this is drawn all the same. */
  private tell(level: Level, what: "enter" | "leave"): void {
    try {
      this.screen(level.screen)?.[what]?.(level, this);
    } catch (error) {
      this.fail(error);
    }
  }

  private newLevel(screen: string, title: string, state: unknown): Level {
    const id = this.nextLevel;
    this.nextLevel += 1;
    return { id, screen, title, state };
  }

  private firstLevel(screen: ScreenDefinition): Level {
    return this.newLevel(screen.id, screen.name.toLowerCase(), screen.initial?.(this) ?? null);
  }

  private firstState(): AppState {
    const isEmpty = this.caseFacts().n_events === 0;
    const first = this.table.screens.find(({ digit }) => digit === 1);
    const screen = (isEmpty ? undefined : first) ?? emptyCaseScreen;
    return firstState(this.parts.size, screen.digit ?? 0, this.firstLevel(screen));
  }
}
