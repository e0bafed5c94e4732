import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { insight } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// What was shared, opened or taken: what is a finding, how grave, and what looks like one.

const DAY = 86_400;
const STRANGER = "777788889999";
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
// A record that the other account received makes that account known as one's own.
add(0, ["own-other", "sts", "GetCallerIdentity"], { recipientAccountId: OTHER_ACCOUNT });

// Snapshots and images.
const items = (...members: RecordFields[]): RecordFields => ({ items: members });
const shareSnapshot = (id: string, added: RecordFields, changes: RecordFields = {}): void =>
  add(100, [id, "ec2", "ModifySnapshotAttribute"], {
    requestParameters: { snapshotId: `snap-${id}`, createVolumePermission: { add: added } },
    ...changes,
  });
shareSnapshot("to-stranger", items({ userId: STRANGER }));
shareSnapshot("to-all", items({ group: "all" }));
shareSnapshot("to-own", items({ userId: OTHER_ACCOUNT }));
shareSnapshot("by-terraform", items({ userId: STRANGER }), TERRAFORM);
shareSnapshot("tried", items({ userId: STRANGER }), {
  errorCode: "Client.UnauthorizedOperation",
  errorMessage: "You are not authorized",
});
shareSnapshot("taken-back", items({ userId: STRANGER }));
add(200, ["takes-back", "ec2", "ModifySnapshotAttribute"], {
  requestParameters: { snapshotId: "snap-taken-back", createVolumePermission: { remove: items({ userId: STRANGER }) } },
});
add(100, ["refused-share", "ec2", "ModifySnapshotAttribute"], DENIED);
add(100, ["odd-share", "ec2", "ModifySnapshotAttribute"], { requestParameters: { createVolumePermission: [1, "x"] } });
add(100, ["image-public", "ec2", "ModifyImageAttribute"], {
  requestParameters: { imageId: "ami-1", launchPermission: { add: items({ group: "all" }) } },
});
add(100, ["image-renamed", "ec2", "ModifyImageAttribute"], {
  requestParameters: { imageId: "ami-1", description: { value: "x" } },
});
add(100, ["image-to-organization", "ec2", "ModifyImageAttribute"], {
  requestParameters: {
    imageId: "ami-2",
    launchPermission: { add: items({ organizationArn: "arn:aws:organizations::1:organization/o-1" }) },
  },
});
add(100, ["database-to-stranger", "rds", "ModifyDBSnapshotAttribute"], {
  requestParameters: { dBSnapshotIdentifier: "s1", attributeName: "restore", valuesToAdd: [STRANGER] },
});
add(100, ["database-public", "rds", "ModifyDBClusterSnapshotAttribute"], {
  requestParameters: { dBClusterSnapshotIdentifier: "s2", attributeName: "restore", valuesToAdd: ["all"] },
});
add(100, ["database-unshared", "rds", "ModifyDBSnapshotAttribute"], {
  requestParameters: { dBSnapshotIdentifier: "s9", attributeName: "restore", valuesToRemove: [STRANGER] },
});
add(100, ["notice", "ec2", "SharedSnapshotVolumeCreated"], {
  eventType: "AwsServiceEvent",
  userIdentity: { accountId: ACCOUNT, invokedBy: "ec2.amazonaws.com" },
  serviceEventDetails: { snapshotId: "snap-to-stranger" },
});
add(100, ["copied", "ec2", "CopySnapshot"], { requestParameters: { sourceSnapshotId: "snap-1" } });
add(100, ["exported", "rds", "StartExportTask"], {
  requestParameters: { exportTaskIdentifier: "e", s3BucketName: "out" },
});
add(100, ["volume", "ec2", "CreateVolume"], {
  requestParameters: { snapshotId: "snap-1" },
  responseElements: { volumeId: "vol-0123456789abcdef0" },
});
add(110, ["mounted", "ec2", "AttachVolume"], {
  requestParameters: { volumeId: "vol-0123456789abcdef0", instanceId: "i-1" },
});
add(110, ["mounted-empty", "ec2", "AttachVolume"], {
  requestParameters: { volumeId: "vol-09999999999999999", instanceId: "i-1" },
});
add(110, ["insight-share", "ec2", "ModifySnapshotAttribute"], { ...insight });

