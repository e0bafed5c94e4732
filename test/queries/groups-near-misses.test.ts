import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { denied, insight, network, roleSession, signIn } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT } from "../helpers/trail-maker.ts";

// For every query that groups what it must count, and beside it what looks alike and is something else.

describe("access-denied", () => {
  const records = [
    makeRecord(0, {
      eventID: "a",
      ...denied("iam:ListUsers", "arn:aws:iam::1:user/"),
      eventSource: "iam.amazonaws.com",
      eventName: "ListUsers",
    }),
    makeRecord(1, {
      eventID: "b",
      ...denied("s3:GetObject", '"arn:aws:s3:::b/k"'),
      eventSource: "s3.amazonaws.com",
      eventName: "GetObject",
    }),
    makeRecord(2, {
      eventID: "encoded",
      errorCode: "Client.UnauthorizedOperation",
      errorMessage: "You are not authorized to perform this operation. Encoded authorization failure message: xyz",
      eventName: "RunInstances",
      requestParameters: { instanceType: "t3" },
    }),
    makeRecord(3, { eventID: "fine" }),
    makeRecord(4, { eventID: "throttled", errorCode: "ThrottlingException", userIdentity: iamUser("bob") }),
    makeRecord(5, { eventID: "network", ...network, userIdentity: iamUser("bob") }),
    makeRecord(6, { eventID: "s1", ...denied("ec2:DescribeInstances", "*"), userIdentity: roleSession("one") }),
    makeRecord(7, { eventID: "s2", ...denied("ec2:DescribeInstances", "*"), userIdentity: roleSession("two") }),
  ];

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  test("gathers refusals by principal, over session names, and reads the message", async () => {
    const { rows } = await ask(caseFolder, "access-denied");

    expect(
      rows.map(({ principal, n_apis, n_denied, actions, resources, severity }) => ({
        principal,
        n_apis,
        n_denied,
        actions,
        resources,
        severity,
      })),
    ).toEqual([
      {
        principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
        n_apis: 3,
        n_denied: 3,
        actions: "iam:ListUsers, s3:GetObject",
        resources: "arn:aws:iam::1:user/, arn:aws:s3:::b/k",
        severity: "medium",
      },
      {
        principal: `arn:aws:iam::${ACCOUNT}:role/deploy`,
        n_apis: 1,
        n_denied: 2,
        actions: "ec2:DescribeInstances",
        resources: null,
        severity: "low",
      },
    ]);
  });

  test("min_apis leaves out those refused fewer calls in the whole case; a scope changes no judgement", async () => {
    const scope = { until: "2024-03-01T10:00:01Z" };
    const [one] = (await ask(caseFolder, "access-denied", { params: { min_apis: "3" }, scope })).rows;

    expect(one).toMatchObject({
      n_apis: 1,
      n_denied: 1,
      severity: "medium",
      why: "in the whole case: different calls refused 3, resources 2, refusals 3 of 4 records",
    });
    expect((await ask(caseFolder, "access-denied", { params: { min_apis: "4" } })).rows).toEqual([]);
  });

  test("takes pages of the console for the console, and no program with a credential of its session", async () => {
    const refused = (name: string, userAgent: string, from: number): ReturnType<typeof makeRecord>[] =>
      [0, 1, 2, 3].map((i) =>
        makeRecord(from + i, {
          ...denied(`ec2:DescribeThing${i}`, "*"),
          eventID: `${name}-${i}`,
          eventName: `DescribeThing${i}`,
          userIdentity: iamUser(name),
          sessionCredentialFromConsole: "true",
          userAgent,
        }),
      );
    const folder = await caseOf([...refused("clicker", "AWS Internal", 0), ...refused("thief", "aws-cli/2.15.0", 10)]);
    const { rows } = await ask(folder, "access-denied");
    const whyOf = (name: string): unknown => rows.find(({ principal }) => String(principal).endsWith(name))?.["why"];

    expect(whyOf("clicker")).toMatch(/all of them in the console/);
    expect(whyOf("thief")).not.toMatch(/console/);
  });
});

