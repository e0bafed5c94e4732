import { OUTCOMES } from "../../cloudtrail/outcome.ts";
import { UsageError } from "../../errors.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import { bindParameters } from "../parameters.ts";
import type { ParameterType, QueryFile, QueryParameter } from "../query-file.ts";
import { parseScope, WHOLE_CASE, type Scope, type ScopeFlags } from "../scope.ts";

/*
 * A query as a form: its parameters and the scope as fields of text, each with what it takes, what stands for an empty
 * one, and what is wrong with the text in it.
 */

export interface FormField {
  /** A parameter's name, or the scope's flag with a `--` before it. */
  readonly name: string;
  readonly label: string;
  readonly type: ParameterType | "scope";
  readonly help: string;
  /** What an empty field means, in words. */
  readonly otherwise: string;
  /** The text that an empty field stands for, to begin editing with; null when it stands for none. */
  readonly default: string | null;
  readonly isRequired: boolean;
  /** Several values with commas between them. */
  readonly isList: boolean;
  readonly source: SuggestionSource;
}

/** Where values that fit a field come from. */
export type SuggestionSource =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "column"; readonly column: string }
  | { readonly kind: "accounts" | "principals" | "times" | "none" };

const NONE: SuggestionSource = { kind: "none" };
const DURATIONS = ["5m", "10m", "30m", "1h", "6h", "1d", "7d", "30d"];

/** Flags that few need: their fields are shown only when they are filled in. */
const RARE_FLAGS = new Set<keyof ScopeFlags>(["recipientAccount", "callerAccount"]);

const SCOPE_FIELDS: readonly (readonly [flag: keyof ScopeFlags, label: string, help: string, SuggestionSource])[] = [
  ["since", "time from", "UTC, inclusive; a date is its first moment", { kind: "times" }],
  ["until", "time to", "UTC, exclusive; a date is that whole day", { kind: "times" }],
  ["account", "account", "Recipient, caller or session issuer account; commas between several", { kind: "accounts" }],
  ["recipientAccount", "received by", "Account that received the record", { kind: "accounts" }],
  ["callerAccount", "called from", "Account of the caller", { kind: "accounts" }],
  ["region", "region", "AWS region; commas between several", { kind: "column", column: "aws_region" }],
  [
    "principal",
    "principal",
    "Actor, ARN, principal id or user name; * and ? are wildcards; commas between several",
    { kind: "principals" },
  ],
  ["outcome", "outcome", `${OUTCOMES.join(", ")}; commas between several`, { kind: "words", words: OUTCOMES }],
];

/** The fields of a query's form: those that must be filled in first, then the other parameters, then the scope. */
export function fieldsOf(query: QueryFile, texts: FormTexts = {}): FormField[] {
  const params = query.params.map(parameterField);
  const shown = SCOPE_FIELDS.filter(([flag]) => !RARE_FLAGS.has(flag) || (texts[`--${flag}`] ?? "") !== "");
  const scope = shown.map(([flag, label, help, source]): FormField => ({
    name: `--${flag}`,
    label,
    type: "scope",
    help,
    otherwise: flag === "since" ? "first event" : flag === "until" ? "last event" : "any",
    default: null,
    isRequired: false,
    isList: flag !== "since" && flag !== "until",
    source,
  }));
  return [...params.filter((field) => field.isRequired), ...params.filter((field) => !field.isRequired), ...scope];
}

function parameterField(param: QueryParameter): FormField {
  return {
    name: param.name,
    label: param.name.replaceAll("_", " "),
    type: param.type,
    help: param.help,
    otherwise: param.default === undefined ? "must be given" : (param.default ?? "") === "" ? "none" : param.default!,
    default: param.default ?? null,
    isRequired: param.default === undefined,
    isList: param.type === "list" || isWordList(param),
    source: sourceOf(param),
  };
}