// Policies and access lists.
const policy = (principal: unknown, condition?: RecordFields): RecordFields => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: principal, Action: "*", Resource: "*", ...(condition && { Condition: condition }) },
  ],
});
const bucketPolicy = (second: number, id: string, principal: unknown, changes: RecordFields = {}): void =>
  add(second, [id, "s3", "PutBucketPolicy"], {
    requestParameters: { bucketName: id, bucketPolicy: policy(principal) },
    ...changes,
  });
bucketPolicy(100, "bucket-to-stranger", { AWS: `arn:aws:iam::${STRANGER}:root` });
bucketPolicy(100, "bucket-public", "*");
bucketPolicy(100, "bucket-own", { AWS: [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${OTHER_ACCOUNT}:root`] });
bucketPolicy(100, "bucket-service", { Service: "cloudtrail.amazonaws.com" });
bucketPolicy(100, "bucket-load-balancer", { AWS: "arn:aws:iam::127311923021:root" });
bucketPolicy(100, "bucket-terraform", "*", TERRAFORM);
bucketPolicy(100, "bucket-refused", "*", DENIED);
bucketPolicy(100, "bucket-failed", "*", { errorCode: "NoSuchBucket" });
bucketPolicy(100, "bucket-closed", "*");
add(150, ["closes", "s3", "DeleteBucketPolicy"], { requestParameters: { bucketName: "bucket-closed" } });
bucketPolicy(100, "bucket-odd", null);
add(100, ["bucket-limited", "s3", "PutBucketPolicy"], {
  requestParameters: { bucketName: "b", bucketPolicy: policy("*", { StringEquals: { "aws:PrincipalOrgID": "o-1" } }) },
});
const acl = (id: string, request: RecordFields): void =>
  add(100, [id, "s3", "PutBucketAcl"], { requestParameters: request });
acl("acl-public", { bucketName: "b1", "x-amz-acl": ["public-read"] });
acl("acl-private", { bucketName: "b2", "x-amz-acl": ["private"] });
acl("acl-all-users", {
  bucketName: "b3",
  AccessControlPolicy: {
    Owner: { ID: "me" },
    AccessControlList: {
      Grant: [{ Grantee: { URI: "http://acs.amazonaws.com/groups/global/AllUsers" }, Permission: "READ" }],
    },
  },
});
acl("acl-other-user", {
  bucketName: "b4",
  AccessControlPolicy: {
    Owner: { ID: "me" },
    AccessControlList: { Grant: [{ Grantee: { ID: "me" } }, { Grantee: { ID: "somebody" }, Permission: "READ" }] },
  },
});
const off = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };
add(100, ["block-off", "s3", "PutBucketPublicAccessBlock"], {
  requestParameters: { bucketName: "b5", PublicAccessBlockConfiguration: off },
});
add(100, ["block-on", "s3", "PutBucketPublicAccessBlock"], {
  requestParameters: { bucketName: "b6", PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
});
add(100, ["block-account", "s3", "DeleteAccountPublicAccessBlock"], { requestParameters: {} });
add(100, ["key-policy", "kms", "PutKeyPolicy"], {
  requestParameters: { keyId: "k", policy: JSON.stringify(policy({ AWS: `arn:aws:iam::${STRANGER}:root` })) },
});
add(100, ["grant", "kms", "CreateGrant"], {
  requestParameters: { keyId: "k", granteePrincipal: `arn:aws:iam::${STRANGER}:role/x`, operations: ["Decrypt"] },
});
add(100, ["grant-own", "kms", "CreateGrant"], {
  requestParameters: { keyId: "k", granteePrincipal: `arn:aws:iam::${ACCOUNT}:role/x` },
});
add(100, ["queue", "sqs", "SetQueueAttributes"], {
  requestParameters: { queueUrl: "https://q", attributes: { Policy: JSON.stringify(policy("*")) } },
});
add(100, ["queue-delay", "sqs", "SetQueueAttributes"], {
  requestParameters: { queueUrl: "https://q", attributes: { DelaySeconds: "5" } },
});
add(100, ["topic", "sns", "AddPermission"], {
  requestParameters: { topicArn: "t", label: "l", aWSAccountId: [STRANGER] },
});
add(100, ["function", "lambda", "AddPermission20150331v2"], {
  requestParameters: { functionName: "f", principal: "*" },
});
add(100, ["function-limited", "lambda", "AddPermission20150331v2"], {
  requestParameters: { functionName: "f", principal: "*", principalOrgID: "o-1" },
});
add(100, ["function-service", "lambda", "AddPermission20150331v2"], {
  requestParameters: {
    functionName: "f",
    principal: "sns.amazonaws.com",
    sourceArn: `arn:aws:sns:us-east-1:${ACCOUNT}:t`,
  },
});
add(100, ["document", "ssm", "ModifyDocumentPermission"], {
  requestParameters: { name: "d", accountIdsToAdd: ["all"] },
});
add(100, ["secret", "secretsmanager", "PutResourcePolicy"], {
  requestParameters: { secretId: "s", resourcePolicy: JSON.stringify(policy({ AWS: STRANGER })) },
});
add(100, ["namesake", "organizations", "PutResourcePolicy"], {
  requestParameters: { content: JSON.stringify(policy("*")) },
});

// Objects taken, in a bucket that the reader knew and in one that nobody had read.
const read = (second: number, key: string, changes: RecordFields = {}): void =>
  add(second, [`read-${records.length}`, "s3", "GetObject"], {
    eventCategory: "Data",
    managementEvent: false,
    readOnly: true,
    sourceIPAddress: "203.0.113.9",
    requestParameters: { bucketName: key.split("/")[0], key: key.split("/").slice(1).join("/") },
    additionalEventData: { bytesTransferredOut: 1000.0 },
    ...changes,
  });
for (let i = 0; i < 120; i += 1) read(2 * DAY + i, `fresh/k-${i}`, { userIdentity: iamUser("taker") });
read(2 * DAY + 200, "fresh/k-1", { userIdentity: iamUser("taker") });
read(2 * DAY + 201, "fresh/refused", { userIdentity: iamUser("taker"), errorCode: "AccessDenied" });
read(10, "daily/k-0", { userIdentity: iamUser("reader") });
for (let i = 0; i < 120; i += 1) read(2 * DAY + i, `daily/k-${i}`, { userIdentity: iamUser("reader") });
for (let i = 0; i < 19; i += 1) read(2 * DAY + i, `few/k-${i}`, { userIdentity: iamUser("few") });
for (let i = 0; i < 20; i += 1)
  read(2 * DAY + i, `denied/k-${i}`, { userIdentity: iamUser("guesser"), errorCode: "AccessDenied" });
for (let i = 0; i < 120; i += 1)
  read(2 * DAY + i, `logs/k-${i}`, { userIdentity: { type: "AWSService", invokedBy: "athena.amazonaws.com" } });
for (let i = 0; i < 30; i += 1) read(2 * DAY + i, `same/k`, { userIdentity: iamUser("poller") });

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});

const verdicts = ({ rows }: Answer): Record<string, string> =>
  Object.fromEntries(
    rows.map((row) => [String(row["event_id"]), `${String(row["severity"])} ${String(row["effect"])}`]),
  );
const rowOf = ({ rows }: Answer, id: string): Answer["rows"][number] => rows.find(({ event_id }) => event_id === id)!;

describe("snapshot-and-image-sharing", () => {
  test("judges by whom a thing was given to", async () => {
    expect(verdicts(await ask(caseFolder, "snapshot-and-image-sharing"))).toEqual({
      "to-stranger": "high weakened",
      "to-all": "high weakened",
      "to-own": "low weakened",
      "by-terraform": "medium weakened",
      tried: "medium attempted",
      "taken-back": "high weakened",
      "refused-share": "low attempted",
      "image-public": "high weakened",
      "image-to-organization": "medium weakened",
      "database-to-stranger": "high weakened",
      "database-public": "high weakened",
      notice: "medium created",
      copied: "informational created",
      exported: "medium created",
      mounted: "low created",
    });
  });

  test("says to whom, and whether it was taken back, whatever the scope", async () => {
    const scope = { until: "2024-03-01T10:02:00Z" };
    const answer = await ask(caseFolder, "snapshot-and-image-sharing", { scope });

    expect(rowOf(answer, "to-stranger")).toMatchObject({
      given_to: STRANGER,
      unknown_accounts: STRANGER,
      unshared_at: null,
    });
    expect(rowOf(answer, "to-all")).toMatchObject({ given_to: "everybody", is_public: true });
    expect(rowOf(answer, "taken-back")).toMatchObject({ unshared_at: "2024-03-01T10:03:20Z" });
    expect(String(rowOf(answer, "tried")["why"])).toMatch(/^refused: /);
  });
});

describe("resource-shared-externally", () => {
  test("reports what lets in others, and no policy for oneself or for services", async () => {
    expect(verdicts(await ask(caseFolder, "resource-shared-externally"))).toEqual({
      "bucket-to-stranger": "high weakened",
      "bucket-public": "high weakened",
      "bucket-terraform": "medium weakened",
      "bucket-refused": "low attempted",
      "bucket-failed": "medium attempted",
      "bucket-closed": "high weakened",
      "acl-public": "high weakened",
      "acl-all-users": "high weakened",
      "acl-other-user": "medium weakened",
      "block-off": "medium weakened",
      "block-account": "high weakened",
      "key-policy": "high weakened",
      grant: "medium weakened",
      queue: "high weakened",
      topic: "high weakened",
      function: "high weakened",
      document: "high weakened",
      secret: "high weakened",
    });
  });

  test("names the principals, and when it was closed, whatever the scope", async () => {
    const answer = await ask(caseFolder, "resource-shared-externally", { scope: { until: "2024-03-01T10:02:00Z" } });

    expect(rowOf(answer, "bucket-to-stranger")).toMatchObject({
      unknown_accounts: STRANGER,
      is_public: false,
      undone_at: null,
    });
    expect(rowOf(answer, "bucket-closed")).toMatchObject({ is_public: true, undone_at: "2024-03-01T10:02:30Z" });
  });

  test("takes accounts as trusted that the asker names", async () => {
    const answer = await ask(caseFolder, "resource-shared-externally", { params: { trusted: STRANGER } });

    expect(Object.keys(verdicts(answer))).not.toContain("bucket-to-stranger");
    expect(Object.keys(verdicts(answer))).toContain("bucket-public");
  });
});

describe("s3-bulk-download", () => {
  const byActor = ({ rows }: Answer): Record<string, unknown> =>
    Object.fromEntries(
      rows.map((row) => [
        String(row["actor"]).split("/").at(-1),
        [row["n_objects"], row["bytes_out"], row["n_records"], row["n_denied"], row["severity"]],
      ]),
    );

  test("counts different objects once, bytes of what was answered, and knows who had read there before", async () => {
    expect(byActor(await ask(caseFolder, "s3-bulk-download"))).toEqual({
      taker: [120, 121_000, 122, 1, "medium"],
      reader: [120, 121_000, 121, 0, "low"],
      guesser: [0, null, 20, 20, "informational"],
      "athena.amazonaws.com": [120, 120_000, 120, 0, "informational"],
    });
  });

  test("a scope changes what is counted and not what is known from before", async () => {
    const { rows } = await ask(caseFolder, "s3-bulk-download", { scope: { since: "2024-03-03T10:01:00Z" } });

    expect(rows.find(({ bucket }) => bucket === "daily")).toMatchObject({
      n_objects: 60,
      first_read_in_case: "2024-03-01T10:00:10Z",
    });
    expect(
      (await ask(caseFolder, "s3-bulk-download", { params: { min_objects: "19" } })).rows.map(({ bucket }) => bucket),
    ).toContain("few");
  });
});
