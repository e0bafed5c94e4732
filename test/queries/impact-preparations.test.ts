import { beforeAll, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { rootUser } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { iamUser, makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// What goes before or beside destruction: ways back taken away, names taken over, people locked out.

const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const records: RecordFields[] = [];

/** Adds a record whose id is its label. */
function add(second: number, [id, source, name]: readonly [string, string, string], changes: RecordFields = {}): void {
  records.push(
    makeRecord(second, {
      eventID: id,
      eventSource: `${source}.amazonaws.com`,
      eventName: name,
      requestParameters: null,
      readOnly: false,
      ...changes,
    }),
  );
}
const by = (name: string): RecordFields => ({ userIdentity: iamUser(name) });
const request = (requestParameters: unknown): RecordFields => ({ requestParameters });

add(0, ["lock", "backup", "DeleteBackupVaultLockConfiguration"], request({ backupVaultName: "v" }));
add(0, ["backup", "backup", "DeleteRecoveryPoint"], request({ recoveryPointArn: "r" }));
add(0, ["backup-service", "backup", "DeleteRecoveryPoint"], {
  userIdentity: { type: "AWSService", invokedBy: "backup.amazonaws.com" },
});
add(0, ["backup-refused", "backup", "DeleteRecoveryPoint"], DENIED);
add(0, ["no-retention", "rds", "ModifyDBInstance"], request({ dBInstanceIdentifier: "d", backupRetentionPeriod: 0 }));
add(0, ["retention", "rds", "ModifyDBInstance"], request({ dBInstanceIdentifier: "d", backupRetentionPeriod: 30 }));
add(0, ["unprotected", "rds", "ModifyDBInstance"], request({ dBInstanceIdentifier: "d", deletionProtection: false }));
add(0, ["protected", "rds", "ModifyDBInstance"], request({ dBInstanceIdentifier: "d", deletionProtection: true }));
add(0, ["gone", "rds", "DeleteDBInstance"], request({ dBInstanceIdentifier: "d", skipFinalSnapshot: true }));
add(
  0,
  ["gone-with-backups", "rds", "DeleteDBInstance"],
  request({ dBInstanceIdentifier: "d", skipFinalSnapshot: true, deleteAutomatedBackups: true }),
);
add(0, ["gone-terraform", "rds", "DeleteDBInstance"], {
  ...request({ dBInstanceIdentifier: "d", skipFinalSnapshot: true }),
  ...TERRAFORM,
});
add(0, ["kept", "rds", "DeleteDBInstance"], request({ dBInstanceIdentifier: "d", skipFinalSnapshot: false }));
add(
  0,
  ["suspended", "s3", "PutBucketVersioning"],
  request({ bucketName: "b", VersioningConfiguration: { Status: "Suspended" } }),
);
add(
  0,
  ["enabled", "s3", "PutBucketVersioning"],
  request({ bucketName: "b", VersioningConfiguration: { Status: "Enabled" } }),
);
add(0, ["archived", "ec2", "ModifySnapshotTier"], request({ snapshotId: "s", storageTier: "archive" }));
add(
  0,
  ["continuous-off", "dynamodb", "UpdateContinuousBackups"],
  request({ pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false } }),
);
add(0, ["odd-recovery", "rds", "ModifyDBInstance"], request(["backupRetentionPeriod", 0]));

add(0, ["transfer", "route53domains", "TransferDomainToAnotherAwsAccount"], request({ domainName: "d.example" }));
add(0, ["transfer-refused", "route53domains", "TransferDomainToAnotherAwsAccount"], DENIED);
add(0, ["lookup", "route53domains", "ListDomains"], { readOnly: true });
add(0, ["name-servers", "route53domains", "UpdateDomainNameservers"], request({ domainName: "d.example" }));
const change = (id: string, type: string, changes: RecordFields = {}): void =>
  add(0, [id, "route53", "ChangeResourceRecordSets"], {
    ...request({
      hostedZoneId: "z",
      changeBatch: { changes: [{ action: "UPSERT", resourceRecordSet: { name: "n", type } }] },
    }),
    ...changes,
  });
change("record", "A");
change("mail-record", "MX");
change("mail-terraform", "MX", TERRAFORM);
add(0, ["odd-domain", "route53", "ChangeResourceRecordSets"], request("text"));

for (let i = 0; i < 5; i += 1)
  add(i, [`locked-out-${i}`, "iam", "DeleteLoginProfile"], { ...by("intruder"), ...request({ userName: `u-${i}` }) });
for (let i = 0; i < 5; i += 1)
  add(i, [`one-user-${i}`, "iam", "DeleteAccessKey"], {
    ...by("admin"),
    ...request({ userName: "leaver", accessKeyId: `AKIA${i}` }),
  });
// The same users, hours later.
for (let i = 0; i < 5; i += 1)
  add(9000 + i, [`gone-${i}`, "iam", "DeleteUser"], { ...by("intruder"), ...request({ userName: `u-${i}` }) });
add(9, ["key-off", "iam", "UpdateAccessKey"], { ...by("rotator"), ...request({ userName: "x", status: "Inactive" }) });
add(9, ["key-on", "iam", "UpdateAccessKey"], { ...by("rotator"), ...request({ userName: "x", status: "Active" }) });
add(9, ["own-key", "iam", "DeleteAccessKey"], { ...by("rotator"), ...request({ userName: "rotator" }) });
add(9, ["own-key-unnamed", "iam", "DeleteAccessKey"], {
  ...by("rotator"),
  ...request({ accessKeyId: "AKIAX" }),
  target: undefined,
});
add(5, ["made", "iam", "CreateUser"], { ...by("tester"), ...request({ userName: "temporary" }) });
add(9, ["unmade", "iam", "DeleteUser"], { ...by("tester"), ...request({ userName: "temporary" }) });
add(9, ["denied-all", "iam", "PutUserPolicy"], {
  ...by("admin"),
  ...request({
    userName: "victim",
    policyDocument: JSON.stringify({ Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] }),
  }),
});
add(9, ["granted", "iam", "PutUserPolicy"], {
  ...by("admin"),
  ...request({
    userName: "victim",
    policyDocument: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }),
  }),
});
add(9, ["root-email", "signin", "EmailUpdated"], {
  userIdentity: rootUser,
  eventType: "AwsConsoleSignIn",
  responseElements: { EmailUpdated: "Success" },
});
add(9, ["refused-user", "iam", "DeleteUser"], { ...by("guesser"), ...DENIED });
add(9, ["namesake-user", "transfer", "DeleteUser"], request({ userName: "x" }));
add(9, ["odd-user", "iam", "DeleteUser"], { ...by("odd"), ...request({ userName: { a: 1 } }) });

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});
const severities = ({ rows }: Answer): Record<string, string> =>
  Object.fromEntries(rows.map((row) => [String(row["event_id"]), String(row["severity"])]));
