import { UsageError } from "../errors.ts";
import { ATTACK_ALIASES, ATTACK_ID } from "./attack.ts";
import { findQuery, type Library } from "./library.ts";
import { PHASES, type QueryFile } from "./query-file.ts";

/** Which queries of the library a run takes. */
export interface QuerySelection {
  readonly ids: readonly string[];
  readonly phases: readonly string[];
  /** ATT&CK technique ids, of any version; a technique takes its sub-techniques along. */
  readonly attack: readonly string[];
  readonly all: boolean;
}

/** The queries selected, by phase in the order of an investigation, then by id. Throws UsageError. */
export function selectQueries(library: Library, selection: QuerySelection): QueryFile[] {
  for (const phase of selection.phases) {
    if (!(PHASES as readonly string[]).includes(phase))
      throw new UsageError({ what: "No such phase", where: phase, fix: `Use one of: ${PHASES.join(", ")}.` });
  }
  const techniques = selection.attack.map(techniqueOf);
  const named = selection.ids.map((id) => findQuery(library, id));
  const others = [...library.queries.values()].filter(
    (query) =>
      selection.all ||
      selection.phases.includes(query.phase) ||
      query.attack.some((id) => techniques.some((technique) => id === technique || id.startsWith(`${technique}.`))),
  );
  const chosen = [...new Set([...named, ...others])];
  if (chosen.length === 0)
    throw new UsageError({
      what: "No query is selected",
      where: [...selection.phases, ...selection.attack].join(" "),
      fix: "`coldtrail query list` shows every query with its phase and techniques.",
    });
  const place = ({ phase, id }: QueryFile): string => `${String(PHASES.indexOf(phase)).padStart(2, "0")} ${id}`;
  return chosen.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function techniqueOf(id: string): string {
  const current = ATTACK_ALIASES[id.toUpperCase()] ?? id.toUpperCase();
  if (ATTACK_ID.test(current)) return current;
  throw new UsageError({ what: "Not an ATT&CK technique", where: id, fix: "Write T1078 or T1078.004." });
}
