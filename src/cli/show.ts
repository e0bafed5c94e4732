import { Option, type Command } from "commander";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { escapeControls, escapeJsonControls } from "../export/sanitise.ts";
import { compactJson } from "../export/json-cell.ts";
import { shownName } from "../ingest/file-outcome.ts";
import { readOriginal } from "../ingest/original-record.ts";
import { fileKey, readEventSources, type FileSource } from "../store/file-sources.ts";
import { readStoredRecords, type StoredRecord } from "../store/stored-event.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import type { Terminal } from "./terminal.ts";

interface ShowOptions extends SharedOptions {
  readonly format: "table" | "json";
}

export function addShowCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("show")
    .summary("one event in full: the original record, and where it stands")
    .description(
      "Print an event's record as it stands in its evidence file (after checking the file's hash), or else rebuilt from the case, and say which; with its source and every other copy of it.",
    )
    .argument("<event-id>", "an eventID")
    .addOption(new Option("--format <format>", "output format").choices(["table", "json"]).default("table"));
  addSharedOptions(command).action(async (eventId: string, options: ShowOptions) =>
    runCommand(terminal, options, async (run) => show(run, eventId, options)),
  );
}

interface Shown {
  readonly record: StoredRecord;
  /** `original` from the evidence file, or `rebuilt` from the row. */
  readonly from: "original" | "rebuilt";
  readonly why: string | null;
  readonly text: string;
  /** Where its file came from; null when no manifest says so. */
  readonly source: FileSource | null;
}

async function show(run: CommandRun, eventId: string, options: ShowOptions): Promise<CommandResult> {
  const reader = await run.openCase();
  try {
    const records = await readStoredRecords(reader, eventId);
    if (records.length === 0) throw notFound(eventId);
    const sources = await readEventSources(reader, eventId);
    const shown = await Promise.all(
      records.map(async (record) => ({ ...(await withText(record)), source: sources.get(fileKey(record)) ?? null })),
    );
    const text = options.format === "json" ? jsonOf(shown) : shown.map(textOf).join("\n");
    await run.terminal.print(text);
    return { exitCode: EXIT_CODES.ok, counts: { records: records.length } };
  } finally {
    reader.close();
  }
}

async function withText(record: StoredRecord): Promise<Omit<Shown, "source">> {
  const original = await readOriginal(record);
  if ("text" in original) return { record, from: "original", why: null, text: original.text };
  return { record, from: "rebuilt", why: original.missing, text: record.rebuilt };
}

function textOf({ record, from, why, text, source }: Shown): string {
  const lines = [
    `${record.relation === null ? "event   " : "copy    "} ${record.event_id ?? "without an eventID"}${relationOf(record)}`,
    `source   ${shownName(record)}, record ${record.record_index} (root ${record.root})`,
    `sha256   ${record.sha256_stored}`,
    ...(source === null ? [] : [sourceLine(source)]),
    `text     ${from === "original" ? "original, file hash checked" : `rebuilt from the case: ${why ?? ""}`}`,
  ];
  return `${lines.map(escapeControls).join("\n")}\n\n${escapeJsonControls(text)}\n`;
}

/** Where the file came from, and whether it is still what came from there. */
function sourceLine({ origin, bucket, key, version_id, etag, retrieved_at, sync }: FileSource): string {
  const place = [
    ...(bucket === null ? [] : [`s3://${bucket}/${key ?? ""}`]),
    ...(version_id === null ? [] : [`version ${version_id}`]),
    ...(etag === null ? [] : [`ETag ${etag}`]),
    ...(retrieved_at === null ? [] : [retrieved_at]),
  ].join(", ");
  const judgement = sync === "same" ? "unchanged since" : sync === "altered" ? "ALTERED SINCE" : `${sync} at ingest`;
  return `${origin === "adopted" ? "adopted " : "fetched "} ${place}; ${judgement}`;
}

function relationOf({ relation, fields }: StoredRecord): string {
  if (relation === null) return "";
  return fields === null ? ` (${relation})` : ` (${relation}: ${fields})`;
}

function jsonOf(shown: readonly Shown[]): string {
  const items = shown.map(({ record, from, why, text, source }) => {
    const { event_id, relation, fields, root, path, member_path, record_index, sha256_stored } = record;
    const about = {
      event_id,
      relation,
      fields,
      root,
      path,
      ...(member_path === null ? {} : { member_path }),
      record_index,
      sha256_stored,
      ...(source === null ? {} : { source }),
      text_is: from,
      why_rebuilt: why,
    };
    return `${JSON.stringify(about).slice(0, -1)},"record":${compactJson(text)}}`;
  });
  return `${escapeJsonControls(`[${items.join(",\n")}]`)}\n`;
}

function notFound(eventId: string): UsageError {
  return new UsageError({
    what: "No event with this id in the case",
    where: eventId,
    fix: "Ids are compared as written. `coldtrail overview` says what the case covers.",
  });
}
