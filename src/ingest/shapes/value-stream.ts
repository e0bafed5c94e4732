import { JsonTextError, parseJsonAt, parseKeyAt, skipSpace, type JsonNode } from "../../cloudtrail/json-text.ts";
import type { ByteSource } from "../byte-source.ts";
import { TextWindow, WINDOW_SIZES } from "../text-window.ts";
import { endOfBrokenValue, nextValue } from "./value-boundary.ts";

/*
 * Reads the JSON values of a source of any size: one value, several one behind the other, lines, and the items of
 * lists. Lists are entered and read item by item, so memory is bounded by the largest item and a broken item costs
 * itself only. Small documents are given whole.
 */

export type StreamItem =
  | {
      readonly kind: "value";
      readonly text: string;
      readonly node: JsonNode;
      readonly byteOffset: number;
      /** Lists that the value is an item of, e.g. `Records[]`. */
      readonly hops: readonly string[];
    }
  | {
      readonly kind: "broken";
      readonly text: string;
      readonly reason: string;
      readonly byteOffset: number;
      readonly isStray: boolean;
    }
  /** A list of a document was entered. */
  | { readonly kind: "list"; readonly hop: string }
  /** A short member beside such a list. */
  | { readonly kind: "beside"; readonly key: string; readonly value: string }
  | { readonly kind: "end"; readonly problem: string | null };

/** Lists that are entered when their document is too large, or broken. */
const LISTS = new Set([
  "Records",
  "Events",
  "events",
  "logEvents",
  "results",
  "QueryResultRows",
  "hits",
  "Messages",
  "records",
  "value",
  "items",
  "data",
  "logs",
  "entries",
]);
/** Objects on the way to such a list. */
const WAY = "hits";
/** Characters that may be read again after breakage, in all: hostile files could make that quadratic. */
const REREAD_CHARS_MAX = 64 * 1024 * 1024;
const BESIDE_CHARS_MAX = 4096;
const FRAMES_MAX = 8;
const NO_MEMBER = Symbol("no member of an object");

/** Yields the values at or after byte `from`, then one `end`. The bytes are valid UTF-8. */
export function* readValues(bytes: ByteSource, from: number, sizes = WINDOW_SIZES): Generator<StreamItem> {
  const stream = new ValueStream(bytes, from, sizes);
  for (;;) {
    const item = stream.next();
    if (item === null) continue;
    yield item;
    if (item.kind === "end") return;
  }
}

const LEFT_OPEN = "a document does not end as it should";

interface Frame {
  readonly kind: "list" | "object";
  readonly hop: string;
}

class ValueStream {
  private readonly bytes: ByteSource;
  private readonly sizes: typeof WINDOW_SIZES;
  private window: TextWindow;
  private frames: readonly Frame[] = [];
  private hops: readonly string[] = [];
  private readonly pending: StreamItem[] = [];
  private reread = 0;
  private problem: string | null = null;
  /** Byte offset of an object that has no list to enter. */
  private notEntered = -1;

  constructor(bytes: ByteSource, from: number, sizes: typeof WINDOW_SIZES) {
    this.bytes = bytes;
    this.sizes = sizes;
    this.window = new TextWindow(bytes, from, sizes);
  }

  /** The next item; null when something was passed that is none. */
  next(): StreamItem | null {
    const waiting = this.pending.shift();
    if (waiting !== undefined) return waiting;
    const char = this.peek();
    const frame = this.frames.at(-1);
    if (char === "") return { kind: "end", problem: frame === undefined ? this.problem : "cut off inside a list" };
    if (char === ",") return this.pass();
    if (frame !== undefined && char === (frame.kind === "list" ? "]" : "}")) {
      this.show(this.frames.slice(0, -1));
      return this.pass();
    }
    if (frame?.kind === "object") return this.besideList(char);
    if (char === "[" && frame === undefined) return this.enter({ kind: "list", hop: "[]" });
    const isValue = '{["'.includes(char) || /[-\dtfn]/.test(char);
    return isValue ? this.value(char) : this.stray("unexpected text between values");
  }

  /** Marks that tools put between documents count as white space. */
  private peek(): string {
    for (;;) {
      const char = this.window.peek();
      if (char !== "\ufeff" && char !== "\u001e") return char;
      this.window.at += 1;
    }
  }

  private pass(): null {
    this.window.at += 1;
    return null;
  }

  private enter(frame: Frame): null {
    this.show([...this.frames, frame]);
    return this.pass();
  }

  private show(frames: readonly Frame[]): void {
    this.frames = frames;
    this.hops = frames.filter(({ kind }) => kind === "list").map(({ hop }) => hop);
  }

