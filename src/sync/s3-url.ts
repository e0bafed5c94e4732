import { UsageError } from "../errors.ts";

/** A part of a bucket. */
export interface S3Location {
  readonly bucket: string;
  /** Empty, or what every key begins with. A folder's prefix ends in `/`. */
  readonly prefix: string;
}

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
/** The name of an access point stands behind a slash of its ARN, which ends no bucket. */
const S3_URL = /^s3:\/\/(arn:aws[a-z-]*:s3:[^/]*:accesspoint\/[^/]+|[^/]+)(?:\/(.*))?$/s;
const ACCESS_POINT = /^arn:aws[a-z-]*:s3(?:-outposts)?:/;

/** Reads `s3://bucket/prefix`. Throws UsageError. */
export function parseS3Url(url: string): S3Location {
  const parts = S3_URL.exec(url);
  const bucket = parts?.[1] ?? "";
  if (parts === null || !(BUCKET.test(bucket) || ACCESS_POINT.test(bucket))) {
    throw new UsageError({
      what: "Not a place in S3",
      where: url,
      fix: "Write s3://BUCKET or s3://BUCKET/PREFIX, as for `aws s3 ls`.",
    });
  }
  return { bucket, prefix: parts[2] ?? "" };
}
