import { denial, recordText, isoTime, type Kind, type Scene } from "./record.ts";
import { serviceCaller } from "./caller.ts";

/** S3, KMS, Secrets Manager and DynamoDB. */
export const STORAGE_KINDS: readonly Kind[] = [
  { weight: 9, render: (scene) => objectCall(scene, "GetObject") },
  { weight: 3.5, render: (scene) => objectCall(scene, "PutObject") },
  { weight: 2, render: (scene) => objectCall(scene, "HeadObject") },
  { weight: 0.6, render: (scene) => objectCall(scene, "DeleteObject") },
  { weight: 2, render: listObjects },
  { weight: 2.5, render: bucketSettings },
  { weight: 8, render: decrypt },
  { weight: 6, render: generateDataKey },
  { weight: 2.5, render: getSecretValue },
  { weight: 2.5, render: describeTable },
];

function transfer({ random }: Scene, bytes: readonly [bytesIn: number, bytesOut: number]): string {
  return (
    `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":${bytes[0]}.0,` +
    `"AuthenticationMethod":"AuthHeader","x-amz-id-2":"${random.base64(75)}=","bytesTransferredOut":${bytes[1]}.0}`
  );
}

function bucketHost(bucket: string, region: string): string {
  return `${bucket}.s3.${region}.amazonaws.com`;
}

function objectKey({ random, seconds }: Scene): string {
  const day = isoTime(seconds).slice(0, 10);
  switch (random.integer(0, 3)) {
    case 0:
      return `warehouse/events/dt=${day}/part-${String(random.integer(0, 199)).padStart(5, "0")}-${random.uuid()}.c000.snappy.parquet`;
    case 1:
      return `uploads/${random.text("hex", 2)}/${random.text("hex", 2)}/${random.uuid()}.jpg`;
    case 2:
      return `logs/${day.replaceAll("-", "/")}/${random.text("alphanumeric", 20)}.log.gz`;
    default:
      return `config/${random.pick(["app", "flags", "rules"])}/${random.integer(1, 40)}.json`;
  }
}

function objectCall(scene: Scene, name: "GetObject" | "PutObject" | "HeadObject" | "DeleteObject"): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "workload", "user"], random });
  const bucket = random.pickSkewed(account.buckets);
  const key = objectKey(scene);
  const host = bucketHost(bucket, region);
  const isPut = name === "PutObject";
  const size = Math.round(Math.exp(7 + 3 * Math.abs(random.gaussian())));
  return recordText(scene, {
    source: "s3",
    name,
    caller,
    readOnly: name === "GetObject" || name === "HeadObject",
    request: `{"bucketName":"${bucket}","Host":"${host}","key":"${key}"${isPut ? `,"x-amz-server-side-encryption":"aws:kms"` : ""}}`,
    response: isPut
      ? `{"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:${region}:${account.id}:key/${random.pickSkewed(account.keys)}"}`
      : "null",
    error: random.chance(0.02) ? denial(scene, caller, `s3:${name}`) : undefined,
    additional: transfer(scene, isPut ? [size, 0] : [0, name === "GetObject" ? size : 0]),
    requestId: random.text("upper", 16),
    resources: `[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::${bucket}/${key}"},{"accountId":"${account.id}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::${bucket}"}]`,
    isData: true,
    host,
  });
}

function listObjects(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "user"], random });
  const bucket = random.pickSkewed(account.buckets);
  const host = bucketHost(bucket, region);
  return recordText(scene, {
    source: "s3",
    name: "ListObjects",
    caller,
    readOnly: true,
    request: `{"list-type":"2","bucketName":"${bucket}","encoding-type":"url","prefix":"warehouse/events/dt=${isoTime(scene.seconds).slice(0, 10)}/","Host":"${host}","delimiter":"/"}`,
    error: random.chance(0.03) ? denial(scene, caller, "s3:ListBucket") : undefined,
    additional: transfer(scene, [0, random.integer(200, 60_000)]),
    requestId: random.text("upper", 16),
    resources: `[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::${bucket}/"},{"accountId":"${account.id}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::${bucket}"}]`,
    isData: true,
    host,
  });
}

const SETTINGS: readonly (readonly [string, string, string])[] = [
  ["GetBucketAcl", "acl", ""],
  ["GetBucketLocation", "location", ""],
  ["GetBucketPolicy", "policy", "NoSuchBucketPolicy"],
  ["GetBucketPublicAccessBlock", "publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"],
  ["GetBucketLifecycle", "lifecycle", "NoSuchLifecycleConfiguration"],
  ["GetBucketTagging", "tagging", ""],
  ["GetBucketVersioning", "versioning", ""],
];

