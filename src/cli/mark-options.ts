import type { Command } from "commander";
import { type MarkTarget, rangeTarget, VALUE_KINDS, valueTarget } from "../journal/mark-target.ts";
import { expandValues } from "../queries/scope.ts";
import { parseSince, parseUntil } from "../queries/time-text.ts";

/** What is marked, as the flags name it; every value flag takes several values and `@file`. */
export interface TargetFlags {
  readonly event?: readonly string[];
  readonly session?: readonly string[];
  readonly key?: readonly string[];
  readonly ip?: readonly string[];
  readonly principal?: readonly string[];
  readonly resource?: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

export function addTargetOptions(command: Command): Command {
  return command
    .option("--event <id...>", "events, by eventID")
    .option("--session <group...>", "sessions, by session_group")
    .option("--key <id...>", "access keys")
    .option("--ip <cidr...>", "source addresses or ranges")
    .option("--principal <glob...>", "actor, principal ARN, user ARN, principal id or user name")
    .option("--resource <name...>", "ARNs, ids or names of resources")
    .option("--since <time>", "with --until a time range, from this time on (UTC; a date is its first moment)")
    .option("--until <time>", "before this time (UTC; a date is that whole day)");
}

/** Reads the flags, in the order of kinds. Throws UsageError. */
export function parseTargets(flags: TargetFlags): MarkTarget[] {
  const { since, until } = flags;
  const values = VALUE_KINDS.flatMap((kind) => expandValues(flags[kind]).map((value) => valueTarget(kind, value)));
  if (since === undefined && until === undefined) return values;
  const from = since === undefined ? null : parseSince(since);
  const to = until === undefined ? null : parseUntil(until);
  return [...values, rangeTarget(from, to)];
}