  private value(char: string): StreamItem | null {
    const { window } = this;
    const { text, at } = window;
    try {
      const node = parseJsonAt(text, at);
      if (node.kind === "number" && node.end === text.length && window.advance()) return null;
      const byteOffset = window.byteOffset();
      window.at = node.end;
      return { kind: "value", text, node, byteOffset, hops: this.hops };
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error;
      // What is cut may only be cut by the window.
      if (error.cut && at > 0 && window.advance()) return null;
      if (char === "{" && this.tryToEnter()) return null;
      if (error.cut && this.window.advance()) return null;
      return this.broken(error);
    }
  }

  private broken(error: JsonTextError): StreamItem {
    const { window } = this;
    const { text, at } = window;
    const end = endOfBrokenValue({ text, at, isInList: this.frames.length > 0 });
    this.reread += Math.max(0, error.position - end);
    const byteOffset = window.byteOffset();
    const isTooMuch = this.reread > REREAD_CHARS_MAX;
    window.at = isTooMuch ? text.length : end;
    const place = `byte ${byteOffset + Buffer.byteLength(text.slice(at, error.position))}`;
    const what = error.cut ? (window.isLast ? "cut off" : "larger than any record") : `${error.message} (${place})`;
    const reason = isTooMuch ? "breakage without end: the rest was not searched for records" : what;
    return { kind: "broken", text: text.slice(at, window.at), reason, byteOffset, isStray: false };
  }

  private stray(reason: string): StreamItem {
    const { window } = this;
    const { text, at } = window;
    const end = Math.max(at + 1, nextValue(text, at, this.frames.length > 0));
    const byteOffset = window.byteOffset();
    window.at = end;
    return { kind: "broken", text: text.slice(at, end).trimEnd(), reason, byteOffset, isStray: true };
  }

  /** Goes into the first list of an object that is too large or broken; false when it has none, and nothing is passed. */
  private tryToEnter(): boolean {
    const start = this.window.byteOffset();
    const depth = this.frames.length;
    if (start === this.notEntered || depth > FRAMES_MAX) return false;
    const before = { window: this.window, frames: this.frames, text: this.window.text, at: this.window.at };
    this.enter({ kind: "object", hop: "" });
    for (;;) {
      const char = this.peek();
      if (char === ",") this.pass();
      else if (char === "}" && this.frames.length > depth + 1) {
        this.show(this.frames.slice(0, -1));
        this.pass();
      } else {
        const isWay = char === '"' && this.frames.length <= depth + FRAMES_MAX;
        const item = isWay ? this.member() : NO_MEMBER;
        if (item === NO_MEMBER) break;
        if (item !== null) this.pending.push(item);
        if (this.frames.at(-1)?.kind === "list") return true;
      }
    }
    this.pending.length = 0;
    // Where the window stayed, so does the text; else it is decoded again.
    if (before.window.text === before.text) before.window.at = before.at;
    else this.window = new TextWindow(this.bytes, start, this.sizes);
    this.show(before.frames);
    this.notEntered = start;
    return false;
  }

  private besideList(char: string): StreamItem | null {
    const item = char === '"' ? this.member() : NO_MEMBER;
    if (item !== NO_MEMBER) return item;
    this.problem = LEFT_OPEN;
    this.show(this.frames.slice(0, -1));
    return null;
  }

  /** Passes one member of an object, or goes into its list; gives a short value. */
  private member(): StreamItem | null | typeof NO_MEMBER {
    for (;;) {
      const { window } = this;
      const { text, at } = window;
      try {
        const { key, end } = parseKeyAt(text, at);
        const start = skipSpace(text, end);
        const list = this.listAt(key, text[start]);
        if (list !== null) {
          window.at = start;
          this.enter(list);
          return list.kind === "list" ? { kind: "list", hop: list.hop } : null;
        }
        const node = parseJsonAt(text, start);
        if (node.kind === "number" && node.end === text.length && window.advance()) continue;
        window.at = node.end;
        const value = node.kind === "string" ? node.value : text.slice(node.start, node.end);
        const isShort = node.kind !== "object" && node.kind !== "array" && value.length <= BESIDE_CHARS_MAX;
        return isShort ? { kind: "beside", key, value } : null;
      } catch (error) {
        if (!(error instanceof JsonTextError)) throw error;
        if (!error.cut || !window.advance()) return NO_MEMBER;
      }
    }
  }

  /** The list that a member holds, or the object on the way to one. */
  private listAt(key: string, char: string | undefined): Frame | null {
    if (char === "{" && key === WAY) return { kind: "object", hop: key };
    if (char !== "[" || !LISTS.has(key)) return null;
    const way = this.frames.filter(({ kind, hop }) => kind === "object" && hop !== "").map(({ hop }) => hop);
    return { kind: "list", hop: `${[...way, key].join(".")}[]` };
  }
}
