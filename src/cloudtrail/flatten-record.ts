import { FLAG, type JsonNode, type JsonObject } from "./json-text.ts";
import { compactText, lastMembers, needsOriginal, queryableText, replaceSurrogates } from "./json-tokens.ts";
import { parseAnyTime, parseCanonicalTime } from "./event-time.ts";
import { escapePathSegment, ORIGINAL_TOKENS } from "./extra.ts";
import {
  RECORD_FIELDS,
  RECORD_STRUCTURE,
  type FieldValue,
  type RecordField,
  type StructureNode,
} from "./record-fields.ts";

/** A record as one row: `values` in the order of RECORD_FIELDS. */
export interface FlatRecord {
  readonly values: FieldValue[];
  /** Paths present as null, `{}` or `[]`, e.g. `requestParameters=null;userIdentity.sessionContext={}`; or null. */
  readonly shape: string | null;
  /** JSON object: every other key by path, and under `@tokens` what a typed column cannot give back; or null. */
  readonly extra: string | null;
}

export interface FlattenedRecord extends FlatRecord {
  /** Where the values of JSON fields stand in the text, in the order of RECORD_FIELDS; undefined for all others. */
  readonly jsonNodes: readonly (JsonNode | undefined)[];
}

/**
 * Flattens one record without loss: the row rebuilds it token by token (`rebuildRecord`). `text` is the text that
 * `record` was read from. Of duplicate keys the last wins, and the whole record is kept as tokens.
 */
export function flattenRecord(text: string, record: JsonObject): FlattenedRecord {
  const flattening = new Flattening(text);
  flattening.object(record, RECORD_STRUCTURE);
  if (flattening.keepWhole) flattening.keepOriginal("", record);
  return flattening.finish();
}

class Flattening {
  /** Set when the rows' paths cannot tell the record's keys apart, or its keys are escaped in an unusual way. */
  keepWhole = false;
  private readonly text: string;
  private readonly values: FieldValue[] = new Array<FieldValue>(RECORD_FIELDS.length).fill(null);
  private readonly jsonNodes: JsonNode[] = [];
  private readonly shape: string[] = [];
  private readonly extra: string[] = [];
  private readonly tokens: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  object(node: JsonObject, place: StructureNode): void {
    for (const key of node.keys) if (!this.isPlain(key)) this.keepWhole = true;
    if ((node.flags & FLAG.duplicateKey) === 0) {
      for (let i = 0; i < node.keys.length; i += 1) this.member(node.keys[i]!.value, node.values[i]!, place);
      return;
    }
    const members = lastMembers(node);
    if (members.length < node.keys.length) this.keepWhole = true;
    for (const [name, value] of members) this.member(name, value, place);
  }

  keepOriginal(path: string, node: JsonNode): void {
    this.tokens.push(`${JSON.stringify(path)}:${JSON.stringify(compactText(this.text, node))}`);
  }

  finish(): FlattenedRecord {
    if (this.tokens.length > 0) this.extra.push(`"${ORIGINAL_TOKENS}":{${this.tokens.join(",")}}`);
    return {
      values: this.values,
      jsonNodes: this.jsonNodes,
      shape: this.shape.length > 0 ? this.shape.toSorted().join(";") : null,
      extra: this.extra.length > 0 ? `{${this.extra.join(",")}}` : null,
    };
  }

  private member(name: string, value: JsonNode, place: StructureNode): void {
    const known = place.members.get(name);
    if (known === undefined) this.unknown(name, value, place);
    else if (known.fieldIndex >= 0) this.field(value, known);
    else this.structure(value, known);
  }

  /** An object of the fixed structure: walked when it is one, else kept whole. */
  private structure(node: JsonNode, place: StructureNode): void {
    if (this.isEmpty(node, place.path)) return;
    if (node.kind === "object") this.object(node, place);
    else this.keepOriginal(place.path, node);
  }

  private unknown(name: string, node: JsonNode, place: StructureNode): void {
    const prefix = place.path === "" ? "" : `${place.path}.`;
    const path = prefix + escapePathSegment(name);
    if (!path.isWellFormed()) this.keepWhole = true;
    if (needsOriginal(node)) {
      // The path of the empty key is the one that stands for the whole record.
      if (path === "") this.keepWhole = true;
      else this.keepOriginal(replaceSurrogates(path), node);
    }
    this.extra.push(`${JSON.stringify(replaceSurrogates(path))}:${queryableText(this.text, node)}`);
  }

  private field(node: JsonNode, place: StructureNode): void {
    const { kind } = RECORD_FIELDS[place.fieldIndex]!;
    if (kind === "json") this.jsonField(node, place);
    else if (!this.isEmpty(node, place.path)) this.typedField(node, place, kind);
  }

  private jsonField(node: JsonNode, place: StructureNode): void {
    // A stored JSON text 'null' would break IS NULL, so an explicit null is told by the shape alone.
    if (node.kind === "null") this.shape.push(`${place.path}=null`);
    else {
      this.values[place.fieldIndex] = queryableText(this.text, node);
      this.jsonNodes[place.fieldIndex] = node;
    }
    if (needsOriginal(node)) this.keepOriginal(place.path, node);
  }

  private typedField(node: JsonNode, place: StructureNode, kind: RecordField["kind"]): void {
    if (node.kind === "object" || node.kind === "array" || node.kind === "deep") {
      this.extra.push(`${JSON.stringify(place.path)}:${queryableText(this.text, node)}`);
      if (needsOriginal(node)) this.keepOriginal(place.path, node);
      return;
    }
    // Most values are texts without escapes: their token is what rebuilding writes, so there is nothing to compare.
    if (kind === "text" && node.kind === "string" && node.end - node.start === node.value.length + 2) {
      this.values[place.fieldIndex] = node.value;
      return;
    }
    const written = node.kind === "string" ? replaceSurrogates(node.value) : this.text.slice(node.start, node.end);
    const value = typedValue(kind, written);
    this.values[place.fieldIndex] = value;
    const rebuilds = value !== null && this.text.slice(node.start, node.end) === canonicalToken(kind, value);
    if (!rebuilds) this.keepOriginal(place.path, node);
  }

  /** Notes null, `{}` and `[]` in the shape, which tells them from absent. */
  private isEmpty(node: JsonNode, path: string): boolean {
    const empty =
      node.kind === "null"
        ? "null"
        : node.kind === "object" && node.keys.length === 0
          ? "{}"
          : node.kind === "array" && node.items.length === 0
            ? "[]"
            : null;
    if (empty !== null) this.shape.push(`${path}=${empty}`);
    return empty !== null;
  }

  private isPlain(key: { start: number; end: number; value: string }): boolean {
    return (
      key.end - key.start === key.value.length + 2 || this.text.slice(key.start, key.end) === JSON.stringify(key.value)
    );
  }
}

function typedValue(kind: RecordField["kind"], written: string): FieldValue {
  if (kind === "text") return written;
  if (kind === "time") return parseCanonicalTime(written) ?? parseAnyTime(written);
  const word = written.toLowerCase();
  return word === "true" ? true : word === "false" ? false : null;
}

/** The token that AWS writes for a value of this kind; `rebuildRecord` writes the same. */
export function canonicalToken(kind: RecordField["kind"], value: Exclude<FieldValue, null>): string {
  if (kind === "text-flag") return `"${String(value)}"`;
  if (kind === "flag") return String(value);
  if (typeof value === "bigint") return `"${new Date(Number(value / 1000n)).toISOString().slice(0, 19)}Z"`;
  return JSON.stringify(value);
}
