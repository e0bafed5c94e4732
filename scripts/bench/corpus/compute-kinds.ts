import { denial, recordText, type Kind, type Scene } from "./record.ts";

/** EC2, Lambda, Systems Manager, ECR, CloudWatch and Logs. */
export const COMPUTE_KINDS: readonly Kind[] = [
  { weight: 7, render: describeInstances },
  { weight: 11, render: describeNetwork },
  { weight: 0.4, render: runInstances },
  { weight: 1, render: createTags },
  { weight: 0.4, render: authorizeIngress },
  { weight: 1.2, render: createNetworkInterface },
  { weight: 4, render: invokeFunction },
  { weight: 5, render: updateInstanceInformation },
  { weight: 2, render: pullImage },
  { weight: 4, render: createLogStream },
  { weight: 3, render: describeAlarms },
];

const hex17 = ({ random }: Scene): string => `0${random.text("hex", 16)}`;

function describeInstances(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, {
    kinds: ["service-linked", "workload", "user", "person"],
    random,
  });
  const ids = Array.from({ length: random.integer(1, 4) }, () => `{"instanceId":"${random.pick(account.instances)}"}`);
  return recordText(scene, {
    source: "ec2",
    name: random.pick([
      "DescribeInstances",
      "DescribeInstances",
      "DescribeInstanceStatus",
      "DescribeInstanceAttribute",
    ]),
    caller,
    readOnly: true,
    request: `{"instancesSet":{"items":[${ids.join(",")}]},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"},{"value":"pending"}]}}]}}`,
    error: random.chance(0.03)
      ? ["Client.UnauthorizedOperation", "You are not authorized to perform this operation."]
      : undefined,
  });
}

function describeNetwork(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, {
    kinds: ["service-linked", "pipeline", "user", "user"],
    random,
  });
  const name = random.pick([
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcs",
    "DescribeRouteTables",
    "DescribeVolumes",
  ]);
  return recordText(scene, {
    source: "ec2",
    name,
    caller,
    readOnly: true,
    request: random.chance(0.5)
      ? `{"maxResults":1000,"securityGroupSet":{},"filterSet":{"items":[{"name":"group-id","valueSet":{"items":[{"value":"${random.pick(account.groups)}"}]}}]}}`
      : `{"maxResults":1000,"filterSet":{}}`,
    error: random.chance(0.01) ? ["Client.RequestLimitExceeded", "Request limit exceeded."] : undefined,
  });
}

