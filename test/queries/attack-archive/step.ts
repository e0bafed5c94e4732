import { roleSession } from "../../helpers/record-parts.ts";
import { ACCOUNT, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../../helpers/trail-maker.ts";

export const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
export const OWN_POLICY = `arn:aws:iam::${ACCOUNT}:policy/service`;
export const STRANGER = `arn:aws:iam::${OTHER_ACCOUNT}:role/x`;
export const allow = (Action: unknown, Resource: unknown, more: object = {}): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource, ...more }] });
export const trust = (Principal: unknown, more: object = {}): string =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more }] });

/** A call, and what is said of it: a query and how grave, or `none` for no row. */
export interface Step {
  readonly finding: string;
  readonly call: string;
  readonly request?: unknown;
  readonly more?: RecordFields;
  /** Second of the record; else ten after the one before. */
  readonly at?: number;
}

export const federated = (key: string, createdAt: string): RecordFields => ({
  userIdentity: {
    type: "FederatedUser",
    principalId: `${ACCOUNT}:staff`,
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/staff`,
    accountId: ACCOUNT,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: { type: "IAMUser", principalId: "AIDABROKER", accountId: ACCOUNT, userName: "broker" },
      attributes: { creationDate: createdAt },
    },
  },
});
export const onInstance = (address: string, userAgent: string): RecordFields => ({
  userIdentity: roleSession("i-0dbc91f429e48eeed", { accessKeyId: "k-1" }),
  sourceIPAddress: address,
  userAgent,
});
export const container = (...command: string[]): RecordFields => ({
  family: "f",
  containerDefinitions: [{ name: "c", image: "nginx", command }],
});
export const ping = (ipProtocol: string, fromPort: number): RecordFields => ({
  groupId: "sg-1",
  ipPermissions: {
    items: [{ ipProtocol, fromPort, toPort: fromPort, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }],
  },
});

export function recordOf({ finding, call, request = null, more = {}, at }: Step, i: number): RecordFields {
  const [service = "", eventName = ""] = call.split(":");
  return makeRecord(at ?? 10 * i, {
    eventID: `${i} ${finding} ${eventName}`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    readOnly: /^(?:Get|List|Batch)/.test(eventName),
    requestParameters: request,
    sourceIPAddress: "198.51.100.7",
    ...more,
  });
}
