import type { AppState, Level, ViewStack } from "./types.ts";

/** How many closed levels `a` can open again. */
const KEPT_CLOSED = 20;

/** The view that is seen. */
export function topLevel({ levels }: AppState): Level {
  const top = levels.at(-1);
  if (top === undefined) throw new Error("The view stack is empty");
  return top;
}

/** Opens a level above the present one. What was closed before cannot be opened again from here. */
export function pushLevel(state: AppState, level: Level): AppState {
  return { ...state, levels: [...state.levels, level], closed: [] };
}

/** Closes the level on top and remembers it; the last one stays. */
export function popLevel(state: AppState): AppState {
  return popTo(state, Math.max(1, state.levels.length - 1));
}

/** Opens again what was closed last, exactly as it was. */
export function reopenLevel(state: AppState): AppState {
  const [last, ...rest] = state.closed;
  return last === undefined ? state : { ...state, levels: [...state.levels, last], closed: rest };
}

/**
 * Shows the stack of a digit. Its own digit leads back to its first view, and `a` from there forward again; another
 * one's stack is shown as it was left, or made of `first`.
 */
export function showDigit(state: AppState, digit: number, first: () => Level): AppState {
  if (digit === state.digit) return popTo(state, 1);
  const { [digit]: waiting, ...parked } = state.parked;
  const shown = waiting ?? { levels: [first()], closed: [] };
  const left = { [state.digit]: { levels: state.levels, closed: state.closed } };
  return { ...state, ...shown, digit, parked: { ...parked, ...left } };
}

/** Changes one level wherever it is; the same state when nothing changed. */
export function patchLevel(state: AppState, id: number, patch: (level: Level) => Level): AppState {
  const shown = patchStack(state, id, patch);
  if (shown !== state) return { ...state, ...shown };
  for (const [digit, stack] of Object.entries(state.parked)) {
    const next = patchStack(stack, id, patch);
    if (next !== stack) return { ...state, parked: { ...state.parked, [digit]: next } };
  }
  return state;
}

export function findLevel(state: AppState, id: number): Level | undefined {
  return allLevels(state).find((level) => level.id === id);
}

/** Levels of the one state that the other no longer has: what belongs to them can be freed. */
export function lostLevels(before: AppState, after: AppState): number[] {
  if (before.levels === after.levels && before.closed === after.closed && before.parked === after.parked) return [];
  const kept = new Set(allLevels(after).map(({ id }) => id));
  return allLevels(before).flatMap(({ id }) => (kept.has(id) ? [] : [id]));
}

function allLevels(state: AppState): Level[] {
  return [state, ...Object.values(state.parked)].flatMap(({ levels, closed }) => [...levels, ...closed]);
}

function popTo(state: AppState, depth: number): AppState {
  if (state.levels.length <= depth) return state;
  const popped = state.levels.slice(depth);
  return { ...state, levels: state.levels.slice(0, depth), closed: [...popped, ...state.closed].slice(0, KEPT_CLOSED) };
}

function patchStack<T extends ViewStack>(stack: T, id: number, patch: (level: Level) => Level): T {
  for (const part of ["levels", "closed"] as const) {
    const index = stack[part].findIndex((level) => level.id === id);
    const level = stack[part][index];
    if (level === undefined) continue;
    const next = patch(level);
    return next === level ? stack : { ...stack, [part]: stack[part].with(index, next) };
  }
  return stack;
}
