import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { network } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// What was destroyed, held to ransom or used up: what is a finding, how grave, and what looks like one.

const DAY = 86_400;
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const CONSOLE = { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" };
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
const many = (count: number, each: (i: number) => void): void => {
  for (let i = 0; i < count; i += 1) each(i);
};

// Objects: read, destroyed, a note; each bucket another story.
const object = (second: number, name: string, key: string, changes: RecordFields = {}): void =>
  add(second, [`s3-${records.length}`, "s3", name], {
    eventCategory: "Data",
    managementEvent: false,
    requestParameters: {
      bucketName: key.split("/")[0],
      key: key.split("/").slice(1).join("/"),
      ...(changes["also"] as RecordFields),
    },
    ...by("ransom"),
    ...Object.fromEntries(Object.entries(changes).filter(([field]) => field !== "also")),
  });
const batch = (second: number, bucket: string, changes: RecordFields = {}): void =>
  add(second, [`s3-${records.length}`, "s3", "DeleteObjects"], {
    eventCategory: "Data",
    managementEvent: false,
    requestParameters: { bucketName: bucket, delete: "" },
    ...by("ransom"),
    ...changes,
  });
const CUSTOMER = { also: { "x-amz-server-side-encryption-customer-algorithm": "AES256" } };
const keyOf = (account: string): RecordFields => ({
  also: { "x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:us-east-1:${account}:key/k` },
});
many(30, (i) => object(i, "GetObject", `batched/k-${i}`));
add(31, ["listing", "s3", "ListObjectVersions"], { requestParameters: { bucketName: "batched" }, ...by("ransom") });
batch(40, "batched");
object(41, "PutObject", "batched/FILES-DELETED.txt");
many(25, (i) => object(100 + i, "DeleteObject", `singly/k-${i}`));
object(130, "PutObject", "singly/how-to-recover.html");
many(25, (i) => object(200 + i, "CopyObject", `encrypted/k-${i}`, CUSTOMER));
object(300, "CopyObject", "once/k", CUSTOMER);
object(300, "CopyObject", "strange-key/k", keyOf("777788889999"));
object(300, "CopyObject", "own-key/k", keyOf(ACCOUNT));
many(25, (i) => object(400 + i, "DeleteObject", `tidied/k-${i}`, by("janitor")));
many(25, (i) => object(500 + i * 700, "DeleteObject", `slowly/k-${i}`, by("janitor")));
many(19, (i) => object(400 + i, "DeleteObject", `below/k-${i}`, by("janitor")));
many(25, (i) => object(400 + i, "DeleteObject", `refused/k-${i}`, { errorCode: "AccessDenied" }));
many(25, (i) =>
  object(400 + i, "DeleteObject", `expired/k-${i}`, {
    userIdentity: { type: "AWSService", invokedBy: "s3.amazonaws.com" },
  }),
);
object(400, "PutObject", "documents/recovery-plan.pdf");
batch(400, "odd", { requestParameters: { bucketName: 5 } });

// Things destroyed.
const destroy = (
  second: number,
  id: string,
  [source, name]: readonly [string, string],
  changes: RecordFields = {},
): void => add(second, [id, source, name], { requestParameters: { name: id }, ...changes });
many(5, (i) =>
  destroy(600 + i, `burst-${i}`, ["rds", "DeleteDBInstance"], {
    ...by("wrecker"),
    requestParameters: { dBInstanceIdentifier: `d-${i}`, skipFinalSnapshot: true },
  }),
);
many(5, (i) =>
  destroy(600 + i * 4000, `slow-${i}`, ["dynamodb", "DeleteTable"], {
    ...by("slow"),
    requestParameters: { tableName: `t-${i}` },
  }),
);
many(5, (i) =>
  destroy(600 + i, `planned-${i}`, ["dynamodb", "DeleteTable"], {
    ...by("planner"),
    ...TERRAFORM,
    requestParameters: { tableName: `p-${i}` },
  }),
);
many(5, (i) =>
  add(600 + i, [`made-${i}`, "dynamodb", "CreateTable"], {
    ...by("tester"),
    requestParameters: { tableName: `q-${i}` },
  }),
);
many(5, (i) =>
  destroy(700 + i, `young-${i}`, ["dynamodb", "DeleteTable"], {
    ...by("tester"),
    requestParameters: { tableName: `q-${i}` },
  }),
);
many(25, (i) =>
  destroy(600 + i, `scaled-${i}`, ["ec2", "TerminateInstances"], {
    userIdentity: { type: "AWSService", invokedBy: "autoscaling.amazonaws.com" },
  }),
);
destroy(600, "image", ["ec2", "DeregisterImage"], { requestParameters: { imageId: "ami-1" } });
destroy(600, "key", ["kms", "ScheduleKeyDeletion"], { requestParameters: { keyId: "k", pendingWindowInDays: 7 } });
destroy(600, "secret-forced", ["secretsmanager", "DeleteSecret"], {
  requestParameters: { secretId: "s", forceDeleteWithoutRecovery: true },
});
destroy(600, "secret", ["secretsmanager", "DeleteSecret"], { requestParameters: { secretId: "s2" } });
destroy(600, "refused-key", ["kms", "ScheduleKeyDeletion"], DENIED);
destroy(600, "odd-destroy", ["s3", "DeleteBucket"], { requestParameters: [1], ...by("odd") });
destroy(600, "catalog-table", ["glue", "DeleteTable"], by("odd"));
destroy(600, "namesake", ["quicksight", "DeleteCluster"]);
destroy(600, "seen-by-network", ["s3", "DeleteBucket"], { ...network });

// Machines.
const launch = (second: number, id: string, type: string, changes: RecordFields = {}): void =>
  add(second, [id, "ec2", "RunInstances"], {
    requestParameters: {
      instanceType: type,
      instancesSet: { items: [{ imageId: "ami-1", minCount: 1, maxCount: 1 }] },
    },
    ...changes,
  });
launch(0, "small", "t3.micro");
launch(2 * DAY, "gpu", "p3.2xlarge");
launch(2 * DAY, "gpu-terraform", "p3.2xlarge", TERRAFORM);
launch(2 * DAY, "gpu-scaled", "p3.2xlarge", {
  userIdentity: { type: "AWSService", invokedBy: "autoscaling.amazonaws.com" },
});
launch(2 * DAY, "gpu-denied", "p3.2xlarge", {
  errorCode: "Client.UnauthorizedOperation",
  errorMessage: "You are not authorized",
});
launch(2 * DAY, "gpu-elsewhere", "g5.xlarge", { awsRegion: "ap-south-1" });
launch(2 * DAY, "large", "c5.24xlarge");
launch(2 * DAY, "medium-sized", "c5.4xlarge");
launch(2 * DAY, "small-elsewhere", "t3.micro", { awsRegion: "eu-north-1" });
launch(2 * DAY, "quota", "m5.large", { errorCode: "Client.VcpuLimitExceeded", errorMessage: "limit" });
launch(2 * DAY, "typo", "m5.large", { errorCode: "Client.InvalidAMIID.NotFound", errorMessage: "no" });
launch(2 * DAY, "rehearsed", "m5.large", {
  errorCode: "Client.DryRunOperation",
  errorMessage: "Request would have succeeded",
});
add(2 * DAY, ["miner", "ecs", "RegisterTaskDefinition"], {
  requestParameters: {
    containerDefinitions: [{ image: "docker.io/x/xmrig:latest", command: ["-o", "stratum+tcp://p"] }],
  },
});
add(2 * DAY, ["task", "ecs", "RegisterTaskDefinition"], { requestParameters: { cpu: "256", memory: "512" } });
add(2 * DAY, ["tasks", "ecs", "RunTask"], { requestParameters: { cluster: "c", count: 10 } });
add(2 * DAY, ["locked", "ec2", "ModifyInstanceAttribute"], {
  requestParameters: { instanceId: "i-1", disableApiTermination: { value: true } },
});
add(2 * DAY, ["renamed", "ec2", "ModifyInstanceAttribute"], {
  requestParameters: { instanceId: "i-1", sourceDestCheck: { value: false } },
});
add(2 * DAY, ["odd-launch", "ec2", "RunInstances"], { requestParameters: { instanceType: {}, instancesSet: "x" } });

// Mail.
const mail = (second: number, id: string, name: string, changes: RecordFields = {}): void =>
  add(second, [id, "ses", name], changes);
for (const [i, name] of ["GetSendQuota", "ListIdentities", "GetAccountSendingEnabled"].entries())
  mail(i, `probe-${i}`, name, { ...by("spammer"), readOnly: true });
mail(60, "verify", "VerifyEmailIdentity", { ...by("spammer"), requestParameters: { emailAddress: "a@b.example" } });
many(3, (i) => mail(70 + i, `sent-${i}`, "SendEmail", by("spammer")));
mail(90, "unverified", "SendEmail", { ...by("spammer"), errorCode: "MessageRejected" });
for (const [i, name] of ["GetSendQuota", "ListIdentities", "GetAccountSendingEnabled"].entries())
  mail(i, `clicked-${i}`, name, { ...by("admin"), ...CONSOLE, readOnly: true });
mail(60, "clicked-verify", "VerifyEmailIdentity", { ...by("admin"), ...CONSOLE });
mail(0, "quota-early", "GetSendQuota", { ...by("mailer"), readOnly: true });
mail(3 * DAY, "quota-daily", "GetSendQuota", { ...by("mailer"), readOnly: true });
mail(3 * DAY, "refused-mail", "GetAccount", { ...by("guesser"), ...DENIED });
add(0, ["text", "sns", "Publish"], { ...by("mailer"), requestParameters: { phoneNumber: "HIDDEN" } });
add(0, ["topic-message", "sns", "Publish"], { ...by("mailer"), requestParameters: { topicArn: "t" } });

// Models.
const bedrock = (second: number, id: string, name: string, changes: RecordFields = {}): void =>
  add(second, [id, "bedrock", name], { requestParameters: { modelId: "m" }, ...changes });
bedrock(0, "look", "GetFoundationModelAvailability", by("jacker"));
bedrock(1, "agree", "CreateFoundationModelAgreement", by("jacker"));
many(3, (i) => bedrock(10 + i, `use-${i}`, "InvokeModel", by("jacker")));
bedrock(DAY, "use-next-day", "InvokeModel", by("jacker"));
bedrock(0, "app-use", "Converse", by("app"));
bedrock(0, "look-clicked", "ListFoundationModels", { ...by("admin"), ...CONSOLE });
bedrock(1, "agree-clicked", "CreateFoundationModelAgreement", { ...by("admin"), ...CONSOLE });
bedrock(2, "use-clicked", "InvokeModel", { ...by("admin"), ...CONSOLE });
many(3, (i) =>
  bedrock(i, `model-refused-${i}`, "InvokeModel", {
    ...by("guesser"),
    ...DENIED,
    requestParameters: { modelId: `m-${i}` },
  }),
);
bedrock(0, "guardrail", "DeleteGuardrail");
add(0, ["bedrock-user", "iam", "CreateUser"], { requestParameters: { userName: "BedrockAPIKey-abcd" } });
add(0, ["other-user", "iam", "CreateUser"], { requestParameters: { userName: "bob" } });
bedrock(0, "odd-model", "InvokeModel", { ...by("odd"), requestParameters: { modelId: [1] } });

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});

