import { scopeInWords, type Scope } from "../queries/scope.ts";
import type { Marked } from "./marked.ts";
import { markedInWords } from "./marked.ts";
import { seedsInWords, type Seeds } from "./seeds.ts";
import { ORDER_NOTE, type Timeline } from "./timeline.ts";

/** What stands beside every timeline, complete after its last row; the same for a file and for the screen. */
export function timelineNotes(
  { counts }: Pick<Timeline, "counts">,
  of: { seeds: Seeds; scope: Scope; marked: { readonly marked: Marked; readonly n_absent: number } | null },
): Record<string, string | number | boolean> {
  const { seeds, scope, marked } = of;
  return {
    rows: counts.rows,
    ...(counts.limited ? { more_rows_cut_by_limit: true } : {}),
    actions: counts.actions,
    seeds: seedsInWords(seeds, marked === null ? [] : markedSeedsInWords(marked.marked)),
    ...(marked === null ? {} : markedInWords(marked.marked, marked.n_absent)),
    scope: scopeInWords(scope),
    order: ORDER_NOTE,
    cannot_show:
      "calls that no trail recorded, denied calls into other accounts, and what was recorded and not handed over",
  };
}

function markedSeedsInWords({ withEntities }: Marked): string[] {
  return ["marked events", ...(withEntities ? ["events of whatever else is marked"] : [])];
}

/** The notes as lines, for a footer or the terminal. */
export function notesInLines(notes: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(notes).map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`);
}

/** The notes as the file `<export>.meta.json`. */
export function notesAsJson(notes: Readonly<Record<string, string | number | boolean>>): string {
  return `${JSON.stringify(notes, null, 2)}\n`;
}
