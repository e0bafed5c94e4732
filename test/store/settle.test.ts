import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { askCase, type Cells } from "../helpers/case-content.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import {
  ACCOUNT,
  iamUser,
  makeRecord,
  OTHER_ACCOUNT,
  type RecordFields,
  timeAt,
  writeTrail,
} from "../helpers/trail-maker.ts";

// What needs more than one record: semantics.md sections 1, 3 and 5. One case holds every scene, a minute apart.

const THIRD_ACCOUNT = "777788889999";
let caseFolder: string;
let evidence: string;

beforeAll(async () => {
  const folder = temporaryFolder();
  caseFolder = join(folder, "case");
  evidence = writeTrail(join(folder, "evidence"), { "a.json.gz": [...INFERRED, ...ACTIONS, ...SAME_SECOND] });
  await quickIngest(caseFolder, [evidence]);
});

async function ask(sql: string): Promise<Cells[]> {
  return await askCase(caseFolder, sql);
}

const bob = (changes: RecordFields): RecordFields => iamUser("bob", { arn: undefined, ...changes });
const INFERRED = [
  makeRecord(1, { userIdentity: iamUser("bob") }),
  makeRecord(2, { userIdentity: bob({}) }),
  makeRecord(3, { userIdentity: bob({ userName: undefined, accountId: undefined }) }),
  makeRecord(4, { userIdentity: bob({ type: "AssumedRole" }) }),
  makeRecord(5, { userIdentity: iamUser("carol", { arn: undefined }) }),
];

describe("an IAM user's event without an ARN", () => {
  const actors =
    "SELECT right(event_id, 1) AS id, actor, actor_inferred, principal_arn FROM events WHERE event_id LIKE '%00000_' ORDER BY id";

  test("takes the one ARN that its principalId has elsewhere, and says that it is inferred", async () => {
    const arn = `arn:aws:iam::${ACCOUNT}:user/bob`;

    expect(await ask(actors)).toEqual([
      { id: "1", actor: arn, actor_inferred: false, principal_arn: arn },
      { id: "2", actor: arn, actor_inferred: true, principal_arn: arn },
      { id: "3", actor: arn, actor_inferred: true, principal_arn: arn },
      { id: "4", actor: `AssumedRole:${ACCOUNT}:bob`, actor_inferred: false, principal_arn: null },
      { id: "5", actor: `IAMUser:${ACCOUNT}:carol`, actor_inferred: false, principal_arn: null },
    ]);
  });

  test("goes back to what was recorded when a later ingest brings a second ARN, and is inferred for others then", async () => {
    const second = join(temporaryFolder(), "case");
    const more = writeTrail(temporaryFolder(), {
      "b.json.gz": [
        makeRecord(6, { userIdentity: iamUser("bob", { arn: `arn:aws:iam::${ACCOUNT}:user/renamed` }) }),
        makeRecord(7, { userIdentity: iamUser("carol") }),
      ],
    });
    await quickIngest(second, [evidence]);
    await quickIngest(second, [more]);

    const rows = await askCase(second, actors);
    expect(rows.map(({ id, actor, actor_inferred }) => [id, actor, actor_inferred])).toEqual([
      ["1", `arn:aws:iam::${ACCOUNT}:user/bob`, false],
      ["2", `IAMUser:${ACCOUNT}:bob`, false],
      ["3", bob({})["principalId"], false],
      ["4", `AssumedRole:${ACCOUNT}:bob`, false],
      ["5", `arn:aws:iam::${ACCOUNT}:user/carol`, true],
      ["6", `arn:aws:iam::${ACCOUNT}:user/renamed`, false],
      ["7", `arn:aws:iam::${ACCOUNT}:user/carol`, false],
    ]);
  });
});

/** A record of the scene's minute; `n` tells the scene's records apart. */
function scene(minute: number, n: number, changes: RecordFields): RecordFields {
  return makeRecord(minute * 1000 + n, { eventTime: timeAt(minute * 60), requestID: `request-${minute}`, ...changes });
}

