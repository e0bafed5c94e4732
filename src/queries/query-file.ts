import { parseDocument, LineCounter } from "yaml";
import { QueryError } from "../errors.ts";
import { ATTACK_ALIASES, ATTACK_ID } from "./attack.ts";
import { parseRequirement } from "./requirement.ts";

/*
 * A library query is one `.sql` file: YAML in leading `-- ` comment lines between `-- ---` fences, then one SELECT in
 * plain DuckDB SQL with `$name` parameters. The id is the file's name.
 */

export const PHASES = [
  "triage",
  "identity",
  "initial-access",
  "discovery",
  "privilege-escalation",
  "persistence",
  "defense-impairment",
  "credential-access",
  "lateral-movement",
  "collection",
  "exfiltration",
  "impact",
  "pivot",
  "anomaly",
  "coverage",
] as const;
export const KINDS = ["overview", "finding", "pivot", "anomaly", "coverage", "timeline"] as const;
export const SEVERITIES = ["informational", "low", "medium", "high", "critical"] as const;
export const PARAMETER_TYPES = [
  "string",
  "glob",
  "regex",
  "int",
  "float",
  "bool",
  "timestamp",
  "duration",
  "cidr",
  "list",
] as const;

export type ParameterType = (typeof PARAMETER_TYPES)[number];

export interface QueryParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Text as typed by a user, or null when it may be left out; undefined when it must be given. */
  readonly default: string | null | undefined;
  readonly help: string;
  /** An `events` column whose values fit. */
  readonly suggest: string | null;
  /** The only texts it takes, or null for any; of a mistyped word no empty answer may come. */
  readonly choices: readonly string[] | null;
}

/** Records of which the query's number of rows is known. */
export interface QueryTest {
  /** `demo`, or a path below test/data without `.json.gz`. */
  readonly fixture: string;
  /** How many rows: `5` or `>=1`. */
  readonly rows: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface QueryFile {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly question: string;
  readonly phase: (typeof PHASES)[number];
  readonly kind: (typeof KINDS)[number];
  readonly severity: (typeof SEVERITIES)[number];
  /** ATT&CK v19 technique ids. */
  readonly attack: readonly string[];
  /** What must have been recorded for an answer, e.g. `management:write`, `data:s3:read($bucket)`. */
  readonly requires: readonly string[];
  /** `all`: reads `all_events`, so a scope cuts what is reported and never what is said about it. */
  readonly context: "scope" | "all";
  /** What a row counts. */
  readonly counts: "records" | "actions" | "things";
  readonly params: readonly QueryParameter[];
  /** Roles of result columns, e.g. `{time: event_time, actor: actor}`: what timelines and pivots read. */
  readonly columns: Readonly<Record<string, string>>;
  readonly next: readonly { readonly query: string; readonly with: Readonly<Record<string, string>> }[];
  readonly false_positives: readonly string[];
  /** One line: what this output cannot show. */
  readonly cannot_show: string;
  readonly references: readonly string[];
  readonly tests: readonly QueryTest[];
  readonly sql: string;
  /** Line of the file on which the SQL begins, from 1. */
  readonly sql_line: number;
  /** Line of a front matter key; 2 for a key that is not there. */
  readonly lineOf: (key: string) => number;
}

const KEYS = new Set([
  "id",
  "title",
  "question",
  "phase",
  "kind",
  "severity",
  "attack",
  "requires",
  "context",
  "counts",
  "params",
  "columns",
  "next",
  "false_positives",
  "cannot_show",
  "references",
  "tests",
]);

/** Reads a query file's text. Throws QueryError with file:line for everything that is wrong with its front matter. */
export function parseQueryFile(path: string, id: string, text: string): QueryFile {
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line, i) => i > 0 && isFence(line));
  if (!isFence(lines[0] ?? "") || end < 0) {
    throw problem(path, 1, "It must begin with front matter: comment lines between two lines `-- ---`.");
  }
  const yaml = lines.slice(1, end).map((line, i) => {
    if (!/^--( |$)/.test(line)) throw problem(path, i + 2, "Every line of the front matter must begin with `-- `.");
    return line.slice(3);
  });
  const reader = new FrontMatter(path, yaml.join("\n"));
  return reader.query({ id, sql: lines.slice(end + 1).join("\n"), sql_line: end + 2 });
}

function isFence(line: string): boolean {
  return /^-- ---\s*$/.test(line);
}

/** A query problem at a line of a file. */
export function problem(path: string, line: number, fix: string): QueryError {
  return new QueryError({ what: "Not a valid query file", where: `${path}:${line}`, fix });
}

class FrontMatter {
  private readonly path: string;
  private readonly values: Record<string, unknown>;
  private readonly lineOf: (key: string) => number;

  constructor(path: string, yaml: string) {
    this.path = path;
    const counter = new LineCounter();
    const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw problem(path, counter.linePos(error.pos[0]).line + 1, error.message);
    const lines = yaml.split("\n");
    this.lineOf = (key) => lines.findIndex((line) => line.startsWith(`${key}:`)) + 2;
    let values: unknown;
    try {
      values = document.toJS({ maxAliasCount: 0 });
    } catch (error) {
      throw problem(path, 2, `The front matter must do without YAML anchors: ${(error as Error).message}.`);
    }
    if (typeof values !== "object" || values === null || Array.isArray(values)) {
      throw problem(path, 2, "The front matter must be YAML keys and values.");
    }
    this.values = values as Record<string, unknown>;
    for (const key of Object.keys(this.values))
      if (!KEYS.has(key)) throw this.wrong(key, `\`${key}\` is not a key; known: ${[...KEYS].join(", ")}.`);
  }

