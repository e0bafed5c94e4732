/** Cursor and scroll of anything with rows. */
export interface ListCursor {
  readonly cursor: number;
  /** First row shown. */
  readonly scroll: number;
}

export interface ListSize {
  readonly n_rows: number;
  /** Rows shown at once. */
  readonly height: number;
}

/** Moves by name; null when the name is no movement. */
export function moveTo(list: ListCursor, move: string, size: ListSize): ListCursor | null {
  const target = targetOf(list.cursor, move, size);
  return target === null ? null : scrollTo({ ...list, cursor: target }, size);
}

/** Movements and their keys, for the commands of a screen with a list. */
export const LIST_MOVES: readonly {
  readonly move: string;
  readonly keys: readonly string[];
  readonly title: string;
}[] = [
  { move: "up", keys: ["up", "k"], title: "one up" },
  { move: "down", keys: ["down", "j"], title: "one down" },
  { move: "page-up", keys: ["pageup"], title: "one page up" },
  { move: "page-down", keys: ["pagedown", "space"], title: "one page down" },
  { move: "half-up", keys: ["ctrl-u"], title: "half a page up" },
  { move: "half-down", keys: ["ctrl-d"], title: "half a page down" },
  { move: "first", keys: ["g", "home"], title: "to the first" },
  { move: "last", keys: ["G", "end"], title: "to the last" },
];

/** The list with its cursor inside the rows and in view. */
export function scrollTo({ cursor, scroll }: ListCursor, { n_rows, height }: ListSize): ListCursor {
  const last = Math.max(0, n_rows - 1);
  const row = Math.min(Math.max(0, cursor), last);
  const shown = Math.max(1, height);
  const furthest = Math.max(0, n_rows - shown);
  let first = Math.min(Math.max(0, scroll), furthest);
  if (row < first) first = row;
  if (row >= first + shown) first = row - shown + 1;
  return { cursor: row, scroll: first };
}

function targetOf(cursor: number, move: string, { n_rows, height }: ListSize): number | null {
  const page = Math.max(1, height - 1);
  switch (move) {
    case "up":
      return cursor - 1;
    case "down":
      return cursor + 1;
    case "page-up":
      return cursor - page;
    case "page-down":
      return cursor + page;
    case "half-up":
      return cursor - Math.max(1, Math.floor(height / 2));
    case "half-down":
      return cursor + Math.max(1, Math.floor(height / 2));
    case "first":
      return 0;
    case "last":
      return n_rows - 1;
    default:
      return null;
  }
}