describe("error-summary", () => {
  test("groups what did not go through, and leaves out what did", async () => {
    const { rows } = await ask(
      await caseOf([
        ...[0, 1].map((second) => makeRecord(second, { errorCode: "NoSuchBucket" })),
        makeRecord(2, { errorCode: "Client.DryRunOperation" }),
        makeRecord(3, signIn("ConsoleLogin", "Failure")),
        makeRecord(4, { eventName: "DeleteObjects", responseElements: { errors: [{ key: "x" }] } }),
        makeRecord(5),
        makeRecord(6, { ...network }),
      ]),
      "error-summary",
    );

    expect(
      rows.map(({ error_code, outcome, n_records, n_failed }) => [error_code, outcome, n_records, n_failed]),
    ).toEqual([
      ["NoSuchBucket", "failure", 2, 2],
      ["Client.DryRunOperation", "dry-run", 1, 0],
      [null, "failure", 1, 1],
      [null, "partial", 1, 1],
    ]);
  });
});

describe("ip-pivot", () => {
  const records = [
    "198.51.100.7",
    "198.51.100.8",
    "::ffff:198.51.100.7",
    "198.51.100.70",
    "10.0.0.1",
    "AWS Internal",
    "ec2.amazonaws.com",
  ].map((sourceIPAddress, i) => makeRecord(i, { sourceIPAddress }));

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  test.each([
    ["198.51.100.7", ["198.51.100.7", "::ffff:198.51.100.7"]],
    ["198.51.100.0/28", ["198.51.100.7", "198.51.100.8", "::ffff:198.51.100.7"]],
    ["203.0.113.0/24", []],
    ["0.0.0.0/0", ["10.0.0.1", "198.51.100.7", "198.51.100.70", "198.51.100.8", "::ffff:198.51.100.7"]],
  ])("%s", async (ip, addresses) => {
    const { rows } = await ask(caseFolder, "ip-pivot", { params: { ip } });

    expect(rows.map(({ source_ip }) => source_ip)).toEqual(addresses);
  });

  test("shows whose endpoint a private address came through", async () => {
    const { rows } = await ask(
      await caseOf([
        makeRecord(0, { sourceIPAddress: "10.0.0.1", vpcEndpointId: "vpce-1", vpcEndpointAccountId: OTHER_ACCOUNT }),
      ]),
      "ip-pivot",
      { params: { ip: "10.0.0.0/8" } },
    );

    expect(rows[0]).toMatchObject({ vpc_endpoints: "vpce-1", vpc_endpoint_accounts: OTHER_ACCOUNT });
  });
});