const severities = ({ rows }: Answer): Record<string, string> =>
  Object.fromEntries(rows.map((row) => [String(row["event_id"]), String(row["severity"])]));
const labels = (prefix: string, count: number, severity: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}-${i}`, severity]));
const rowOf = ({ rows }: Answer, id: string): Answer["rows"][number] => rows.find(({ event_id }) => event_id === id)!;

describe("s3-ransom", () => {
  test("tells an attack from housekeeping, bucket by bucket", async () => {
    const { rows } = await ask(caseFolder, "s3-ransom");

    expect(
      Object.fromEntries(rows.map(({ bucket, severity, effect }) => [bucket, `${String(severity)} ${String(effect)}`])),
    ).toEqual({
      batched: "critical removed",
      singly: "critical removed",
      encrypted: "high weakened",
      once: "medium weakened",
      "strange-key": "medium weakened",
      tidied: "low removed",
      5: "low removed",
    });
    expect(rows.find(({ bucket }) => bucket === "batched")).toMatchObject({
      n_downloaded: 30,
      n_version_listings: 1,
      n_batch_deletions: 1,
      n_notes: 1,
      note: "batched/FILES-DELETED.txt",
      n_records: 33,
    });
  });

  test("judges by the whole case, whatever part of it is asked for", async () => {
    const { rows } = await ask(caseFolder, "s3-ransom", { scope: { until: "2024-03-01T10:00:10Z" } });

    expect(rows.map(({ bucket, severity, n_records }) => [bucket, severity, n_records])).toEqual([
      ["batched", "critical", 10],
    ]);
  });
});

describe("destructive-actions", () => {
  test("weighs stores of data, bursts, and who had made the thing", async () => {
    expect(severities(await ask(caseFolder, "destructive-actions"))).toEqual({
      ...labels("burst", 5, "high"),
      ...labels("slow", 5, "medium"),
      ...labels("planned", 5, "low"),
      ...labels("young", 5, "low"),
      ...labels("scaled", 25, "informational"),
      image: "low",
      key: "medium",
      "secret-forced": "medium",
      secret: "low",
      "refused-key": "low",
      "odd-destroy": "medium",
      "catalog-table": "informational",
    });
  });

  test("counts over the whole case and says what happened", async () => {
    const answer = await ask(caseFolder, "destructive-actions", { scope: { until: "2024-03-01T10:10:01Z" } });

    expect(rowOf(answer, "burst-0")).toMatchObject({
      n_destroyed_in_window: 5,
      n_stores_in_window: 5,
      severity: "high",
      effect: "removed",
    });
    expect(String(rowOf(answer, "burst-0")["why"])).toContain("without a last snapshot");
    expect(rowOf(answer, "refused-key")).toMatchObject({ effect: "attempted" });
  });
});

describe("compute-hijack", () => {
  test("reports size, accelerators, limits met and miners, and no ordinary machine", async () => {
    expect(severities(await ask(caseFolder, "compute-hijack"))).toEqual({
      gpu: "medium",
      "gpu-terraform": "low",
      "gpu-scaled": "informational",
      "gpu-denied": "medium",
      "gpu-elsewhere": "high",
      large: "medium",
      "small-elsewhere": "low",
      quota: "low",
      rehearsed: "low",
      miner: "high",
      tasks: "low",
      locked: "low",
    });
  });

  test("knows first launches from outside the scope, and takes other sizes", async () => {
    const scoped = await ask(caseFolder, "compute-hijack", { scope: { since: "2024-03-03", region: ["ap-south-1"] } });

    expect(
      scoped.rows.map(({ event_id, instance_type, first_in_region }) => [event_id, instance_type, first_in_region]),
    ).toEqual([["gpu-elsewhere", "g5.xlarge", true]]);
    const other = severities(await ask(caseFolder, "compute-hijack", { params: { min_vcpu: "16", gpu: "false" } }));
    expect(Object.keys(other)).toContain("medium-sized");
    expect(Object.keys(other)).not.toContain("gpu");
  });
});

describe("messaging-abuse", () => {
  test("tells a stranger's way to sending from daily work and from the console", async () => {
    expect(severities(await ask(caseFolder, "messaging-abuse"))).toEqual({
      ...labels("probe", 3, "medium"),
      verify: "high",
      "sent-0": "high",
      unverified: "medium",
      ...labels("clicked", 3, "informational"),
      "clicked-verify": "low",
      "quota-early": "low",
      "quota-daily": "informational",
      "refused-mail": "low",
      text: "informational",
    });
  });

  test("the first message asked for stands for those alike", async () => {
    const answer = await ask(caseFolder, "messaging-abuse", { scope: { since: "2024-03-01T10:01:11Z" } });

    expect(rowOf(answer, "sent-1")).toMatchObject({ phase: "sending", n_like_it_that_day: 3, severity: "high" });
  });
});

describe("bedrock-llmjacking", () => {
  test("tells taking from building: models opened by program and used", async () => {
    expect(severities(await ask(caseFolder, "bedrock-llmjacking"))).toEqual({
      look: "medium",
      agree: "high",
      "use-0": "high",
      "use-next-day": "high",
      "app-use": "informational",
      "look-clicked": "informational",
      "agree-clicked": "medium",
      "use-clicked": "informational",
      ...labels("model-refused", 3, "medium"),
      guardrail: "medium",
      "bedrock-user": "medium",
      "odd-model": "informational",
    });
  });

  test("the first use asked for stands for those alike, judged by the whole case", async () => {
    const answer = await ask(caseFolder, "bedrock-llmjacking", {
      scope: { since: "2024-03-01T10:00:11Z", until: "2024-03-01T11:00:00Z" },
    });

    expect(
      answer.rows.map(({ event_id, severity, n_like_it_that_day }) => [event_id, severity, n_like_it_that_day]),
    ).toEqual([["use-1", "high", 3]]);
  });
});