/** A text that is split at commas by the query itself. */
function isWordList({ name, type, default: otherwise }: QueryParameter): boolean {
  return type === "string" && (name === "trusted" || (otherwise ?? "").includes(","));
}

function sourceOf(param: QueryParameter): SuggestionSource {
  if (param.choices !== null) return { kind: "words", words: param.choices };
  if (param.type === "bool") return { kind: "words", words: ["true", "false"] };
  if (param.type === "duration") return { kind: "words", words: DURATIONS };
  if (param.type === "timestamp") return { kind: "times" };
  if (param.suggest === "principal_arn") return { kind: "principals" };
  if (param.suggest !== null) return { kind: "column", column: param.suggest };
  if (param.name === "trusted") return { kind: "accounts" };
  if (param.name === "tz") return { kind: "words", words: Intl.supportedValuesOf("timeZone") };
  if (isWordList(param)) return { kind: "words", words: (param.default ?? "").split(",") };
  return NONE;
}

/** Texts by field name; a field that is not there is empty. */
export type FormTexts = Readonly<Record<string, string>>;

export interface FormReading {
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly scope: Scope;
  /** What is wrong, a sentence by field name; nothing can be run before it is empty. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Reads what was typed. Never throws: what cannot be read is a problem of its field. */
export function readForm(query: QueryFile, texts: FormTexts): FormReading {
  const problems = new Map<string, string>();
  const given = new Map<string, readonly string[]>();
  for (const param of query.params) {
    const text = texts[param.name] ?? "";
    if (text !== "") given.set(param.name, [text]);
    const alone = { ...query, params: [param] };
    const problem = problemOf(() => bindParameters(alone, text === "" ? new Map() : new Map([[param.name, [text]]])));
    if (problem !== null) problems.set(param.name, text === "" ? "must be given" : problem);
  }
  const { scope, problems: scopeProblems } = readScope(texts);
  return { given, scope, problems: new Map([...problems, ...scopeProblems]) };
}

/** The scope that the texts of the scope's fields say; a field with a problem is left out of it. */
export function readScope(texts: FormTexts): Pick<FormReading, "scope" | "problems"> {
  const problems = new Map<string, string>();
  let flags: ScopeFlags = {};
  for (const [flag] of SCOPE_FIELDS) {
    const text = (texts[`--${flag}`] ?? "").trim();
    if (text === "") continue;
    const value = flag === "since" || flag === "until" ? text : splitList(text);
    const more = { ...flags, [flag]: value } as ScopeFlags;
    const problem = problemOf(() => parseScope(more));
    if (problem === null) flags = more;
    else problems.set(`--${flag}`, problem);
  }
  return { scope: Object.keys(flags).length === 0 ? WHOLE_CASE : parseScope(flags), problems };
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}

/** Patterns are RE2's, so only the engine can say whether one is right. By field name, as `readForm`. */
export async function patternProblems(
  reader: CaseReader,
  query: QueryFile,
  given: FormReading["given"],
): Promise<ReadonlyMap<string, string>> {
  const problems = new Map<string, string>();
  for (const { name, type } of query.params) {
    const [pattern] = given.get(name) ?? [];
    if (type !== "regex" || pattern === undefined) continue;
    try {
      await reader.rows("SELECT regexp_matches('', CAST($pattern AS VARCHAR)) AS m", { pattern });
    } catch (error) {
      const said = (error as Error).message.split("\n").find((line) => line.includes("Error:")) ?? "";
      problems.set(name, `not a pattern of RE2: ${said.replace(/^.*Error: /, "").trim()}`);
    }
  }
  return problems;
}

/** The message of a UsageError in one line, without what the field says itself. */
function problemOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const [what = "", ...fix] = error.message.split("\n").map((line) => line.trim());
    const kind = what.split(": ")[0]!;
    const advice = fix.join(" ");
    return kind === "A parameter has the wrong form" ? advice : `${kind}. ${advice}`;
  }
}
