import { describe, expect, test } from "vitest";
import { compareRecords } from "../../../src/cloudtrail/compare-records.ts";
import { parseJson } from "../../../src/cloudtrail/json-text.ts";
import { SHARD_COLUMNS } from "../../../src/store/case-schema.ts";
import { EVENT_IDS, EVENTS } from "../../data/formats/events.ts";
import type { Format } from "../../data/formats/format.ts";
import { LOSSY_FORMATS } from "../../data/formats/lossy-formats.ts";
import { WHOLE_FORMATS } from "../../data/formats/whole-formats.ts";
import { eventsIn, readBytes } from "../../helpers/read-bytes.ts";
import { strictTokens } from "../../helpers/strict-tokens.ts";

const FORMATS: readonly Format[] = [...WHOLE_FORMATS, ...LOSSY_FORMATS];

const idOf = (text: string): string => (JSON.parse(text) as { eventID: string }).eventID;
const byId = (texts: readonly string[]): string[] => texts.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

describe("the events that come out of a format are the trail's, token by token:", () => {
  test.each(WHOLE_FORMATS.map((format) => [format.name, format] as const))(
    "%s",
    (_name, { content, fidelity, file }) => {
      const events = eventsIn(content);
      expect(byId(events.map(({ text }) => strictTokens(text)))).toEqual(EVENTS.map((text) => strictTokens(text)));
      const outcome = readBytes(content, file).file;
      expect(outcome).toMatchObject({ status: "imported", records: 4, rejected: 0, source_fidelity: fidelity });
    },
  );
});

describe("the events that come out of a poorer format lack fields of the trail's and contradict none:", () => {
  test.each(LOSSY_FORMATS.map((format) => [format.name, format] as const))("%s", (_name, { content, fidelity }) => {
    const events = byId(eventsIn(content).map(({ text }) => text));
    expect(events.map(idOf)).toEqual(EVENT_IDS);
    events.forEach((text, i) => {
      const trail = { text: EVENTS[i]!, node: parseJson(EVENTS[i]!) };
      const other = { text, node: parseJson(text), isDerived: true };
      expect(compareRecords(trail, other), text).toEqual({ relation: "subset", fields: [] });
      expect(compareRecords(other, trail), text).toEqual({ relation: "subset", fields: [] });
    });
    for (const event of eventsIn(content)) expect(event.fidelity).toBe(fidelity);
  });

  test("nor does one poorer format contradict another", () => {
    const texts = LOSSY_FORMATS.map(({ content }) => byId(eventsIn(content).map(({ text }) => text)));
    for (const [i, left] of texts.entries()) {
      for (const right of texts.slice(i + 1)) {
        left.forEach((text, n) => {
          const pair = [text, right[n]!].map((side) => ({ text: side, node: parseJson(side), isDerived: true }));
          expect(compareRecords(pair[0]!, pair[1]!).fields, `${text}\n${right[n]!}`).toEqual([]);
        });
      }
    }
  });
});

/** What a summary and a query would show of a format. */
function summaryOf({ content, file }: Format): object {
  const { file: outcome, rows, rejected } = readBytes(content, file);
  const columns = (row: (typeof rows)[number]): Record<string, unknown> =>
    Object.fromEntries(SHARD_COLUMNS.map(([name], i) => [name, row[i]]));
  const { status, reason, records, source_fidelity, wrapping } = outcome;
  return {
    file,
    status,
    reason,
    records,
    rejected: rejected.map((record) => record.reason),
    source_fidelity,
    wrapping,
    events: rows.map(columns).map((row) => ({
      event_id: row["event_id"],
      event_time:
        row["event_time"] === null ? null : new Date(Number((row["event_time"] as bigint) / 1000n)).toISOString(),
      event_name: row["event_name"],
      actor: row["actor"],
      outcome: row["outcome"],
      recipient_account_id: row["recipient_account_id"],
      fidelity: row["source_fidelity"],
      wrapping: row["wrapping"],
    })),
  };
}

describe("what an ingest says of a format has not changed:", () => {
  test.each(FORMATS.map((format) => [format.name, format] as const))("%s", async (name, format) => {
    const golden = `../../data/golden/formats/${name}.json`;
    await expect(`${JSON.stringify(summaryOf(format), null, 2)}\n`).toMatchFileSnapshot(golden);
  });
});
