import type { AppState, Level } from "./types.ts";

/** The state of an app that shows one view of one digit. */
export function firstState(
  size: { readonly columns: number; readonly rows: number },
  digit: number,
  level: Level,
): AppState {
  return {
    ...size,
    digit,
    parked: {},
    levels: [level],
    closed: [],
    overlay: null,
    toast: null,
    data_version: 0,
    newer_case: false,
    is_reloading: false,
  };
}
