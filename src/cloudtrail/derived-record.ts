import { placeToken, writeTree, type TokenTree } from "./rebuild-record.ts";

/*
 * Records made from columns or from another schema. What the source carries exactly becomes fields of a record; all of
 * the source that does not, stays as it was under one key of coldtrail's own.
 */

/** The key of a derived record under which its source stands. AWS has no field of that name. */
export const DERIVED_KEY = "derivedFrom";

export type DerivedFormat =
  "console-csv" | "lookup-entry" | "flat-columns" | "lake-columns" | "ecs" | "ocsf" | "logstash";

const OUTER_FIELDS = ["eventTime", "eventSource", "eventName", "eventID", "readOnly", "userIdentity.accessKeyId"];
const PLAIN_FIELDS = [
  ...OUTER_FIELDS,
  "eventVersion",
  "awsRegion",
  "sourceIPAddress",
  "userAgent",
  "errorCode",
  "errorMessage",
  "requestID",
  "eventType",
  "apiVersion",
  "managementEvent",
  "recipientAccountId",
  "sharedEventID",
  "vpcEndpointId",
  "eventCategory",
];
const IDENTITY_FIELDS = ["type", "principalId", "arn", "accountId", "invokedBy"].map((name) => `userIdentity.${name}`);

/** Fields that a format carries with full fidelity: only these can contradict another copy of the event. */
const EXACT_FIELDS: Record<DerivedFormat, readonly string[]> = {
  "console-csv": PLAIN_FIELDS,
  "lookup-entry": OUTER_FIELDS,
  "flat-columns": PLAIN_FIELDS,
  "lake-columns": [...PLAIN_FIELDS, ...IDENTITY_FIELDS],
  ecs: [...PLAIN_FIELDS, ...IDENTITY_FIELDS],
  ocsf: ["eventID", "eventSource", "eventName", "awsRegion"],
  logstash: [],
};

/** What a derived record says about itself, under DERIVED_KEY. */
export interface DerivedNote {
  readonly format: string;
  /** Paths that this source does not carry exactly, though its format does. */
  readonly inexact?: readonly string[];
}

/** Whether a field of a derived record may be held against another copy. A Logstash event is the original but for its time. */
export function isExactField(note: DerivedNote, path: string): boolean {
  if (note.inexact?.some((inexact) => path === inexact || path.startsWith(`${inexact}.`)) === true) return false;
  if (note.format === "logstash") return true;
  const exact = (EXACT_FIELDS as Readonly<Record<string, readonly string[] | undefined>>)[note.format];
  return exact !== undefined && exact.some((field) => path === field);
}

/** Collects the fields of a record that is made from something else. Tokens are JSON texts. */
export class DerivedRecord {
  readonly format: DerivedFormat;
  /** Set when the source has no place for an error: that there is none says nothing then. */
  lacksErrors = false;
  private readonly tree: TokenTree = new Map();
  private readonly inexact: string[] = [];
  private readonly rest = new Map<string, string>();

  constructor(format: DerivedFormat) {
    this.format = format;
  }

  has(path: string): boolean {
    return this.at(path) !== undefined;
  }

  /** Text of a field that was set to a string, or null. */
  textAt(path: string): string | null {
    const token = this.at(path);
    return typeof token === "string" && token.startsWith('"') ? (JSON.parse(token) as string) : null;
  }

  private at(path: string): TokenTree | string | undefined {
    let node: TokenTree | string | undefined = this.tree;
    for (const key of path.split(".")) node = node instanceof Map ? node.get(key) : undefined;
    return node;
  }

  setToken(path: string, token: string, options: { readonly isExact?: boolean } = {}): void {
    placeToken(this.tree, path.split("."), token);
    if (options.isExact === false && isExactField({ format: this.format }, path)) this.inexact.push(path);
  }

  setText(path: string, text: string, options: { readonly isExact?: boolean } = {}): void {
    this.setToken(path, JSON.stringify(text), options);
  }

  /** Sets a whole field of the record; the name may have dots of its own. */
  setMember(name: string, token: string): void {
    this.tree.set(name, token);
  }

  /** Keeps a part of the source as it was. */
  keep(name: string, token: string): void {
    this.rest.set(name, token);
  }

  /** Compact JSON of the record. */
  text(): string {
    const members = [`"format":${JSON.stringify(this.format)}`];
    if (this.inexact.length > 0) members.push(`"inexact":${JSON.stringify(this.inexact)}`);
    if (this.rest.size > 0) {
      const rest = [...this.rest].map(([name, token]) => `${JSON.stringify(name)}:${token}`);
      members.push(`"rest":{${rest.join(",")}}`);
    }
    return writeTree(new Map([...this.tree, [DERIVED_KEY, `{${members.join(",")}}`]]));
  }
}
