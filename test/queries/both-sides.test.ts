import { expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { ask } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecord, timeAt, type RecordFields } from "../helpers/trail-maker.ts";
import { ATTACK_EFFECTS } from "./both-sides/attack-effects.ts";
import { ATTACK_STEPS } from "./both-sides/attack-steps.ts";
import type { BothSides } from "./both-sides/parts.ts";
import { TRIAGE_AND_IDENTITY } from "./both-sides/triage-and-identity.ts";

// Every query has records that it finds, and beside them, in the same case, some that look alike and that it passes.

const SIDES: Readonly<Record<string, BothSides>> = { ...TRIAGE_AND_IDENTITY, ...ATTACK_STEPS, ...ATTACK_EFFECTS };
const library = [...readLibrary([]).queries.keys()];

/** The later side stands in the same minutes, from second 100 on. */
function sideOf(records: readonly RecordFields[], name: string, begin: number): RecordFields[] {
  return records.map(({ at: moment, ...fields }, i) =>
    makeRecord(begin + i, {
      ...fields,
      eventID: `${name}-${i}`,
      ...(typeof moment === "number" ? { eventTime: timeAt(moment) } : {}),
    }),
  );
}

test("both sides are listed of every query of the library, and of no other", () => {
  expect(Object.keys(SIDES).toSorted()).toEqual(library.toSorted());
});

test.each(Object.entries(SIDES))(
  "%s finds what it is for, and not what is beside it",
  async (id, { found, passed, asked }) => {
    expect(found.length * passed.length).toBeGreaterThan(0);
    const { rows } = await ask(
      await caseOf([...sideOf(passed, "passed", 0), ...sideOf(found, "found", 100)]),
      id,
      asked,
    );
    const named = rows.flatMap((row) => [row["event_id"], row["first_event_id"], row["last_event_id"]].map(String));

    expect(named.filter((event) => event.startsWith("passed"))).toEqual([]);
    expect(named.filter((event) => event.startsWith("found"))).not.toEqual([]);
  },
);
