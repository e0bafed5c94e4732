import { cidrKeyRange } from "../cloudtrail/source-address.ts";
import { UsageError } from "../errors.ts";
import type { QueryParams } from "../store/case-reader.ts";
import type { QueryFile, QueryParameter } from "./query-file.ts";
import { expandValues } from "./scope.ts";
import { parseDuration, parseSince, timestampText } from "./time-text.ts";

/**
 * Values for a query's parameters from texts typed by a user. A timestamp is bound as text, a duration as seconds, a
 * `cidr` named `ip` as the two address keys `$ip_low` and `$ip_high`, a list as a list; what may be left out is null.
 * Throws UsageError naming what is missing, unknown or of the wrong type.
 */
export function bindParameters(query: QueryFile, given: ReadonlyMap<string, readonly string[]>): QueryParams {
  for (const name of given.keys()) {
    if (!query.params.some((param) => param.name === name)) throw unknownParameter(query, name);
  }
  const bound: Record<string, QueryParams[string]> = {};
  for (const param of query.params) {
    const values = given.get(param.name) ?? (param.default == null ? null : [param.default]);
    if (values === null && param.default === undefined) throw missingParameter(query, param);
    Object.assign(bound, bindOne(param, values));
  }
  return bound;
}

/** The texts that a parameter is asked with, its default among them, a list split; none when it is left out. */
export function parameterTexts(
  query: QueryFile,
  given: ReadonlyMap<string, readonly string[]>,
  name: string,
): string[] {
  const param = query.params.find((declared) => declared.name === name);
  if (param === undefined) return [];
  const values = given.get(name) ?? (param.default == null ? [] : [param.default]);
  return param.type === "list" ? listOf(values) : expandValues(values);
}

/** Names that a parameter has in SQL. */
export function sqlNamesOf({ name, type }: QueryParameter): string[] {
  return type === "cidr" ? [`${name}_low`, `${name}_high`] : [name];
}

function bindOne(param: QueryParameter, values: readonly string[] | null): QueryParams {
  if (param.type === "list") return { [param.name]: values === null ? null : listOf(values) };
  if (values === null) return Object.fromEntries(sqlNamesOf(param).map((name) => [name, null]));
  const [text = "", ...more] = expandValues(values);
  if (more.length > 0) throw wrongType(param, values.join(" "), "one value");
  if (param.type === "cidr") {
    const range = cidrKeyRange(text);
    if (range === null) throw wrongType(param, text, "an address or range such as 198.51.100.7 or 10.0.0.0/8");
    return { [`${param.name}_low`]: range.low, [`${param.name}_high`]: range.high };
  }
  return { [param.name]: scalarOf(param, text) };
}

function listOf(values: readonly string[]): string[] {
  return expandValues(values)
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter(Boolean);
}

function scalarOf(param: QueryParameter, text: string): string | number | boolean {
  switch (param.type) {
    case "int":
      if (!/^-?\d{1,15}$/.test(text)) throw wrongType(param, text, "a whole number");
      return Number(text);
    case "float":
      if (text.trim() === "" || !Number.isFinite(Number(text))) throw wrongType(param, text, "a number");
      return Number(text);
    case "bool":
      if (!/^(?:true|false)$/i.test(text)) throw wrongType(param, text, "true or false");
      return text.toLowerCase() === "true";
    case "timestamp":
      return timestampText(parseSince(text, `--param ${param.name}`));
    case "duration":
      return parseDuration(text, `--param ${param.name}`);
    default:
      if (param.choices !== null && !param.choices.includes(text))
        throw wrongType(param, text, param.choices.join(" or "));
      return text;
  }
}

/** Reads `name=value` texts; a name given again adds a value. Throws UsageError. */
export function parseParameterFlags(flags: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  for (const flag of flags) {
    const at = flag.indexOf("=");
    if (at < 1)
      throw new UsageError({ what: "Not a parameter", where: `--param ${flag}`, fix: "Write --param name=value." });
    const name = flag.slice(0, at);
    given.set(name, [...(given.get(name) ?? []), flag.slice(at + 1)]);
  }
  return given;
}

function missingParameter(query: QueryFile, param: QueryParameter): UsageError {
  return new UsageError({
    what: "A parameter is missing",
    where: `${query.id} needs ${param.name} (${param.help})`,
    fix: `Add --param ${param.name}=…`,
  });
}

function unknownParameter(query: QueryFile, name: string): UsageError {
  const names = query.params.map((param) => param.name);
  return new UsageError({
    what: "No such parameter",
    where: `${query.id} has no ${name}`,
    fix: names.length > 0 ? `It has: ${names.join(", ")}.` : "It has none; the scope flags apply to every query.",
  });
}

function wrongType(param: QueryParameter, text: string, expected: string): UsageError {
  return new UsageError({
    what: "A parameter has the wrong form",
    where: `${param.name} = ${text}`,
    fix: `Give ${expected}.`,
  });
}
