import type { CaseReader } from "../store/case-reader.ts";
import { categoryInWords, parseRequirement, type Requirement, type RequirementSubject } from "./requirement.ts";
import { conditionOf } from "./requirement-sql.ts";
import { scopeCondition, scopeInWords, WHOLE_CASE, type Scope } from "./scope.ts";

/*
 * An empty answer never means that something did not take place. It says which of four it is (semantics.md section 6):
 * (a) there are rows; (b) records of this kind were recorded where the question looks, none matched; (c) such records
 * are in the case, but never of the resource, account, region or other thing asked; (d) the case has none at all.
 */

export type AnswerKind = "rows" | "none-matched" | "none-where-asked" | "none-recorded";

export interface RequirementAnswer {
  /** As the query declares it, with the parameter's value in place of its name. */
  readonly requirement: string;
  readonly kind: AnswerKind;
  /** One sentence. */
  readonly text: string;
}

/** What a query was asked with. */
export interface AskedWith {
  /** The result's length. */
  readonly rows: number;
  /** The scope that `events` of the reader was made with. */
  readonly scope: Scope;
  /** Values of a parameter as typed; none when it was left out. */
  readonly valuesOf?: (parameter: string) => readonly string[];
}

interface Recorded {
  readonly n: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly names: string;
}

/** What was recorded of each requirement, in the order of the query's front matter. */
export async function answerRequirements(
  reader: CaseReader,
  requires: readonly string[],
  asked: AskedWith,
): Promise<RequirementAnswer[]> {
  const answers: RequirementAnswer[] = [];
  for (const text of requires) {
    const requirement = requirementOf(text);
    const { subject } = requirement;
    const values = subject === null ? [] : subjectValues(subject, asked);
    const filled = values.length === 0 ? text.replace(/\(.*\)$/, "") : text.replace(/\$\w+/, values.join(", "));
    answers.push({ requirement: filled, ...(await new Search(reader, requirement, { ...asked, values }).answer()) });
  }
  return answers;
}

/** The category of a requirement as a condition over event columns, whatever it is to be about. */
export function requirementCondition(text: string): { sql: string; params: Record<string, string> } {
  return { sql: conditionOf(requirementOf(text), []), params: {} };
}

/** The category of a requirement in words: `s3 data read events`. */
export function requirementInWords(text: string): string {
  return categoryInWords(requirementOf(text));
}

function requirementOf(text: string): Requirement {
  const requirement = parseRequirement(text);
  if (requirement === null) throw new TypeError(`not a requirement: ${text}`);
  return requirement;
}

function subjectValues({ parameter, text }: RequirementSubject, { valuesOf }: AskedWith): readonly string[] {
  if (parameter !== null) return valuesOf?.(parameter) ?? [];
  return text === null ? [] : [text];
}

/** One requirement over one case. */
class Search {
  private readonly reader: CaseReader;
  private readonly requirement: Requirement;
  private readonly asked: AskedWith & { readonly values: readonly string[] };

  constructor(reader: CaseReader, requirement: Requirement, asked: Search["asked"]) {
    this.reader = reader;
    this.requirement = requirement;
    this.asked = asked;
  }

  async answer(): Promise<Omit<RequirementAnswer, "requirement">> {
    const { rows, values } = this.asked;
    const category = categoryInWords(this.requirement);
    const here = await this.recorded("events", []);
    const of = values.length === 0 || here.n === 0 ? here : await this.recorded("events", values);
    if (of.n > 0) return found(`${category}${this.subjectInWords()}`, of, rows);
    const none = rows > 0 ? "" : "no matching record; ";
    const where = here.n > 0 ? await this.subjectElsewhere(category, here) : await this.categoryElsewhere(category);
    return where === null
      ? { kind: "none-recorded", text: `no record of this category at all: the case holds no ${category}` }
      : { kind: "none-where-asked", text: `${none}${where}` };
  }

  /** The category is recorded in the scope, and the subject is not. */
  private async subjectElsewhere(category: string, here: Recorded): Promise<string> {
    const subject = this.subjectInWords();
    const inCase = await this.recorded("all_events", this.asked.values);
    return inCase.n > 0
      ? `${category}${subject} are in the case (${count(inCase.n)}), but none ${await this.limitsInWords(this.asked.values)}`
      : `${category} were recorded here (${count(here.n)}), but never any${subject}`;
  }

