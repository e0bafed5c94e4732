/** What docs/tui.md says besides the commands and the screens. */

/** One picture: keys pressed one after the other from where the picture before ended, then the screen. */
export interface Picture {
  /** The five screens have a chapter each; what follows belongs to it. */
  readonly heading: string | null;
  readonly words: string;
  readonly size: readonly [columns: number, rows: number];
  /** Names of keys; what stands in double quotes is typed. */
  readonly keys: readonly string[];
}

const WIDE = [120, 35] as const;
const USUAL = [80, 24] as const;

export const INTRODUCTION = `\`coldtrail tui\` looks through a case on a full screen of the terminal: events with filters, facets and pivots, the keys
and sessions of a principal, the query library, marks with the timeline that they make, and coverage. The case is opened
read-only, and an ingest may run beside it; what is marked goes to the journal.

\`\`\`sh
coldtrail tui --case fernhollow
coldtrail tui --case fernhollow --since 2026-03-29 --until 2026-03-29
\`\`\``;

export const HOW: readonly string[] = [
  "## How it works",
  `**Views are a stack.** Every filter and every pivot opens a view above the present one; \`Esc\` leads back, with cursor and
scroll as they were, and \`a\` leads forward again. Each of the five screens, on the digits \`1\` to \`5\`, has a stack of its own, and
its digit pressed again leads to its first view.

**Filters are always seen**, as chips in the second line. They can be turned off, negated and changed there (\`Tab\`). Times are UTC.
A number is exact, or it says so: \`10,000+\`, \`~\`, \`counting\`.

**Nothing is lost on the way out.** \`v\` shows the SQL of any view and the command that gives the same rows; \`X\` writes them to a
file; \`y\` copies. What marks say is in the journal the moment that the screen says so.

**Evidence is written by attackers.** Control characters, escape sequences, direction marks and invisible characters are shown as
\`\\x1b\`, \`\\u202e\` and the like: nothing in a record can move the cursor, change a colour, set the title or fill the clipboard. Raw
bytes are in exports only.

**Queries never block the keys.** Rows come before counts, counts before facets; a new question ends the old one; \`Ctrl-c\` ends
what runs, and pressed twice leaves. \`q\` leaves only on a first view; \`Esc\` never does.

**The case may change meanwhile.** When an ingest publishes a newer one, the screen says so, and \`R\` opens it with the same views.`,
];

export const TERMINALS: readonly string[] = [
  "## What it needs",
  `- A terminal of at least 60 columns and 15 lines that understands the usual xterm sequences: what runs on Linux, macOS and
  Windows today, tmux and screen, over ssh too. From 110 columns on facets stand beside the rows, from 30 lines on the event below them.
- Standard input and output must be that terminal. Without one, with \`TERM=dumb\`, or with \`INK_SCREEN_READER=true\` it exits with 2 and
  names the plain commands, which show the same.
- \`NO_COLOR\` (any value) or \`--no-color\`: no colours; bold and inverse stay. Colour is never the only sign: \`>\` is the cursor, \`*\` a
  mark, \`!\` an error.
- \`--ascii\`: borders and charts of plain ASCII.
- Copying uses the terminal's clipboard (OSC 52), which works over ssh. tmux needs \`set -g set-clipboard on\`. What is longer than
  74,000 bytes goes to a file in the working folder. No terminal answers whether it took it.
- \`Ctrl-z\` suspends, \`fg\` returns. After \`kill -9\` the terminal stays as it was: \`reset\` helps. A crash leaves its stack in a file,
  which the last line names.`,
];

export const PICTURES: readonly Picture[] = [
  {
    heading: "Events",
    words:
      "Rows, facets, a histogram in which days without any delivery are marked as gaps, and the event under the cursor. Here only what was refused.",
    size: WIDE,
    keys: ["/", '"outcome=denied"', "enter", "down", "down"],
  },
  { heading: null, words: "The filter editor completes fields and values.", size: USUAL, keys: ["/", '"errorC"'] },
  {
    heading: null,
    words: "`P`: everything that the event names, with how many events each has; `Enter` opens them.",
    size: WIDE,
    keys: ["esc", "P"],
  },
  {
    heading: null,
    words: "`Enter`: the event, as fields or as the record itself (`i`).",
    size: USUAL,
    keys: ["esc", "enter"],
  },
  {
    heading: null,
    words: "`F`: how often each value of a column occurs.",
    size: USUAL,
    keys: ["esc", "right", "F"],
  },
  {
    heading: null,
    words: "`M`: tags and a note, on the event or on anything that it names.",
    size: USUAL,
    keys: ["esc", "M", '"incident, recon"', "tab", '"the pipeline never asks this"'],
  },
  {
    heading: "Sessions",
    words: "Access keys, or session groups, with where they were used and what issued them.",
    size: WIDE,
    keys: ["enter", "down", "m", "2"],
  },
  {
    heading: null,
    words: "`Enter`: one of them, with its addresses, user agents, events and regions.",
    size: USUAL,
    keys: ["enter"],
  },
  {
    heading: "Queries",
    words: "The library by phase; what can find nothing here, because it was never logged, says so.",
    size: WIDE,
    keys: ["1", "1", "3"],
  },
  {
    heading: null,
    words:
      "`Enter` runs the query. Every row leads on: to its events, its principal, its addresses, and to the next query.",
    size: WIDE,
    keys: ["/", '"access-denied"', "enter", "enter"],
  },
  {
    heading: "Marks",
    words: "What was marked, as a timeline. `Ctrl-e` writes what `coldtrail timeline --marked` writes, byte for byte.",
    size: WIDE,
    keys: ["4"],
  },
  {
    heading: "Coverage",
    words:
      "What there is, and what is missing: events and files by account, region and day, files with problems, and which queries have nothing to look at.",
    size: WIDE,
    keys: ["5"],
  },
  {
    heading: "Everywhere",
    words: "`?` lists the keys of the view; they are all below.",
    size: USUAL,
    keys: ["1", "?"],
  },
  { heading: null, words: "`:` finds any command by its name.", size: USUAL, keys: ["esc", ":", '"error"'] },
];