const labels = (prefix: string, count: number, severity: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}-${i}`, severity]));

test("recovery-inhibited reports what takes a way back, and not what gives one", async () => {
  const answer = await ask(caseFolder, "recovery-inhibited");

  expect(severities(answer)).toEqual({
    lock: "high",
    backup: "medium",
    "backup-service": "informational",
    "backup-refused": "medium",
    "no-retention": "medium",
    unprotected: "medium",
    gone: "medium",
    "gone-with-backups": "medium",
    "gone-terraform": "low",
    suspended: "medium",
    archived: "low",
    "continuous-off": "medium",
  });
  const effects = Object.fromEntries(answer.rows.map(({ event_id, effect }) => [event_id, effect]));
  expect(effects).toMatchObject({ gone: "removed", suspended: "weakened", "backup-refused": "attempted" });
});

test("domain-hijack weighs transfers above daily changes of records", async () => {
  expect(severities(await ask(caseFolder, "domain-hijack"))).toEqual({
    transfer: "high",
    "transfer-refused": "medium",
    "name-servers": "medium",
    record: "informational",
    "mail-record": "medium",
    "mail-terraform": "informational",
    "odd-domain": "informational",
  });
});

test("access-removal tells many locked out from one who leaves, oneself and a test", async () => {
  const answer = await ask(caseFolder, "access-removal");

  expect(severities(answer)).toEqual({
    ...labels("locked-out", 5, "high"),
    ...labels("gone", 5, "high"),
    ...labels("one-user", 5, "low"),
    "key-off": "low",
    "own-key": "informational",
    "own-key-unnamed": "low",
    unmade: "informational",
    "denied-all": "medium",
    "root-email": "high",
    "refused-user": "low",
    "odd-user": "low",
  });
  const scoped = await ask(caseFolder, "access-removal", {
    scope: { until: "2024-03-01T10:00:01Z", principal: ["*intruder"] },
  });
  expect(
    scoped.rows.map(({ event_id, severity, n_others_in_window, effect }) => [
      event_id,
      severity,
      n_others_in_window,
      effect,
    ]),
  ).toEqual([["locked-out-0", "high", 5, "removed"]]);
  expect(answer.rows.find(({ event_id }) => event_id === "key-off")).toMatchObject({ effect: "removed" });
});
