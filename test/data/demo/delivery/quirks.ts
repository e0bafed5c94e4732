import { DEVELOPMENT, PRODUCTION, type Region } from "../cast/accounts.ts";
import { MINUTE, on } from "../clock.ts";
import { fileSuffix, uuid } from "../ids.ts";
import { randomFor } from "../random.ts";
import type { TrailRecord } from "../records/record.ts";
import type { StoryEvent } from "../story/script.ts";
import { logKey, type LogFile, type Parcel } from "./log-files.ts";

/** Records that are delivered a second time, unchanged, in a later file: some of the noise, some of the story. */
export function repeatedRecords(noise: readonly TrailRecord[], story: readonly StoryEvent[]): TrailRecord[] {
  const random = randomFor("quirks/repeats");
  const ordinary = Array.from({ length: 8 }, () => random.pick(noise));
  const attack = story.filter((event) => event.side === "attack").map((event) => event.record);
  const told = [
    attack.find((record) => record.eventName === "CreateUser"),
    attack.find((record) => record.eventName === "GetSecretValue"),
    attack.find((record) => record.eventName === "StopLogging" && record["errorCode"] === undefined),
    attack.find((record) => record.eventName === "AssumeRole" && record.recipientAccountId === PRODUCTION.id),
  ];
  return [...ordinary, ...told.filter((record) => record !== undefined)];
}

/** The second delivery of a record: half an hour later. */
export function again(record: TrailRecord): Parcel {
  return { record, late: 30 * MINUTE };
}

/** AWS corrects a record: the same call with a new id and an addendum that names the first one. */
export function correction(noise: readonly TrailRecord[]): { original: TrailRecord; parcel: Parcel } {
  const from = new Date(on(5, "00:00") * 1000).toISOString();
  const original = noise.find((record) => record.eventName === "CreateSnapshot" && record.eventTime > from);
  if (!original) throw new Error("No snapshot is made on day 5");
  const { eventCategory, tlsDetails, ...rest } = original;
  const record: TrailRecord = {
    ...rest,
    eventID: uuid(randomFor("quirks/correction")),
    responseElements: { ...Object(original["responseElements"]), status: "completed", encrypted: true },
    addendum: {
      reason: "UPDATED_DATA",
      updatedFields: "responseElements",
      originalRequestID: original["requestID"],
      originalEventID: original.eventID,
    },
    eventCategory,
    tlsDetails,
  };
  return { original, parcel: { record, late: 45 * MINUTE } };
}

export interface Redelivery {
  readonly original: LogFile;
  readonly copy: LogFile;
}

/** Whole files that came twice in one minute under two names. */
export function redeliveries(files: readonly LogFile[], story: readonly StoryEvent[]): Redelivery[] {
  const secret = story.find((event) => event.record.eventName === "GetSecretValue")?.record.eventID;
  const chosen = [
    files.find(
      (file) => file.accountId === DEVELOPMENT.id && file.deliveredAt > on(2, "09:00") && file.records.length > 20,
    ),
    files.find(
      (file) => file.accountId === PRODUCTION.id && file.deliveredAt > on(9, "09:00") && file.records.length > 10,
    ),
    files.find((file) => file.records.some((record) => record.eventID === secret)),
  ];
  return chosen.flatMap((original) => {
    if (!original) return [];
    const key = logKey(original, fileSuffix(randomFor(`quirks/redelivery/${original.key}`)));
    return [{ original, copy: { ...original, key } }];
  });
}

/** A file of ordinary work, of which a broken transfer keeps the first part; nothing in it occurs elsewhere. */
export function fileToTruncate(files: readonly LogFile[], untouchable: ReadonlySet<string>): LogFile {
  const chosen = files.find(
    (file) =>
      file.accountId === PRODUCTION.id &&
      file.region === "eu-central-1" &&
      file.deliveredAt > on(4, "10:00") &&
      file.records.length >= 14 &&
      file.records.every((record) => record["sharedEventID"] === undefined && !untouchable.has(record.eventID)),
  );
  if (!chosen) throw new Error("No file is fit to be truncated");
  return chosen;
}

/** What is left of the compressed file, as a fraction. */
export const TRUNCATED_TO = 0.6;

/** Two deliveries without a record. */
export function emptyFiles(): LogFile[] {
  return ["06:15", "18:40"].map((time) => {
    const place = { accountId: PRODUCTION.id, region: "us-west-2" as Region, deliveredAt: on(6, time) };
    return { ...place, records: [], key: logKey(place, fileSuffix(randomFor(`quirks/empty/${time}`))) };
  });
}
