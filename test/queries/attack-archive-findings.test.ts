import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { signIn } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser } from "../helpers/trail-maker.ts";
import { IDENTITY_STEPS } from "./attack-archive/identity-steps.ts";
import { recordOf, STRANGER, trust, type Step } from "./attack-archive/step.ts";
import { WORKLOAD_STEPS } from "./attack-archive/workload-steps.ts";

// Steps as attack frameworks take them and as everyday work looks like them: each record says which query finds it, how
// grave, and which queries have no row of it.

describe.each([
  ["of identities", IDENTITY_STEPS],
  ["of hosts, containers, functions, clusters and networks", WORKLOAD_STEPS],
])("steps %s", (_, steps) => {
  const records = steps.map(recordOf);
  let folder: string;
  beforeAll(async () => {
    folder = await caseOf(records);
  });

  test.each([...new Set(steps.map(({ finding }) => finding.split(" ")[0]!))])("are judged by %s", async (query) => {
    const { rows } = await ask(folder, query);
    const found = new Map(rows.map((row) => [row["event_id"] ?? row["first_event_id"], row["severity"]]));
    const ids = records.map(({ eventID }) => String(eventID)).filter((id) => id.split(" ")[1] === query);

    expect(ids.map((id) => [id, found.get(id) ?? "none"])).toEqual(ids.map((id) => [id, id.split(" ")[2]]));
  });
});

test("records that name no recipient are judged as those that do", async () => {
  const changes = { recipientAccountId: undefined, sourceIPAddress: "203.0.113.9" };
  const steps: readonly Step[] = [
    {
      finding: "",
      call: "iam:CreateRole",
      request: { roleName: "own", assumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }) },
    },
    {
      finding: "trust",
      call: "iam:CreateRole",
      request: { roleName: "theirs", assumeRolePolicyDocument: trust({ AWS: STRANGER }) },
    },
    { finding: "chain", call: "iam:CreateUser", request: { userName: "spare" } },
    { finding: "", call: "iam:CreateAccessKey", request: { userName: "spare" } },
    { finding: "password", call: "iam:CreateLoginProfile", request: { userName: "spare" } },
    {
      finding: "",
      call: "signin:ConsoleLogin",
      more: { ...signIn("ConsoleLogin", "Success"), userIdentity: iamUser("spare") },
    },
  ];
  const folder = await caseOf(steps.map((step, i) => recordOf({ ...step, more: { ...changes, ...step.more } }, i)));
  const of = async (query: string): Promise<unknown[]> =>
    (await ask(folder, query)).rows.map((row) => [row["event_id"] ?? row["first_event_id"], row["severity"]]);

  expect(await of("trust-policy-changes")).toEqual([["1 trust CreateRole", "high"]]);
  expect(await of("backdoor-principal-chain")).toEqual([["2 chain CreateUser", "medium"]]);
  expect(await of("login-profile-changes")).toEqual([["4 password CreateLoginProfile", "high"]]);
});
