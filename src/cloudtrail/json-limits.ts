/** Values nested deeper than this are checked and kept as text, never built as nodes: no stack can overflow. */
export const DEPTH_MAX = 200;

/** What is nested deeper than this is not even checked. */
export const LEVELS_MAX = 1_000_000;

/** One value may hold so many others: AWS allows an event 1 MB, so more are a bomb, and would take a gigabyte. */
export const VALUES_MAX = 2_000_000;
