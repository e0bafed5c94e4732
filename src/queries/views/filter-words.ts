import { formatTime } from "../../cloudtrail/event-time.ts";
import { eventColumn } from "./event-column.ts";
import type { EntityKind, Filter } from "./filter.ts";

/*
 * Filters in the words of a chip. What is typed into the filter editor has the same form, so that a chip can be edited:
 * `eventName=GetObject`, `errorCode!=`, `userAgent~curl`, `eventName:Get*`, `ip=198.51.100.0/24`, `time=2024-03-01..`.
 */

/** Names of entities in chips and in the editor. */
export const ENTITY_NAMES: Readonly<Record<EntityKind, string>> = {
  key: "key",
  principal: "who",
  address: "ip",
  session: "session",
  resource: "resource",
  agent: "agent",
  request: "requestID",
  account: "anyAccount",
  event: "event",
};

/** The filter as the editor takes it; whether it is on is not in it. */
export function filterWords({ match, negated }: Filter): string {
  const not = negated ? "!" : "";
  switch (match.kind) {
    case "is":
      return `${columnWord(match.column)}${not}=${match.values.map((value) => word(value ?? "")).join(",")}`;
    case "contains":
      return `${columnWord(match.column)}${not}~${word(match.text)}`;
    case "glob":
      return `${columnWord(match.column)}${not}:${word(match.pattern)}`;
    case "between":
      return `${columnWord(match.column)}${not}=${endWord(match.low)}..${endWord(match.high)}`;
    case "text":
      return `${not}${negated || /[=~:!,]/.test(match.text) || word(match.text) !== match.text ? quotedWord(match.text) : match.text}`;
    case "time":
      return `time${not}=${timeWords(match.since, match.until)}`;
    case "entity":
      return `${ENTITY_NAMES[match.entity]}${not}=${match.values.map(word).join(",")}`;
    case "kept":
      return "";
  }
}

/** `2024-03-01..2024-03-31`, both days whole; with times where they are no days. */
export function timeWords(since: bigint | null, until: bigint | null): string {
  const from = since === null ? "" : sinceWord(since);
  const to = until === null ? "" : untilWord(until);
  return from === to && from.length === 10 ? from : `${from}..${to}`;
}

const DAY_MICROS = 86_400_000_000n;

function sinceWord(micros: bigint): string {
  return micros % DAY_MICROS === 0n ? formatTime(micros).slice(0, 10) : formatTime(micros);
}

/** An end at midnight is the day before it, as `--until` takes days. */
function untilWord(micros: bigint): string {
  return micros % DAY_MICROS === 0n ? formatTime(micros - DAY_MICROS).slice(0, 10) : formatTime(micros);
}

/** AWS's own name, the last step of its path where that is enough to know it by. */
export function columnWord(name: string): string {
  const { aws_name } = eventColumn(name);
  return SHORT_WORDS[aws_name] ?? aws_name;
}

const SHORT_WORDS: Readonly<Record<string, string>> = {
  "userIdentity.accessKeyId": "accessKeyId",
  "userIdentity.principalId": "principalId",
  "userIdentity.userName": "userName",
};

/** An end of a range: a dot of its own beside the two would be taken for one of them. */
function endWord(value: string | null): string {
  return value === null ? "" : /^\.|\.$/.test(value) ? quotedWord(value) : word(value);
}

/** A value as one word of the editor: in quotes when it would fall apart. */
export function word(value: string): string {
  return value === "" || (/^[^\s",!()]+$/.test(value) && !value.includes("..")) ? value : quotedWord(value);
}

function quotedWord(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
