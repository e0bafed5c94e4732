import { beforeAll, describe, expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import type { QueryFile } from "../../src/queries/query-file.ts";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { writeDemoArchive } from "../helpers/demo-archive-folder.ts";
import { readFolder, readLogs, type WrittenRecord } from "../helpers/demo-archive-reader.ts";
import { neededParameters } from "../helpers/query-parameters.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// An action that crosses an account border is written to two trails. How much was done does not depend on which of them
// somebody has: totals of actions, bytes and objects are those of one trail, whether the other is there or not.

const MALLORY = iamUser("mallory");
const THIN = { type: "AWSAccount", principalId: MALLORY["principalId"], accountId: ACCOUNT };

type Call = readonly [second: number, name: string, changes?: RecordFields];

/** What one user did in another account's resources, as its own account recorded it. */
function made(): RecordFields[] {
  const object = (key: string): RecordFields => ({
    eventCategory: "Data",
    managementEvent: false,
    requestParameters: { bucketName: "payroll", key },
    additionalEventData: { bytesTransferredOut: 1000 },
  });
  const many = (count: number, call: (i: number) => Call): Call[] => Array.from({ length: count }, (_, i) => call(i));
  const refusal = { errorCode: "AccessDenied", errorMessage: "User: x is not authorized to perform: s3:GetObject" };
  const calls: Call[] = [
    ...many(40, (i) => [i, "s3:GetObject", object(`secret-${i}.pem`)]),
    ...many(25, (i) => [100 + i, "s3:GetObject", { ...object(`refused-${i}`), ...refusal }]),
    ...many(30, (i) => [200 + i, "s3:DeleteObject", object(`secret-${i}.pem`)]),
    [240, "s3:PutObject", object("FILES-DELETED.txt")],
    ...many(20, (i) => [300 + i, "s3:GetBucketAcl", { requestParameters: { bucketName: `b-${i}` } }]),
    ...many(20, (i) => [350 + i, "s3:GetBucketPolicy", { requestParameters: { bucketName: `b-${i}` } }]),
    ...["us-east-1", "eu-west-1", "eu-central-1", "ap-south-1", "sa-east-1", "us-west-2"].flatMap((awsRegion, i) =>
      many(3, (j): Call => [
        400 + i * 5 + j,
        ["kms:ListAliases", "kms:DescribeKey", "kms:Decrypt"][j]!,
        { awsRegion, requestParameters: { keyId: `arn:aws:kms:${awsRegion}:${OTHER_ACCOUNT}:key/k` } },
      ]),
    ),
    [
      500,
      "sts:AssumeRole",
      {
        requestParameters: { roleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/admin`, roleSessionName: "s" },
        responseElements: { credentials: { accessKeyId: "ASIAADMINXXXXXXXXXXX", sessionToken: "x" } },
      },
    ],
    [90_000, "s3:GetObject", object("later")],
    ...many(3, (i): Call => [90_010 + i, "s3:PutBucketPolicy", { requestParameters: { bucketName: `b-${i}` } }]),
    [100_000 + 86_400 * 40, "s3:GetObject", object("much-later")],
  ];
  return calls.map(([second, name, changes = {}], i) => {
    const [service = "", eventName = ""] = name.split(":");
    return makeRecord(second, {
      eventID: `own-${i}`,
      requestID: `request-${i}`,
      sharedEventID: `shared-${i}`,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      readOnly: /^(?:Get|List|Describe|Decrypt|Assume)/.test(eventName),
      userIdentity: MALLORY,
      sourceIPAddress: i % 2 === 0 ? "203.0.113.66" : "192.0.2.66",
      userAgent: "Boto3/1.26 md/Botocore#1.29 ua/2.0 os/linux#kali-amd64",
      tlsDetails: { tlsVersion: "TLSv1", cipherSuite: "x", clientProvidedHostHeader: "s3.evil.example" },
      ...changes,
    });
  });
}

/** The copy in the trail of the account whose resource it is: another eventID, and no more of the caller than an id. */
const copyForOwner = (record: RecordFields): RecordFields => ({
  ...record,
  eventID: `copy-${String(record["eventID"])}`,
  userIdentity: THIN,
  recipientAccountId: OTHER_ACCOUNT,
});

const VALUES = {
  access_key: String(MALLORY["accessKeyId"]),
  resource: "payroll",
  principal: String(MALLORY["principalId"]),
  pivot_time: "2024-03-02T00:00:00Z",
};

/** Rows of one account each: what was recorded there is that account's own, and both accounts' rows together hold it twice. */
const PER_ACCOUNT = [
  "category-coverage",
  "delivery-quality",
  "key-exposed",
  "log-coverage",
  "login-bruteforce",
  "mfa-fatigue",
  "no-mfa-writes",
  "overview",
  "unused-regions",
];
/** Their rows begin with a key, a session or a change of sign-in, of which an owner's copy says nothing. */
const BY_CREDENTIAL = ["dormant-principal", "impossible-travel", "key-from-many-ips", "key-inventory"];
/** What they ask for is not in these records: nobody without credentials has an account, and no stranger reads by a workload's role. */
const ASKS_FOR_OTHERS = [
  "anonymous-s3",
  "backdoor-principal-chain",
  "discovery-bursts",
  "instance-role-enumeration",
  "network-activity",
  "off-hours",
];
/** Sections that are one account's. */
const PER_ACCOUNT_ROWS = (row: Answer["rows"][number]): boolean =>
  row["section"] === "recorded in account" || row["dim"] === "account";

const TOTALS = /^(?:n_actions|n_objects|bytes_out)$/;
const library = [...readLibrary([]).queries.values()];
const counting = library.filter(
  ({ id, sql }) => /\bn_actions|bytes_out|\bn_objects/.test(sql) && !PER_ACCOUNT.includes(id),
);

/** The sum of each column of actions, bytes or objects. */
async function totals(caseFolder: string, query: QueryFile): Promise<Record<string, number>> {
  const { columns, rows } = await ask(caseFolder, query.id, { params: { ...neededParameters(query, VALUES) } });
  const summed = rows.filter((row) => !PER_ACCOUNT_ROWS(row));
  const sum = (column: string): number => summed.reduce((total, row) => total + Number(row[column]), 0);
  return Object.fromEntries(columns.filter((name) => TOTALS.test(name)).map((name) => [name, sum(name)]));
}

test("the lists name queries of the library, and no other counts are left out", () => {
  const ids = new Set(library.map(({ id }) => id));

  expect([...PER_ACCOUNT, ...BY_CREDENTIAL, ...ASKS_FOR_OTHERS].filter((id) => !ids.has(id))).toEqual([]);
  expect(counting.length).toBeGreaterThan(25);
});

describe("what a user did in another account's buckets", () => {
  let own: string;
  let owner: string;
  let both: string;
  beforeAll(async () => {
    const records = made();
    own = await caseOf(records);
    owner = await caseOf(records.map(copyForOwner));
    both = await caseOf([...records, ...records.map(copyForOwner)]);
  });

  test.each(counting.map((query) => [query.id, query] as const))(
    "%s counts the same with both trails",
    async (id, query) => {
      const expected = await totals(own, query);

      expect(await totals(both, query)).toEqual(expected);
      if (!ASKS_FOR_OTHERS.includes(id)) expect(Math.max(...Object.values(expected))).toBeGreaterThan(0);
      // Of these the owner's trail alone tells as much.
      if (!BY_CREDENTIAL.includes(id) && id !== "principal-dossier")
        expect(await totals(owner, query)).toEqual(expected);
    },
  );
});

describe("what the demo archive has from two accounts", () => {
  let callers: string;
  let both: string;
  beforeAll(async () => {
    const folder = temporaryFolder();
    const { truncated_file } = writeDemoArchive(folder).quirks;
    const records = readLogs(readFolder(folder), truncated_file.path).flatMap((log) => log.records);
    const delivered = [...new Map(records.map((record) => [record.eventID, record])).values()];
    const shared = [...Map.groupBy(delivered, ({ sharedEventID = "" }) => sharedEventID).entries()]
      .filter(([id, copies]) => id !== "" && copies.length === 2)
      .flatMap(([, copies]) => copies);
    expect(shared.length).toBeGreaterThan(100);
    callers = await caseOf(shared.filter(isCallers).map((record) => ({ ...record })));
    both = await caseOf(shared.map((record) => ({ ...record })));
  });

  test.each(counting.map((query) => [query.id, query] as const))(
    "%s counts the same with both trails",
    async (_id, query) => {
      expect(await totals(both, query)).toEqual(await totals(callers, query));
    },
  );
});

function isCallers(record: WrittenRecord): boolean {
  return record.userIdentity.type !== "AWSAccount";
}