  query(file: { id: string; sql: string; sql_line: number }): QueryFile {
    if (this.text("id") !== file.id) throw this.wrong("id", `The id must be the file's name, \`${file.id}\`.`);
    return {
      ...file,
      path: this.path,
      title: this.text("title"),
      question: this.text("question"),
      phase: this.oneOf("phase", PHASES),
      kind: this.oneOf("kind", KINDS),
      severity: this.oneOf("severity", SEVERITIES, "informational"),
      attack: this.list("attack").map((id) => this.technique(id)),
      requires: this.list("requires").map((text) => this.requirement(text)),
      context: this.oneOf("context", ["scope", "all"], "scope"),
      counts: this.oneOf("counts", ["records", "actions", "things"], "records"),
      params: this.parameters(),
      columns: this.record("columns"),
      next: this.nextQueries(),
      false_positives: this.list("false_positives"),
      cannot_show: this.text("cannot_show"),
      references: this.list("references"),
      tests: this.tests(),
      lineOf: (key) => Math.max(this.lineOf(key), 2),
    };
  }

  private text(key: string): string {
    const value = this.values[key];
    if (typeof value === "string" && value.trim() !== "") return value;
    throw this.wrong(key, `\`${key}\` is missing or not a text.`);
  }

  private oneOf<T extends string>(key: string, allowed: readonly T[], otherwise?: T): T {
    const value = this.values[key] ?? otherwise;
    const found = allowed.find((word) => word === value);
    if (found === undefined) throw this.wrong(key, `\`${key}\` must be one of: ${allowed.join(", ")}.`);
    return found;
  }

  private list(key: string): string[] {
    const value = this.values[key] ?? [];
    if (isTextList(value)) return value;
    throw this.wrong(key, `\`${key}\` must be a list of texts.`);
  }

  private record(key: string): Record<string, string> {
    const value = this.values[key] ?? {};
    if (typeof value === "object" && value !== null && Object.values(value).every((item) => typeof item === "string")) {
      return value as Record<string, string>;
    }
    throw this.wrong(key, `\`${key}\` must be names and texts, such as {time: event_time}.`);
  }

  private technique(id: string): string {
    const current = ATTACK_ALIASES[id] ?? id;
    if (ATTACK_ID.test(current)) return current;
    throw this.wrong("attack", `\`${id}\` is not an ATT&CK technique id such as T1078.004.`);
  }

  private requirement(text: string): string {
    if (parseRequirement(text) !== null) return text;
    throw this.wrong("requires", `\`${text}\` is not a requirement such as data:s3:read($bucket).`);
  }

  private parameters(): QueryParameter[] {
    const value = this.values["params"] ?? {};
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.wrong("params", "`params` must be names and declarations.");
    return Object.entries(value).map(([name, declared]) => this.parameter(name, declared));
  }

  private parameter(name: string, declared: unknown): QueryParameter {
    const { type, help, suggest, choices, default: otherwise, ...rest } = (declared ?? {}) as Record<string, unknown>;
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      throw this.wrong("params", `\`${name}\` is no parameter name such as access_key.`);
    const known = PARAMETER_TYPES.find((word) => word === type);
    if (known === undefined) throw this.wrong("params", `\`${name}\` needs a type: ${PARAMETER_TYPES.join(", ")}.`);
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw this.wrong("params", `\`${name}\` has an unknown key \`${unknown}\`.`);
    if (typeof help !== "string") throw this.wrong("params", `\`${name}\` needs a \`help\` text.`);
    if (choices !== undefined && !(known === "string" && isTextList(choices)))
      throw this.wrong("params", `\`${name}\` may have \`choices\`, a list of texts, when its type is string.`);
    return {
      name,
      type: known,
      help,
      suggest: typeof suggest === "string" ? suggest : null,
      choices: isTextList(choices) ? choices : null,
      default: otherwise === undefined || otherwise === null ? otherwise : textOf(otherwise),
    };
  }

  private nextQueries(): QueryFile["next"] {
    const value = this.values["next"] ?? [];
    if (!Array.isArray(value))
      throw this.wrong("next", "`next` must be a list such as [{query: ip-pivot, with: {ip: source_ip}}].");
    return value.map((item: unknown) => {
      const { query, with: given = {} } = (item ?? {}) as { query?: unknown; with?: unknown };
      if (typeof query !== "string" || typeof given !== "object")
        throw this.wrong("next", "Each `next` needs a `query` and a `with`.");
      return { query, with: given as Record<string, string> };
    });
  }

  private tests(): QueryTest[] {
    const value = this.values["tests"] ?? [];
    const fail = (): QueryError =>
      this.wrong("tests", '`tests` must be a list such as [{fixture: stratus/name, rows: ">=1"}].');
    if (!Array.isArray(value)) throw fail();
    return value.map((item: unknown) => {
      const { fixture, rows, params = {}, ...rest } = (item ?? {}) as Record<string, unknown>;
      if (typeof fixture !== "string" || !/^(?:>=)?\d+$/.test(textOf(rows))) throw fail();
      if (typeof params !== "object" || params === null || Array.isArray(params)) throw fail();
      const [unknown] = Object.keys(rest);
      if (unknown !== undefined) throw this.wrong("tests", `A test has an unknown key \`${unknown}\`.`);
      const texts = Object.fromEntries(Object.entries(params).map(([name, text]) => [name, textOf(text)]));
      return { fixture, rows: textOf(rows), params: texts };
    });
  }

  private wrong(key: string, fix: string): QueryError {
    return problem(this.path, Math.max(this.lineOf(key), 2), fix);
  }
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}
