import type { Asked } from "../../helpers/ask-library.ts";
import { roleSession } from "../../helpers/record-parts.ts";
import { ACCOUNT, iamUser, type RecordFields } from "../../helpers/trail-maker.ts";

/** What a query must find, and what looks like it and is something else; both in one case. */
export interface BothSides {
  readonly found: readonly RecordFields[];
  readonly passed: readonly RecordFields[];
  readonly asked?: Asked;
}

export const DAY = 86_400;
export const DATA = { eventCategory: "Data", managementEvent: false };
export const CONSOLE = { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" };
export const REFUSED = { errorCode: "AccessDenied", errorMessage: "User: x is not authorized to perform: this" };
export const STRANGER = "999988887777";

/** The fields of a call, `service:Name`; the second when it happened may be among the changes as `at`. */
export function call(name: string, requestParameters: unknown = null, changes: RecordFields = {}): RecordFields {
  const [service = "", eventName = ""] = name.split(":");
  return {
    eventSource: `${service}.amazonaws.com`,
    eventName,
    readOnly: /^(?:Get|List|Describe|Lookup|Head|Assume|Select|Batch)/.test(eventName),
    requestParameters,
    ...changes,
  };
}

export const by = (name: string): RecordFields => ({ userIdentity: iamUser(name) });
export const at = (second: number): RecordFields => ({ at: second });
export const many = (count: number, make: (i: number) => RecordFields): RecordFields[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const object = (name: string, path: string, changes: RecordFields = {}): RecordFields => {
  const [bucketName = "", ...key] = path.split("/");
  return call(`s3:${name}`, { bucketName, key: key.join("/") }, { ...DATA, ...changes });
};
export const policy = (Principal: unknown): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal, Action: "*", Resource: "*" }] });
export const own = (name: string): { AWS: string } => ({ AWS: `arn:aws:iam::${ACCOUNT}:role/${name}` });

/** For a query that judges nothing: what is outside the scope is not in its rows. */
export function outOfScope(found: readonly RecordFields[], params: Asked["params"] = {}): BothSides {
  return { found, passed: found, asked: { params, scope: { since: "2024-03-01T10:01:40Z" } } };
}

/** What an instance does with the credentials of its role. */
export const onInstance = (address: string, changes: RecordFields = {}): RecordFields => ({
  userIdentity: roleSession("i-0dbc91f429e48eeed", { accessKeyId: "ASIAINSTANCEXXXXXXXX" }),
  sourceIPAddress: address,
  ...changes,
});
export const launch = (instanceType: string): RecordFields =>
  call("ec2:RunInstances", { instanceType, instancesSet: { items: [{ minCount: 1, maxCount: 1 }] } });
