import { Option, type Command } from "commander";
import { writeFileSync } from "node:fs";
import { EXIT_CODES } from "../errors.ts";
import { prepareCase } from "../queries/case-views.ts";
import { scopeRemovals } from "../queries/run-query.ts";
import { expandValues, parseScope, type ScopeFlags } from "../queries/scope.ts";
import { localTimeFormatter } from "../timeline/local-time.ts";
import { PROFILES, type ProfileName } from "../timeline/profile.ts";
import { parseSeeds, type SeedFlags } from "../timeline/seeds.ts";
import { countAbsentEvents, loadMarked, selectMarked, type Marked } from "../timeline/marked.ts";
import { notesAsJson, notesInLines, timelineNotes } from "../timeline/timeline-notes.ts";
import { runTimeline } from "../timeline/timeline.ts";
import {
  addSharedOptions,
  runCommand,
  wholeNumber,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addOutputOptions, printResult, type OutputOptions } from "./output-options.ts";
import type { Terminal } from "./terminal.ts";

interface TimelineCliOptions extends SharedOptions, OutputOptions, SeedFlags, Omit<ScopeFlags, "principal"> {
  readonly profile: ProfileName;
  readonly tz?: string;
  readonly limit?: string;
  readonly marked?: boolean;
  readonly markedEntities?: boolean;
  readonly tag?: readonly string[];
}

export function addTimelineCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("timeline")
    .summary("the incident, event by event, as a table or CSV")
    .description(
      "Every event that matches any of the seeds, in time order. Seeds are a union: keys, principals, addresses, sessions, events, marks. Filters narrow it: time, account, region, outcome. Every flag takes several values and @file.",
    )
    .option("--key <id...>", "seed: access keys, used, issued or named")
    .option("--principal <glob...>", "seed: actor, principal ARN, user ARN, principal id or user name")
    .option("--ip <cidr...>", "seed: source addresses or ranges")
    .option("--session <group...>", "seed: values of session_group")
    .option("--event <id...>", "seed: eventIDs")
    .option("--marked", "seed: events that are tagged or noted, by anyone; adds columns for tags and notes")
    .option("--marked-entities", "seed: these, and all events of marked keys, addresses, sessions, … and time ranges")
    .option("--tag <name...>", "seed: as --marked, but only what has any of these tags")
    .option("--since <time>", "filter: from this time on (UTC; a date is its first moment)")
    .option("--until <time>", "filter: before this time (UTC; a date is that whole day)")
    .option("--account <id...>", "filter: recipient, caller or session issuer account")
    .option("--recipient-account <id...>", "filter: account that received the record")
    .option("--caller-account <id...>", "filter: account of the caller")
    .option("--region <region...>", "filter: AWS region")
    .option("--outcome <outcome...>", "filter: no-error, failure, denied, dry-run, partial or unknown")
    .addOption(
      new Option("--profile <profile>", "brief fits a spreadsheet, full has every column")
        .choices(PROFILES)
        .default("brief"),
    )
    .option("--limit <n>", "at most so many rows, from the start")
    .option("--tz <zone>", "add the local time of a zone such as Europe/Berlin, with its offset")
    .addHelpText(
      "after",
      `
Example:
  $ coldtrail timeline --key AKIAIOSFODNN7EXAMPLE --ip 198.51.100.0/24 --since 2026-03-29 -o incident.csv --format csv
  $ coldtrail timeline --marked -o incident.csv`,
    );
  addSharedOptions(addOutputOptions(command)).action(async (options: TimelineCliOptions) =>
    runCommand(terminal, options, async (run) => timeline(run, options)),
  );
}

async function timeline(run: CommandRun, options: TimelineCliOptions): Promise<CommandResult> {
  const { principal: _seed, ...filters } = options;
  const scope = parseScope(filters);
  const seeds = parseSeeds(options);
  const localTime = options.tz === undefined ? null : localTimeFormatter(options.tz);
  const format = options.output?.endsWith(".csv") === true && options.format === "table" ? "csv" : options.format;
  const wanted = markedOf(options);
  let marked: Marked | null = null;
  const reader = await run.openCase(async (database, marks) => {
    await prepareCase(database, scope, run.caseFolder);
    if (wanted === null) return;
    marked = selectMarked(marks, wanted);
    await loadMarked(database, marked);
  });
  try {
    const withMarks = marked === null ? null : { marked, n_absent: await countAbsentEvents(reader) };
    const { result, counts } = await runTimeline(reader, {
      seeds,
      profile: options.profile,
      localTime,
      limit: options.limit === undefined ? null : wholeNumber("--limit", options.limit),
      marked,
    });
    const notes = (): ReturnType<typeof timelineNotes> =>
      timelineNotes({ counts }, { seeds, scope, marked: withMarks });
    const lines = (): string[] => notesInLines(notes());
    const omit_null = options.profile === "timesketch";
    await printResult(run, result, { ...options, format, footer: lines, meta: notes, omit_null });
    if (format === "csv" || format === "jsonl") {
      if (options.output === undefined) for (const line of lines()) run.terminal.tell(line);
      else writeFileSync(`${options.output}.meta.json`, notesAsJson(notes()));
    }
    if (counts.undated > 0 && options.profile === "timesketch") {
      run.terminal.complain(`${counts.undated} events without a usable time are left out: Timesketch would drop them.`);
    }
    for (const line of await scopeRemovals(reader, scope)) run.terminal.complain(line);
    return {
      exitCode: EXIT_CODES.ok,
      counts: { rows: counts.rows, actions: counts.actions },
      exported: options.output !== undefined,
    };
  } finally {
    reader.close();
  }
}

/** Any of the three flags makes the marks a seed; `--tag` alone means everything that has the tag. */
function markedOf({ marked, markedEntities, tag }: TimelineCliOptions): Parameters<typeof selectMarked>[1] | null {
  if (marked !== true && markedEntities !== true && tag === undefined) return null;
  return { tags: expandValues(tag), withEntities: markedEntities === true };
}
