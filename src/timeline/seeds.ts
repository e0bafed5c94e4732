import { cidrKeyRange } from "../cloudtrail/source-address.ts";
import { UsageError } from "../errors.ts";
import { expandValues, principalCondition } from "../queries/scope.ts";

/** What an incident is known by so far; an event belongs to the timeline when any of them matches it. */
export interface Seeds {
  readonly keys: readonly string[];
  /** Globs. */
  readonly principals: readonly string[];
  /** Addresses or CIDR ranges. */
  readonly addresses: readonly string[];
  readonly sessions: readonly string[];
  readonly event_ids: readonly string[];
}

export interface SeedFlags {
  readonly key?: readonly string[];
  readonly principal?: readonly string[];
  readonly ip?: readonly string[];
  readonly session?: readonly string[];
  readonly event?: readonly string[];
}

/** Reads the seed flags; `@file` stands for the lines of a file. Throws UsageError. */
export function parseSeeds(flags: SeedFlags): Seeds {
  const addresses = expandValues(flags.ip);
  for (const address of addresses) {
    if (cidrKeyRange(address) === null) {
      throw new UsageError({
        what: "Not an address",
        where: `--ip ${address}`,
        fix: "Give an address or a range such as 198.51.100.0/24.",
      });
    }
  }
  return {
    keys: expandValues(flags.key),
    principals: expandValues(flags.principal),
    addresses,
    sessions: expandValues(flags.session),
    event_ids: expandValues(flags.event),
  };
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const among = (expression: string, values: readonly string[]): string =>
  `${expression} IN (${values.map(text).join(", ")})`;

/** A way for an event to match, as SQL, with the words for the `why` column. */
export interface Match {
  readonly condition: string;
  readonly why: string;
}

/** The seeds, and what else may match, as SQL: which events do, and a text that says through what. Null for neither. */
export function seedSql(
  seeds: Seeds,
  more: readonly Match[] = [],
): { readonly condition: string; readonly why: string } | null {
  const matches = [...more, ...keyMatches(seeds.keys), ...otherMatches(seeds)];
  if (matches.length === 0) return null;
  return {
    condition: matches.map(({ condition }) => `(${condition})`).join("\n    OR "),
    why: `concat_ws('; ', ${matches.map(({ condition, why }) => `CASE WHEN ${condition} THEN ${why} END`).join(", ")})`,
  };
}

/** Used, issued and named are told apart: an event that only names a key was made with another one. */
function keyMatches(keys: readonly string[]): Match[] {
  if (keys.length === 0) return [];
  return [
    { condition: among("user_identity_access_key_id", keys), why: "'key ' || user_identity_access_key_id" },
    { condition: among("issued_access_key_id", keys), why: "'issued key ' || issued_access_key_id" },
    { condition: among("named_access_key_id", keys), why: "'names key ' || named_access_key_id" },
  ];
}

function otherMatches(seeds: Seeds): Match[] {
  const matches: Match[] = [];
  for (const glob of seeds.principals)
    matches.push({ condition: principalCondition(glob), why: text(`principal ${glob}`) });
  for (const address of seeds.addresses) {
    const { low, high } = cidrKeyRange(address)!;
    matches.push({ condition: `source_ip_key BETWEEN ${text(low)} AND ${text(high)}`, why: "'ip ' || source_ip" });
  }
  if (seeds.sessions.length > 0) {
    matches.push({ condition: among("session_group", seeds.sessions), why: "'session ' || session_group" });
  }
  if (seeds.event_ids.length > 0) matches.push({ condition: among("event_id", seeds.event_ids), why: "'event'" });
  return matches;
}

/** The seeds in words, and what else was matched, for notes beside an export. */
export function seedsInWords(seeds: Seeds, more: readonly string[] = []): string {
  const words = [
    ...more,
    ...seeds.keys.map((key) => `key ${key}`),
    ...seeds.principals.map((glob) => `principal ${glob}`),
    ...seeds.addresses.map((address) => `ip ${address}`),
    ...seeds.sessions.map((session) => `session ${session}`),
    ...seeds.event_ids.map((id) => `event ${id}`),
  ];
  if (words.length === 0) return "none: every event of the scope";
  return words.length <= 12 ? words.join(", ") : `${words.slice(0, 12).join(", ")} and ${words.length - 12} more`;
}
