import type { Bucket } from "../cast/resources.ts";
import { s3ExtendedId, s3RequestId } from "../ids.ts";
import { numberToken, type JsonObject } from "../json.ts";
import type { Random } from "../random.ts";
import { sharedWithOwner } from "./cross-account.ts";
import { recordCall, type CallError, type Caller, type TrailRecord } from "./record.ts";

export interface ObjectCall {
  readonly at: number;
  /** ListObjects is what S3 writes for ListObjectsV2, too. */
  readonly name: "GetObject" | "PutObject" | "DeleteObject" | "DeleteObjects" | "ListObjects" | "HeadObject";
  readonly bucket: Bucket;
  /** Left out by calls on the whole bucket. */
  readonly key?: string;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly error?: CallError;
  readonly request?: JsonObject;
}

/** A data event: one record, or two when the bucket's account is another one and did let the caller in. */
export function accessObject(caller: Caller, call: ObjectCall, random: Random): TrailRecord[] {
  const { bucket, key } = call;
  const host = bucketHost(bucket);
  const arn = `arn:aws:s3:::${bucket.name}`;
  const record = recordCall(
    caller,
    {
      at: call.at,
      region: bucket.region,
      source: "s3",
      name: call.name,
      request: { bucketName: bucket.name, Host: host, ...call.request, key },
      error: call.error,
      additional: transfer(call.bytesIn ?? 0, call.bytesOut ?? 0, random),
      resources: [
        key === undefined
          ? { type: "AWS::S3::Object", ARNPrefix: `${arn}/` }
          : { type: "AWS::S3::Object", ARN: `${arn}/${key}` },
        { accountId: bucket.account.id, type: "AWS::S3::Bucket", ARN: arn },
      ],
      requestId: s3RequestId(random),
      readOnly: !/^(Put|Delete)/.test(call.name),
      isData: true,
      host,
    },
    random,
  );
  const stays = call.error !== undefined || bucket.account.id === caller.account.id;
  return stays ? [record] : sharedWithOwner(record, bucket.account, random);
}

export interface BucketCall {
  readonly at: number;
  readonly name: string;
  readonly bucket: Bucket;
  /** The query parameter that picks the sub-resource: `acl`, `tagging`, … */
  readonly aspect: string;
  readonly error?: CallError | undefined;
  readonly sharedEventId?: string;
}

/** A management event about a bucket's settings. */
export function askBucket(caller: Caller, call: BucketCall, random: Random): TrailRecord {
  const { bucket } = call;
  const host = bucketHost(bucket);
  return recordCall(
    caller,
    {
      at: call.at,
      region: bucket.region,
      source: "s3",
      name: call.name,
      request: { bucketName: bucket.name, Host: host, [call.aspect]: "" },
      error: call.error,
      additional: transfer(0, random.integer(180, 900), random),
      resources: [{ accountId: bucket.account.id, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket.name}` }],
      requestId: s3RequestId(random),
      host,
      ...(call.sharedEventId && { sharedEventId: call.sharedEventId }),
    },
    random,
  );
}

function bucketHost(bucket: Bucket): string {
  return `${bucket.name}.s3.${bucket.region}.amazonaws.com`;
}

/** Byte counts are numbers with a fraction, as S3 writes them (`791.0`). */
function transfer(bytesIn: number, bytesOut: number, random: Random): JsonObject {
  return {
    SignatureVersion: "SigV4",
    CipherSuite: "TLS_AES_128_GCM_SHA256",
    bytesTransferredIn: numberToken(`${bytesIn}.0`),
    AuthenticationMethod: "AuthHeader",
    "x-amz-id-2": s3ExtendedId(random),
    bytesTransferredOut: numberToken(`${bytesOut}.0`),
  };
}
