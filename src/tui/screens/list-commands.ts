import { LIST_MOVES, moveTo } from "../components/list-cursor.ts";
import type { App, Command } from "../state/contract.ts";
import { editField, insertText, type TextField } from "../components/text-field.ts";
import { pageRows } from "./drawn-pages.ts";

/** A list that the keys of movement move in, as it was drawn last. */
export interface MovedList {
  /** Its name for `drawn-pages.ts`. */
  readonly list: string;
  readonly cursor: number;
  readonly n_rows: number;
}

/** The commands of movement of a screen. `listOf` is null while nothing can be moved in. */
export function moveCommands(
  scope: string,
  listOf: (app: App) => MovedList | null,
  moved: (app: App, cursor: number) => void,
): Command[] {
  return LIST_MOVES.map((listMove) => ({
    ...moveCommand(scope, listMove),
    available: (app) => listOf(app) !== null,
    run: (app) => {
      const list = listOf(app)!;
      const size = { n_rows: list.n_rows, height: pageRows(list.list) + 1 };
      const next = moveTo({ cursor: list.cursor, scroll: 0 }, listMove.move, size);
      if (next !== null) moved(app, next.cursor);
    },
  }));
}

/** What every movement has in common: found by its keys and named in the help, not in the hints. */
function moveCommand(
  scope: string,
  { move, keys, title }: (typeof LIST_MOVES)[number],
): Pick<Command, "id" | "title" | "scope" | "keys" | "hidden"> {
  return { id: `${scope}.${move}`, title, scope, keys, hidden: true };
}

/** A screen that moves by rows of its own. */
export interface SteppedScreen {
  readonly scope: string;
  /** How many rows a page moves by, as the screen was drawn last. */
  readonly page: (app: App) => number;
  /** Moves by so many rows, or as far as there are. */
  readonly step: (app: App, by: number) => void;
  /** Whether a movement is possible; without it all are. */
  readonly available?: (app: App, move: string) => boolean;
}

/** The commands of movement of a screen that knows its rows itself. */
export function stepCommands({ scope, page, step, available }: SteppedScreen): Command[] {
  return LIST_MOVES.map((listMove) => ({
    ...moveCommand(scope, listMove),
    ...(available === undefined ? {} : { available: (app) => available(app, listMove.move) }),
    run: (app) => step(app, stepOf(listMove.move, page(app))),
  }));
}

/** Farther than any list is long. */
const TO_THE_END = 1e9;

function stepOf(move: string, page: number): number {
  const half = Math.max(1, Math.ceil(page / 2));
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    down: 1,
    "page-up": -page,
    "page-down": page,
    "half-up": -half,
    "half-down": half,
    first: -TO_THE_END,
    last: TO_THE_END,
  };
  return steps[move] ?? 0;
}

/** What the commands of a search field need to know of its screen. */
export interface SearchedScreen {
  readonly scope: string;
  readonly typed: (app: App) => TextField | null;
  /** The search in force. */
  readonly inForce: (app: App) => string;
  readonly type: (app: App, typed: TextField | null) => void;
  readonly search: (app: App, words: string) => void;
}

/** `/` opens the field, Enter searches, Esc leaves it or takes the search away. */
export function searchCommands({ scope, typed, inForce, type, search }: SearchedScreen, what: string): Command[] {
  return [
    {
      id: `${scope}.search`,
      title: `search: ${what}`,
      hint: "search",
      scope,
      keys: ["/"],
      available: (app) => typed(app) === null,
      run: (app) => type(app, { text: inForce(app), cursor: inForce(app).length }),
    },
    {
      id: `${scope}.search-run`,
      title: "search for what was typed",
      hint: "search",
      scope,
      keys: ["enter"],
      hidden: true,
      available: (app) => typed(app) !== null,
      run: (app) => {
        const words = typed(app)?.text.trim() ?? "";
        type(app, null);
        search(app, words);
      },
    },
    {
      id: `${scope}.search-leave`,
      title: "leave the search field",
      hint: "leave",
      scope,
      keys: ["esc"],
      hidden: true,
      available: (app) => typed(app) !== null,
      run: (app) => type(app, null),
    },
    {
      id: `${scope}.search-clear`,
      title: "take the search away",
      scope,
      keys: ["esc"],
      hidden: true,
      available: (app) => typed(app) === null && inForce(app) !== "",
      run: (app) => search(app, ""),
    },
  ];
}

/** The hooks of a screen with a search field. */
export function searchInput({ typed, type }: SearchedScreen): {
  onText: (text: string, app: App) => void;
  onKey: (key: string, app: App) => void;
} {
  return {
    onText: (text, app) => {
      const field = typed(app);
      if (field !== null) type(app, insertText(field, text));
    },
    onKey: (key, app) => {
      const field = typed(app);
      const edited = field === null ? null : editField(field, key);
      if (edited !== null) type(app, edited);
    },
  };
}
