import { hasDuplicate } from "./duplicate-keys.ts";
import { DEPTH_MAX, LEVELS_MAX, VALUES_MAX } from "./json-limits.ts";

/*
 * A strict JSON reader that keeps the text of every token. `JSON.parse` would lose number text (`791.0`, 20-digit
 * integers), escapes, duplicate keys and which keys were null, so evidence is read with this instead. A node knows
 * where it stands in the text; `compactText` gives its tokens back without white space.
 */

/** Properties of a node or of anything below it; a node with none of them is stored exactly as written. */
export const FLAG = { space: 1, duplicateKey: 2, unpairedSurrogate: 4, tooDeep: 8 } as const;

export interface JsonString {
  readonly kind: "string";
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  /** Decoded; may hold unpaired surrogates (then the flag is set). */
  readonly value: string;
}

export interface JsonObject {
  readonly kind: "object";
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly keys: readonly JsonString[];
  readonly values: readonly JsonNode[];
}

export interface JsonArray {
  readonly kind: "array";
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly items: readonly JsonNode[];
}

/** `deep` is an object or array below `DEPTH_MAX`: valid JSON that was not built as nodes. */
export interface JsonLeaf {
  readonly kind: "number" | "true" | "false" | "null" | "deep";
  readonly start: number;
  readonly end: number;
  readonly flags: number;
}

export type JsonNode = JsonString | JsonObject | JsonArray | JsonLeaf;

/** Text that is not JSON. `position` is a character offset; `cut` when it ended too early: a longer text may be JSON. */
export class JsonTextError extends Error {
  readonly position: number;
  readonly cut: boolean;

  constructor(message: string, position: number, cut = false) {
    super(message);
    this.position = position;
    this.cut = cut;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** What a number looks like when the text ends before its next digit. */
const NUMBER_CUT = /(?:-|-?(?:0|[1-9][0-9]*)(?:\.|(?:\.[0-9]+)?[eE][+-]?))$/y;
const LITERALS = ["null", "true", "false"] as const;

/** Reads one JSON value that starts at or after `from`; what follows it is the caller's. Throws JsonTextError. */
export function parseJsonAt(text: string, from = 0): JsonNode {
  return new Reader(text, from).value(0);
}

/** Reads a text that holds exactly one JSON value. Throws JsonTextError. */
export function parseJson(text: string): JsonNode {
  const node = parseJsonAt(text);
  const rest = skipSpace(text, node.end);
  if (rest < text.length) throw new JsonTextError("unexpected text after the value", rest);
  return node;
}

/** Reads one key and its colon at or after `from`; `end` is where its value may begin. Throws JsonTextError. */
export function parseKeyAt(text: string, from: number): { readonly key: string; readonly end: number } {
  const reader = new Reader(text, from);
  const key = reader.keyAndColon();
  return { key: key.value, end: reader.at };
}

/** First position at or after `at` that is not JSON white space. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return position;
    position += 1;
  }
}

class Reader {
  private readonly text: string;
  at: number;
  /** White space passed so far: a value is compact when none was passed between its ends. */
  private spaceCount = 0;
  private valueCount = 0;

  constructor(text: string, from: number) {
    this.text = text;
    this.at = from;
  }

  value(depth: number): JsonNode {
    const code = this.next();
    this.valueCount += 1;
    if (this.valueCount > VALUES_MAX) throw this.problem("more than 2,000,000 values in one");
    if (code === QUOTE) return this.string();
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (depth >= DEPTH_MAX) return this.deep();
      return code === OPEN_BRACE ? this.object(depth) : this.array(depth);
    }
    return code === MINUS || (code >= 0x30 && code <= 0x39) ? this.number() : this.literal();
  }

  private object(depth: number): JsonObject {
    const start = this.at;
    const spaceBefore = this.spaceCount;
    const keys: JsonString[] = [];
    const values: JsonNode[] = [];
    let flags = 0;
    this.at += 1;
    if (this.next() !== CLOSE_BRACE) {
      for (;;) {
        const key = this.keyAndColon();
        const value = this.value(depth + 1);
        keys.push(key);
        values.push(value);
        flags |= key.flags | value.flags;
        if (this.separator(CLOSE_BRACE) === CLOSE_BRACE) break;
      }
    }
    this.at += 1;
    if (hasDuplicate(keys)) flags |= FLAG.duplicateKey;
    if (this.spaceCount !== spaceBefore) flags |= FLAG.space;
    return { kind: "object", start, end: this.at, flags, keys, values };
  }

