import { beforeAll, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// From the control plane onto hosts. The label of each record says what its query is to make of it.

const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtAlK45MAEWZ7MUY2QEmi3M6W+peGL3VCrc0qH54xRu";
const records: RecordFields[] = [];
const expected: Record<string, [id: string, severity: string][]> = {};
let n = 0;

interface Called {
  readonly finding?: string;
  readonly second?: number;
  readonly more?: RecordFields;
}

function call(name: string, request: RecordFields | null, { finding, second = 0, more = {} }: Called = {}): void {
  n += 1;
  const [service = "", eventName = ""] = name.split(":");
  const id = `${n} ${name}: ${finding ?? "no row"}`;
  records.push(
    makeRecord(second, {
      eventID: id,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      readOnly: false,
      requestParameters: request,
      ...more,
    }),
  );
  const [query = "", severity = ""] = finding?.split(": ") ?? [];
  if (finding !== undefined) (expected[query] ??= []).push([id, severity]);
}
const by = (name: string): RecordFields => ({ userIdentity: iamUser(name) });

// Commands and sessions.
const command = (
  documentName: unknown,
  more: RecordFields = { instanceIds: ["i-00000000000000001"] },
): RecordFields => ({
  documentName,
  parameters: "HIDDEN_DUE_TO_SECURITY_REASONS",
  ...more,
});
const send = (request: RecordFields | null, finding: string, more: RecordFields = {}): void =>
  call("ssm:SendCommand", request, { finding: `ssm-remote-execution: ${finding}`, more });
send(command("AWS-RunShellScript"), "medium", { responseElements: { command: { commandId: "c-1" } } });
call("ssm:GetCommandInvocation", { commandId: "c-1" }, { second: 30, more: { readOnly: true } });
send(command(`arn:aws:ssm:us-east-1:${ACCOUNT}:document/AWS-RunPowerShellScript`), "medium");
send(command("AWS-RunPatchBaseline"), "low");
send(command("our-own-document"), "medium");
send(command(`arn:aws:ssm:us-east-1:${OTHER_ACCOUNT}:document/theirs`), "high");
send(command("AWS-RunShellScript", { targets: [{ key: "tag:env", values: ["prod"] }] }), "medium");
send(command("AWS-RunShellScript"), "low", { errorCode: "InvalidInstanceId" });
send(null, "low", DENIED);
send(command(["odd"]), "medium");
send(command("AWS-RunShellScript"), "informational", {
  userIdentity: { type: "AWSService", invokedBy: "ssm.amazonaws.com" },
});
call(
  "ssm:StartSession",
  { target: "i-00000000000000001" },
  {
    finding: "ssm-remote-execution: low",
    more: { responseElements: { sessionId: "alice-1" } },
  },
);
call("ssm:TerminateSession", { sessionId: "alice-1" }, { second: 600 });
call(
  "ssm:StartSession",
  { target: "i-1", documentName: "AWS-StartPortForwardingSessionToRemoteHost" },
  {
    finding: "ssm-remote-execution: medium",
  },
);
call(
  "ssm:StartAutomationExecution",
  { documentName: "AWS-RestartEC2Instance" },
  {
    finding: "ssm-remote-execution: low",
  },
);
call(
  "ssm:CreateAssociation",
  { name: "AWS-RunShellScript", instanceId: "i-1" },
  {
    finding: "ssm-remote-execution: medium",
  },
);
call("ssm:DescribeInstanceInformation", {}, { more: { readOnly: true } });
call("codecommit:SendCommand", command("AWS-RunShellScript"));

// Keys, consoles, tunnels.
const push = (name: string, instance: number, called: Called): void =>
  call(
    `ec2-instance-connect:${name}`,
    { instanceId: `i-0000000000000000${instance}`, instanceOSUser: "ec2-user", sSHPublicKey: KEY },
    called,
  );
push("SendSSHPublicKey", 1, { finding: "instance-connect: low", more: by("once") });
push("SendSSHPublicKey", 1, { finding: "instance-connect: low", second: 10, more: by("once") });
for (const i of [1, 2, 3])
  push("SendSSHPublicKey", i, { finding: "instance-connect: medium", second: i, more: by("walker") });
for (const i of [1, 2, 3])
  push("SendSSHPublicKey", i, { finding: "instance-connect: low", second: i * 7200, more: by("slow") });
push("SendSerialConsoleSSHPublicKey", 1, { finding: "instance-connect: medium" });
call("ec2-instance-connect:SendSSHPublicKey", null, { finding: "instance-connect: low", more: DENIED });
call(
  "ec2-instance-connect:SendSSHPublicKey",
  { instanceId: 5, sSHPublicKey: { a: 1 } },
  {
    finding: "instance-connect: low",
  },
);
call(
  "ec2:EnableSerialConsoleAccess",
  { EnableSerialConsoleAccessRequest: "" },
  { finding: "instance-connect: medium" },
);
call("ec2:CreateInstanceConnectEndpoint", { subnetId: "subnet-1" }, { finding: "instance-connect: low" });
call("ec2:GetSerialConsoleAccessStatus", {}, { more: { readOnly: true } });
call("ec2:DisableSerialConsoleAccess", {});

let caseFolder: string;
const answers = new Map<string, Answer>();
beforeAll(async () => {
  caseFolder = await caseOf(records);
  for (const query of Object.keys(expected)) answers.set(query, await ask(caseFolder, query));
});

test.each(Object.keys(expected))("%s reports these, with these verdicts, and nothing else", (query) => {
  const byNumber = (a: string[], b: string[]): number => Number.parseInt(a[0]!, 10) - Number.parseInt(b[0]!, 10);
  const { rows } = answers.get(query)!;

  expect(rows.map((row) => [row["event_id"], row["severity"]].map(String)).toSorted(byNumber)).toEqual(expected[query]);
});

test("a command tells its output's reading, a session its end, also outside the scope", async () => {
  const { rows } = await ask(caseFolder, "ssm-remote-execution", { scope: { until: "2024-03-01T10:00:01Z" } });

  expect(rows.find(({ command_id }) => command_id === "c-1")).toMatchObject({
    document: "AWS-RunShellScript",
    n_instances: 1,
    output_read_at: "2024-03-01T10:00:30Z",
  });
  expect(rows.find(({ session_id }) => session_id === "alice-1")).toMatchObject({
    session_ended_at: "2024-03-01T10:10:00Z",
  });
});

test("a pushed key is named as sshd names it", () => {
  const { rows } = answers.get("instance-connect")!;

  expect(rows.find(({ actor }) => String(actor).endsWith("walker"))).toMatchObject({
    os_user: "ec2-user",
    key_fingerprint: "SHA256:xq6092IJhV+0W2wifL9mSmJHQoMb2h2KFNrpk4YEAW8",
    n_instances_in_window: 3,
  });
});

test("a refused push changed nothing, and says so", () => {
  const { rows } = answers.get("instance-connect")!;

  expect(rows.filter(({ outcome }) => outcome === "denied").map(({ effect, why }) => [effect, why])).toEqual([
    ["attempted", expect.stringMatching(/^refused: SSH key pushed/)],
  ]);
  expect(rows.find(({ event_name }) => event_name === "EnableSerialConsoleAccess")).toMatchObject({
    effect: "weakened",
  });
});

test("a walk is one also when a scope shows a step of it", async () => {
  const { rows } = await ask(caseFolder, "instance-connect", {
    scope: { principal: ["*walker"], since: "2024-03-01T10:00:03Z" },
  });

  expect(rows.map(({ severity, n_instances_in_window }) => [severity, n_instances_in_window])).toEqual([["medium", 3]]);
});