function bucketSettings(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, {
    kinds: ["service-linked", "pipeline", "person"],
    random,
  });
  const bucket = random.pick(account.buckets);
  const host = bucketHost(bucket, region);
  const [name, aspect, missing] = random.pick(SETTINGS);
  return recordText(scene, {
    source: "s3",
    name,
    caller,
    readOnly: true,
    request: `{"bucketName":"${bucket}","Host":"${host}","${aspect}":""}`,
    error: missing !== "" && random.chance(0.4) ? [missing, "The configuration was not found"] : undefined,
    additional: transfer(scene, [0, random.integer(180, 900)]),
    requestId: random.text("upper", 16),
    resources: `[{"accountId":"${account.id}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::${bucket}"}]`,
    host,
  });
}

function keyResource({ account, region }: Scene, key: string): string {
  return `[{"accountId":"${account.id}","type":"AWS::KMS::Key","ARN":"arn:aws:kms:${region}:${account.id}:key/${key}"}]`;
}

function decrypt(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "service-linked", "user"], random });
  const key = random.pickSkewed(account.keys);
  const context = random.chance(0.7)
    ? `"aws:s3:arn":"arn:aws:s3:::${random.pickSkewed(account.buckets)}/${objectKey(scene)}"`
    : `"SecretARN":"arn:aws:secretsmanager:${region}:${account.id}:secret:${random.pickSkewed(account.secrets)}","SecretVersionId":"${random.uuid()}"`;
  return recordText(scene, {
    source: "kms",
    name: "Decrypt",
    caller,
    readOnly: true,
    request: `{"encryptionContext":{${context}},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`,
    error: random.chance(0.02) ? denial(scene, caller, "kms:Decrypt") : undefined,
    resources: keyResource(scene, key),
  });
}

function generateDataKey(scene: Scene): string {
  const { random, account, region } = scene;
  const key = random.pickSkewed(account.keys);
  const day = isoTime(scene.seconds).slice(0, 10).replaceAll("-", "/");
  return recordText(scene, {
    source: "kms",
    name: "GenerateDataKey",
    caller: serviceCaller("cloudtrail.amazonaws.com"),
    readOnly: true,
    request: `{"keyId":"arn:aws:kms:${region}:${account.id}:key/${key}","encryptionContext":{"aws:cloudtrail:arn":"arn:aws:cloudtrail:us-east-1:${account.id}:trail/organization","aws:s3:arn":"arn:aws:s3:::acme-trail/AWSLogs/${account.id}/CloudTrail/${region}/${day}/${account.id}_CloudTrail_${region}_${day.replaceAll("/", "")}T0000Z_${random.text("alphanumeric", 16)}.json.gz"},"keySpec":"AES_256"}`,
    resources: keyResource(scene, key),
    isShared: true,
  });
}

function getSecretValue(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, { kinds: ["workload", "user", "pipeline"], random });
  return recordText(scene, {
    source: "secretsmanager",
    name: random.chance(0.8) ? "GetSecretValue" : "DescribeSecret",
    caller,
    readOnly: true,
    request: `{"secretId":"arn:aws:secretsmanager:${region}:${account.id}:secret:${random.pickSkewed(account.secrets)}"}`,
    error: random.chance(0.04) ? denial(scene, caller, "secretsmanager:GetSecretValue") : undefined,
    apiVersion: "2017-10-17",
  });
}

function describeTable(scene: Scene): string {
  const { random, account, region } = scene;
  const caller = scene.callers.pick(account, scene.seconds, {
    kinds: ["workload", "service-linked", "person"],
    random,
  });
  const table = random.pickSkewed(account.tables);
  return recordText(scene, {
    source: "dynamodb",
    name: random.pick(["DescribeTable", "DescribeTimeToLive", "ListTagsOfResource", "DescribeContinuousBackups"]),
    caller,
    readOnly: true,
    request: `{"tableName":"${table}"}`,
    error: random.chance(0.02) ? ["ThrottlingException", "Rate exceeded"] : undefined,
    requestId: random.text("upper", 52),
    resources: `[{"accountId":"${account.id}","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:${region}:${account.id}:table/${table}"}]`,
    apiVersion: "2012-08-10",
  });
}
