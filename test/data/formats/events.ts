/*
 * Four invented events, as CloudTrail writes them, that every format of test/data/formats holds. Between them they have
 * what exports trip over: quotes, commas, line breaks and other alphabets in text, nulls, numbers that JSON parsers
 * change, a role session, a service, a failed sign-in and a denial.
 */

/** Text of the events as AWS would write them. */
export const EVENTS: readonly string[] = [
  `{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLEROLE000001:build-7","arn":"arn:aws:sts::111122223333:assumed-role/deploy/build-7","accountId":"111122223333","accessKeyId":"ASIAEXAMPLEKEY000001","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEROLE000001","arn":"arn:aws:iam::111122223333:role/ci/deploy","accountId":"111122223333","userName":"deploy"},"attributes":{"creationDate":"2024-03-05T09:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2024-03-05T09:14:07Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.7","userAgent":"[aws-cli/2.15.0, \\"quoted\\"; naïve]","requestParameters":{"bucketName":"releases","key":"a,b/\\nline\\"s\\".txt","Host":"releases.s3.eu-west-1.amazonaws.com"},"responseElements":null,"additionalEventData":{"bytesTransferredIn":1.688560107857E9,"bytesTransferredOut":0,"x-amz-id-2":"Zm9v"},"requestID":"EXAMPLE7REQUEST1","eventID":"0a1b2c3d-0000-4000-8000-000000000001","readOnly":false,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::releases/a"},{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::releases"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"releases.s3.eu-west-1.amazonaws.com"}}`,
  `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER000002","accountId":"111122223333","accessKeyId":"","userName":"grace"},"eventTime":"2024-03-05T09:15:30Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"2001:db8::17","userAgent":"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/122.0","errorMessage":"Failed authentication","requestParameters":null,"responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"No"},"eventID":"0a1b2c3d-0000-4000-8000-000000000002","readOnly":false,"eventType":"AwsConsoleSignIn","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}`,
  `{"eventVersion":"1.08","userIdentity":{"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"},"eventTime":"2024-03-05T09:15:31Z","eventSource":"s3.amazonaws.com","eventName":"GetBucketAcl","awsRegion":"eu-west-1","sourceIPAddress":"cloudtrail.amazonaws.com","userAgent":"cloudtrail.amazonaws.com","requestParameters":{"bucketName":"trail-logs","acl":""},"responseElements":null,"requestID":"EXAMPLE7REQUEST3","eventID":"0a1b2c3d-0000-4000-8000-000000000003","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::trail-logs"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","sharedEventID":"5e6f7a8b-0000-4000-8000-000000000003","eventCategory":"Management"}`,
  `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER000001","arn":"arn:aws:iam::111122223333:user/ada","accountId":"111122223333","accessKeyId":"AKIAEXAMPLEKEY000004","userName":"ada"},"eventTime":"2024-03-05T23:59:59Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.23","userAgent":"Boto3/1.34.0","errorCode":"AccessDenied","errorMessage":"User: arn:aws:iam::111122223333:user/ada is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::111122223333:user/eve, 日本","requestParameters":null,"responseElements":null,"requestID":"9f8e7d6c-0000-4000-8000-000000000004","eventID":"0a1b2c3d-0000-4000-8000-000000000004","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}`,
];

export const EVENT_IDS: readonly string[] = [1, 2, 3, 4].map((n) => `0a1b2c3d-0000-4000-8000-00000000000${n}`);

/** The same as data; numbers that JavaScript writes differently are changed by this. */
export interface PlainEvent {
  readonly [key: string]: unknown;
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly awsRegion: string;
  readonly userIdentity: Readonly<Record<string, unknown>>;
}

export const PLAIN_EVENTS: readonly PlainEvent[] = EVENTS.map((text) => JSON.parse(text) as PlainEvent);
