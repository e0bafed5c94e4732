import { createHash } from "node:crypto";

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export const ALPHABETS = {
  hex: "0123456789abcdef",
  base32: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  alphanumeric: ALPHANUMERIC,
  base64: `${ALPHANUMERIC}+/`,
} as const;

const HEX_OF_16_BITS = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, "0"));

/** A fast deterministic stream of choices (sfc32): the same name gives the same choices on every machine. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  constructor(name: string) {
    const seed = createHash("sha256").update(name).digest();
    this.a = seed.readInt32LE(0);
    this.b = seed.readInt32LE(4);
    this.c = seed.readInt32LE(8);
    this.counter = 1;
  }

  /** 32 bits, unsigned. */
  bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to below 1. */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** True in about `share` of all calls, 0 to 1. */
  chance(share: number): boolean {
    return this.fraction() < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.fraction() * list.length)]!;
  }

  /** A few early items are picked most of the time, as a few callers make most calls. */
  pickSkewed<T>(list: readonly T[]): T {
    return list[Math.floor(this.fraction() ** 2.2 * list.length)]!;
  }

  /** Normally distributed, mean 0, deviation 1. */
  gaussian(): number {
    return Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
  }

  text(alphabet: keyof typeof ALPHABETS, length: number): string {
    const letters = ALPHABETS[alphabet];
    let text = "";
    for (let i = 0; i < length; i += 1) text += letters[Math.floor(this.fraction() * letters.length)]!;
    return text;
  }

  /** Many random base64 characters at once. */
  base64(length: number): string {
    const bytes = Buffer.allocUnsafe(Math.ceil((length * 3) / 16) * 4);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(this.bits(), at);
    return bytes.toString("base64").slice(0, length);
  }

  uuid(): string {
    const [a, b, c, d] = [this.bits(), this.bits(), this.bits(), this.bits()];
    const hex = (bits: number): string => HEX_OF_16_BITS[bits & 0xffff]!;
    const version = hex((b & 0x0fff) | 0x4000);
    const variant = hex((c & 0x3fff) | 0x8000);
    return `${hex(a)}${hex(a >>> 16)}-${hex(b >>> 16)}-${version}-${variant}-${hex(c >>> 16)}${hex(d)}${hex(d >>> 16)}`;
  }
}
