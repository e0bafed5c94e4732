import { beforeAll, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { iamUser, makeRecord, type RecordFields } from "../helpers/trail-maker.ts";
import { DESTRUCTION } from "./effect-look-alikes/destruction.ts";
import { DAY, type Scenes } from "./effect-look-alikes/parts.ts";
import { USE_AND_COVER } from "./effect-look-alikes/use-and-cover.ts";

// Attacks that do not go by the book, work that looks like one, and archives whose values were replaced: how grave each is.

const ORDER = ["no row", "informational", "low", "medium", "high", "critical"];
const SCENES: Scenes = { ...DESTRUCTION, ...USE_AND_COVER };

const records: RecordFields[] = [makeRecord(0), makeRecord(2, { eventName: "RunInstances", readOnly: false })];
Object.entries(SCENES).forEach(([scene, [, , steps]], place) => {
  steps.forEach(([name, requestParameters = null, { at: moment, ...changes } = {}], i) => {
    const [service = "", eventName = ""] = name.split(":");
    records.push(
      makeRecord(typeof moment === "number" ? moment : 8 * DAY + place * 20_000 + i, {
        eventSource: `${service}.amazonaws.com`,
        eventName,
        readOnly: /^(?:Get|List|Describe)/.test(eventName),
        requestParameters,
        userIdentity: iamUser(`user${place}`),
        eventID: `${scene}#${i}`,
        ...changes,
      }),
    );
  });
});

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});

test.each(Object.entries(SCENES))("%s: the gravest row is as it should be", async (scene, [query, severity]) => {
  const { rows } = await ask(caseFolder, query);
  const grades = rows
    .filter((row) => String(row["event_id"] ?? row["first_event_id"]).startsWith(`${scene}#`))
    .map((row) => ORDER.indexOf(String(row["severity"])));

  expect(ORDER[Math.max(0, ...grades)]).toBe(severity);
});
