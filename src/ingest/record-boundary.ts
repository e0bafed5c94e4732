import { skipSpace } from "../cloudtrail/json-text.ts";

/*
 * Where a broken record ends and the next may begin. AWS begins every record with one of a few keys; an object that
 * does, and is no member of another one, is taken for the next record.
 */

const START = String.raw`\{(?=\s*"(?:eventVersion|userIdentity|eventTime|eventSource|eventName|eventID|awsRegion|eventCategory|eventType)"\s*:)`;
const RECORD = String.raw`${START}(?<![:[]\s*\{)`;
const NEXT_DOCUMENT = String.raw`\{\s*"Records"\s*:\s*\[`;
const BOUNDARY = new RegExp(String.raw`${RECORD}|\](?=\s*\}\s*${NEXT_DOCUMENT})`, "g");
const LAST_BOUNDARY = new RegExp(String.raw`${RECORD}|\](?=\s*\}\s*(?:$|${NEXT_DOCUMENT}))`, "g");

const RECORD_ANYWHERE = new RegExp(String.raw`${START}(?<!:\s*\{)`, "g");

/** Where the next record begins at or after `from`, in text that makes no sense; null when none does. */
export function nextRecord(text: string, from: number): number | null {
  RECORD_ANYWHERE.lastIndex = from;
  return RECORD_ANYWHERE.exec(text)?.index ?? null;
}

/** A broken item of a list of records: it begins at `at`; `isLast` when nothing follows the text. */
export interface BrokenItem {
  readonly text: string;
  readonly at: number;
  readonly isLast: boolean;
}

/**
 * Where the broken item ends: by its braces when they match, else before the next record or the end of the list.
 * Null when neither is in the text.
 */
export function endOfBroken({ text, at, isLast }: BrokenItem): number | null {
  const pattern = isLast ? LAST_BOUNDARY : BOUNDARY;
  pattern.lastIndex = at + 1;
  const boundary = pattern.exec(text)?.index ?? null;
  const balanced = balancedEnd(text, at, boundary ?? text.length);
  if (balanced !== null) return balanced;
  return boundary === null ? null : trimmedEnd(text, at, boundary);
}

/** The end of the object or array at `at`, if it lies before `limit` and what an item of a list may be followed by. */
function balancedEnd(text: string, at: number, limit: number): number | null {
  const closers: string[] = [];
  for (let i = at; i < limit; i += 1) {
    const char = text[i];
    if (char === '"') i = closingQuote(text, i, limit);
    else if (char === "{") closers.push("}");
    else if (char === "[") closers.push("]");
    else if (char === "}" || char === "]") {
      if (closers.pop() !== char) return null;
      if (closers.length === 0) return isFollowed(text, i + 1) ? i + 1 : null;
    }
    if (closers.length === 0) return null;
  }
  return null;
}

function isFollowed(text: string, end: number): boolean {
  const next = skipSpace(text, end);
  const following = text[next] === "," ? text[skipSpace(text, next + 1)] : text[next];
  return text[next] === "]" || following === "{";
}

function closingQuote(text: string, open: number, limit: number): number {
  for (let i = open + 1; i < limit; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i;
  }
  return limit;
}

/** Leaves out the white space and the comma that part the item from what follows; never empty. */
function trimmedEnd(text: string, at: number, boundary: number): number {
  let end = boundary;
  while (end > at + 1 && /[\s,]/.test(text[end - 1]!)) end -= 1;
  return end;
}
