import { FOREIGN_ACCOUNT_ID, PRODUCTION } from "../cast/accounts.ts";
import { DATA_VOLUMES, ORDER_DATABASE } from "../cast/resources.ts";
import { STORY_DAY } from "../clock.ts";
import { resourceId, uuid } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import { nightlySnapshotId } from "../noise/nightly.ts";
import type { Random } from "../random.ts";
import { encodedDenial } from "../records/denial.ts";
import { recordCall, recordServiceEvent, type Call } from "../records/record.ts";
import { HOSTILE_USER_AGENT, kali, tonight, withBackdoorKey } from "./attacker.ts";
import type { Script } from "./script.ts";

const REGION = "eu-central-1";
const SHARING = "snapshot-and-image-sharing";

export const SHARED_SNAPSHOT = resourceId("snap", "story/shared");
export const SHARED_DATABASE_SNAPSHOT = "orders-primary-tmp";

/** 03:24 to 03:52: a disk and a database given to a stranger's account. */
export function giveaway(script: Script, random: Random): void {
  lookForDisks(script, random.fork("look"));
  shareVolume(script, random.fork("volume"));
  shareDatabase(script, random.fork("database"));
}

function lookForDisks(script: Script, random: Random): void {
  const at = tonight("03:24:40");
  const request = { volumeSet: {}, filterSet: {} };
  const volumes: Call = { at, region: REGION, source: "ec2", name: "DescribeVolumes", request };
  script.attack(recordCall(withBackdoorKey(HOSTILE_USER_AGENT), volumes, random), "suspicious-user-agents");
  const own = { snapshotSet: {}, ownersSet: { items: [{ owner: "self" }] }, sharedUsersSet: {}, filterSet: {} };
  const snapshots: Call = { ...volumes, name: "DescribeSnapshots", request: own };
  script.attack(recordCall(withBackdoorKey(kali("ec2.describe-snapshots")), snapshots, random), "cli-commands");
}

/** Backup's own snapshot is locked by a policy; a copy made a moment later is not, and is soon used. */
function shareVolume(script: Script, random: Random): void {
  const caller = withBackdoorKey(kali("ec2.modify-snapshot-attribute"));
  const volumeId = DATA_VOLUMES[0] ?? "";
  const change = { region: REGION, source: "ec2", readOnly: false } as const;
  const locked: Call = {
    ...change,
    at: tonight("03:25:55"),
    name: "ModifySnapshotAttribute",
    request: permissionToCopy(nightlySnapshotId(STORY_DAY, volumeId), "add"),
    error: encodedDenial(random),
  };
  script.attack(recordCall(caller, locked, random), SHARING, "access-denied");
  const [copyId, shareId] = [uuid(random), uuid(random)];
  const copy: Call = {
    ...change,
    at: tonight("03:26:30"),
    name: "CreateSnapshot",
    requestId: copyId,
    request: { volumeId },
    response: { requestId: copyId, snapshotId: SHARED_SNAPSHOT, volumeId, status: "pending", ownerId: PRODUCTION.id },
  };
  const copier = withBackdoorKey(kali("ec2.create-snapshot"));
  script.attack(recordCall(copier, copy, random), "write-actions", "resources-created");
  const share: Call = {
    ...change,
    at: tonight("03:31:30"),
    name: "ModifySnapshotAttribute",
    requestId: shareId,
    request: permissionToCopy(SHARED_SNAPSHOT, "add"),
    response: { requestId: shareId, _return: true },
  };
  script.attack(recordCall(caller, share, random), SHARING, "write-actions");
  const use = {
    at: tonight("03:52:26"),
    region: REGION,
    account: PRODUCTION,
    source: "ec2",
    name: "SharedSnapshotVolumeCreated",
    identity: { accountId: PRODUCTION.id, invokedBy: "ec2.amazonaws.com" },
    details: { snapshotId: SHARED_SNAPSHOT },
  } as const;
  script.consequence(recordServiceEvent(use, random), SHARING);
}

/** The request that gives the foreign account a snapshot, or takes it back. */
export function permissionToCopy(snapshotId: string, change: "add" | "remove"): JsonObject {
  const createVolumePermission = { [change]: { items: [{ userId: FOREIGN_ACCOUNT_ID }] } };
  return { snapshotId, createVolumePermission, attributeType: "CREATE_VOLUME_PERMISSION" };
}

function shareDatabase(script: Script, random: Random): void {
  const dBSnapshotIdentifier = SHARED_DATABASE_SNAPSHOT;
  const change = { region: REGION, source: "rds", readOnly: false } as const;
  const make: Call = {
    ...change,
    at: tonight("03:40:02"),
    name: "CreateDBSnapshot",
    request: { dBSnapshotIdentifier, dBInstanceIdentifier: ORDER_DATABASE },
    response: { dBSnapshotIdentifier, status: "creating", encrypted: false },
  };
  const maker = withBackdoorKey(kali("rds.create-db-snapshot"));
  script.attack(recordCall(maker, make, random), "write-actions", "resources-created");
  const permission = { dBSnapshotIdentifier, attributeName: "restore" };
  const give: Call = {
    ...change,
    at: tonight("03:44:42"),
    name: "ModifyDBSnapshotAttribute",
    request: { ...permission, valuesToAdd: [FOREIGN_ACCOUNT_ID] },
    response: permission,
  };
  const giver = withBackdoorKey(kali("rds.modify-db-snapshot-attribute"));
  script.attack(recordCall(giver, give, random), SHARING, "write-actions");
}
