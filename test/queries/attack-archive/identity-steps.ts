import { roleSession, rootUser, signIn } from "../../helpers/record-parts.ts";
import { ACCOUNT, iamUser, timeAt } from "../../helpers/trail-maker.ts";
import { allow, federated, OWN_POLICY, STRANGER, TERRAFORM, trust, type Step } from "./step.ts";

export const IDENTITY_STEPS: readonly Step[] = [
  // Rights by a policy of one's own, and to oneself.
  {
    finding: "iam-privilege-grants low",
    call: "iam:CreatePolicy",
    request: { policyName: "service", policyDocument: allow("*", "*") },
    more: { responseElements: { policy: { arn: OWN_POLICY } } },
  },
  {
    finding: "iam-privilege-grants none",
    call: "iam:CreatePolicy",
    request: { policyName: "narrow", policyDocument: allow("s3:GetObject", "*") },
    more: { responseElements: { policy: { arn: `${OWN_POLICY}-narrow` } } },
  },
  {
    finding: "iam-privilege-grants high",
    call: "iam:AttachUserPolicy",
    request: { userName: "mallory", policyArn: OWN_POLICY },
  },
  {
    finding: "iam-privilege-grants low",
    call: "iam:AttachUserPolicy",
    request: { userName: "mallory", policyArn: `${OWN_POLICY}-narrow` },
  },
  {
    finding: "iam-privilege-grants high",
    call: "iam:PutUserPolicy",
    request: { userName: "mallory", policyName: "p", policyDocument: allow(["iam:*"], "*") },
  },
  {
    finding: "iam-privilege-grants low",
    call: "iam:PutUserPolicy",
    request: { userName: "m", policyDocument: allow("iam:*", "arn:aws:iam::*:user/${aws:username}") },
  },
  {
    finding: "iam-privilege-grants medium",
    call: "iam:AddUserToGroup",
    request: { userName: "alice", groupName: "admins" },
  },
  {
    finding: "iam-privilege-grants medium",
    call: "iam:PutRolePolicy",
    request: { roleName: "deploy", policyDocument: allow("s3:*", "*") },
    more: { userIdentity: roleSession("x") },
  },
  {
    finding: "iam-privilege-grants informational",
    call: "iam:PutRolePolicy",
    request: { roleName: "deploy", policyDocument: allow("s3:*", "*") },
    more: { userIdentity: roleSession("x"), ...TERRAFORM },
  },
  {
    finding: "iam-privilege-grants medium",
    call: "iam:SetDefaultPolicyVersion",
    request: { policyArn: `${OWN_POLICY}-narrow`, versionId: "v3" },
  },
  {
    finding: "iam-privilege-grants high",
    call: "iam:SetDefaultPolicyVersion",
    request: { policyArn: OWN_POLICY, versionId: "v1" },
  },
  {
    finding: "iam-privilege-grants informational",
    call: "iam:AttachRolePolicy",
    request: { roleName: "AWSReservedSSO_x", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    more: { userIdentity: { type: "AssumedRole", principalId: "p:AWS-SSO", invokedBy: "sso.amazonaws.com" } },
  },
  {
    finding: "backdoor-principal-chain high",
    call: "iam:CreateRole",
    request: { roleName: "back", assumeRolePolicyDocument: trust({ AWS: STRANGER }) },
  },
  {
    finding: "iam-privilege-grants high",
    call: "iam:AttachRolePolicy",
    request: { roleName: "back", policyArn: OWN_POLICY },
  },
  {
    finding: "trust-policy-changes medium",
    call: "iam:CreateRole",
    request: {
      roleName: "ci",
      assumeRolePolicyDocument: trust(
        { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` },
        { Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } } },
      ),
    },
  },
  // Root, as IAM names it, and its users.
  {
    finding: "root-takeover high",
    call: "iam:DeactivateMFADevice",
    request: { userName: "AWS ROOT USER", serialNumber: "arn:x:mfa/root-account-mfa-device" },
    more: { userIdentity: rootUser },
  },
  {
    finding: "root-takeover none",
    call: "iam:CreateAccessKey",
    request: { userName: "bob" },
    more: { userIdentity: rootUser },
  },
  // Colleagues in one office, and somebody who wants in.
  {
    finding: "login-profile-changes medium",
    call: "iam:CreateLoginProfile",
    request: { userName: "newcomer", passwordResetRequired: true },
    more: { sourceIPAddress: "203.0.113.9" },
  },
  {
    finding: "login-profile-changes none",
    call: "signin:ConsoleLogin",
    more: {
      ...signIn("ConsoleLogin", "Success"),
      userIdentity: iamUser("newcomer"),
      sourceIPAddress: "203.0.113.9",
    },
  },
  {
    finding: "console-logins low",
    call: "signin:GetSigninToken",
    more: { ...signIn("GetSigninToken", "Success"), userIdentity: roleSession("x"), userAgent: "python-requests/2.3" },
  },
  {
    finding: "console-logins informational",
    call: "signin:GetSigninToken",
    more: { ...signIn("GetSigninToken", "Success"), userIdentity: roleSession("x"), userAgent: "Jersey/2" },
  },
  // Tokens that outlive a key, and a broker that changes its keys.
  {
    finding: "federation-tokens medium",
    call: "sts:GetFederationToken",
    request: { name: "staff" },
    at: 2000,
    more: {
      userIdentity: iamUser("broker", { accessKeyId: "k-old" }),
      responseElements: { credentials: { accessKeyId: "t-old" } },
    },
  },
  {
    finding: "federation-tokens none",
    call: "iam:DeleteAccessKey",
    request: { userName: "broker", accessKeyId: "k-old" },
    at: 2100,
  },
  {
    finding: "federation-tokens high",
    call: "s3:ListBuckets",
    at: 2200,
    more: federated("t-old", timeAt(2000)),
  },
  { finding: "federation-tokens low", call: "s3:ListBuckets", at: 2300, more: federated("t-new", timeAt(2250)) },
  {
    finding: "federation-tokens high",
    call: "sts:GetFederationToken",
    request: {
      name: "x",
      policyArns: [
        { arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
        { arn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      ],
    },
  },
];
