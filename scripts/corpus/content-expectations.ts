import { readFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { DERIVED_KEY } from "../../src/cloudtrail/derived-record.ts";
import { parseJson, type JsonObject } from "../../src/cloudtrail/json-text.ts";
import { canonicalText } from "../../src/cloudtrail/json-tokens.ts";
import { discover } from "../../src/ingest/discover.ts";
import { ingestArchives } from "../../src/ingest/ingest.ts";
import { caseFolder } from "../../src/store/case-folder.ts";
import { Database } from "../../src/store/database.ts";
import { decodeRecord, recordTextOf } from "../../src/store/stored-record.ts";
import { equal, type Expectation } from "./expectation.ts";

/** Ingests a whole folder into one case and looks for every event of every `events.ndjson` in it, by content. */
export async function checkContent(folder: string, caseAt: string): Promise<Expectation[]> {
  const { summary } = await ingestArchives([folder], { caseFolder: caseAt, toolVersion: "corpus" });
  const database = await Database.open(caseFolder(caseAt).published, { readOnly: true });
  try {
    const held = await contentsOf(database);
    const { seen, stored, duplicate, rejected } = summary.records;
    return [
      equal(
        "everything in one case: records seen = stored + duplicate + rejected",
        seen,
        stored + duplicate + rejected,
      ),
      ...eventFiles(folder).map((path) => checkFile(path, { folder, held })),
    ];
  } finally {
    database.close();
  }
}

function eventFiles(folder: string): string[] {
  const paths: string[] = [];
  for (const found of discover(folder, new Set())) {
    if (!("reason" in found) && basename(found.absolute) === "events.ndjson") paths.push(found.absolute);
  }
  return paths;
}

function checkFile(path: string, { folder, held }: { folder: string; held: ReadonlySet<string> }): Expectation {
  const lines = readFileSync(path, "utf8").split("\n");
  const wanted = lines.flatMap((text, i) => (text.trim() === "" ? [] : [{ text, line: i + 1 }]));
  const missing = wanted.filter(({ text }) => !held.has(contentOf(text)));
  // A record that says neither which event it is nor when it was is a placeholder.
  const real = missing.filter(({ text }) => /"eventID"|"eventTime"|"@timestamp"/.test(text));
  const name = `${relative(folder, path)}: every event is in the case by its content`;
  const placeholders = missing.length === 0 ? "" : `; without eventID and time: lines ${listed(missing)}`;
  const detail = `${wanted.length - missing.length} of ${wanted.length}${placeholders}`;
  return {
    name,
    passed: real.length === 0,
    detail: real.length === 0 ? detail : `${detail}; missing: ${listed(real)}`,
  };
}

function listed(lines: readonly { readonly line: number }[]): string {
  return lines
    .slice(0, 10)
    .map(({ line }) => line)
    .join(", ");
}

async function contentsOf(database: Database): Promise<Set<string>> {
  const held = new Set<string>();
  for (const row of await database.rows("SELECT * FROM event_rows")) held.add(contentOf(recordTextOf(row)));
  for (const { record } of await database.rows("SELECT record FROM event_occurrences WHERE record IS NOT NULL")) {
    held.add(contentOf(decodeRecord(String(record))));
  }
  return held;
}

/** The record by tokens. Of an event that Logstash wrote, what Logstash wrote: its time has another key there. */
function contentOf(text: string): string {
  const node = parseJson(text);
  const rest = node.kind === "object" ? restOfLogstash(text, node) : null;
  if (rest === null || node.kind !== "object") return canonicalText(text, node);
  const members = node.keys.flatMap(({ value }, i) => {
    if (value === DERIVED_KEY || value === "eventTime") return [];
    return [`${JSON.stringify(value)}:${canonicalText(text, node.values[i]!)}`];
  });
  const original = `{${[...members, ...rest].join(",")}}`;
  return canonicalText(original, parseJson(original));
}

function restOfLogstash(text: string, node: JsonObject): string[] | null {
  const note = member(node, DERIVED_KEY);
  const format = note === undefined ? undefined : member(note, "format");
  const rest = note === undefined ? undefined : member(note, "rest");
  if (format?.kind !== "string" || format.value !== "logstash" || rest?.kind !== "object") return null;
  return rest.keys.map(({ value }, i) => `${JSON.stringify(value)}:${canonicalText(text, rest.values[i]!)}`);
}

function member(node: ReturnType<typeof parseJson>, name: string): ReturnType<typeof parseJson> | undefined {
  return node.kind === "object" ? node.values[node.keys.findIndex(({ value }) => value === name)] : undefined;
}
