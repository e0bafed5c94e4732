import { logFileName, makeRecord, OTHER_ACCOUNT, writeTrail } from "../../helpers/trail-maker.ts";

const MINUTES_A_DAY = 1440;
const at = (day: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  eventTime: `${day}T10:00:00Z`,
  ...changes,
});
const write = { eventName: "RunInstances", readOnly: false };
const data = { eventSource: "s3.amazonaws.com", eventName: "GetObject", eventCategory: "Data", managementEvent: false };

/**
 * Ten days of two accounts: every category, days without anything, a file without events, one that is broken, one that
 * is read in part, one whose name says nothing, an event without a time and one without an account.
 */
export function writeCoverageEvidence(folder: string): void {
  writeTrail(folder, {
    [logFileName(60)]: [
      makeRecord(1, at("2024-03-01")),
      makeRecord(2, at("2024-03-01")),
      makeRecord(3, at("2024-03-01", write)),
      makeRecord(4, at("2024-03-01", data)),
    ],
    [logFileName(61, { region: "eu-west-1" })]: [makeRecord(5, at("2024-03-01", { awsRegion: "eu-west-1", ...write }))],
    // Delivered on a day without events.
    [logFileName(5 * MINUTES_A_DAY)]: [],
    [logFileName(MINUTES_A_DAY)]: [
      makeRecord(6, at("2024-03-02", write)),
      makeRecord(7, at("2024-03-02", { eventCategory: undefined, managementEvent: undefined })),
      "7",
    ],
    [logFileName(120, { account: OTHER_ACCOUNT })]: Buffer.from("not what its name says"),
    "export.json": [
      makeRecord(
        8,
        at("2024-03-11", { eventCategory: "Insight", eventName: undefined, insightDetails: { state: "Start" } }),
      ),
      makeRecord(9, at("2024-03-11", { eventCategory: "NetworkActivity", eventType: "AwsVpceEvent" })),
      makeRecord(10, { eventTime: "no time" }),
      // Not said to be read-only: it may have changed something.
      makeRecord(11, at("2024-03-05", { recipientAccountId: undefined, readOnly: undefined })),
    ],
  });
}
