import type { DerivedFormat } from "../../cloudtrail/derived-record.ts";
import { RECORD_FIELDS, RECORD_STRUCTURE, type FieldKind, type StructureNode } from "../../cloudtrail/record-fields.ts";

/** The field that a column holds, and whether the column says it exactly. */
export interface ColumnField {
  readonly path: string;
  readonly kind: FieldKind;
  readonly isExact: boolean;
}

/** Column names differ in case, dots, underscores and spaces only. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

const FIELDS = new Map<string, ColumnField>();
for (const { column, path, kind } of RECORD_FIELDS) {
  const field = { path: path.join("."), kind, isExact: true };
  FIELDS.set(plainName(column), field);
  FIELDS.set(plainName(field.path), field);
  // Tables drop the levels of a session that say nothing.
  FIELDS.set(plainName(field.path.replace("userIdentity.sessionContext.", "")), field);
}

/** Names that exports use: the console's CSV, Microsoft Sentinel's AWSCloudTrail table, hand-made tables. */
const ALIASES: readonly (readonly [string, string, boolean])[] = [
  ["User name", "userIdentity.userName", false],
  ["AWS access key", "userIdentity.accessKeyId", true],
  ["AwsEventId", "eventID", true],
  ["AwsRequestId", "requestID", true],
  ["AwsRequestId_", "requestID", true],
  ["EventTypeName", "eventType", true],
  ["TimeGenerated", "eventTime", false],
  ["UserIdentityPrincipalid", "userIdentity.principalId", true],
  ["SessionMfaAuthenticated", "userIdentity.sessionContext.attributes.mfaAuthenticated", false],
  ["SessionCreationDate", "userIdentity.sessionContext.attributes.creationDate", false],
  ["SessionIssuerUserName", "userIdentity.sessionContext.sessionIssuer.userName", false],
  ["Event DateTime", "eventTime", true],
  ["Source IP", "sourceIPAddress", true],
  ["Request User Agent", "userAgent", true],
  ["VpcEndpointId", "vpcEndpointId", true],
];
for (const [name, path, isExact] of ALIASES) {
  const known = [...FIELDS.values()].find((field) => field.path === path)!;
  FIELDS.set(plainName(name), { ...known, isExact });
}
const STRUCTURES = new Map<string, string>();
collect(RECORD_STRUCTURE);

function collect(node: StructureNode): void {
  if (node.fieldIndex >= 0) return;
  if (node.path !== "") STRUCTURES.set(plainName(node.path), node.path);
  for (const next of node.members.values()) collect(next);
}

/** The field of a record that a column of this name holds, or null. */
export function fieldNamed(name: string, format: DerivedFormat): ColumnField | null {
  const field = FIELDS.get(plainName(name)) ?? null;
  // What a table calls the user's name is any of several names.
  return field !== null && format === "flat-columns" && plainName(name) === "username"
    ? { ...field, isExact: false }
    : field;
}

/** The object of a record that a column of this name holds whole, or null. */
export function structureNamed(name: string): string | null {
  return STRUCTURES.get(plainName(name)) ?? null;
}

const DECIDING = ["eventID", "eventTime", "eventName", "eventSource"];

/** Which of the fields that make a row an event a set of column names has. */
export function decidingFields(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const name of names) {
    const path = FIELDS.get(plainName(name))?.path;
    if (path !== undefined && DECIDING.includes(path)) found.add(path);
  }
  return found;
}

/** True for columns that can give an event: its id or time, and two more of the fields that decide. */
export function areEventColumns(names: readonly string[]): boolean {
  const found = decidingFields(names);
  return (found.has("eventID") || found.has("eventTime")) && found.has("eventName") && found.size >= 3;
}

/** True when one of the columns would hold an error. */
export function hasErrorColumn(names: readonly string[]): boolean {
  return names.some((name) => /^error(?:code|message)$/.test(plainName(name)));
}
