import { readFileSync, statSync } from "node:fs";
import { OUTCOMES } from "../cloudtrail/outcome.ts";
import { UsageError } from "../errors.ts";
import { parseSince, parseUntil, timestampText } from "./time-text.ts";

/** Which events are reported. Values of one flag are alternatives, different flags narrow each other. */
export interface Scope {
  /** Microseconds since 1970 UTC; inclusive. */
  readonly since: bigint | null;
  /** Exclusive. */
  readonly until: bigint | null;
  /** Recipient, caller or session issuer. */
  readonly account: readonly string[];
  readonly recipient_account: readonly string[];
  readonly caller_account: readonly string[];
  readonly region: readonly string[];
  /** Globs over actor, principal ARN, user ARN, principal id and user name. */
  readonly principal: readonly string[];
  readonly outcome: readonly string[];
}

/** The scope that leaves nothing out. */
export const WHOLE_CASE: Scope = {
  since: null,
  until: null,
  account: [],
  recipient_account: [],
  caller_account: [],
  region: [],
  principal: [],
  outcome: [],
};

/** The flags as the command line gives them. */
export interface ScopeFlags {
  readonly since?: string;
  readonly until?: string;
  readonly account?: readonly string[];
  readonly recipientAccount?: readonly string[];
  readonly callerAccount?: readonly string[];
  readonly region?: readonly string[];
  readonly principal?: readonly string[];
  readonly outcome?: readonly string[];
}

/** Reads the scope flags; a value `@file` stands for the lines of a file. Throws UsageError. */
export function parseScope(flags: ScopeFlags): Scope {
  const since = flags.since === undefined ? null : parseSince(flags.since);
  const until = flags.until === undefined ? null : parseUntil(flags.until);
  if (since !== null && until !== null && since >= until) {
    throw new UsageError({
      what: "An empty time range",
      where: `--since ${flags.since!} --until ${flags.until!}`,
      fix: "--until must be later than --since.",
    });
  }
  const outcome = expandValues(flags.outcome);
  for (const word of outcome) {
    if (!(OUTCOMES as readonly string[]).includes(word)) {
      throw new UsageError({
        what: "No such outcome",
        where: `--outcome ${word}`,
        fix: `Use one of: ${OUTCOMES.join(", ")}.`,
      });
    }
  }
  return {
    since,
    until,
    account: expandValues(flags.account),
    recipient_account: expandValues(flags.recipientAccount),
    caller_account: expandValues(flags.callerAccount),
    region: expandValues(flags.region),
    principal: expandValues(flags.principal),
    outcome,
  };
}

/**
 * Replaces `@file` by the file's lines, without blank lines and `#` comments; `@@text` is the value `@text`.
 * Throws UsageError.
 */
export function expandValues(values: readonly string[] = []): string[] {
  return values.flatMap((value) => {
    if (value.startsWith("@@")) return [value.slice(1)];
    return value.startsWith("@") ? linesOf(value) : [value];
  });
}

/** A value as it must be typed: one that begins with `@` would name a file, and evidence may say so. */
export function typedValue(value: string): string {
  return value.startsWith("@") ? `@${value}` : value;
}

function linesOf(value: string): string[] {
  const path = value.slice(1);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageError({ what: "No such list file", where: value, fix: "Check the path after @." });
  const lines = readFileSync(path, "utf8")
    // Windows editors begin a file with a byte order mark, which would become part of the first value.
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  // No values would leave the flag out, and so report everything.
  if (lines.length === 0)
    throw new UsageError({
      what: "An empty list file",
      where: value,
      fix: "Write one value a line, or leave the flag out.",
    });
  return lines;
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The scope as an SQL condition over `events`, or null when it leaves nothing out. `without` drops one flag. */
export function scopeCondition(scope: Scope, without?: "region" | "time"): string | null {
  const among = (column: string, values: readonly string[]): string => `${column} IN (${values.map(text).join(", ")})`;
  const parts: string[] = [];
  if (without !== "time") {
    if (scope.since !== null) parts.push(`event_time >= TIMESTAMP ${text(timestampText(scope.since))}`);
    if (scope.until !== null) parts.push(`event_time < TIMESTAMP ${text(timestampText(scope.until))}`);
  }
  if (scope.account.length > 0) {
    const columns = ["recipient_account_id", "user_identity_account_id", "session_issuer_account_id"];
    parts.push(`(${columns.map((column) => among(column, scope.account)).join(" OR ")})`);
  }
  if (scope.recipient_account.length > 0) parts.push(among("recipient_account_id", scope.recipient_account));
  if (scope.caller_account.length > 0) parts.push(among("user_identity_account_id", scope.caller_account));
  if (scope.region.length > 0 && without !== "region") parts.push(among("aws_region", scope.region));
  if (scope.principal.length > 0) parts.push(`(${scope.principal.map(principalCondition).join(" OR ")})`);
  if (scope.outcome.length > 0) parts.push(among("outcome", scope.outcome));
  return parts.length === 0 ? null : parts.join("\n  AND ");
}

/** Columns that `--principal` matches. */
export const PRINCIPAL_COLUMNS = [
  "actor",
  "principal_arn",
  "user_identity_arn",
  "user_identity_principal_id",
  "principal_unique_id",
  "user_identity_user_name",
  "session_issuer_user_name",
];

/** A glob over everything that names a principal. */
export function principalCondition(glob: string): string {
  if (!/[*?]/.test(glob)) return `(${PRINCIPAL_COLUMNS.map((column) => `${column} = ${text(glob)}`).join(" OR ")})`;
  return `(${PRINCIPAL_COLUMNS.map((column) => `ct_glob(${column}, ${text(glob)})`).join(" OR ")})`;
}

/** The scope in words, for footers; `whole case` when there is none. */
export function scopeInWords(scope: Scope): string {
  const words: string[] = [];
  if (scope.since !== null) words.push(`from ${timestampText(scope.since)}Z`);
  if (scope.until !== null) words.push(`until before ${timestampText(scope.until)}Z`);
  for (const name of ["account", "recipient_account", "caller_account", "region", "principal", "outcome"] as const) {
    if (scope[name].length > 0) words.push(`${name.replace("_", " ")} ${shortList(scope[name])}`);
  }
  return words.length === 0 ? "whole case" : words.join(", ");
}

function shortList(values: readonly string[]): string {
  return values.length <= 3 ? values.join(" or ") : `${values.slice(0, 3).join(" or ")} or ${values.length - 3} more`;
}
