import { cidrKeyRange } from "../cloudtrail/source-address.ts";
import { UsageError } from "../errors.ts";

/** What a value handed to `find` is taken for; `text` is looked for as a part of any text of a record. */
export const INDICATOR_KINDS = [
  "access-key",
  "ip",
  "cidr",
  "arn",
  "account",
  "principal-id",
  "session",
  "instance",
  "uuid",
  "bucket",
  "user-agent",
  "text",
  "regex",
] as const;
export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

/** A value to look for. */
export interface Indicator {
  /** As given. */
  readonly value: string;
  readonly kind: IndicatorKind;
  /** What is compared: without `s3://` and the like; of a regex the pattern. */
  readonly sought: string;
  /** First and last address key of an address or range; else null. */
  readonly range: { readonly low: string; readonly high: string } | null;
}

/** Longest value that is looked for. */
const LONGEST_VALUE = 2048;

const ACCESS_KEY = /^(?:AKIA|ASIA|ABIA)[A-Z0-9]{12,124}$/;
const PRINCIPAL_ID = /^(?:AIDA|AROA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA|ACCA)[A-Z0-9]{12,124}(?::\S+)?$/;
const SESSION = /^\S+@\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ADDRESS_LIKE = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const BUCKET = /^(?:s3:\/\/|arn:aws[a-z-]*:s3:::)([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/;
/** A product and a version, as programs name themselves. */
const USER_AGENT = /^\[?[A-Za-z][\w.+ -]*\/v?\d|^(?:Boto3|Botocore|aws-cli|Mozilla|Terraform|APN|S3Console)\/|^\[.*\]$/;

/**
 * Recognises a value. What cannot be an address but looks like one (scrambled logs have `08.1.250.216`) is an `ip`
 * without a range, compared as text. Throws UsageError for what is too long to be an indicator.
 */
export function recogniseIndicator(value: string): Indicator {
  if (value.length > LONGEST_VALUE || value.trim() === "") {
    throw new UsageError({
      what: "Not a value to look for",
      where: value.length > 60 ? `${value.slice(0, 60)}…` : `"${value}"`,
      fix: `Give a value of 1 to ${LONGEST_VALUE} characters, or a file of values with @file.`,
    });
  }
  const of = (kind: IndicatorKind, sought = value, range: Indicator["range"] = null): Indicator => ({
    value,
    kind,
    sought,
    range,
  });
  if (ACCESS_KEY.test(value)) return of("access-key");
  if (PRINCIPAL_ID.test(value)) return of("principal-id");
  if (SESSION.test(value)) return of("session");
  if (UUID.test(value)) return of("uuid", value.toLowerCase());
  if (/^\d{12}$/.test(value)) return of("account");
  if (/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(value)) return of("instance");
  const bucket = BUCKET.exec(value)?.[1];
  if (bucket !== undefined) return of("bucket", bucket);
  if (value.startsWith("arn:aws")) return of("arn");
  const range = cidrKeyRange(value);
  if (range !== null) return of(value.includes("/") ? "cidr" : "ip", value, range);
  if (ADDRESS_LIKE.test(value)) return of("ip");
  return USER_AGENT.test(value) ? of("user-agent") : of("text");
}

/** A pattern of RE2 instead of a value. */
export function patternIndicator(pattern: string): Indicator {
  return { ...recogniseIndicator(pattern), kind: "regex", sought: pattern, range: null };
}

/** The command that shows more of a value, to paste into a shell. */
export function nextCommandFor({ kind, value, sought }: Indicator): string {
  const query = (id: string, parameter: string, text = value): string =>
    `coldtrail query run ${id} --param ${shellWord(`${parameter}=${text}`)}`;
  switch (kind) {
    case "access-key":
      return query("key-usage", "access_key");
    case "ip":
    case "cidr":
      return query("ip-pivot", "ip");
    case "principal-id":
      return query("principal-dossier", "principal");
    case "session":
      return `coldtrail timeline --session ${shellWord(value)}`;
    case "account":
      return `coldtrail query run write-actions --account ${value}`;
    case "uuid":
      return `coldtrail show ${shellWord(value)}`;
    case "user-agent":
      return query("ua-pivot", "ua");
    case "arn":
      return /:(?:iam|sts):/.test(value)
        ? query("principal-dossier", "principal")
        : query("resource-pivot", "resource");
    case "regex":
      return `coldtrail find --regex ${shellWord(value)} --events`;
    default:
      return query("resource-pivot", "resource", sought);
  }
}

/** A word that a POSIX shell takes as it is; controls are left to whoever prints it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
