import { cidrKeyRange } from "../../cloudtrail/source-address.ts";
import { UsageError } from "../../errors.ts";
import { parseSince, parseUntil } from "../time-text.ts";
import { columnTyped } from "./event-column.ts";
import { filterOf, type EntityKind, type Filter, type Match } from "./filter.ts";
import { ENTITY_NAMES } from "./filter-words.ts";

/** One word of a filter text, and where it stands. */
interface Word {
  readonly text: string;
  readonly from: number;
}

const ENTITIES = new Map(
  Object.entries(ENTITY_NAMES).map(([kind, name]) => [name.toLowerCase(), kind as EntityKind] as const),
);
const CONDITION = /^(-)?([A-Za-z_][\w.[\]-]*)(!?)([=~:])([\s\S]*)$/;

/**
 * Reads a filter text: words apart by blanks, each a condition, all of which must hold. `column=value`, `column!=a,b`,
 * `column=` (no value), `column~part`, `column:Get*`, `column=low..high`, `ip=CIDR`, `key=`, `who=`, `session=`,
 * `resource=`, `agent=`, `time=2024-03-01..2024-03-31`; anything else is looked for in the whole record. Throws UsageError.
 */
export function parseFilterText(text: string): Filter[] {
  return splitWords(text).map(({ text: typed }) => parseFilter(typed));
}

function parseFilter(typed: string): Filter {
  const parts = CONDITION.exec(typed);
  const name = parts?.[2] ?? "";
  const entity = ENTITIES.get(name.toLowerCase());
  const column = columnTyped(name);
  const isTime =
    name.toLowerCase() === "time" || (column?.name === "event_time" && parts?.[5]?.includes("..") === true);
  if (parts === null || (entity === undefined && column === null && !isTime)) return freeText(typed);
  const [, minus, , not, operator = "=", value = ""] = parts;
  const negated = (minus === "-") !== (not === "!");
  if (isTime && operator !== "~") return filterOf(timeMatch(unquoted(value)), negated);
  if (entity !== undefined && operator === "=") {
    return filterOf({ kind: "entity", entity, values: entityValues(entity, splitValues(value), typed) }, negated);
  }
  if (column === null) return freeText(typed);
  return filterOf(columnMatch(column.name, operator, value), negated);
}

function freeText(typed: string): Filter {
  const negated = typed.startsWith("!") && typed.length > 1;
  return filterOf({ kind: "text", text: unquoted(negated ? typed.slice(1) : typed) }, negated);
}

function columnMatch(column: string, operator: string, value: string): Match {
  if (operator === "~") return { kind: "contains", column, text: unquoted(value) };
  if (operator === ":") return { kind: "glob", column, pattern: unquoted(value) };
  const dots = rangeDots(value);
  if (dots !== -1) {
    const [low, high] = [unquoted(value.slice(0, dots)), unquoted(value.slice(dots + 2))];
    return { kind: "between", column, low: low === "" ? null : low, high: high === "" ? null : high };
  }
  return { kind: "is", column, values: splitValues(value).map((one) => (one === "" ? null : one)) };
}

/** Where `..` stands in a range; -1 when it stands in quotes, or the value is a list. */
function rangeDots(value: string): number {
  const bare = value.replaceAll(/"(?:[^"\\]|\\.)*"?/gs, (quoted) => "_".repeat(quoted.length));
  return bare.includes(",") ? -1 : bare.indexOf("..");
}

function timeMatch(value: string): Match {
  const range = /^(.*?)\.\.(.*)$/.exec(value);
  const [from, to] = range === null ? [value, value] : [range[1] ?? "", range[2] ?? ""];
  const since = from === "" ? null : parseSince(from, "time");
  const until = to === "" ? null : parseUntil(to, "time") + (range === null && to.length > 10 ? 1_000_000n : 0n);
  if (since !== null && until !== null && since >= until) {
    throw new UsageError({
      what: "An empty time range",
      where: `time=${value}`,
      fix: "The end must be later than the start.",
    });
  }
  return { kind: "time", since, until };
}

function entityValues(entity: EntityKind, values: readonly string[], typed: string): readonly string[] {
  if (values.some((value) => value === "")) {
    throw new UsageError({ what: "A value is missing", where: typed, fix: `Write ${ENTITY_NAMES[entity]}=VALUE.` });
  }
  const bad =
    entity === "address" ? values.find((value) => value.includes("/") && cidrKeyRange(value) === null) : undefined;
  if (bad !== undefined) {
    throw new UsageError({ what: "Not an address range", where: bad, fix: "Write it as 198.51.100.0/24." });
  }
  return values;
}

/** Words by blanks; a quoted part keeps its blanks, and a backslash its next character. */
export function splitWords(text: string): Word[] {
  return [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"?|[^\s"])+/gs)].map((match) => ({ text: match[0], from: match.index }));
}

/** Values by commas outside of quotes. */
function splitValues(value: string): string[] {
  const parts = value.match(/(?:"(?:[^"\\]|\\.)*"?|[^,"])+|(?<=^|,)(?=,|$)/gs) ?? [""];
  return parts.map(unquoted);
}

function unquoted(text: string): string {
  return text.replaceAll(/"((?:[^"\\]|\\.)*)"?/gs, (_, inner: string) => inner.replaceAll(/\\(.)/gs, "$1"));
}
