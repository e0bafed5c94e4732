import { beforeAll, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { insight } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// The other ways out: replication and copies, callers without credentials, databases, mirrored traffic.

const STRANGER = "777788889999";
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const SERVICE = { userIdentity: { type: "AWSService", invokedBy: "rds.amazonaws.com" } };
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
add(0, ["own-other", "sts", "GetCallerIdentity"], { recipientAccountId: OTHER_ACCOUNT });

// Replication and copies.
const replicate = (id: string, destination: RecordFields, changes: RecordFields = {}): void =>
  add(1, [id, "s3", "PutBucketReplication"], {
    requestParameters: {
      bucketName: id,
      ReplicationConfiguration: { Rule: [{ Status: "Enabled", Destination: destination }] },
    },
    ...changes,
  });
replicate("to-stranger", { Bucket: "arn:aws:s3:::theirs", Account: STRANGER });
replicate("to-own", { Bucket: "arn:aws:s3:::ours", Account: OTHER_ACCOUNT });
replicate("to-unsaid", { Bucket: "arn:aws:s3:::somewhere" });
replicate("by-terraform", { Bucket: "arn:aws:s3:::theirs", Account: STRANGER }, TERRAFORM);
add(1, ["refused-replication", "s3", "PutBucketReplication"], DENIED);
add(1, ["odd-replication", "s3", "PutBucketReplication"], { requestParameters: { ReplicationConfiguration: [5] } });
const write = (second: number, id: string, owner: string, changes: RecordFields = {}): void =>
  add(second, [id, "s3", "PutObject"], {
    eventCategory: "Data",
    managementEvent: false,
    requestParameters: { bucketName: `b-${owner}`, key: id },
    resources: [
      { type: "AWS::S3::Object", ARN: `arn:aws:s3:::b-${owner}/${id}` },
      { type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::b-${owner}`, accountId: owner },
    ],
    ...changes,
  });
for (let i = 0; i < 5; i += 1) write(10 + i, `out-${i}`, STRANGER);
write(10, "home", ACCOUNT);
write(10, "log", STRANGER, { userIdentity: { type: "AWSService", invokedBy: "cloudtrail.amazonaws.com" } });
add(10, ["task", "datasync", "CreateLocationObjectStorage"], {
  requestParameters: { serverHostname: "files.example" },
});
add(10, ["sftp", "transfer", "CreateUser"], { requestParameters: { userName: "x", serverId: "s" } });
add(10, ["namesake-copy", "cognito-idp", "CreateUser"], { requestParameters: { userName: "x" } });

// Callers without credentials.
const nobody = (second: number, name: string, bucket: string, changes: RecordFields = {}): void =>
  add(second, [`anonymous-${records.length}`, "s3", name], {
    eventCategory: "Data",
    managementEvent: false,
    userIdentity: { type: "AWSAccount", principalId: "", accountId: "ANONYMOUS_PRINCIPAL" },
    requestParameters: { bucketName: bucket, ...(name.endsWith("Object") ? { key: "k" } : {}) },
    ...changes,
  });
nobody(20, "GetObject", "site", { additionalEventData: { bytesTransferredOut: 500 } });
nobody(21, "GetObject", "site", { additionalEventData: { bytesTransferredOut: 500 } });
nobody(22, "ListObjects", "site");
nobody(23, "PutObject", "dropbox");
nobody(24, "GetObject", "closed", { errorCode: "AccessDenied" });
nobody(25, "GetObject", "shared", { userIdentity: { type: "AWSAccount", principalId: "AIDAX", accountId: STRANGER } });
nobody(26, "GetObject", "served", { userIdentity: { type: "AWSService", invokedBy: "cloudfront.amazonaws.com" } });

// Databases.
const database = (
  second: number,
  id: string,
  name: string,
  request: RecordFields | null,
  changes: RecordFields = {},
): void => add(second, [id, "rds", name], { requestParameters: request, ...changes });
database(
  30,
  "restored",
  "RestoreDBInstanceFromDBSnapshot",
  { dBInstanceIdentifier: "copy", dBSnapshotIdentifier: "s" },
  by("thief"),
);
database(
  90,
  "new-password",
  "ModifyDBInstance",
  { dBInstanceIdentifier: "copy", masterUserPassword: "****" },
  by("thief"),
);
database(30, "restored-only", "RestoreDBInstanceFromDBSnapshot", { dBInstanceIdentifier: "test" }, by("tester"));
database(
  30,
  "password-only",
  "ModifyDBInstance",
  { dBInstanceIdentifier: "prod", masterUserPassword: "****" },
  by("admin"),
);
database(30, "public", "ModifyDBInstance", { dBInstanceIdentifier: "prod", publiclyAccessible: true }, by("admin"));
database(30, "private", "ModifyDBInstance", { dBInstanceIdentifier: "prod", publiclyAccessible: false }, by("admin"));
database(
  30,
  "public-terraform",
  "ModifyDBInstance",
  { dBInstanceIdentifier: "web", publiclyAccessible: true },
  { ...by("deployer"), ...TERRAFORM },
);
database(
  30,
  "public-refused",
  "ModifyDBInstance",
  { dBInstanceIdentifier: "prod", publiclyAccessible: true },
  { ...by("guesser"), errorCode: "AccessDenied" },
);
database(30, "nightly", "CreateDBSnapshot", { dBSnapshotIdentifier: "n" }, SERVICE);
database(30, "by-hand", "CreateDBSnapshot", { dBSnapshotIdentifier: "h" }, by("admin"));
database(30, "odd-database", "ModifyDBInstance", { dBInstanceIdentifier: [1], publiclyAccessible: { a: 1 } });
for (let i = 0; i < 4; i += 1)
  add(40 + i, [`scan-${i}`, "dynamodb", "Scan"], { ...by("reader"), requestParameters: { tableName: "t" } });

// Networks.
const network = (id: string, name: string, request: RecordFields | null, changes: RecordFields = {}): void =>
  add(50, [id, "ec2", name], { requestParameters: request, ...changes });
network("mirror", "CreateTrafficMirrorSession", { CreateTrafficMirrorSessionRequest: { NetworkInterfaceId: "eni-1" } });
network("mirror-terraform", "CreateTrafficMirrorSession", null, TERRAFORM);
network("mirror-refused", "CreateTrafficMirrorSession", null, DENIED);
network("mirror-gone", "DeleteTrafficMirrorSession", null);
network("peer-stranger", "CreateVpcPeeringConnection", { vpcId: "vpc-1", peerVpcId: "vpc-2", peerOwnerId: STRANGER });
network("peer-own", "CreateVpcPeeringConnection", { vpcId: "vpc-1", peerVpcId: "vpc-2", peerOwnerId: OTHER_ACCOUNT });
network("odd-network", "CreateTrafficMirrorTarget", { x: [1] });
add(50, ["mirror-insight", "ec2", "CreateTrafficMirrorSession"], { ...insight });

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});
const severities = ({ rows }: Answer): Record<string, string> =>
  Object.fromEntries(rows.map((row) => [String(row["event_id"]), String(row["severity"])]));
const rowOf = ({ rows }: Answer, id: string): Answer["rows"][number] => rows.find(({ event_id }) => event_id === id)!;

test("s3-replication-and-copy tells where data goes to, and lets the first object stand for those alike", async () => {
  const answer = await ask(caseFolder, "s3-replication-and-copy");

  expect(severities(answer)).toEqual({
    "to-stranger": "high",
    "to-own": "low",
    "to-unsaid": "low",
    "by-terraform": "medium",
    "refused-replication": "low",
    "odd-replication": "low",
    "out-0": "medium",
    task: "medium",
    sftp: "low",
  });
  expect(rowOf(answer, "out-0")).toMatchObject({
    n_like_it_that_day: 5,
    destination: `b-${STRANGER}`,
    unknown_accounts: STRANGER,
  });
  expect(rowOf(answer, "to-unsaid")).toMatchObject({ unknown_accounts: null, destination: "arn:aws:s3:::somewhere" });
  const later = await ask(caseFolder, "s3-replication-and-copy", { scope: { since: "2024-03-01T10:00:12Z" } });
  expect(rowOf(later, "out-2")).toMatchObject({ severity: "medium" });
});

test("anonymous-s3 counts what was answered to nobody, by bucket and kind", async () => {
  const { rows } = await ask(caseFolder, "anonymous-s3");

  expect(
    rows.map(({ bucket, access, n_answered, n_objects, bytes_out, severity }) => [
      bucket,
      access,
      n_answered,
      n_objects,
      bytes_out,
      severity,
    ]),
  ).toEqual([
    ["site", "read", 2, 1, 1000, "low"],
    ["dropbox", "write", 1, 1, null, "high"],
    ["site", "list", 1, 1, null, "medium"],
    ["closed", "read", 0, 0, null, "informational"],
  ]);
});

test("database-exfil tells a copy that is looked into from a test, and exposure from its withdrawal", async () => {
  const answer = await ask(caseFolder, "database-exfil");

  expect(severities(answer)).toEqual({
    restored: "high",
    "new-password": "high",
    "restored-only": "medium",
    "password-only": "medium",
    public: "high",
    "public-terraform": "medium",
    "public-refused": "medium",
    nightly: "informational",
    "by-hand": "low",
    "scan-0": "informational",
  });
  expect(rowOf(answer, "scan-0")).toMatchObject({ n_like_it_that_day: 4 });
  // The password was set after the scope ends.
  const scoped = await ask(caseFolder, "database-exfil", { scope: { until: "2024-03-01T10:00:40Z" } });
  expect(rowOf(scoped, "restored")).toEqual(rowOf(answer, "restored"));
});

test("network-capture knows mirrors, and whose network was joined", async () => {
  const answer = await ask(caseFolder, "network-capture");

  expect(severities(answer)).toEqual({
    mirror: "high",
    "mirror-terraform": "medium",
    "mirror-refused": "medium",
    "peer-stranger": "medium",
    "peer-own": "low",
    "odd-network": "low",
  });
  expect(rowOf(answer, "peer-stranger")).toMatchObject({ unknown_account: STRANGER, effect: "created" });
  expect(rowOf(answer, "mirror-refused")).toMatchObject({ effect: "attempted" });
});
