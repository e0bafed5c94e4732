import { JsonTextError, parseJsonAt, skipSpace, type JsonNode } from "../cloudtrail/json-text.ts";

/*
 * Reads the items of a `Records` array out of a buffer of any size through a text window, so that memory is bounded by
 * the window and not by the file. A broken record is set aside and reading goes on at the next one that can be found.
 */

export type RecordItem =
  | { readonly kind: "record"; readonly text: string; readonly node: JsonNode; readonly byteOffset: number }
  | { readonly kind: "broken"; readonly text: string; readonly reason: string; readonly byteOffset: number }
  | { readonly kind: "end"; readonly problem: string | null; readonly note: string | null };

const WINDOW_BYTES = 4 * 1024 * 1024;
/** A parse error this close to the end of a window may be the window's fault. */
const EDGE_CHARS = 16;
const NEXT_RECORD =
  /\}\s*,\s*(?=\{\s*"(?:eventVersion|userIdentity|eventTime|eventSource|eventName|eventID|awsRegion|eventCategory|eventType)"\s*:)/g;

/** Yields the records of the array whose first item is at or after byte `from`, then one `end`. */
export function* readRecords(bytes: Buffer, from: number): Generator<RecordItem> {
  const window = new Window(bytes, from);
  for (;;) {
    window.skipSpace();
    const { text, at } = window;
    if (at >= text.length) {
      if (window.advance()) continue;
      yield { kind: "end", problem: "cut off inside the list of records", note: null };
      return;
    }
    if (text[at] === ",") window.at += 1;
    else if (text[at] === "]") {
      window.at += 1;
      const next = anotherDocument(window);
      if (next === "more") continue;
      yield { kind: "end", ...next };
      return;
    } else {
      const item = readItem(window);
      if (item === "again") continue;
      yield item;
    }
  }
}

function readItem(window: Window): RecordItem | "again" {
  const { text, at } = window;
  const byteOffset = window.byteOffset();
  try {
    const node = parseJsonAt(text, at);
    window.at = node.end;
    return { kind: "record", text, node, byteOffset };
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const atEdge = error.cut || error.position >= text.length - EDGE_CHARS;
    if (atEdge && window.advance()) return "again";
    if (error.cut) {
      window.at = text.length;
      return { kind: "broken", text: text.slice(at), reason: "cut off", byteOffset };
    }
    const end = endOfBroken(text, at);
    if (end === text.length && window.advance()) return "again";
    window.at = end;
    const reason = `${error.message} (byte ${byteOffset + Buffer.byteLength(text.slice(at, error.position))})`;
    return { kind: "broken", text: text.slice(at, end), reason, byteOffset };
  }
}

/** Where the broken record at `at` ends: by its braces when they match, else at what looks like the next record. */
function endOfBroken(text: string, at: number): number {
  const balanced = balancedEnd(text, at);
  if (balanced !== null) {
    const next = skipSpace(text, balanced);
    const follows = text[next] === "," ? text[skipSpace(text, next + 1)] : text[next];
    if (text[next] === "]" || follows === "{") return balanced;
  }
  NEXT_RECORD.lastIndex = at + 1;
  const match = NEXT_RECORD.exec(text);
  return match === null ? text.length : match.index + 1;
}

function balancedEnd(text: string, at: number): number | null {
  if (text[at] !== "{" && text[at] !== "[") return null;
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') {
      i = closingQuote(text, i);
    } else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return null;
}

function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

const DOCUMENT_START = /\s*\{\s*"Records"\s*:\s*\[/y;

interface DocumentEnd {
  readonly problem: string | null;
  readonly note: string | null;
}

/** After `]`: the end of the document, or another one right behind it (several gzip members do that). */
function anotherDocument(window: Window): "more" | DocumentEnd {
  window.refill();
  const { text } = window;
  let at = skipSpace(text, window.at);
  if (at >= text.length) return { problem: "cut off after the list of records", note: null };
  if (text[at] === ",") return { problem: null, note: "other keys follow the list of records; they were not read" };
  if (text[at] !== "}") return { problem: "unexpected text after the list of records", note: null };
  at = skipSpace(text, at + 1);
  if (at >= text.length) return { problem: null, note: null };
  DOCUMENT_START.lastIndex = at;
  if (!DOCUMENT_START.test(text)) return { problem: "unexpected text after the end of the document", note: null };
  window.at = DOCUMENT_START.lastIndex;
  return "more";
}

/** A stretch of the buffer as text, starting at a character boundary. */
class Window {
  text = "";
  at = 0;
  private readonly bytes: Buffer;
  private start: number;
  private end = 0;
  private ascii = false;

  constructor(bytes: Buffer, from: number) {
    this.bytes = bytes;
    this.start = from;
    this.load(WINDOW_BYTES);
  }

  skipSpace(): void {
    this.at = skipSpace(this.text, this.at);
  }

  byteOffset(): number {
    return this.start + (this.ascii ? this.at : Buffer.byteLength(this.text.slice(0, this.at)));
  }

  /** Moves on to begin at the current place; larger when it began there already. False when nothing is left. */
  advance(): boolean {
    if (this.end >= this.bytes.length) return false;
    const size = this.end - this.start;
    const stays = this.at === 0;
    this.start = this.byteOffset();
    this.load(stays ? size * 2 : WINDOW_BYTES);
    return true;
  }

  /** Makes sure that a document's end and the next one's beginning are in sight. */
  refill(): void {
    if (this.text.length - this.at < 4096) this.advance();
  }

  private load(size: number): void {
    let end = Math.min(this.start + size, this.bytes.length);
    // Never cut a character: step back over UTF-8 continuation bytes.
    while (end < this.bytes.length && end > this.start && (this.bytes[end]! & 0xc0) === 0x80) end -= 1;
    this.end = end;
    this.text = this.bytes.toString("utf8", this.start, end);
    this.ascii = this.text.length === end - this.start;
    this.at = 0;
  }
}
