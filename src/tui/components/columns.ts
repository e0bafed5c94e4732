/** How wide a column of a table may be. */
export interface ColumnSpec {
  readonly title: string;
  readonly min: number;
  /** Takes space up to so much; without it the column keeps its `min`. */
  readonly max?: number;
  /** Weight when space is handed out; 1 unless said. */
  readonly grow?: number;
  readonly align?: "left" | "right";
  readonly cut?: "end" | "start";
}

export interface PlacedColumn extends ColumnSpec {
  /** Index among the specs. */
  readonly index: number;
  readonly x: number;
  readonly width: number;
}

const SPACE_BETWEEN = 1;

/** Columns in the order given, as many as there is room for; what is left goes to those that may grow. */
export function placeColumns(specs: readonly ColumnSpec[], width: number): PlacedColumn[] {
  const shown: { spec: ColumnSpec; index: number; width: number }[] = [];
  let used = 0;
  for (const [index, spec] of specs.entries()) {
    const needed = spec.min + (shown.length === 0 ? 0 : SPACE_BETWEEN);
    if (used + needed > width) {
      // The first one is shown however narrow the place is.
      if (shown.length === 0) return [{ ...spec, index, x: 0, width }];
      break;
    }
    shown.push({ spec, index, width: spec.min });
    used += needed;
  }
  share(shown, Math.max(0, width - used));
  let x = 0;
  return shown.map(({ spec, index, width: columnWidth }) => {
    const placed = { ...spec, index, x, width: columnWidth };
    x += columnWidth + SPACE_BETWEEN;
    return placed;
  });
}

/** Hands out columns by weight until there are none left or nobody may grow. */
function share(shown: { spec: ColumnSpec; width: number }[], extra: number): void {
  let left = extra;
  while (left > 0) {
    const growing = shown.filter(({ spec, width }) => width < (spec.max ?? spec.min));
    if (growing.length === 0) return;
    const weights = growing.reduce((sum, { spec }) => sum + (spec.grow ?? 1), 0);
    const before = left;
    for (const column of growing) {
      const room = (column.spec.max ?? column.spec.min) - column.width;
      const part = Math.min(room, Math.floor((before * (column.spec.grow ?? 1)) / weights), left);
      column.width += part;
      left -= part;
    }
    if (left === before) {
      const [first] = growing;
      if (first !== undefined) first.width += 1;
      left -= 1;
    }
  }
}