const shared = (minute: number): RecordFields => ({ sharedEventID: `shared-${minute}` });
const ACTIONS = [
  // 1: one action, delivered to two accounts.
  scene(1, 1, shared(1)),
  scene(1, 2, { ...shared(1), recipientAccountId: OTHER_ACCOUNT }),
  // 2: the same recipient twice.
  scene(2, 1, shared(2)),
  scene(2, 2, shared(2)),
  // 3 to 6: each differs in one thing that copies must agree on.
  ...[
    { requestID: "other" },
    { eventName: "Other" },
    { eventSource: "s3.amazonaws.com" },
    { eventTime: timeAt(6 * 60 + 1) },
  ].flatMap((difference, i) => [
    scene(3 + i, 1, shared(3 + i)),
    scene(3 + i, 2, { ...shared(3 + i), recipientAccountId: OTHER_ACCOUNT, ...difference }),
  ]),
  // 7: three accounts, no requestID.
  ...[ACCOUNT, OTHER_ACCOUNT, THIRD_ACCOUNT].map((recipientAccountId, i) =>
    scene(7, i + 1, { ...shared(7), recipientAccountId, requestID: undefined }),
  ),
  // 8: a record and the two addenda that amend it.
  scene(8, 1, {}),
  ...[2, 3].map((n) =>
    scene(8, n, { addendum: { reason: "UPDATED_DATA", originalEventID: scene(8, 1, {})["eventID"] } }),
  ),
  // 9: an addendum of a copy; both accounts got both.
  ...[ACCOUNT, OTHER_ACCOUNT].flatMap((recipientAccountId, i) => [
    scene(9, i + 1, { ...shared(9), recipientAccountId }),
    scene(9, i + 3, {
      sharedEventID: "shared-9-amended",
      recipientAccountId,
      addendum: { reason: "UPDATED_DATA", originalEventID: scene(9, i + 1, {})["eventID"] },
    }),
  ]),
  // 10: an addendum whose original is not in the case.
  scene(10, 1, { addendum: { reason: "UPDATED_DATA", originalEventID: "not-here" } }),
  // 11: two copies, and a record of another call under the same shared id.
  scene(11, 1, shared(11)),
  scene(11, 2, { ...shared(11), recipientAccountId: OTHER_ACCOUNT }),
  scene(11, 3, { ...shared(11), recipientAccountId: THIRD_ACCOUNT, requestID: "other" }),
];

describe("records of one action", () => {
  const grouped = async (minute: number): Promise<string[]> => {
    const rows = await ask(`
      SELECT right(event_id, 1) || ' ' || CASE WHEN action_id = event_id THEN 'own' ELSE right(action_id, 8) END || ' ' || event_copies AS text
      FROM events WHERE event_id LIKE '%-${String(minute * 1000)
        .padStart(12, "0")
        .slice(0, 9)}___' ORDER BY text`);
    return rows.map(({ text }) => String(text));
  };

  test.each<[string, number, string[]]>([
    ["share the shared id when they were delivered to two accounts", 1, ["1 shared-1 2", "2 shared-1 2"]],
    ["are not grouped for one recipient", 2, ["1 own 1", "2 own 1"]],
    ["are not grouped when the requestID differs", 3, ["1 own 1", "2 own 1"]],
    ["are not grouped when the name differs", 4, ["1 own 1", "2 own 1"]],
    ["are not grouped when the source differs", 5, ["1 own 1", "2 own 1"]],
    ["are not grouped when the time differs", 6, ["1 own 1", "2 own 1"]],
    ["may all lack the requestID", 7, ["1 shared-7 3", "2 shared-7 3", "3 shared-7 3"]],
    ["are an original and its addenda", 8, ["1 own 3", "2 00008001 3", "3 00008001 3"]],
    [
      "are copies and the copies of their addendum",
      9,
      ["1 shared-9 4", "2 shared-9 4", "3 shared-9 4", "4 shared-9 4"],
    ],
    ["is an addendum alone when its original is not here", 10, ["1 own 1"]],
    ["leave out a record of another call under the same shared id", 11, ["1 hared-11 2", "2 hared-11 2", "3 own 1"]],
  ])("%s", async (_, minute, expected) => {
    expect(await grouped(minute)).toEqual(expected);
  });
});

