import fc from "fast-check";
import {
  RECORD_FIELDS,
  RECORD_STRUCTURE,
  type FieldKind,
  type StructureNode,
} from "../../src/cloudtrail/record-fields.ts";
import { key, number, objectText, space, string, value } from "./generated-json.ts";

/** Tokens as AWS writes them for a kind of field. */
const RIGHT: Record<FieldKind, fc.Arbitrary<string>> = {
  text: string,
  flag: fc.constantFrom("true", "false"),
  "text-flag": fc.constantFrom('"true"', '"false"'),
  time: fc.constantFrom('"2023-07-10T12:27:45Z"', '"1969-12-31T23:59:59Z"', '"2199-02-28T00:00:00Z"'),
  json: value,
};

/** Tokens of the wrong type, or right ones written otherwise. */
const ODD: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("null", "{}", "[]", "true", "false", '"true"', '"FALSE"', '"null"', '""', "[null]", '{"":{}}'),
  fc.constantFrom('"2023-07-10T12:27:45.123Z"', '"2023-07-10T14:27:45+02:00"', '"2023-02-30T00:00:00Z"', "1688992065"),
  fc.constantFrom(
    String.raw`"2023-07-10T12:27:45\u005a"`,
    '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-01:00"',
  ),
  string,
  number,
  value,
);

function memberText(place: StructureNode): fc.Arbitrary<string> {
  const field = RECORD_FIELDS[place.fieldIndex];
  const right = field === undefined ? structureText(place) : RIGHT[field.kind];
  return fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: ODD });
}

function structureText(place: StructureNode): fc.Arbitrary<string> {
  const known = [...place.members].map(([name, below]) => {
    const text = memberText(below).map((written) => [`"${name}"`, written] as const);
    return fc.option(text, { nil: null, freq: 3 });
  });
  const unknown = fc.array(fc.tuple(key, value), { maxLength: 2 });
  const respelled = fc.array(fc.tuple(fc.constantFrom(...respelledKeys(place)), value), { maxLength: 1 });
  const rarely = fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: respelled });
  return fc
    .tuple(fc.tuple(...known), unknown, rarely, space, fc.boolean())
    .map(([members, others, repeated, gap, reverse]) => {
      const all = [...members.filter((member) => member !== null), ...others, ...repeated];
      return objectText(reverse ? all.toReversed() : all, gap);
    });
}

/** A known key again, plainly or with an escape. */
function respelledKeys(place: StructureNode): string[] {
  return [...place.members.keys()].flatMap((name) => [
    `"${name}"`,
    `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"`,
  ]);
}

/** The text of a record that nobody would write, with every known field in it somewhere. */
export const recordText: fc.Arbitrary<string> = structureText(RECORD_STRUCTURE);
