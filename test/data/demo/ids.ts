import type { Account } from "./cast/accounts.ts";
import { randomFor, type Random } from "./random.ts";

const HEX = "0123456789abcdef";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const UPPER_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64 = `${ALPHANUMERIC}+/`;

/** A version 4 UUID; `first` fixes its first digit, and with it where it sorts. */
export function uuid(random: Random, first = ""): string {
  const hex = (length: number): string => random.text(HEX, length);
  return `${first}${hex(8 - first.length)}-${hex(4)}-4${hex(3)}-${random.pick([..."89ab"])}${hex(3)}-${hex(12)}`;
}

/** 20 characters like a real one, ending in EXAMPLE so that neither people nor secret scanners take it for one. */
export function accessKeyId(kind: "AKIA" | "ASIA", account: Account, random: Random): string {
  return `${kind}${account.tag}${random.text(BASE32, 5)}EXAMPLE`;
}

/** The unchanging id behind a user or role: 21 characters, always the same for the same name. */
export function principalId(kind: "AIDA" | "AROA", account: Account, name: string): string {
  return `${kind}${account.tag}${randomFor(`principal/${account.id}/${name}`).text(BASE32, 6)}EXAMPLE`;
}

/** An EC2-style id (`snap-0…`), always the same for the same name. */
export function resourceId(prefix: string, name: string): string {
  return `${prefix}-0${randomFor(`${prefix}/${name}`).text(HEX, 16)}`;
}

/** A UUID that belongs to a name, for keys and identity store users. */
export function namedUuid(name: string): string {
  return uuid(randomFor(`uuid/${name}`));
}

export function hexText(random: Random, length: number): string {
  return random.text(HEX, length);
}

/** S3's request ids are no UUIDs. */
export function s3RequestId(random: Random): string {
  return random.text(UPPER_ALPHANUMERIC, 16);
}

export function s3ExtendedId(random: Random): string {
  return `${random.text(BASE64, 75)}=`;
}

/** The meaningless end of a log file's name. */
export function fileSuffix(random: Random): string {
  return random.text(ALPHANUMERIC, 16);
}

/** Starts as all session tokens do, and is far too short to be one. */
export function sessionToken(random: Random): string {
  return `IQoJb3JpZ2luX2VjEXAMPLE${random.text(BASE64, 48)}==`;
}
