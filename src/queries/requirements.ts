import type { CaseReader } from "../store/case-reader.ts";

/*
 * An empty answer never means that something did not take place. It says which of four it is (semantics.md section 6):
 * (a) there are rows; (b) records of this kind were recorded in this scope, none matched; (c) such records are in the
 * case, but none in this scope; (d) the case has no such record at all.
 */

export type AnswerKind = "rows" | "none-matched" | "none-in-scope" | "none-recorded";

export interface RequirementAnswer {
  readonly requirement: string;
  readonly kind: AnswerKind;
  /** One sentence. */
  readonly text: string;
}

interface Recorded {
  readonly n: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly names: string;
}

/** What was recorded of each requirement, in the order of the query's front matter; `rows` is the result's length. */
export async function answerRequirements(
  reader: CaseReader,
  requires: readonly string[],
  rows: number,
): Promise<RequirementAnswer[]> {
  const answers: RequirementAnswer[] = [];
  for (const requirement of requires) {
    const inScope = await recorded(reader, "events", requirement);
    const inCase = inScope.n > 0 ? inScope : await recorded(reader, "all_events", requirement);
    answers.push({ requirement, ...describe(requirement, { rows, inScope, inCase }) });
  }
  return answers;
}

function describe(
  requirement: string,
  { rows, inScope, inCase }: { rows: number; inScope: Recorded; inCase: Recorded },
): Pick<RequirementAnswer, "kind" | "text"> {
  const what = nameOf(requirement);
  if (inScope.n > 0) {
    const span = `${inScope.first ?? "undated"} to ${inScope.last ?? "undated"}`;
    if (rows > 0) return { kind: "rows", text: `recorded in this scope: ${count(inScope.n)} ${what}, ${span}` };
    const some = inScope.names === "" ? "" : ` (${inScope.names})`;
    return {
      kind: "none-matched",
      text: `no matching record; such records were recorded here: ${count(inScope.n)} ${what}${some}, ${span}`,
    };
  }
  if (inCase.n > 0) {
    const none = rows > 0 ? "" : "no matching record; ";
    return {
      kind: "none-in-scope",
      text: `${none}${what} are in the case (${count(inCase.n)}), but none for the time, account, region or principal asked`,
    };
  }
  return { kind: "none-recorded", text: `no record of this category at all: the case holds no ${what}` };
}

type View = "events" | "all_events";

/** What was counted of a case while it was open: a run of many queries asks the same of it again and again. */
const COUNTED = new WeakMap<CaseReader, Map<string, Recorded>>();

async function recorded(reader: CaseReader, view: View, requirement: string): Promise<Recorded> {
  const counted = COUNTED.get(reader) ?? new Map<string, Recorded>();
  COUNTED.set(reader, counted);
  const key = `${view} ${requirement}`;
  const found = counted.get(key) ?? (await countRecorded(reader, view, requirement));
  counted.set(key, found);
  return found;
}

async function countRecorded(reader: CaseReader, view: View, requirement: string): Promise<Recorded> {
  const condition = conditionOf(requirement);
  const rows = await reader.rows(
    `SELECT event_name, count(*) AS n, min(event_time) AS first, max(event_time) AS last
     FROM ${view} WHERE ${condition.sql} GROUP BY event_name ORDER BY n DESC, event_name`,
    condition.params,
  );
  const total = rows.reduce((sum, { n }) => sum + Number(n), 0);
  const times = rows.flatMap(({ first, last }) => (first === null ? [] : [String(first), String(last)])).toSorted();
  const names = rows.slice(0, 3).map(({ event_name, n }) => `${count(Number(n))} ${String(event_name ?? "unnamed")}`);
  return { n: total, first: times[0] ?? null, last: times.at(-1) ?? null, names: names.join(", ") };
}

/** A requirement as a condition over event columns. */
function conditionOf(requirement: string): { sql: string; params: Record<string, string> } {
  const [category, second, third] = requirement.split(":");
  if (category === "insight") return { sql: "event_category = 'Insight'", params: {} };
  if (category === "network") return { sql: "event_category = 'NetworkActivity'", params: {} };
  const access = category === "data" ? third : second;
  const parts = [category === "data" ? DATA : MANAGEMENT];
  const params: Record<string, string> = {};
  if (category === "data" && second !== undefined && second !== "*") {
    parts.push("service = CAST($service AS VARCHAR)");
    params["service"] = second;
  }
  if (access !== undefined) parts.push(access === "read" ? "read_only" : "read_only IS DISTINCT FROM true");
  return { sql: parts.join(" AND "), params };
}

// Before version 1.07 a record names no category; managementEvent tells, and before 1.06 there is only what it is.
const DATA = "(event_category = 'Data' OR (event_category IS NULL AND management_event = false))";
const MANAGEMENT =
  "(event_category = 'Management' OR (event_category IS NULL AND management_event IS DISTINCT FROM false))";

function nameOf(requirement: string): string {
  const [category, second, third] = requirement.split(":");
  if (category === "insight") return "Insight records";
  if (category === "network") return "network activity records";
  const access = category === "data" ? third : second;
  const kind = category === "data" && second !== undefined && second !== "*" ? `${second} data` : category;
  return `${kind}${access === undefined ? "" : ` ${access}`} events`;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
