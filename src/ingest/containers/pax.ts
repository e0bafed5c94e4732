/** What extended headers say of the next member, and of all that follow. */
export class PaxRecords {
  readonly next = new Map<string, string>();
  readonly all = new Map<string, string>();

  get(key: string): string | undefined {
    return this.next.get(key) ?? this.all.get(key);
  }

  /** Microseconds since 1970 UTC; null when the headers do not say. */
  time(key: string): bigint | null {
    const match = /^(-?\d{1,11})(?:\.(\d{1,9}))?$/.exec(this.get(key) ?? "");
    if (match === null) return null;
    return BigInt(match[1]!) * 1_000_000n + BigInt((match[2] ?? "").padEnd(6, "0").slice(0, 6));
  }

  hasSparse(): boolean {
    return [...this.next.keys(), ...this.all.keys()].some((key) => key.startsWith("GNU.sparse."));
  }
}

/** Adds records of the form `<length> <key>=<value>\n`; what does not fit the form ends it. */
export function parsePax(bytes: Buffer, records: Map<string, string>): void {
  let at = 0;
  while (at < bytes.length) {
    const blank = bytes.indexOf(0x20, at);
    if (blank < 0 || blank - at > 10) return;
    const length = Number(bytes.toString("latin1", at, blank));
    if (!Number.isInteger(length) || length <= blank - at + 1 || at + length > bytes.length) return;
    const record = bytes.toString("utf8", blank + 1, at + length - 1);
    const equals = record.indexOf("=");
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
}
