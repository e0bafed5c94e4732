import { roleSession } from "../../helpers/record-parts.ts";
import { ACCOUNT } from "../../helpers/trail-maker.ts";
import { at, by, call, launch, many, onInstance, own, policy, STRANGER, type BothSides } from "./parts.ts";

const REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1", "sa-east-1"];
const openTo = (cidrIp: string): unknown => ({
  groupId: "sg-1",
  ipPermissions: { items: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp }] } }] },
});
export const ATTACK_STEPS: Readonly<Record<string, BothSides>> = {
  "discovery-bursts": {
    found: many(20, (i) => call(`ec2:DescribeThing${i}`)),
    passed: [
      ...many(5, (i) => call(`ec2:DescribeThing${i}`, null, by("bob"))),
      ...many(20, () => call("ec2:DescribeTags", null, by("eve"))),
    ],
  },
  "ec2-userdata-reads": {
    found: [call("ec2:DescribeInstanceAttribute", { instanceId: "i-1", attribute: "userData" })],
    passed: [call("ec2:DescribeInstanceAttribute", { instanceId: "i-1", attribute: "instanceType" })],
  },
  "first-call-whoami": {
    found: [call("sts:GetCallerIdentity")],
    passed: [
      ...many(5, () => call("ec2:DescribeTags", null, { ...by("bob"), sourceIPAddress: "192.0.2.9" })),
      call("sts:GetCallerIdentity", null, { ...by("bob"), sourceIPAddress: "192.0.2.9", ...at(99) }),
    ],
  },
  "identity-recon": {
    found: [call("iam:GetAccountAuthorizationDetails")],
    passed: [call("iam:GetLoginProfile0"), call("sts:AssumeRole")],
  },
  "instance-role-enumeration": {
    found: ["iam:ListUsers", "iam:ListRoles", "s3:ListBuckets", "ec2:DescribeInstances", "sts:GetCallerIdentity"].map(
      (name) => call(name, null, onInstance("203.0.113.7")),
    ),
    passed: ["iam:ListUsers", "iam:ListRoles", "s3:ListBuckets", "ec2:DescribeInstances"].map((name) =>
      call(name, null, { userIdentity: roleSession("alice") }),
    ),
  },
  "multi-region-enumeration": {
    found: REGIONS.map((awsRegion) => call("ec2:DescribeInstances", null, { awsRegion })),
    passed: REGIONS.slice(0, 2).map((awsRegion) => call("ec2:DescribeInstances", null, { ...by("bob"), awsRegion })),
  },
  "quota-and-cost-recon": {
    found: [call("servicequotas:ListServiceQuotas")],
    passed: [call("ec2:DescribeAccountAttributes", { attributeName: "default-vpc" })],
  },
  "s3-bucket-recon": {
    found: many(8, (i) => call("s3:GetBucketAcl", { bucketName: `b-${i}` })),
    passed: many(8, () => call("s3:GetBucketAcl", { bucketName: "b" }, by("bob"))),
  },
  "security-tooling-recon": {
    found: [call("guardduty:ListDetectors")],
    passed: [call("ec2:DescribeInstances"), call("guardduty:CreateDetector")],
  },

  "iam-privilege-grants": {
    found: [
      call("iam:AttachUserPolicy", { userName: "bob", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    ],
    passed: [
      call("iam:DetachUserPolicy", { userName: "bob", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    ],
  },
  "identity-center-grants": {
    found: [call("sso:CreateAccountAssignment", { principalId: "u-1" })],
    passed: [call("sso:ListAccountAssignments")],
  },
  "kms-key-grants": {
    found: [call("kms:PutKeyPolicy", { keyId: "k", policy: policy({ AWS: STRANGER }) })],
    passed: [call("kms:CreateKey", { policy: policy(own("admin")) })],
  },
  "login-profile-changes": {
    found: [call("iam:UpdateLoginProfile", { userName: "bob" })],
    passed: [call("iam:GetLoginProfile", { userName: "bob" })],
  },
  "pass-role-to-compute": {
    found: [call("lambda:CreateFunction20150331", { functionName: "f", role: `arn:aws:iam::${ACCOUNT}:role/admin` })],
    passed: [launch("t3.micro")],
  },
  "trust-policy-changes": {
    found: [
      call("iam:CreateRole", {
        roleName: "r",
        assumeRolePolicyDocument: policy({ AWS: `arn:aws:iam::${STRANGER}:root` }),
      }),
    ],
    passed: [call("iam:CreateRole", { roleName: "r2", assumeRolePolicyDocument: policy(own("ci")) })],
  },

  "backdoor-principal-chain": {
    found: [
      call("iam:CreateUser", { userName: "spare" }),
      call("iam:AttachUserPolicy", { userName: "spare", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
      call("iam:CreateAccessKey", { userName: "spare" }),
    ],
    passed: [call("iam:CreateUser", { userName: "plain" }), call("iam:CreateAccessKey", { userName: "older" })],
  },
  "eks-access": {
    found: [call("eks:CreateAccessEntry", { name: "c", principalArn: `arn:aws:iam::${ACCOUNT}:role/x` })],
    passed: [call("eks:UpdateClusterConfig", { name: "c", resourcesVpcConfig: { endpointPublicAccess: false } })],
  },
  "federation-tokens": {
    found: [call("sts:GetFederationToken", { name: "x" })],
    passed: [call("sts:AssumeRole", { roleArn: `arn:aws:iam::${ACCOUNT}:role/x` })],
  },
  "idp-and-trust-anchors": {
    found: [call("rolesanywhere:CreateTrustAnchor", { name: "x" })],
    passed: [call("rolesanywhere:ListTrustAnchors"), call("iam:GetSAMLProvider")],
  },
  "lambda-backdoors": {
    found: [call("lambda:AddPermission20150331v2", { functionName: "f", principal: "*", statementId: "s" })],
    passed: [
      call("lambda:GetPolicy20150331v2", { functionName: "f" }),
      call("lambda:UpdateFunctionConfiguration20150331v2", { functionName: "f", timeout: 3 }),
    ],
  },
  "network-openings": {
    found: [call("ec2:AuthorizeSecurityGroupIngress", openTo("0.0.0.0/0"))],
    passed: [call("ec2:AuthorizeSecurityGroupIngress", openTo("10.0.0.0/8"))],
  },
  "scheduled-triggers": {
    found: [call("events:PutRule", { name: "r", scheduleExpression: "rate(5 minutes)" })],
    passed: [call("sns:Subscribe", { protocol: "email", topicArn: "t" }), call("events:DescribeRule", { name: "r" })],
  },
  "startup-code": {
    found: [call("ec2:ModifyInstanceAttribute", { instanceId: "i-1", userData: "<sensitiveDataRemoved>" })],
    passed: [
      call("ec2:ModifyInstanceAttribute", { instanceId: "i-1", instanceType: { value: "t3.large" } }),
      launch("t3.micro"),
    ],
  },

  "cloudtrail-tampering": {
    found: [call("cloudtrail:StopLogging", { name: "t" })],
    passed: [call("cloudtrail:GetTrailStatus", { name: "t" })],
  },
  "hidden-requests": {
    found: [call("iam:PutUserPolicy", { omitted: true, originalSize: 200_000, reason: "requestParameters too large" })],
    passed: [call("iam:PutUserPolicy", { userName: "bob", policyName: "p" })],
  },
  "lifecycle-expiry": {
    found: [
      call("s3:PutBucketLifecycle", {
        bucketName: "b",
        LifecycleConfiguration: { Rule: { Status: "Enabled", Expiration: { Days: 1 }, Filter: { Prefix: "" } } },
      }),
    ],
    passed: [
      call("s3:PutBucketLifecycle", {
        bucketName: "b",
        LifecycleConfiguration: { Rule: { Status: "Enabled", Expiration: { Days: 3650 }, Filter: { Prefix: "" } } },
      }),
    ],
  },
  "log-sources-off": {
    found: [call("ec2:DeleteFlowLogs", { DeleteFlowLogsRequest: { FlowLogId: { content: "fl-1" } } })],
    passed: [call("logs:PutRetentionPolicy", { logGroupName: "g", retentionInDays: 3650 })],
  },
  "org-guardrails": {
    found: [call("organizations:LeaveOrganization")],
    passed: [
      call("iam:UpdateAccountPasswordPolicy", { minimumPasswordLength: 16 }),
      call("organizations:DescribeOrganization"),
    ],
  },
  "security-services-off": {
    found: [call("guardduty:DeleteDetector", { detectorId: "d" })],
    passed: [
      call("guardduty:CreateDetector", { enable: true }),
      call("guardduty:UpdateDetector", { detectorId: "d", enable: true }),
    ],
  },
  "unused-regions": {
    found: [call("ec2:RunInstances", { instanceType: "t3.micro" }, { awsRegion: "ap-south-1" })],
    passed: many(60, () => call("ec2:DescribeInstances")),
  },
};
