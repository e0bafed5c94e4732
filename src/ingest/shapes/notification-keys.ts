/**
 * Keys that records of S3, SNS, SQS, Kinesis and the like have and CloudTrail's do not; they share `Records` and many
 * keys with trail files.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
 */
export const NOTIFICATION_KEYS: ReadonlySet<string> = new Set([
  "s3",
  "Sns",
  "eventSourceARN",
  "EventSubscriptionArn",
  "kinesis",
  "dynamodb",
  "ses",
  "codecommit",
]);
