import { skipSpace } from "../../cloudtrail/json-text.ts";

/*
 * Where a broken value ends and the next may begin, in text of which nothing is known but that its values are JSON.
 */

/** A line that begins with a value: one of JSON lines, or a document behind another one. */
const LINE_START = /\n(?=[{[])/g;
/** A new item behind the end of another: the indentation is that of a list. */
const ITEM_START = /[}\]"]\s*,\s*(?=\{\s*")/g;
/** Keys that events and what wraps them begin with. */
const KNOWN_START =
  /(?<![:\\]\s*)\{(?=\s*"(?:eventVersion|userIdentity|eventTime|eventSource|eventName|eventID|awsRegion|eventCategory|eventType|EventId|EventName|CloudTrailEvent|Records|messageType|detail|version|_index|_source|_raw|preview|result|aws|@timestamp)"\s*:)/g;

/** An event inside a broken wrapper: worth more than the wrapper. */
const INNER_EVENT = /(?<=:\s*)\{(?=\s*"eventVersion"\s*:)/g;

export interface BrokenValue {
  readonly text: string;
  readonly at: number;
  readonly isInList: boolean;
}

/** How much is searched at first; four times as much each time that nothing is found. */
const SEARCH_CHARS = 1024;

/** Where the broken value at `at` ends; the end of the text when nothing tells. Always behind `at`. */
export function endOfBrokenValue({ text, at, isInList }: BrokenValue): number {
  for (let length = SEARCH_CHARS; ; length *= 4) {
    const stretch = text.slice(at, at + length);
    const isWhole = at + length >= text.length;
    const line = indexOf(LINE_START, stretch, 1);
    const balanced = balancedEnd(stretch, isWhole);
    const item = isInList && balanced === null ? lengthOf(ITEM_START, stretch, 1) : null;
    // What follows the matching brace tells whether it is the end; a line that begins with a brace always is one.
    const inner = indexOf(INNER_EVENT, stretch, 1);
    const known = indexOf(KNOWN_START, stretch, 1);
    const ends = [line === null ? null : line + 1, known, inner, item].filter((end) => end !== null);
    const next = Math.min(...ends, stretch.length);
    if (balanced !== null && balanced <= next) return at + balanced;
    if (ends.length > 0 || isWhole) return at + trimmed(stretch, next);
  }
}

/** Where the next value may begin, in text that is none: before a brace, or a line that begins with one. */
export function nextValue(text: string, at: number, isInList: boolean): number {
  const pattern = isInList ? /[{[\],]/g : /[{[]|\n(?=["\d])/g;
  pattern.lastIndex = at + (isInList ? 1 : 0);
  const found = pattern.exec(text)?.index;
  return found ?? text.length;
}

function indexOf(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? null;
}

function lengthOf(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match === null ? null : match.index + match[0].length;
}

/** The end of the object or array that the text begins with, when what follows may follow a value; else null. */
function balancedEnd(text: string, isWhole: boolean): number | null {
  const closers: string[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') {
      i = closingQuote(text, i);
      // A line break inside a string is the breakage itself.
      if (i < 0) return null;
    } else if (char === "{") closers.push("}");
    else if (char === "[") closers.push("]");
    else if ((char === "}" || char === "]") && closers.pop() !== char) return null;
    if (closers.length === 0) return isFollowed(text, i + 1, isWhole) ? i + 1 : null;
  }
  return null;
}

function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i += 1) {
    const char = text[i];
    if (char === "\\") i += 1;
    else if (char === '"') return i;
    else if (char === "\n") return -1;
  }
  return -1;
}

function isFollowed(text: string, end: number, isWhole: boolean): boolean {
  const next = skipSpace(text, end);
  return (
    (next >= text.length && isWhole) ||
    (next < text.length && ",]{[}".includes(text[next]!)) ||
    text.slice(end, next).includes("\n")
  );
}

/** Leaves out the white space and the comma that part the value from what follows; never empty. */
function trimmed(text: string, boundary: number): number {
  let end = boundary;
  while (end > 1 && /[\s,]/.test(text[end - 1]!)) end -= 1;
  return end;
}