  private array(depth: number): JsonArray {
    const start = this.at;
    const spaceBefore = this.spaceCount;
    const items: JsonNode[] = [];
    let flags = 0;
    this.at += 1;
    if (this.next() !== CLOSE_BRACKET) {
      for (;;) {
        const item = this.value(depth + 1);
        items.push(item);
        flags |= item.flags;
        if (this.separator(CLOSE_BRACKET) === CLOSE_BRACKET) break;
      }
    }
    this.at += 1;
    if (this.spaceCount !== spaceBefore) flags |= FLAG.space;
    return { kind: "array", start, end: this.at, flags, items };
  }

  private separator(close: number): number {
    const code = this.next();
    if (code === COMMA) this.at += 1;
    else if (code !== close) throw this.problem("expected a comma or the end of the list");
    return code;
  }

  private string(): JsonString {
    const { text } = this;
    const start = this.at;
    let end = start + 1;
    let escaped = false;
    for (;;) {
      const code = text.charCodeAt(end);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        end += 2;
      } else if (code >= 0x20) end += 1;
      else if (end >= text.length) throw new JsonTextError("the text ends inside a string", text.length, true);
      else throw new JsonTextError("control character inside a string", end);
    }
    this.at = end + 1;
    if (!escaped) return { kind: "string", start, end: end + 1, flags: 0, value: text.slice(start + 1, end) };
    const value = decodeString(text.slice(start, end + 1));
    if (value === null) throw new JsonTextError("bad escape in a string", start);
    const flags = value.isWellFormed() ? 0 : FLAG.unpairedSurrogate;
    return { kind: "string", start, end: end + 1, flags, value };
  }

  private number(): JsonLeaf {
    const start = this.at;
    NUMBER.lastIndex = start;
    const end = NUMBER.test(this.text) ? NUMBER.lastIndex : start;
    const next = this.text.charCodeAt(end);
    if (end === start || (next >= 0x30 && next <= 0x39) || next === 0x2e || next === 0x65 || next === 0x45) {
      NUMBER_CUT.lastIndex = start;
      this.at = NUMBER_CUT.test(this.text) ? this.text.length : end;
      throw this.problem("not a number");
    }
    this.at = end;
    return { kind: "number", start, end, flags: 0 };
  }

  private literal(): JsonLeaf {
    const start = this.at;
    for (const word of LITERALS) {
      if (this.text.startsWith(word, start)) {
        this.at = start + word.length;
        return { kind: word, start, end: this.at, flags: 0 };
      }
    }
    const rest = this.text.slice(start, start + 5);
    if (LITERALS.some((word) => word.startsWith(rest))) this.at = this.text.length;
    throw this.problem("not a JSON value");
  }

  /** Checks an object or array of any depth with a stack of its own. */
  private deep(): JsonLeaf {
    const start = this.at;
    const closers: number[] = [];
    for (;;) {
      let code = this.next();
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        const close = code === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
        this.at += 1;
        closers.push(close);
        if (closers.length > LEVELS_MAX) throw this.problem("nested deeper than 1,000,000 levels");
        code = this.next();
        if (code !== close) {
          if (close === CLOSE_BRACE) this.keyAndColon();
          continue;
        }
      } else if (code === QUOTE) this.string();
      else if (code === MINUS || (code >= 0x30 && code <= 0x39)) this.number();
      else this.literal();
      if (!this.closeDeep(closers)) return { kind: "deep", start, end: this.at, flags: FLAG.tooDeep | FLAG.space };
    }
  }

  /** After a value: closes what ends here and stops before the next value. False when the outermost one is closed. */
  private closeDeep(closers: number[]): boolean {
    for (;;) {
      const close = closers.at(-1);
      if (close === undefined) return false;
      if (this.next() === close) {
        this.at += 1;
        closers.pop();
        continue;
      }
      this.separator(close);
      if (close === CLOSE_BRACE) this.keyAndColon();
      return true;
    }
  }

  keyAndColon(): JsonString {
    if (this.next() !== QUOTE) throw this.problem("expected a key in double quotes");
    const key = this.string();
    if (this.next() !== COLON) throw this.problem("expected a colon after the key");
    this.at += 1;
    return key;
  }

  private next(): number {
    const from = this.at;
    this.at = skipSpace(this.text, from);
    this.spaceCount += this.at - from;
    return this.text.charCodeAt(this.at);
  }

  private problem(message: string): JsonTextError {
    const cut = this.at >= this.text.length;
    return new JsonTextError(cut ? "the text ends too early" : message, this.at, cut);
  }
}

function decodeString(token: string): string | null {
  try {
    return JSON.parse(token) as string;
  } catch {
    return null;
  }
}