  /** The category is not recorded in the scope; null when it is nowhere. */
  private async categoryElsewhere(category: string): Promise<string | null> {
    const inCase = await this.recorded("all_events", []);
    if (inCase.n === 0) return null;
    return `${category} are in the case (${count(inCase.n)}), but none ${await this.limitsInWords([])}`;
  }

  /** The parts of the scope that leave out everything each by itself, or all of them when only together they do. */
  private async limitsInWords(values: readonly string[]): Promise<string> {
    const parts = partsOf(this.asked.scope);
    const alone: Scope[] = [];
    for (const part of parts) {
      const [row] = await this.reader.rows(
        `SELECT count(*) AS n FROM all_events WHERE ${conditionOf(this.requirement, values)} AND ${scopeCondition(part)!}`,
      );
      if (Number(row?.["n"] ?? 0) === 0) alone.push(part);
    }
    const together = alone.length === 0 && parts.length > 1 ? " together" : "";
    return `for ${(alone.length === 0 ? parts : alone).map(scopeInWords).join(", ")}${together}`;
  }

  private subjectInWords(): string {
    const { values } = this.asked;
    if (values.length === 0 || this.requirement.subject === null) return "";
    const some = values.length <= 3 ? values : [...values.slice(0, 3), `${values.length - 3} more`];
    return ` ${SUBJECT_WORDS[this.requirement.subject.kind]} ${some.join(" or ")}`;
  }

  private async recorded(view: View, values: readonly string[]): Promise<Recorded> {
    const condition = conditionOf(this.requirement, values);
    // A scope that leaves nothing out need not be counted twice.
    const from = scopeCondition(this.asked.scope) === null ? "all_events" : view;
    const counted = COUNTED.get(this.reader) ?? new Map<string, Recorded>();
    COUNTED.set(this.reader, counted);
    const key = `${from} ${condition}`;
    const known = counted.get(key) ?? (await countRecorded(this.reader, from, condition));
    counted.set(key, known);
    return known;
  }
}

const SUBJECT_WORDS: Readonly<Record<RequirementSubject["kind"], string>> = {
  resource: "for",
  account: "for account",
  region: "in region",
  key: "made with key",
  ip: "from",
  principal: "by",
  client: "by client",
};

function found(what: string, of: Recorded, rows: number): Omit<RequirementAnswer, "requirement"> {
  const span = `${of.first ?? "undated"} to ${of.last ?? "undated"}`;
  if (rows > 0) return { kind: "rows", text: `recorded in this scope: ${count(of.n)} ${what}, ${span}` };
  const some = of.names === "" ? "" : ` (${of.names})`;
  const text = `no matching record; such records were recorded here: ${count(of.n)} ${what}${some}, ${span}`;
  return { kind: "none-matched", text };
}

/** The limits of a scope, each as a scope of its own. */
function partsOf(scope: Scope): Scope[] {
  const { since, until } = scope;
  const lists = (["account", "recipient_account", "caller_account", "region", "principal", "outcome"] as const)
    .filter((name) => scope[name].length > 0)
    .map((name) => ({ ...WHOLE_CASE, [name]: scope[name] }));
  return since === null && until === null ? lists : [...lists, { ...WHOLE_CASE, since, until }];
}

type View = "events" | "all_events";

/** What was counted of a case while it was open: a run of many queries asks the same of it again and again. */
const COUNTED = new WeakMap<CaseReader, Map<string, Recorded>>();

async function countRecorded(reader: CaseReader, view: View, condition: string): Promise<Recorded> {
  const rows = await reader.rows(
    `SELECT event_name, count(*) AS n, min(event_time) AS first, max(event_time) AS last
     FROM ${view} WHERE ${condition} GROUP BY event_name ORDER BY n DESC, event_name`,
  );
  const total = rows.reduce((sum, { n }) => sum + Number(n), 0);
  const times = rows.flatMap(({ first, last }) => (first === null ? [] : [String(first), String(last)])).toSorted();
  const names = rows.slice(0, 3).map(({ event_name, n }) => `${count(Number(n))} ${String(event_name ?? "unnamed")}`);
  return { n: total, first: times[0] ?? null, last: times.at(-1) ?? null, names: names.join(", ") };
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
