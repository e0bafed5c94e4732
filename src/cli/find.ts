import type { Command } from "commander";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { prepareCase } from "../queries/case-views.ts";
import { findEvents, findIndicators, FIND_COLUMNS, loadIndicators, type Finding } from "../queries/find.ts";
import { patternIndicator, recogniseIndicator, type Indicator } from "../queries/indicator.ts";
import { scopeRemovals } from "../queries/run-query.ts";
import { expandValues, parseScope, scopeInWords, type ScopeFlags } from "../queries/scope.ts";
import { loadTempTable } from "../store/temp-table.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addOutputOptions, printResult, tableOf, type OutputOptions } from "./output-options.ts";
import { addScopeOptions } from "./scope-options.ts";
import type { Terminal } from "./terminal.ts";
import { withTimeout } from "./timeout.ts";

interface FindOptions extends SharedOptions, OutputOptions, ScopeFlags {
  readonly regex?: boolean;
  readonly events?: boolean;
  readonly timeout: string;
}

/** One scan needs little more than its counts; what is above that would only keep pages of the case. */
const MEMORY_LIMIT = "1GiB";

const CANNOT_SHOW =
  "values that AWS hid or cut (HIDDEN_DUE_TO_SECURITY_REASONS, requests that were too large), values inside URL-encoded copies of policies, and whatever no trail recorded";

export function addFindCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("find")
    .summary("where values stand: keys, addresses, ARNs, ids, text")
    .description(
      "Looks any number of values up in one pass: access keys, addresses and ranges, ARNs, accounts, principal ids, sessions, instances, event and request ids, buckets, user agents, or plain text. Says of each how often, when, by whom and with what outcome, what its sessions did from elsewhere, and what to run next; a value without a hit is listed with what could have been seen.",
    )
    .argument("<value...>", "values, or @file with one value a line")
    .option("--regex", "the values are RE2 patterns, told from case; (?i) makes one blind to it")
    .option("--events", "list the events themselves, in time order")
    .option("--timeout <seconds>", "stop after so long", "600")
    .addHelpText("after", "\nExample:\n  $ coldtrail find AKIAIOSFODNN7EXAMPLE 198.51.100.0/24 @iocs.txt");
  addSharedOptions(addOutputOptions(addScopeOptions(command))).action(async (values: string[], options: FindOptions) =>
    runCommand(terminal, options, async (run) => find(run, values, options)),
  );
}

async function find(run: CommandRun, values: readonly string[], options: FindOptions): Promise<CommandResult> {
  const indicators = indicatorsOf(values, options.regex === true);
  const scope = parseScope(options);
  const reader = await run.openCase(async (database) => {
    await database.run(`SET memory_limit = '${MEMORY_LIMIT}'`);
    await prepareCase(database, scope, run.caseFolder);
    await loadIndicators(database, indicators);
    await loadTempTable(
      database,
      { name: "indicators", columns: ["place", "value"] },
      indicators.map(({ value }, place) => [place, value]),
    );
  });
  const stop = withTimeout(reader, options.timeout);
  try {
    const notes = {
      scope: scopeInWords(scope),
      counts: "records",
      cannot_show: CANNOT_SHOW,
    };
    const footer = (): string[] => [
      `${indicators.length} values looked for · counts ${notes.counts} · scope: ${notes.scope}`,
      `cannot show: ${notes.cannot_show}`,
    ];
    if (options.events === true) {
      const rows = await printResult(run, await findEvents(reader, indicators), { ...options, footer, meta: notes });
      return { exitCode: EXIT_CODES.ok, counts: { rows }, exported: options.output !== undefined };
    }
    const findings = await findIndicators(reader, indicators, scope);
    await printResult(
      run,
      tableOf(
        FIND_COLUMNS,
        findings.map(({ cells }) => cells),
      ),
      { ...options, footer, meta: notes },
    );
    for (const line of await scopeRemovals(reader, scope)) run.terminal.complain(line);
    return { exitCode: EXIT_CODES.ok, counts: countsOf(findings), exported: options.output !== undefined };
  } finally {
    stop();
    reader.close();
  }
}

function indicatorsOf(values: readonly string[], areRegex: boolean): Indicator[] {
  const texts = [...new Set(expandValues(values).map((value) => value.trim()))];
  const indicators = texts.map((text) => (areRegex ? patternIndicator(text) : recogniseIndicator(text)));
  if (areRegex && indicators.length > 100) {
    throw new UsageError({
      what: "Too many patterns",
      where: `${indicators.length} patterns`,
      fix: "Give at most 100 patterns at once; plain values have no such limit.",
    });
  }
  return indicators;
}

function countsOf(findings: readonly Finding[]): { values: number; found: number; absent: number } {
  const found = findings.filter(({ n_records }) => n_records > 0).length;
  return { values: findings.length, found, absent: findings.length - found };
}
