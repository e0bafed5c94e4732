import type { CaseReader } from "../../store/case-reader.ts";
import type { QueryFile } from "../query-file.ts";
import { requirementCondition, requirementInWords } from "../requirements.ts";

/*
 * Which queries of the library can find anything at all in a case: those of whose records none was ever recorded are
 * known to answer "not logged" before they run.
 */

export type AvailabilityState =
  | "ready"
  /** Some of the kinds of record that it reads were never recorded. */
  | "partly"
  /** The case holds such records, and none of them is in the scope. */
  | "out-of-scope"
  /** The case holds no record of any kind that it reads. */
  | "not-logged";

export interface Availability {
  readonly state: AvailabilityState;
  /** One sentence without a full stop; null for `ready`. */
  readonly reason: string | null;
}

/** By query id. `isScoped` says that `events` of this reader leaves something out. */
export async function availabilityOf(
  reader: CaseReader,
  queries: readonly QueryFile[],
  isScoped: boolean,
): Promise<ReadonlyMap<string, Availability>> {
  const requirements = [...new Set(queries.flatMap(({ requires }) => requires))];
  const inCase = await countRequirements(reader, "all_events", requirements);
  const inScope = isScoped ? await countRequirements(reader, "events", requirements) : inCase;
  return new Map(queries.map(({ id, requires }) => [id, judge(requires, inCase, inScope)]));
}

type Counts = ReadonlyMap<string, number>;

function judge(requires: readonly string[], inCase: Counts, inScope: Counts): Availability {
  const among = (counts: Counts): string[] => requires.filter((requirement) => (counts.get(requirement) ?? 0) > 0);
  if (requires.length === 0) return { state: "ready", reason: null };
  const recorded = among(inCase);
  const missing = requires.filter((requirement) => !recorded.includes(requirement));
  if (recorded.length === 0) return { state: "not-logged", reason: `the case holds no ${inWords(missing, "or")}` };
  if (among(inScope).length === 0)
    return { state: "out-of-scope", reason: `none of the ${inWords(recorded, "and")} of the case is in this scope` };
  if (missing.length > 0)
    return { state: "partly", reason: `answers in part: the case holds no ${inWords(missing, "or")}` };
  return { state: "ready", reason: null };
}

function inWords(requirements: readonly string[], last: "and" | "or"): string {
  const words = [...new Set(requirements.map(requirementInWords))];
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)!}`;
}

/** One scan, whatever number of requirements: what they ask for has few values. */
async function countRequirements(
  reader: CaseReader,
  view: "events" | "all_events",
  requirements: readonly string[],
): Promise<Counts> {
  if (requirements.length === 0) return new Map();
  const counts = requirements.map(
    (requirement, place) => `sum(n) FILTER (WHERE ${requirementCondition(requirement).sql}) AS n${place}`,
  );
  const [row] = await reader.rows(
    `SELECT ${counts.join(", ")} FROM (
      SELECT event_category, management_event, service, read_only, count(*) AS n FROM ${view} GROUP BY ALL)`,
  );
  return new Map(requirements.map((requirement, place) => [requirement, Number(row?.[`n${place}`] ?? 0)]));
}
