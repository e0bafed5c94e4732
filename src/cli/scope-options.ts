import type { Command } from "commander";
import type { ScopeFlags } from "../queries/scope.ts";

/** Adds the flags that narrow what is reported. Every value flag takes several values and `@file`. */
export function addScopeOptions(command: Command): Command {
  return command
    .option("--since <time>", "from this time on (UTC; a date is its first moment)")
    .option("--until <time>", "before this time (UTC; a date is that whole day)")
    .option("--account <id...>", "recipient, caller or session issuer account")
    .option("--recipient-account <id...>", "account that received the record")
    .option("--caller-account <id...>", "account of the caller")
    .option("--region <region...>", "AWS region")
    .option("--principal <glob...>", "actor, principal ARN, user ARN, principal id or user name")
    .option("--outcome <outcome...>", "no-error, failure, denied, dry-run, partial or unknown");
}

export type { ScopeFlags };
