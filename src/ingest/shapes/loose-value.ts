/*
 * Reads what tables print for structures: `{type=IAMUser, arn=arn:aws:iam::…}` of Athena and Lake, `{'a': True}` of
 * Python. Neither says where a value ends when it holds a comma itself, so this is a best guess, and said to be one.
 */

export type LooseValue = string | boolean | null | LooseValue[] | Map<string, LooseValue>;

const DEPTH_MAX = 30;

/** The structure that a text prints, or null when it prints none. */
export function parseLoose(text: string): LooseValue | undefined {
  const reader = new LooseReader(text);
  const value = reader.value(0);
  return value !== undefined && reader.isAtEnd() && typeof value === "object" ? value : undefined;
}

/** JSON of a value. */
export function looseJson(value: LooseValue): string {
  if (value instanceof Map) {
    return `{${[...value].map(([key, inner]) => `${JSON.stringify(key)}:${looseJson(inner)}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(looseJson).join(",")}]`;
  return JSON.stringify(value);
}

class LooseReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    this.space();
    return this.at >= this.text.length;
  }

  value(depth: number): LooseValue | undefined {
    this.space();
    const char = this.text[this.at];
    if (depth > DEPTH_MAX) return undefined;
    if (char === "{") return this.structure(depth);
    if (char === "[") return this.list(depth);
    if (char === "'" || char === '"') return this.quoted(char) ?? this.bare(/[,}\]]/);
    return this.bare(/[,}\]]/);
  }

  private structure(depth: number): Map<string, LooseValue> | undefined {
    const found = new Map<string, LooseValue>();
    this.at += 1;
    for (this.space(); this.text[this.at] !== "}"; this.space()) {
      const key = this.key();
      if (key === undefined) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      found.set(key, value);
      if (!this.passSeparator("}")) return undefined;
    }
    this.at += 1;
    return found;
  }

  private list(depth: number): LooseValue[] | undefined {
    const found: LooseValue[] = [];
    this.at += 1;
    for (this.space(); this.text[this.at] !== "]"; this.space()) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      found.push(value);
      if (!this.passSeparator("]")) return undefined;
    }
    this.at += 1;
    return found;
  }

  /** Athena prints `key=value`, Python `'key': value`. */
  private key(): string | undefined {
    const quote = this.text[this.at];
    if (quote === "'" || quote === '"') {
      const key = this.quoted(quote);
      this.space();
      if (key === undefined || !/[:=]/.test(this.text[this.at] ?? "")) return undefined;
      this.at += 1;
      return key;
    }
    const match = /[^=,{}[\]]+=/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    return found.slice(0, -1).trim();
  }

  private quoted(quote: string): string | undefined {
    const start = this.at;
    let value = "";
    for (let i = start + 1; i < this.text.length; i += 1) {
      const char = this.text[i]!;
      if (char === "\\") {
        i += 1;
        value += this.text[i] ?? "";
      } else if (char === quote) {
        this.at = i + 1;
        return value;
      } else value += char;
    }
    return undefined;
  }

  /** A value without quotes: up to what ends it, but a comma only when another `key=` or the end follows. */
  private bare(end: RegExp): LooseValue | undefined {
    let stop = this.at;
    while (stop < this.text.length) {
      if (
        end.test(this.text[stop]!) &&
        (this.text[stop] !== "," || /^,\s*(?:[\w.@-]+=|['"{[])/.test(this.text.slice(stop, stop + 120)))
      )
        break;
      stop += 1;
    }
    const word = this.text.slice(this.at, stop).trim();
    this.at = stop;
    if (word === "null" || word === "None") return null;
    if (word === "True" || word === "true") return true;
    return word === "False" || word === "false" ? false : word;
  }

  private passSeparator(close: string): boolean {
    this.space();
    if (this.text[this.at] === ",") this.at += 1;
    else if (this.text[this.at] !== close) return false;
    return true;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
  }
}
