import { describe, expect, test } from "vitest";
import { EVERYTHING, isSelected, type Selection } from "../../src/ingest/selection.ts";
import { parseSince, parseUntil } from "../../src/queries/time-text.ts";

const NAME =
  "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/29/111122223333_CloudTrail_eu-west-1_20260329T1005Z_aaaabbbbccccdddd.json.gz";
const only = (part: Partial<Selection>): Selection => ({ ...EVERYTHING, ...part });

describe("a file is chosen by what its name says", () => {
  test.each<[string, Selection, boolean]>([
    ["everything", EVERYTHING, true],
    ["its account", only({ accounts: ["999999999999", "111122223333"] }), true],
    ["another account", only({ accounts: ["999999999999"] }), false],
    ["its region", only({ regions: ["eu-west-1"] }), true],
    ["another region", only({ regions: ["us-east-1"] }), false],
    ["its kind", only({ kinds: ["CloudTrail"] }), true],
    ["digests only", only({ kinds: ["CloudTrail-Digest"] }), false],
    ["since the minute of delivery", only({ since: parseSince("2026-03-29T10:05:00Z") }), true],
    ["since a second later", only({ since: parseSince("2026-03-29T10:05:01Z") }), false],
    ["until that day", only({ until: parseUntil("2026-03-29") }), true],
    ["until the day before: it may hold events of then", only({ until: parseUntil("2026-03-28") }), true],
    ["until two days before", only({ until: parseUntil("2026-03-27") }), false],
    ["all of it agreeing", only({ accounts: ["111122223333"], regions: ["us-east-1"] }), false],
  ])("%s", (_what, selection, chosen) => {
    expect(isSelected(NAME, selection)).toBe(chosen);
  });
});

test.each(["export.json", "notes/README.md", "111122223333_CloudTrail_eu-west-1.json.gz"])(
  "%s says nothing, so it is always loaded",
  (path) => {
    const selection = only({ accounts: ["999999999999"], since: parseSince("2030-01-01") });

    expect(isSelected(path, selection)).toBe(true);
  },
);
