import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilterText } from "../../../src/queries/views/filter-text.ts";
import { filterWords } from "../../../src/queries/views/filter-words.ts";
import { ENTITY_KINDS, filterOf, type Match } from "../../../src/queries/views/filter.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }),
  fc.string({ unit: fc.constantFrom("a", '"', "\\", ",", ".", " ", "!", "=", "~", ":", "-", "\n", "("), minLength: 1 }),
);
const column = fc.constantFrom(
  "event_name",
  "user_agent",
  "request_parameters.bucketName",
  "user_identity_access_key_id",
);
const second = fc.integer({ min: -1_000_000_000, max: 4_000_000_000 }).map((n) => BigInt(n) * 1_000_000n);

const match: fc.Arbitrary<Match> = fc.oneof(
  fc.record({
    kind: fc.constant("is" as const),
    column,
    values: fc.array(fc.oneof(text, fc.constant(null)), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("contains" as const), column, text }),
  fc.record({ kind: fc.constant("glob" as const), column, pattern: text }),
  fc.record({ kind: fc.constant("between" as const), column, low: text, high: fc.oneof(text, fc.constant(null)) }),
  fc.record({ kind: fc.constant("text" as const), text }),
  fc.record({
    kind: fc.constant("entity" as const),
    entity: fc.constantFrom(...ENTITY_KINDS.filter((kind) => kind !== "address")),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc
    .tuple(second, second)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ kind: "time" as const, since: a < b ? a : b, until: a < b ? b : a })),
);

test("whatever a filter compares, its words are read as the same filter", () => {
  fc.assert(
    fc.property(match, fc.boolean(), (one, negated) => {
      const filter = filterOf(one, negated);
      expect(parseFilterText(filterWords(filter))).toEqual([filter]);
    }),
    { numRuns: 2000 },
  );
});

test("several filters in one text stay apart", () => {
  fc.assert(
    fc.property(fc.array(match, { maxLength: 4 }), (all) => {
      const filters = all.map((one) => filterOf(one));
      expect(parseFilterText(filters.map(filterWords).join("  "))).toEqual(filters);
    }),
  );
});

test("any text is read or refused with advice", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        text.map((value) => `eventName=${value}`),
      ),
      (typed) => {
        try {
          parseFilterText(typed);
        } catch (error) {
          expect((error as Error).name).toBe("UsageError");
        }
      },
    ),
  );
});
