import { ACCOUNT, type RecordFields } from "./trail-maker.ts";

/** Parts of records that several tests of the library need. */

export const rootUser = {
  type: "Root",
  principalId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accountId: ACCOUNT,
  accessKeyId: "",
};
export const insight = {
  eventCategory: "Insight",
  eventType: "AwsCloudTrailInsight",
  managementEvent: undefined,
  readOnly: undefined,
};
export const network = {
  eventCategory: "NetworkActivity",
  eventType: "AwsVpceEvent",
  managementEvent: undefined,
  errorCode: "VpceAccessDenied",
};
export const denied = (action: string, resource: string): RecordFields => ({
  errorCode: "AccessDenied",
  errorMessage: `User: arn:x is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  requestParameters: null,
});
export const signIn = (name: string, result: string, changes: RecordFields = {}): RecordFields => ({
  eventType: "AwsConsoleSignIn",
  eventSource: "signin.amazonaws.com",
  eventName: name,
  readOnly: false,
  requestParameters: null,
  responseElements: { [name]: result },
  ...changes,
});
export const roleSession = (name: string, changes: RecordFields = {}): RecordFields => ({
  type: "AssumedRole",
  principalId: `AROADEPLOYXXXXXXXXXXX:${name}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/${name}`,
  accountId: ACCOUNT,
  accessKeyId: "ASIADEPLOYXXXXXXXXXX",
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: "AROADEPLOYXXXXXXXXXXX",
      arn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
      accountId: ACCOUNT,
      userName: "deploy",
    },
  },
  ...changes,
});