const role = (name: string, key: string): RecordFields => ({
  type: "AssumedRole",
  principalId: `AROA${name.toUpperCase().padEnd(17, "X")}:session`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session`,
  accountId: ACCOUNT,
  accessKeyId: key,
  sessionContext: { sessionIssuer: { type: "Role", arn: `arn:aws:iam::${ACCOUNT}:role/${name}` } },
});
const assume = (name: string, key: string): RecordFields => ({
  eventSource: "sts.amazonaws.com",
  eventName: "AssumeRole",
  responseElements: {
    credentials: { accessKeyId: key },
    assumedRoleUser: { assumedRoleId: role(name, key)["principalId"], arn: role(name, key)["arn"] },
  },
});
const iam = (eventName: string, changes: RecordFields = {}): RecordFields => ({
  eventSource: "iam.amazonaws.com",
  eventName,
  requestParameters: { userName: "mallory" },
  ...changes,
});
const SAME_SECOND = [
  // 20: the use sorts before the AssumeRole by its eventID.
  scene(20, 1, { userIdentity: role("first", "ASIAFIRST") }),
  scene(20, 2, assume("first", "ASIAFIRST")),
  // 21: a chain of two roles and a use, in reverse order of eventIDs.
  scene(21, 1, { userIdentity: role("second", "ASIASECOND") }),
  scene(21, 2, { ...assume("second", "ASIASECOND"), userIdentity: role("third", "ASIATHIRD") }),
  scene(21, 3, assume("third", "ASIATHIRD")),
  // 22: a user made before its key and its policy.
  scene(22, 1, iam("AttachUserPolicy")),
  scene(22, 2, iam("CreateAccessKey", { responseElements: { accessKey: { accessKeyId: "AKIANEW" } } })),
  scene(22, 3, iam("CreateUser")),
  scene(22, 4, { userIdentity: iamUser("mallory", { accessKeyId: "AKIANEW" }) }),
  // 23: what failed made nothing, and another second is no matter of rank.
  scene(23, 1, iam("AttachUserPolicy")),
  scene(23, 2, iam("CreateUser", { errorCode: "EntityAlreadyExistsException" })),
  scene(23, 3, { ...assume("fourth", "ASIAFOURTH"), eventTime: timeAt(23 * 60 + 1) }),
  scene(23, 4, { userIdentity: role("fourth", "ASIAFOURTH") }),
];

describe("within one second", () => {
  test.each<[string, number, string[]]>([
    ["the AssumeRole comes before the use of its key", 20, ["2 0", "1 1"]],
    ["a chain of roles keeps its order", 21, ["3 0", "2 1", "1 2"]],
    [
      "CreateUser comes before what is done to the user, and CreateAccessKey before its key is used",
      22,
      ["3 0", "1 1", "2 1", "4 2"],
    ],
    ["a failed call issues nothing, and a later second ranks for itself", 23, ["1 0", "2 0", "4 0", "3 0"]],
  ])("%s", async (_, minute, expected) => {
    const rows = await ask(`
      SELECT right(event_id, 1) || ' ' || same_second_rank AS text FROM events
      WHERE event_time BETWEEN TIMESTAMP '2024-03-01 10:${minute}:00' AND TIMESTAMP '2024-03-01 10:${minute}:59'
      ORDER BY event_time, same_second_rank, event_id`);

    expect(rows.map(({ text }) => text)).toEqual(expected);
  });
});

test("a key that issues and is used hundreds of times in one second costs no square of it", async () => {
  const issuing = (n: number): RecordFields =>
    makeRecord(1, {
      eventID: `issue-${n}`,
      eventSource: "sts.amazonaws.com",
      eventName: "AssumeRole",
      userIdentity: iamUser("busy"),
      responseElements: { credentials: { accessKeyId: "ASIASHAREDXXXXXXXXXX" } },
    });
  const using = (n: number): RecordFields =>
    makeRecord(1, { eventID: `use-${n}`, userIdentity: iamUser("x", { accessKeyId: "ASIASHAREDXXXXXXXXXX" }) });
  const numbers = Array.from({ length: 3000 }, (_, n) => n);
  const folder = await caseOf([...numbers.map(issuing), ...numbers.map(using)]);
  const rows = await askCase(
    folder,
    "SELECT same_second_rank AS rank, count(*) AS n FROM events GROUP BY 1 ORDER BY 1",
  );
  expect(rows.map((row) => Object.values(row).map(Number))).toEqual([
    [0, 3000],
    [1, 3000],
  ]);
}, 30_000);
