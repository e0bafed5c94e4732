import { MANAGEMENT } from "../cast/accounts.ts";
import { FINANCE_BROWSER, OWNER_BROWSER } from "../cast/people.ts";
import { FINANCE_USER } from "../cast/principals.ts";
import { on } from "../clock.ts";
import { accessKeyId } from "../ids.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Random } from "../random.ts";
import { rootIdentity, userIdentity, type SessionFacts } from "../records/identity.ts";
import { recordCall, type Caller, type TrailRecord } from "../records/record.ts";
import { recordSignIn } from "../records/signin.ts";

const FINANCE_ADDRESS = "10.8.14.95";
const OWNER_ADDRESS = "10.8.14.5";

type Read = readonly [source: string, name: string, request: Json];
const BILLING_PAGE: readonly Read[] = [
  [
    "ce",
    "GetCostAndUsage",
    { Granularity: "MONTHLY", Metrics: ["UnblendedCost"], TimePeriod: { Start: "2026-03-01", End: "2026-04-01" } },
  ],
  ["ce", "GetCostForecast", { Granularity: "MONTHLY", Metric: "UNBLENDED_COST" }],
  ["organizations", "ListAccounts", null],
  ["organizations", "DescribeOrganization", null],
  ["budgets", "ViewBudget", { accountId: MANAGEMENT.id, budgetName: "group-total" }],
  ["ce", "GetDimensionValues", { Dimension: "SERVICE" }],
];

/** The one IAM user with a password: MFA asked and given, four visits, one mistyped password. */
export function financeVisits(random: Random): TrailRecord[] {
  return [on(1, "08:41:10"), on(4, "09:12:33"), on(8, "08:37:02"), on(10, "14:20:48")].flatMap((at, visit) => {
    const unsigned = { ...userIdentity(FINANCE_USER, ""), arn: undefined };
    const signIn = {
      region: "eu-central-1",
      account: MANAGEMENT,
      address: FINANCE_ADDRESS,
      userAgent: FINANCE_BROWSER,
    } as const;
    const records: TrailRecord[] = [];
    if (visit === 1) {
      const failure = "Failed authentication";
      records.push(recordSignIn({ ...signIn, at: at - 40, identity: unsigned, failure, mfa: "not-used" }, random));
    }
    const device = `arn:aws:iam::${MANAGEMENT.id}:u2f/user/${FINANCE_USER.name}/token-1`;
    records.push(
      recordSignIn({ ...signIn, at: at - 9, identity: unsigned, name: "CheckMfa" }, random),
      recordSignIn({ ...signIn, at, identity: userIdentity(FINANCE_USER, undefined), mfa: { device } }, random),
    );
    const session = { createdAt: at, mfa: true };
    const identify = (key: string): JsonObject => userIdentity(FINANCE_USER, key, session);
    return [
      ...records,
      ...readBills({ identify, session, address: FINANCE_ADDRESS, userAgent: FINANCE_BROWSER }, random),
    ];
  });
}

/** The owner looks at the payment method once, as root, with MFA: allowed, and yet every root query must show it. */
export function ownerVisit(random: Random): TrailRecord[] {
  const at = on(2, "10:03:27");
  const device = `arn:aws:iam::${MANAGEMENT.id}:mfa/root-hardware-token`;
  const signIn = {
    at,
    region: "us-east-1",
    account: MANAGEMENT,
    address: OWNER_ADDRESS,
    userAgent: OWNER_BROWSER,
  } as const;
  const session = { createdAt: at, mfa: true };
  const identify = (key: string): JsonObject => rootIdentity(MANAGEMENT, key, session);
  return [
    recordSignIn({ ...signIn, identity: rootIdentity(MANAGEMENT), mfa: { device } }, random),
    ...readBills({ identify, session, address: OWNER_ADDRESS, userAgent: OWNER_BROWSER }, random),
  ];
}

interface Reader {
  readonly identify: (key: string) => JsonObject;
  readonly session: SessionFacts;
  readonly address: string;
  readonly userAgent: string;
}

function readBills(reader: Reader, random: Random): TrailRecord[] {
  let clock = reader.session.createdAt + 4;
  return BILLING_PAGE.map(([source, name, request], index) => {
    if (index % 2 === 0) clock += random.integer(1, 60);
    const caller: Caller = {
      identity: reader.identify(accessKeyId("ASIA", MANAGEMENT, random)),
      account: MANAGEMENT,
      address: reader.address,
      userAgent: reader.userAgent,
      tls: "TLSv1.3",
      fromConsole: true,
    };
    return recordCall(caller, { at: clock, region: "us-east-1", source, name, request, readOnly: true }, random);
  });
}

/** A stranger tries passwords on the management account: unknown names, which AWS hides. Nothing to do with the story. */
export function passwordGuesses(random: Random): TrailRecord[] {
  return Array.from({ length: 9 }, (_, index) =>
    recordSignIn(
      {
        at: on(3, "22:14:05") + index * 4 + random.integer(0, 2),
        region: "us-east-1",
        account: MANAGEMENT,
        identity: {
          type: "IAMUser",
          accountId: MANAGEMENT.id,
          accessKeyId: "",
          userName: "HIDDEN_DUE_TO_SECURITY_REASONS",
        },
        address: "192.0.2.200",
        userAgent:
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/122.0.0.0 Safari/537.36",
        failure: "No username found in supplied account",
        mfa: "not-used",
      },
      random,
    ),
  );
}
