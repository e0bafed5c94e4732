import { JsonTextError, parseJsonAt, skipSpace } from "../../cloudtrail/json-text.ts";
import type { JsonView } from "./json-view.ts";

/*
 * Lines of text that end in JSON: CloudWatch Logs exports (`2024-01-15T10:00:00.000Z {…}`), syslog and the like.
 */

/** What stands before the JSON of a line is at most so long. */
const PREFIX_CHARS_MAX = 512;
const TIME_PREFIX = /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|\d{13})\s$/;

export interface LineWithJson {
  readonly view: JsonView;
  /** `time` for the lines of a CloudWatch Logs export. */
  readonly prefix: "time" | "text" | "none";
}

/** The JSON object that a line ends in, or null. */
export function jsonAtEndOf(line: string): LineWithJson | null {
  for (let at = line.indexOf("{"); at >= 0 && at <= PREFIX_CHARS_MAX; at = line.indexOf("{", at + 1)) {
    try {
      const node = parseJsonAt(line, at);
      if (node.kind !== "object" || skipSpace(line, node.end) < line.length) continue;
      const before = line.slice(0, at);
      return {
        view: { text: line, node },
        prefix: before.trim() === "" ? "none" : TIME_PREFIX.test(before) ? "time" : "text",
      };
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error;
    }
  }
  return null;
}

/** Whether a line near the beginning of a text ends in a JSON object, or is too long to tell. */
export function holdsJsonLines(head: string): boolean {
  const lines = head.split("\n");
  const candidates = lines.filter((line) => JSON_BEGINS.test(line)).slice(0, LINES_TRIED);
  return candidates.some((line) => jsonAtEndOf(line) !== null || (line === lines.at(-1) && line.length > LONG_LINE));
}

const JSON_BEGINS = /^.{0,512}\{\s*"/;
const LINES_TRIED = 100;
const LONG_LINE = 64 * 1024;

/** Output formats of the AWS CLI that cannot be read back, with the command that gives one that can. */
export function unreadableOutput(head: string): string | null {
  if (/^-{10,}\s*\n\|\s*(?:LookupEvents|FilterLogEvents|GetQueryResults)/.test(head)) return tableOf("table");
  if (/^(?:Events|events|QueryResultRows):\s*\n\s*- /.test(head)) return tableOf("yaml");
  return head.startsWith("EVENTS\t") ? tableOf("text") : null;
}

function tableOf(format: string): string {
  return `output of the AWS CLI in the format ${format}: run the command again with --output json`;
}
