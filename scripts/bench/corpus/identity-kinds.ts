import { serviceCaller } from "./caller.ts";
import { denial, isoTime, javaTime, recordText, type Kind, type Scene } from "./record.ts";

/** STS, IAM, sign-in, Config and what services do by themselves. */
export const IDENTITY_KINDS: readonly Kind[] = [
  { weight: 4, render: assumeRoleByService },
  { weight: 1.5, render: assumeRole },
  { weight: 0.7, render: assumeRoleWithWebIdentity },
  { weight: 5, render: getCallerIdentity },
  { weight: 3, isGlobal: true, render: readRole },
  { weight: 0.4, isGlobal: true, render: changeUser },
  { weight: 0.4, isGlobal: true, render: consoleLogin },
  { weight: 2, render: putEvaluations },
  { weight: 0.4, render: serviceEvent },
];

interface Issue {
  readonly role: { readonly name: string; readonly arn: string; readonly uniqueId: string };
  readonly sessionName: string;
}

/** Session tokens are what makes these records large, and they hardly compress. */
function credentials({ random, account, seconds }: Scene, issue: Issue): string {
  const token = `IQoJb3JpZ2luX2VjE${random.base64(random.integer(420, 900))}==`;
  return (
    `"credentials":{"accessKeyId":"ASIA${account.tag}${random.text("base32", 8)}","sessionToken":"${token}","expiration":"${javaTime(seconds + 3_600)}"},` +
    `"assumedRoleUser":{"assumedRoleId":"${issue.role.uniqueId}:${issue.sessionName}","arn":"arn:aws:sts::${account.id}:assumed-role/${issue.role.name}/${issue.sessionName}"}`
  );
}

function assumeRoleByService(scene: Scene): string {
  const { random, account } = scene;
  const isLinked = random.chance(0.4);
  const role = random.pickSkewed(account.principals[isLinked ? "service-linked" : "workload"]);
  const service = isLinked ? role.service : `${role.service}.amazonaws.com`;
  const sessionName = role.service === "ec2" ? random.pick(account.instances) : random.text("hex", 32);
  return recordText(scene, {
    source: "sts",
    name: "AssumeRole",
    caller: serviceCaller(service),
    readOnly: true,
    request: `{"roleArn":"${role.arn}","roleSessionName":"${sessionName}","durationSeconds":3600}`,
    response: `{${credentials(scene, { role, sessionName })}}`,
    resources: `[{"accountId":"${account.id}","type":"AWS::IAM::Role","ARN":"${role.arn}"}]`,
    isShared: true,
  });
}

function assumeRole(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["user", "workload", "person"], random });
  const role = random.pickSkewed(account.principals.workload);
  const sessionName = `botocore-session-${scene.seconds}`;
  return recordText(scene, {
    source: "sts",
    name: "AssumeRole",
    caller,
    readOnly: true,
    request: `{"roleArn":"${role.arn}","roleSessionName":"${sessionName}"}`,
    response: `{${credentials(scene, { role, sessionName })}}`,
    error: random.chance(0.08) ? denial(scene, caller, "sts:AssumeRole") : undefined,
    resources: `[{"accountId":"${account.id}","type":"AWS::IAM::Role","ARN":"${role.arn}"}]`,
  });
}

function assumeRoleWithWebIdentity(scene: Scene): string {
  const { random, account } = scene;
  const role = random.pickSkewed(account.principals.pipeline);
  const subject = `repo:acme/${role.name.slice(14)}:ref:refs/heads/main`;
  const provider = `arn:aws:iam::${account.id}:oidc-provider/token.actions.githubusercontent.com`;
  const identity = `{"type":"WebIdentityUser","principalId":"${provider}:sts.amazonaws.com:${subject}","userName":"${subject}","identityProvider":"${provider}"}`;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["pipeline"], random });
  return recordText(scene, {
    source: "sts",
    name: "AssumeRoleWithWebIdentity",
    caller: { ...caller, identity },
    readOnly: true,
    request: `{"roleArn":"${role.arn}","roleSessionName":"GitHubActions","durationSeconds":3600}`,
    response: `{"subjectFromWebIdentityToken":"${subject}",${credentials(scene, { role, sessionName: "GitHubActions" })},"provider":"${provider}","audience":"sts.amazonaws.com"}`,
    resources: `[{"accountId":"${account.id}","type":"AWS::IAM::Role","ARN":"${role.arn}"}]`,
  });
}

function getCallerIdentity(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, {
    kinds: ["pipeline", "user", "user", "workload"],
    random,
  });
  return recordText(scene, { source: "sts", name: "GetCallerIdentity", caller, readOnly: true });
}