describe("principal-dossier", () => {
  const again = { userIdentity: iamUser("alice", { principalId: "AIDASECONDALICEXXXXXX" }) };
  const records = [
    makeRecord(0),
    makeRecord(1, {
      userIdentity: { type: "AWSAccount", principalId: "AIDAALICEXXXXXXXXXXXX", accountId: ACCOUNT },
      recipientAccountId: OTHER_ACCOUNT,
    }),
    makeRecord(2, again),
    makeRecord(3, { userIdentity: iamUser("alicia") }),
    makeRecord(4, { userIdentity: roleSession("one") }),
    makeRecord(5, { userIdentity: roleSession("two") }),
    makeRecord(6, insight),
  ];
  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  const total = async (principal: string): Promise<unknown> => {
    const { rows } = await ask(caseFolder, "principal-dossier", { params: { principal } });
    return Object.fromEntries(
      rows.filter(({ section }) => section === "principal id").map(({ value, n_records }) => [value, n_records]),
    );
  };

  test.each([
    // The name means both users who had it, and what another account recorded of them.
    [`arn:aws:iam::${ACCOUNT}:user/alice`, { AIDAALICEXXXXXXXXXXXX: 2, AIDASECONDALICEXXXXXX: 1 }],
    ["AIDASECONDALICEXXXXXX", { AIDASECONDALICEXXXXXX: 1 }],
    [`arn:aws:iam::${ACCOUNT}:role/deploy`, { AROADEPLOYXXXXXXXXXXX: 2 }],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/deploy/one`, { AROADEPLOYXXXXXXXXXXX: 1 }],
    ["nobody", {}],
  ])("%s", async (principal, expected) => {
    expect(await total(principal)).toEqual(expected);
  });
});

describe("what is no call is in no count", () => {
  const records = [
    makeRecord(0),
    makeRecord(1, { readOnly: false, userIdentity: iamUser("bob"), eventCategory: undefined }),
    makeRecord(2, { eventCategory: undefined, managementEvent: false }),
    makeRecord(3, { eventCategory: undefined, managementEvent: undefined }),
    makeRecord(4, { ...insight, readOnly: false }),
    makeRecord(5, network),
    makeRecord(0, { eventID: "undated", eventTime: "?" }),
  ];
  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  test("overview has rows of their own for Insight and network activity, without actions", async () => {
    const { rows } = await ask(caseFolder, "overview");

    expect(
      rows.map(({ category, n_records, n_actions, n_writes, n_denied }) => [
        category,
        n_records,
        n_actions,
        n_writes,
        n_denied,
      ]),
    ).toEqual([
      ["Data", 1, 1, 0, 0],
      ["Insight", 1, null, 0, 0],
      ["Management", 3, 3, 1, 0],
      ["NetworkActivity", 1, null, 0, 0],
      ["not stated", 1, 1, 0, 0],
    ]);
  });

  test("activity-histogram cuts time into buckets, and keeps undated events apart", async () => {
    const { rows } = await ask(caseFolder, "activity-histogram", { params: { interval: "2s" } });

    expect(rows.map(({ bucket_start, n_records, n_writes }) => [bucket_start, n_records, n_writes])).toEqual([
      ["2024-03-01T10:00:00Z", 2, 1],
      ["2024-03-01T10:00:02Z", 2, 0],
      [null, 1, 0],
    ]);
  });

  test("a bucket of no length is one of a second", async () => {
    const { rows } = await ask(caseFolder, "activity-histogram", { params: { interval: "0s" } });

    expect(rows.map(({ n_records }) => n_records)).toEqual([1, 1, 1, 1, 1]);
  });

  test("top-principals counts the calls that attackers favour, by source and name", async () => {
    const lambda = { eventSource: "lambda.amazonaws.com", eventName: "UpdateFunctionCode20150331v2" };
    const calls = [
      makeRecord(0, lambda),
      makeRecord(1, lambda),
      makeRecord(2, { eventSource: "sts.amazonaws.com", eventName: "GetCallerIdentity" }),
      // Near misses: the name is another service's, and a call that nobody is known to abuse.
      makeRecord(3, { eventSource: "greengrass.amazonaws.com", eventName: "GetCallerIdentity" }),
      makeRecord(4, { eventSource: "ec2.amazonaws.com", eventName: "DescribeAddressTransfers" }),
    ];
    const { rows } = await ask(await caseOf(calls), "top-principals");

    expect(
      rows.map(({ n_records, n_apis, n_abused_apis, n_abused_records }) => [
        n_records,
        n_apis,
        n_abused_apis,
        n_abused_records,
      ]),
    ).toEqual([[5, 4, 2, 3]]);
  });

  test("top-principals tells two users of one name apart", async () => {
    const twins = [
      makeRecord(0),
      makeRecord(1, { userIdentity: iamUser("alice", { principalId: "AIDASECONDALICEXXXXXX" }) }),
      makeRecord(2, network),
    ];
    const { rows } = await ask(await caseOf(twins), "top-principals");

    expect(
      rows.map(({ principal, principal_unique_id, n_records }) => [principal, principal_unique_id, n_records]),
    ).toEqual([
      [`arn:aws:iam::${ACCOUNT}:user/alice`, "AIDAALICEXXXXXXXXXXXX", 1],
      [`arn:aws:iam::${ACCOUNT}:user/alice`, "AIDASECONDALICEXXXXXX", 1],
    ]);
  });
});

describe("an action that two accounts recorded", () => {
  const caller = {
    userIdentity: iamUser("alice"),
    sharedEventID: "shared",
    requestID: "r",
    eventName: "AssumeRole",
    eventSource: "sts.amazonaws.com",
  };
  const thin = { type: "AWSAccount", principalId: "AIDAALICEXXXXXXXXXXXX", accountId: ACCOUNT };
  const own = [makeRecord(0, { ...caller, eventID: "z-own", errorCode: "ValidationError" }), makeRecord(1)];
  const copy = makeRecord(0, {
    ...caller,
    eventID: "a-copy",
    userIdentity: thin,
    recipientAccountId: OTHER_ACCOUNT,
    errorCode: "ValidationError",
  });

  test.each(["activity-histogram", "top-principals", "error-summary", "ip-pivot"])(
    "counts once in %s, as from one trail alone",
    async (id) => {
      const asked = id === "ip-pivot" ? { params: { ip: "198.51.100.0/24" } } : {};
      const sums = async (caseFolder: string): Promise<number[]> => {
        const { rows } = await ask(caseFolder, id, asked);
        return ["n_actions", "n_records"].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
      };
      const [actions, records] = await sums(await caseOf(own));

      expect(await sums(await caseOf([...own, copy]))).toEqual([actions, records! + 1]);
    },
  );
});