function runInstances(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, {
    kinds: ["service-linked", "pipeline", "person"],
    random,
  });
  const instance = random.pick(account.instances);
  const [subnet, group, image, eni] = [hex17(scene), random.pick(account.groups), hex17(scene), hex17(scene)];
  const address = `10.${random.integer(0, 40)}.${random.integer(0, 255)}.${random.integer(4, 254)}`;
  const tags = `"tagSet":{"items":[{"key":"Name","value":"worker"},{"key":"aws:autoscaling:groupName","value":"workers-${random.integer(1, 12)}"},{"key":"CostCenter","value":"${random.integer(1000, 1040)}"}]}`;
  return recordText(scene, {
    source: "ec2",
    name: "RunInstances",
    caller,
    readOnly: false,
    request: `{"instancesSet":{"items":[{"imageId":"ami-${image}","minCount":1,"maxCount":1}]},"instanceType":"m6i.large","blockDeviceMapping":{},"monitoring":{"enabled":true},"disableApiTermination":false,"disableApiStop":false,"clientToken":"fleet-${random.uuid()}-0","iamInstanceProfile":{"arn":"arn:aws:iam::${account.id}:instance-profile/workers"},"networkInterfaceSet":{"items":[{"deviceIndex":0,"subnetId":"subnet-${subnet}","groupSet":{"items":[{"groupId":"${group}"}]}}]},"tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"Name","value":"worker"}]}]}}`,
    response: `{"requestId":"${random.uuid()}","reservationId":"r-${hex17(scene)}","ownerId":"${account.id}","groupSet":{},"instancesSet":{"items":[{"instanceId":"${instance}","imageId":"ami-${image}","bootMode":"uefi-preferred","currentInstanceBootMode":"uefi","instanceState":{"code":0,"name":"pending"},"privateDnsName":"ip-${address.replaceAll(".", "-")}.ec2.internal","amiLaunchIndex":0,"productCodes":{},"instanceType":"m6i.large","launchTime":${scene.seconds * 1000},"placement":{"availabilityZone":"${region}a","tenancy":"default"},"monitoring":{"state":"pending"},"subnetId":"subnet-${subnet}","vpcId":"vpc-${account.vpcEndpoint.slice(5)}","privateIpAddress":"${address}","stateReason":{"code":"pending","message":"pending"},"architecture":"x86_64","rootDeviceType":"ebs","rootDeviceName":"/dev/xvda","blockDeviceMapping":{},"virtualizationType":"hvm","hypervisor":"xen",${tags},"clientToken":"fleet-${random.uuid()}-0","groupSet":{"items":[{"groupId":"${group}","groupName":"workers"}]},"sourceDestCheck":true,"networkInterfaceSet":{"items":[{"networkInterfaceId":"eni-${eni}","subnetId":"subnet-${subnet}","ownerId":"${account.id}","status":"in-use","macAddress":"0a:${random.text("hex", 2)}:${random.text("hex", 2)}:${random.text("hex", 2)}:1b:2d","privateIpAddress":"${address}","sourceDestCheck":true,"interfaceType":"interface","attachment":{"attachmentId":"eni-attach-${hex17(scene)}","deviceIndex":0,"status":"attaching","attachTime":${scene.seconds * 1000},"deleteOnTermination":true}}]},"cpuOptions":{"coreCount":1,"threadsPerCore":2},"enclaveOptions":{"enabled":false},"metadataOptions":{"state":"pending","httpTokens":"required","httpPutResponseHopLimit":2,"httpEndpoint":"enabled"}}]}}`,
    error: random.chance(0.05)
      ? ["Client.VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit allows."]
      : undefined,
  });
}

function createTags(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["service-linked", "pipeline"], random });
  return recordText(scene, {
    source: "ec2",
    name: "CreateTags",
    caller,
    readOnly: false,
    request: `{"resourcesSet":{"items":[{"resourceId":"${random.pick(account.instances)}"}]},"tagSet":{"items":[{"key":"Owner","value":"platform"},{"key":"Backup","value":"${random.pick(["daily", "weekly", "none"])}"}]}}`,
    response: `{"requestId":"${random.uuid()}","_return":true}`,
  });
}

function authorizeIngress(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["pipeline", "person"], random });
  const group = random.pick(account.groups);
  const port = random.pick([22, 443, 5432, 3389, 8080]);
  const cidr = random.chance(0.2) ? "0.0.0.0/0" : `10.${random.integer(0, 40)}.0.0/16`;
  const rule = `"ipProtocol":"tcp","fromPort":${port},"toPort":${port}`;
  return recordText(scene, {
    source: "ec2",
    name: "AuthorizeSecurityGroupIngress",
    caller,
    readOnly: false,
    request: `{"groupId":"${group}","ipPermissions":{"items":[{${rule},"groups":{},"ipRanges":{"items":[{"cidrIp":"${cidr}"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}`,
    response: `{"requestId":"${random.uuid()}","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"${account.id}","groupId":"${group}","securityGroupRuleId":"sgr-${hex17(scene)}","isEgress":false,${rule},"cidrIpv4":"${cidr}"}]}}`,
  });
}

function createNetworkInterface(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "service-linked"], random });
  const [subnet, group] = [hex17(scene), random.pick(account.groups)];
  const address = `10.${random.integer(0, 40)}.${random.integer(0, 255)}.${random.integer(4, 254)}`;
  return recordText(scene, {
    source: "ec2",
    name: "CreateNetworkInterface",
    caller,
    readOnly: false,
    request: `{"subnetId":"subnet-${subnet}","description":"AWS Lambda VPC ENI-${random.pickSkewed(account.functions)}-${random.uuid()}","groupSet":{"items":[{"groupId":"${group}"}]},"privateIpAddressesSet":{},"clientToken":"${random.uuid()}"}`,
    response: `{"requestId":"${random.uuid()}","networkInterface":{"networkInterfaceId":"eni-${hex17(scene)}","subnetId":"subnet-${subnet}","vpcId":"vpc-${account.vpcEndpoint.slice(5)}","availabilityZone":"${region}b","description":"AWS Lambda VPC ENI","ownerId":"${account.id}","requesterId":"AROA${account.tag}${random.text("base32", 9)}:lambda","requesterManaged":false,"status":"pending","macAddress":"12:${random.text("hex", 2)}:${random.text("hex", 2)}:${random.text("hex", 2)}:95:a1","privateIpAddress":"${address}","sourceDestCheck":true,"interfaceType":"interface","groupSet":{"items":[{"groupId":"${group}","groupName":"lambda"}]},"privateIpAddressesSet":{"item":[{"privateIpAddress":"${address}","primary":true}]},"ipv6AddressesSet":{},"tagSet":{}}}`,
  });
}