function readRole(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["pipeline", "service-linked", "user"], random });
  const role = random.pick(account.principals.workload);
  const name = random.pick([
    "GetRole",
    "ListAttachedRolePolicies",
    "ListRolePolicies",
    "GetPolicyVersion",
    "ListInstanceProfilesForRole",
  ]);
  return recordText(scene, {
    source: "iam",
    name,
    caller,
    readOnly: true,
    request: `{"roleName":"${role.name}"}`,
    error: random.chance(0.04) ? denial(scene, caller, `iam:${name}`) : undefined,
    host: "iam.amazonaws.com",
  });
}

function changeUser(scene: Scene): string {
  const { random, account, seconds } = scene;
  const caller = scene.callers.pick(account, seconds, { kinds: ["person", "pipeline"], random });
  const user = random.pick(account.principals.user);
  const key = `AKIA${account.tag}${random.text("base32", 8)}`;
  const [name, request, response] = random.pick([
    [
      "AttachUserPolicy",
      `{"userName":"${user.name}","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`,
      "null",
    ],
    [
      "CreateAccessKey",
      `{"userName":"${user.name}"}`,
      `{"accessKey":{"accessKeyId":"${key}","status":"Active","userName":"${user.name}","createDate":"${javaTime(seconds)}"}}`,
    ],
    ["DeleteAccessKey", `{"userName":"${user.name}","accessKeyId":"${key}"}`, "null"],
    [
      "PutUserPolicy",
      `{"userName":"${user.name}","policyName":"inline","policyDocument":"{\\n    \\"Version\\": \\"2012-10-17\\",\\n    \\"Statement\\": [\\n        {\\n            \\"Effect\\": \\"Allow\\",\\n            \\"Action\\": \\"s3:*\\",\\n            \\"Resource\\": \\"*\\"\\n        }\\n    ]\\n}"}`,
      "null",
    ],
  ] as const);
  return recordText(scene, {
    source: "iam",
    name,
    caller,
    readOnly: false,
    request,
    response,
    host: "iam.amazonaws.com",
  });
}

function consoleLogin(scene: Scene): string {
  const { random, account } = scene;
  const user = random.pickSkewed(account.principals.user);
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["person"], random });
  const failed = random.chance(0.15);
  const mfa = random.chance(0.7);
  const identity = `{"type":"IAMUser","principalId":"${user.uniqueId}","arn":"${user.arn}","accountId":"${account.id}","userName":"${user.name}"}`;
  const failure = `"errorMessage":"Failed authentication",`;
  const text = recordText(scene, {
    source: "signin",
    name: "ConsoleLogin",
    caller: { ...caller, identity, fromConsole: false },
    readOnly: false,
    response: `{"ConsoleLogin":"${failed ? "Failure" : "Success"}"}`,
    additional: `{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_us-east-1_${random.text("hex", 16)}","MobileVersion":"No","MFAUsed":"${mfa ? "Yes" : "No"}"}`,
    eventType: "AwsConsoleSignIn",
    host: "signin.aws.amazon.com",
  });
  return failed ? text.replace(`"requestParameters"`, `${failure}"requestParameters"`) : text;
}

function putEvaluations(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "service-linked"], random });
  const evaluations = Array.from(
    { length: random.integer(1, 5) },
    () =>
      `{"complianceResourceType":"AWS::EC2::Instance","complianceResourceId":"${random.pick(account.instances)}","complianceType":"${random.pick(["COMPLIANT", "NON_COMPLIANT"])}","orderingTimestamp":"${javaTime(scene.seconds)}","annotation":"Checked by the rule \\"required-tags\\""}`,
  );
  return recordText(scene, {
    source: "config",
    name: "PutEvaluations",
    caller,
    readOnly: false,
    request: `{"evaluations":[${evaluations.join(",")}],"resultToken":"${random.base64(180)}","testMode":false}`,
    response: `{"failedEvaluations":[]}`,
  });
}

function serviceEvent(scene: Scene): string {
  const { random, account, region } = scene;
  const secret = `arn:aws:secretsmanager:${region}:${account.id}:secret:${random.pick(account.secrets)}`;
  return recordText(scene, {
    source: "secretsmanager",
    name: random.pick(["RotationStarted", "RotationSucceeded", "EndSecretVersionDelete"]),
    caller: {
      ...serviceCaller("secretsmanager.amazonaws.com"),
      identity: `{"accountId":"${account.id}","invokedBy":"secretsmanager.amazonaws.com"}`,
    },
    readOnly: false,
    additional: `{"SecretId":"${secret}","startedAt":"${isoTime(scene.seconds - 40)}"}`,
    eventType: "AwsServiceEvent",
    details: `{"secretId":"${secret}","rotationToken":"${random.uuid()}"}`,
  });
}
