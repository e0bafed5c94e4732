import type { Account } from "./cast.ts";
import type { Caller, Callers } from "./caller.ts";
import type { Random } from "./random.ts";

/** Where and when a record is made, and the choices for it. */
export interface Scene {
  readonly random: Random;
  readonly callers: Callers;
  readonly account: Account;
  readonly region: string;
  /** Since 1970 UTC. */
  readonly seconds: number;
}

/** A kind of event: how often it occurs, and how its record reads. */
export interface Kind {
  readonly weight: number;
  /** Recorded in us-east-1 alone. */
  readonly isGlobal?: boolean;
  readonly render: (scene: Scene) => string;
}

/** What is particular to one call; members that are JSON are texts. */
export interface Call {
  /** Without `.amazonaws.com`. */
  readonly source: string;
  readonly name: string;
  readonly caller: Caller;
  readonly readOnly: boolean;
  readonly request?: string;
  readonly response?: string;
  readonly error?: readonly [code: string, message: string] | undefined;
  readonly additional?: string;
  readonly resources?: string;
  readonly apiVersion?: string;
  /** A data event: object access, not management. */
  readonly isData?: boolean;
  readonly host?: string;
  readonly requestId?: string;
  readonly isShared?: boolean;
  readonly eventType?: string;
  readonly details?: string;
}

const VERSIONS: Readonly<Record<string, string>> = {
  ec2: "1.10",
  iam: "1.11",
  kms: "1.11",
  s3: "1.11",
  lambda: "1.10",
  config: "1.09",
};

/** A record as CloudTrail writes it: AWS's key order, no white space, explicit nulls. */
export function recordText(scene: Scene, call: Call): string {
  const { random, account, region } = scene;
  const { caller } = call;
  const service = `${call.source}.amazonaws.com`;
  const error =
    call.error === undefined ? "" : `"errorCode":"${call.error[0]}","errorMessage":${JSON.stringify(call.error[1])},`;
  const userAgent = call.source === "s3" && !caller.isFromAws ? `[${caller.userAgent}]` : caller.userAgent;
  const request = call.request ?? "null";
  const response = call.error === undefined ? (call.response ?? "null") : "null";
  return (
    `{"eventVersion":"${VERSIONS[call.source] ?? "1.08"}","userIdentity":${caller.identity},"eventTime":"${isoTime(scene.seconds)}",` +
    `"eventSource":"${service}","eventName":"${call.name}","awsRegion":"${region}","sourceIPAddress":"${caller.address}",` +
    `"userAgent":"${userAgent}",${error}"requestParameters":${request},"responseElements":${response},` +
    `${member("additionalEventData", call.additional)}"requestID":"${call.requestId ?? random.uuid()}","eventID":"${random.uuid()}",` +
    `"readOnly":${call.readOnly},${member("resources", call.resources)}"eventType":"${call.eventType ?? "AwsApiCall"}",` +
    `${call.apiVersion === undefined ? "" : `"apiVersion":"${call.apiVersion}",`}"managementEvent":${call.isData !== true},` +
    `"recipientAccountId":"${account.id}",${member("serviceEventDetails", call.details)}` +
    `${call.isShared === true ? `"sharedEventID":"${random.uuid()}",` : ""}` +
    `${caller.vpcEndpoint === null ? "" : `"vpcEndpointId":"${caller.vpcEndpoint}","vpcEndpointAccountId":"${account.id}",`}` +
    `"eventCategory":"${call.isData === true ? "Data" : "Management"}"${ending(scene, call)}}`
  );
}

function member(name: string, json: string | undefined): string {
  return json === undefined ? "" : `"${name}":${json},`;
}

function ending(scene: Scene, call: Call): string {
  if (call.caller.isFromAws) return "";
  const host = call.host ?? `${call.source}.${scene.region}.amazonaws.com`;
  const console = call.caller.fromConsole ? `,"sessionCredentialFromConsole":"true"` : "";
  return `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${host}"}${console}`;
}

/** `YYYY-MM-DDTHH:MM:SSZ`. */
export function isoTime(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`;
}

/** The way in which Java prints a time inside response elements. */
export function javaTime(seconds: number): string {
  const date = new Date(seconds * 1_000);
  const month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
    date.getUTCMonth()
  ]!;
  const two = (n: number): string => String(n).padStart(2, "0");
  const hour = date.getUTCHours();
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? "AM" : "PM"}`;
  return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock}`;
}

/** The words of a denial; they name who asked for what. */
export function denial(scene: Scene, caller: Caller, action: string): readonly [string, string] {
  const arn = /"arn":"([^"]+)"/.exec(caller.identity)?.[1] ?? "unknown";
  const reason = scene.random.chance(0.8)
    ? `because no identity-based policy allows the ${action} action`
    : `with an explicit deny in a service control policy`;
  return ["AccessDenied", `User: ${arn} is not authorized to perform: ${action} on resource: * ${reason}`];
}
