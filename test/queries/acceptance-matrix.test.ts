import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// What each logged run of an attack technique must show: for a query at least the rows named here, and for queries of
// events never more than the log has events. The counts were taken with an evaluator outside this project.

const MATRIX: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "credential-access.ec2-get-password-data": { "ec2-password-data": 30, "access-denied": 1 },
  "credential-access.ec2-steal-instance-credentials": {
    "instance-credentials-misuse": 2,
    "ssm-remote-execution": 1,
    "identity-recon": 1,
    "first-call-whoami": 1,
  },
  "credential-access.secretsmanager-batch-retrieve-secrets": { "secrets-access": 5 },
  "credential-access.secretsmanager-retrieve-secrets": { "secrets-access": 21 },
  "credential-access.ssm-retrieve-securestring-parameters": { "ssm-parameter-access": 5 },
  "defense-evasion.cloudtrail-delete": { "cloudtrail-tampering": 1 },
  "defense-evasion.cloudtrail-event-selectors": { "cloudtrail-tampering": 1 },
  "defense-evasion.cloudtrail-stop": { "cloudtrail-tampering": 1 },
  "defense-evasion.dns-delete-logs": { "log-sources-off": 1 },
  "defense-evasion.organizations-leave": { "org-guardrails": 1, "access-denied": 1 },
  "defense-evasion.vpc-remove-flow-logs": { "log-sources-off": 1 },
  "discovery.ec2-download-user-data": { "ec2-userdata-reads": 15, "access-denied": 1 },
  "execution.ec2-launch-unusual-instances": { "compute-hijack": 1, "access-denied": 1 },
  "execution.ec2-user-data": { "startup-code": 1 },
  "execution.ssm-send-command": { "ssm-remote-execution": 1 },
  "execution.ssm-start-session": { "ssm-remote-execution": 3 },
  "exfiltration.ec2-security-group-open-port-22-ingress": { "network-openings": 1 },
  "exfiltration.ec2-share-ami": { "snapshot-and-image-sharing": 1 },
  "exfiltration.ec2-share-ebs-snapshot": { "snapshot-and-image-sharing": 1 },
  "exfiltration.rds-share-snapshot": { "snapshot-and-image-sharing": 1 },
  "impact.bedrock-invoke-model": { "bedrock-llmjacking": 15 },
  "initial-access.console-login-without-mfa": { "console-login-no-mfa": 1, "console-logins": 1 },
  "lateral-movement.ec2-instance-connect": { "instance-connect": 3 },
  "lateral-movement.ec2-serial-console-send-ssh-public-key": { "instance-connect": 4 },
  "persistence.iam-backdoor-role": { "trust-policy-changes": 1 },
  "persistence.iam-backdoor-user": { "new-credentials": 1 },
  "persistence.iam-create-admin-user": {
    "backdoor-principal-chain": 1,
    "iam-privilege-grants": 1,
    "new-credentials": 1,
  },
  "persistence.iam-create-backdoor-role": {
    "trust-policy-changes": 1,
    "iam-privilege-grants": 1,
    "backdoor-principal-chain": 1,
  },
  "persistence.iam-create-user-login-profile": { "login-profile-changes": 2, "new-credentials": 1 },
  "persistence.lambda-backdoor-function": { "lambda-backdoors": 1, "resource-shared-externally": 1 },
  "persistence.lambda-layer-extension": { "lambda-backdoors": 1 },
  "persistence.lambda-overwrite-code": { "lambda-backdoors": 1 },
  "persistence.rolesanywhere-create-trust-anchor": { "idp-and-trust-anchors": 2 },
  "persistence.sts-federation-token": { "federation-tokens": 2 },
  "privilege-escalation.iam-update-user-login-profile": { "login-profile-changes": 1 },
};

describe.each(Object.entries(MATRIX))("%s", (technique, expected) => {
  const file = fileURLToPath(new URL(`../data/stratus/${technique}.json.gz`, import.meta.url));
  let caseFolder: string;

  beforeAll(async () => {
    const folder = temporaryFolder();
    caseFolder = `${folder}/case`;
    await quickIngest(caseFolder, [file]);
  });

  test.each(Object.entries(expected))("%s finds at least %i", async (query, rows) => {
    const answer = await ask(caseFolder, query);
    const { Records } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { Records: object[] };
    expect(answer.rows.length).toBeGreaterThanOrEqual(rows);
    expect(answer.rows.length).toBeLessThanOrEqual(Records.length);
  });
});
