import { createHash } from "node:crypto";
import { ORGANIZATION_ID, TRAIL, type Region } from "../cast/accounts.ts";
import { compactTime, dateFolder, MINUTE } from "../clock.ts";
import { fileSuffix } from "../ids.ts";
import { randomFor } from "../random.ts";
import type { TrailRecord } from "../records/record.ts";

/** A record on its way into a file. */
export interface Parcel {
  readonly record: TrailRecord;
  /** Further seconds until delivery, for what comes again or comes corrected. */
  readonly late?: number;
}

/** One delivered object. */
export interface LogFile {
  readonly accountId: string;
  readonly region: Region;
  readonly deliveredAt: number;
  /** The whole S3 key, which is also the path below the archive's folder. */
  readonly key: string;
  readonly records: readonly TrailRecord[];
}

const SLOT = 5 * MINUTE;
const MAX_RECORDS = 60;

/** Files as CloudTrail delivers them: one or more per account, region and five minutes, records in no order. */
export function packFiles(parcels: readonly Parcel[]): LogFile[] {
  const slots = new Map<string, { accountId: string; region: Region; deliveredAt: number; records: TrailRecord[] }>();
  for (const parcel of parcels) {
    const { recipientAccountId: accountId, awsRegion: region } = parcel.record;
    const deliveredAt = deliverySlot(parcel);
    const id = `${accountId}/${region}/${deliveredAt}`;
    const slot = slots.get(id) ?? { accountId, region, deliveredAt, records: [] };
    slot.records.push(parcel.record);
    slots.set(id, slot);
  }
  return [...slots.entries()].flatMap(([id, slot]) => {
    const random = randomFor(`file/${id}`);
    const sorted = slot.records.toSorted((a, b) => compareText(a.eventTime + a.eventID, b.eventTime + b.eventID));
    return chunks(random.shuffle(sorted), MAX_RECORDS).map((records) => {
      return { ...slot, records, key: logKey(slot, fileSuffix(random)) };
    });
  });
}

/** One to two slots after the event, the same for a whole slot but for one straggler in thirty. */
function deliverySlot(parcel: Parcel): number {
  const { record } = parcel;
  const eventSlot = Math.floor(Date.parse(record.eventTime) / 1000 / SLOT);
  const stream = randomFor(`delivery/${record.recipientAccountId}/${record.awsRegion}/${eventSlot}`);
  const delay = 1 + stream.integer(0, 1);
  const straggles = randomFor(`straggler/${record.eventID}`).integer(1, 30) === 1 ? 1 : 0;
  return (eventSlot + delay + straggles) * SLOT + Math.ceil((parcel.late ?? 0) / SLOT) * SLOT;
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/** The documented layout of an organisation trail. The folder's date is the delivery's. */
export function logKey(file: { accountId: string; region: Region; deliveredAt: number }, suffix: string): string {
  const minute = `${compactTime(file.deliveredAt).slice(0, 13)}Z`;
  const name = `${file.accountId}_CloudTrail_${file.region}_${minute}_${suffix}.json.gz`;
  return `${accountFolder(file.accountId)}/CloudTrail/${file.region}/${dateFolder(file.deliveredAt)}/${name}`;
}

export function accountFolder(accountId: string): string {
  return `${TRAIL.prefix}/AWSLogs/${ORGANIZATION_ID}/${accountId}`;
}

/** The uncompressed file, with neither line breaks nor spaces, as AWS writes it. */
export function logText(file: LogFile): Buffer {
  return Buffer.from(JSON.stringify({ Records: file.records }));
}

export function sha256Hex(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** By code units: never by the machine's locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