function invokeFunction(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "service-linked"], random });
  const arn = `arn:aws:lambda:${region}:${account.id}:function:${random.pickSkewed(account.functions)}`;
  return recordText(scene, {
    source: "lambda",
    name: "Invoke",
    caller,
    readOnly: false,
    request: `{"functionName":"${arn}","sourceArn":"arn:aws:events:${region}:${account.id}:rule/every-${random.integer(1, 60)}-minutes","contentType":"application/json","sourceAccount":"${account.id}"}`,
    additional: `{"functionVersion":"${arn}:$LATEST"}`,
    resources: `[{"accountId":"${account.id}","type":"AWS::Lambda::Function","ARN":"${arn}"}]`,
    isData: true,
  });
}

function updateInstanceInformation(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload"], random });
  return recordText(scene, {
    source: "ssm",
    name: random.pick([
      "UpdateInstanceInformation",
      "UpdateInstanceInformation",
      "ListInstanceAssociations",
      "PutInventory",
    ]),
    caller: { ...caller, userAgent: "aws-sdk-go/1.44.260 (go1.20.12; linux; amd64) amazon-ssm-agent/" },
    readOnly: false,
    request: `{"instanceId":"${random.pick(account.instances)}","agentVersion":"3.2.${random.integer(1_500, 2_303)}.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2","iPAddress":"10.${random.integer(0, 40)}.${random.integer(0, 255)}.9","computerName":"ip-10-0-1-9.ec2.internal","agentName":"amazon-ssm-agent"}`,
  });
}

function pullImage(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "pipeline"], random });
  const repository = random.pickSkewed(account.repositories);
  return recordText(scene, {
    source: "ecr",
    name: random.pick(["BatchGetImage", "GetDownloadUrlForLayer"]),
    caller,
    readOnly: true,
    request: `{"registryId":"${account.id}","repositoryName":"${repository}","imageIds":[{"imageDigest":"sha256:${random.text("hex", 64)}"}],"acceptedMediaTypes":["application/vnd.docker.distribution.manifest.v2+json","application/vnd.oci.image.manifest.v1+json","application/vnd.docker.distribution.manifest.list.v2+json"]}`,
    resources: `[{"accountId":"${account.id}","ARN":"arn:aws:ecr:${region}:${account.id}:repository/${repository}"}]`,
  });
}

function createLogStream(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload"], random });
  const day = new Date(scene.seconds * 1_000).toISOString().slice(0, 10).replaceAll("-", "/");
  return recordText(scene, {
    source: "logs",
    name: "CreateLogStream",
    caller,
    readOnly: false,
    request: `{"logGroupName":"/aws/lambda/${random.pickSkewed(account.functions)}","logStreamName":"${day}/[$LATEST]${random.text("hex", 32)}"}`,
    error: random.chance(0.03)
      ? ["ResourceAlreadyExistsException", "The specified log stream already exists"]
      : undefined,
    apiVersion: "20140328",
  });
}

function describeAlarms(scene: Scene): string {
  const { random, account } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["service-linked", "person", "user"], random });
  return recordText(scene, {
    source: "monitoring",
    name: random.pick(["DescribeAlarms", "ListMetrics", "GetMetricData"]),
    caller,
    readOnly: true,
    request: `{"alarmNames":["${random.pickSkewed(account.functions)}-errors","${random.pickSkewed(account.functions)}-duration"],"maxRecords":100}`,
    error: random.chance(0.05) ? denial(scene, caller, "cloudwatch:DescribeAlarms") : undefined,
  });
}
