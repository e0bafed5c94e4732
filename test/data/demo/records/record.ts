import type { Account, Region } from "../cast/accounts.ts";
import { isoTime } from "../clock.ts";
import { uuid } from "../ids.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Random } from "../random.ts";

/** One record as CloudTrail writes it. Key order is AWS's; absent members are `undefined` and never written. */
export interface TrailRecord extends JsonObject {
  readonly userIdentity: JsonObject;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: Region;
  readonly eventID: string;
  readonly recipientAccountId: string;
}

/** Who makes a call, and from where. */
export interface Caller {
  readonly identity: JsonObject;
  readonly account: Account;
  /** An address, or the name of the AWS service that calls. */
  readonly address: string;
  readonly userAgent: string;
  /** Calls that come out of AWS carry no `tlsDetails`. */
  readonly tls?: "TLSv1.2" | "TLSv1.3";
  /** Marks credentials that the console got for a person. */
  readonly fromConsole?: boolean;
  readonly vpcEndpointId?: string;
}

export interface CallError {
  readonly code: string;
  readonly message: string;
}

export interface Call {
  readonly at: number;
  readonly region: Region;
  /** Without `.amazonaws.com`. */
  readonly source: string;
  readonly name: string;
  /** Left out when the name tells (Get…, List…, Describe…, and the like). */
  readonly readOnly?: boolean;
  /** Written as an explicit null when left out, as AWS does. */
  readonly request?: Json;
  readonly response?: Json;
  readonly error?: CallError | undefined;
  readonly additional?: JsonObject;
  readonly resources?: readonly JsonObject[];
  readonly requestId?: string;
  /** Given where the story needs an id that sorts before or after another. */
  readonly eventId?: string | undefined;
  readonly sharedEventId?: string;
  readonly apiVersion?: string;
  /** A data event: object access, not management. */
  readonly isData?: boolean;
  /** What stands in `tlsDetails.clientProvidedHostHeader` when it is not `<source>.<region>.amazonaws.com`. */
  readonly host?: string;
  /** The account that receives the record, when it is not the caller's. */
  readonly recipient?: Account;
}

/** Services moved to newer record versions one by one; a trail of 2026 holds four of them. */
const EVENT_VERSIONS: Readonly<Record<string, string>> = {
  autoscaling: "1.08",
  cloudtrail: "1.11",
  ec2: "1.10",
  iam: "1.11",
  kms: "1.11",
  rds: "1.11",
  s3: "1.11",
  secretsmanager: "1.11",
  signin: "1.09",
  config: "1.09",
};
const READ_NAMES = /^(Get|List|Describe|Head|Lookup|Select|Filter|BatchGet|Search|AssumeRole|Decrypt|GenerateDataKey)/;
/** Endpoints without a region in their name; their events are recorded in us-east-1 alone. */
const GLOBAL_HOSTS: ReadonlySet<string> = new Set(["iam", "organizations", "ce"]);

/** The record of one API call. */
export function recordCall(caller: Caller, call: Call, random: Random): TrailRecord {
  const isData = call.isData ?? false;
  return {
    eventVersion: EVENT_VERSIONS[call.source] ?? "1.08",
    userIdentity: caller.identity,
    eventTime: isoTime(call.at),
    eventSource: `${call.source}.amazonaws.com`,
    eventName: call.name,
    awsRegion: call.region,
    sourceIPAddress: caller.address,
    userAgent: call.source === "s3" && caller.tls ? `[${caller.userAgent}]` : caller.userAgent,
    errorCode: call.error?.code,
    errorMessage: call.error?.message,
    requestParameters: call.request ?? null,
    responseElements: call.response ?? null,
    additionalEventData: call.additional,
    requestID: call.requestId ?? uuid(random),
    eventID: call.eventId ?? uuid(random),
    readOnly: call.readOnly ?? READ_NAMES.test(call.name),
    resources: call.resources,
    eventType: "AwsApiCall",
    apiVersion: call.apiVersion,
    managementEvent: !isData,
    recipientAccountId: (call.recipient ?? caller.account).id,
    sharedEventID: call.sharedEventId,
    vpcEndpointId: caller.vpcEndpointId,
    eventCategory: isData ? "Data" : "Management",
    tlsDetails: tlsDetails(caller, call),
    sessionCredentialFromConsole: caller.fromConsole ? "true" : undefined,
  };
}

function tlsDetails(caller: Caller, call: Call): JsonObject | undefined {
  if (!caller.tls) return undefined;
  const regional = GLOBAL_HOSTS.has(call.source) ? "" : `.${call.region}`;
  return {
    tlsVersion: caller.tls,
    cipherSuite: caller.tls === "TLSv1.3" ? "TLS_AES_128_GCM_SHA256" : "ECDHE-RSA-AES128-GCM-SHA256",
    clientProvidedHostHeader: call.host ?? `${call.source}${regional}.amazonaws.com`,
  };
}

/** What an AWS service did by itself: no API call, no caller, often no request id. */
export interface ServiceEvent {
  readonly at: number;
  readonly region: Region;
  readonly account: Account;
  readonly source: string;
  readonly name: string;
  readonly details: JsonObject;
  readonly identity: JsonObject;
  readonly address?: string;
}

/** An `AwsServiceEvent` record; its identity may lack a type. */
export function recordServiceEvent(event: ServiceEvent, random: Random): TrailRecord {
  const service = `${event.source}.amazonaws.com`;
  return {
    eventVersion: EVENT_VERSIONS[event.source] ?? "1.08",
    userIdentity: event.identity,
    eventTime: isoTime(event.at),
    eventSource: service,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.address ?? service,
    userAgent: service,
    requestParameters: null,
    responseElements: null,
    eventID: uuid(random),
    readOnly: false,
    eventType: "AwsServiceEvent",
    managementEvent: true,
    recipientAccountId: event.account.id,
    serviceEventDetails: event.details,
    eventCategory: "Management",
  };
}
