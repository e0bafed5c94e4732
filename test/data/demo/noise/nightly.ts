import { PRODUCTION } from "../cast/accounts.ts";
import { ANALYTICS_ROLE, BACKUP_ROLE } from "../cast/principals.ts";
import { DATA_VOLUMES, EXPORTS_BUCKET, ORDERS_BUCKET } from "../cast/resources.ts";
import { DAYS, isoTime, on } from "../clock.ts";
import { hexText, resourceId, uuid } from "../ids.ts";
import type { Random } from "../random.ts";
import { serviceRoleCaller } from "../records/identity.ts";
import { recordCall, recordServiceEvent, type TrailRecord } from "../records/record.ts";
import { accessObject } from "../records/s3.ts";
import { assumeRoleByService, sessionCaller } from "../records/sts.ts";

const REGION = "eu-central-1";

/** The nightly snapshot of a data volume; the attacker finds and shares the orders' one of day 7. */
export function nightlySnapshotId(day: number, volumeId: string): string {
  return resourceId("snap", `nightly/${day}/${volumeId}`);
}

/** AWS Backup copies every data volume and forgets the copy of two days ago. */
export function nightlyBackup(random: Random): TrailRecord[] {
  return DAYS.flatMap((day) => {
    const start = on(day, "01:30") + random.integer(0, 90);
    const ask = { at: start, role: BACKUP_ROLE, sessionName: "AWSBackup-nightly", region: REGION } as const;
    const { records, session } = assumeRoleByService("backup", ask, random);
    const caller = serviceRoleCaller({ ...session, invokedBy: "backup.amazonaws.com" });
    const snapshots = DATA_VOLUMES.flatMap((volumeId, index) => {
      const at = start + 20 + index * 4;
      const [requestId, deletionId] = [uuid(random), uuid(random)];
      const snapshotId = nightlySnapshotId(day, volumeId);
      const response = {
        requestId,
        snapshotId,
        volumeId,
        status: "pending",
        startTime: at * 1000,
        ownerId: PRODUCTION.id,
      };
      const make = {
        at,
        region: REGION,
        source: "ec2",
        name: "CreateSnapshot",
        requestId,
        request: { volumeId },
        response,
      } as const;
      const old = { snapshotId: nightlySnapshotId(day - 2, volumeId) };
      const forget = {
        ...make,
        at: at + 60,
        name: "DeleteSnapshot",
        requestId: deletionId,
        request: old,
        response: { requestId: deletionId, _return: true },
      };
      return [recordCall(caller, make, random), recordCall(caller, forget, random)];
    });
    const done = recordServiceEvent(
      {
        at: start + 300,
        region: REGION,
        account: PRODUCTION,
        source: "backup",
        name: "BackupJobCompleted",
        details: { backupJobId: uuid(random), state: "COMPLETED", completionDate: isoTime(start + 299) },
        identity: { accountId: PRODUCTION.id, invokedBy: "backup.amazonaws.com" },
      },
      random,
    );
    return [...records, ...snapshots, done];
  });
}

/** Development's analytics job reads production's orders: every object access is recorded in both accounts. */
export function analyticsExport(random: Random): TrailRecord[] {
  return DAYS.flatMap((day) => {
    const start = on(day, "02:10") + random.integer(0, 60);
    const ask = { at: start, role: ANALYTICS_ROLE, sessionName: "glue-nightly-export", region: REGION } as const;
    const { records, session } = assumeRoleByService("glue", ask, random);
    const userAgent =
      "aws-sdk-java/2.31.9 md/io#sync md/http#Apache ua/2.1 os/Linux#5.10 lang/java#17.0.14 exec-env/GlueSpark";
    const caller = sessionCaller(session, { address: "10.20.31.4", userAgent });
    const orders = Array.from({ length: 10 }, (_, index) => {
      const key = `accepted/${isoTime(start - 86_400).slice(0, 10)}/${hexText(random, 8)}.json`;
      const call = { at: start + 5 + Math.floor(index / 3), name: "GetObject", bucket: ORDERS_BUCKET, key } as const;
      return accessObject(caller, { ...call, bytesOut: random.integer(900, 9000) }, random);
    }).flat();
    const list = {
      at: start + 3,
      name: "ListObjects",
      bucket: ORDERS_BUCKET,
      bytesOut: 7340,
      request: { "list-type": "2", prefix: "accepted/" },
    } as const;
    const result = {
      at: start + 40,
      name: "PutObject",
      bucket: EXPORTS_BUCKET,
      key: exportKey(day),
      bytesIn: exportSize(day),
    } as const;
    return [...records, ...accessObject(caller, list, random), ...orders, ...accessObject(caller, result, random)];
  });
}

/** Where the export of a day lies; the story reads and deletes these. */
export function exportKey(day: number): string {
  return `daily/customers-${isoTime(on(day, "00:00")).slice(0, 10)}.parquet`;
}

export function exportSize(day: number): number {
  return 4_180_000 + ((day * 7919) % 97) * 1031;
}
