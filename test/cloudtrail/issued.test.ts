import { describe, expect, test } from "vitest";
import { deriveIssued, type IssuedInput } from "../../src/cloudtrail/issued.ts";

const NOTHING = { issued_access_key_id: null, issued_session_group: null, created_target: null };

function issued(
  event_name: string,
  response: unknown,
  changes: Partial<IssuedInput> = {},
): ReturnType<typeof deriveIssued> {
  return deriveIssued({
    event_name,
    event_time: "2023-07-10T11:42:31Z",
    outcome: "no-error",
    principal_id: "AIDAEXAMPLE",
    target_source: null,
    responseElements: () => response,
    ...changes,
  });
}

const CREDENTIALS = { accessKeyId: "ASIAEXAMPLE", expiration: "Jul 10, 2023, 12:42:31 PM" };

describe("a record issues", () => {
  test.each(["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"])(
    "a key and the session of its role: %s",
    (name) => {
      const response = {
        credentials: CREDENTIALS,
        assumedRoleUser: { assumedRoleId: "AROAEXAMPLE:ada", arn: "arn:x" },
      };
      expect(issued(name, response)).toEqual({
        issued_access_key_id: "ASIAEXAMPLE",
        issued_session_group: "AROAEXAMPLE:ada@2023-07-10T11:42:31Z",
        created_target: null,
      });
    },
  );

  test("a key and the session of a federated user: GetFederationToken", () => {
    const response = { credentials: CREDENTIALS, federatedUser: { federatedUserId: "111122223333:ada" } };
    expect(issued("GetFederationToken", response)).toEqual({
      issued_access_key_id: "ASIAEXAMPLE",
      issued_session_group: "111122223333:ada@2023-07-10T11:42:31Z",
      created_target: null,
    });
  });

  test("a key and a session of the caller: GetSessionToken", () => {
    expect(issued("GetSessionToken", { credentials: CREDENTIALS })).toEqual({
      issued_access_key_id: "ASIAEXAMPLE",
      issued_session_group: "AIDAEXAMPLE@2023-07-10T11:42:31Z",
      created_target: null,
    });
  });

  test("a session of the caller without a key: ConsoleLogin", () => {
    expect(issued("ConsoleLogin", { ConsoleLogin: "Success" })).toEqual({
      ...NOTHING,
      issued_session_group: "AIDAEXAMPLE@2023-07-10T11:42:31Z",
    });
  });

  test("a lasting key: CreateAccessKey", () => {
    const response = { accessKey: { accessKeyId: "AKIAEXAMPLE", userName: "ada" } };
    const changes = { target_source: "requestParameters.userName" };
    expect(issued("CreateAccessKey", response, changes)).toEqual({ ...NOTHING, issued_access_key_id: "AKIAEXAMPLE" });
  });
});

describe("a record issues nothing", () => {
  test.each(["denied", "failure", "dry-run", "partial", "unknown"])("when its outcome is %s", (outcome) => {
    expect(issued("AssumeRole", { credentials: CREDENTIALS }, { outcome })).toEqual(NOTHING);
    expect(issued("CreateUser", {}, { outcome, target_source: "requestParameters.userName" })).toEqual(NOTHING);
  });

  test.each([
    null,
    "text",
    [],
    {},
    { credentials: null },
    { credentials: { accessKeyId: "" } },
    { credentials: { accessKeyId: 5 } },
    { assumedRoleUser: "AROAEXAMPLE:ada" },
  ])("when its response is %j", (response) => {
    expect(issued("AssumeRole", response)).toEqual(NOTHING);
  });

  test("when nobody knows the time or the caller", () => {
    expect(issued("ConsoleLogin", {}, { event_time: null })).toEqual(NOTHING);
    expect(issued("ConsoleLogin", {}, { principal_id: null })).toEqual(NOTHING);
  });

  test.each(["ListAccessKeys", "AssumeRolePolicy", "MyAssumeRole"])("when it is %s", (name) => {
    expect(issued(name, { credentials: CREDENTIALS })).toEqual(NOTHING);
  });
});

test("a session is named by whole seconds, as its uses name it", () => {
  const { issued_session_group } = issued("ConsoleLogin", {}, { event_time: "2023-07-10T11:42:31.5Z" });
  expect(issued_session_group).toBe("AIDAEXAMPLE@2023-07-10T11:42:31Z");
});

describe("a record", () => {
  test.each([
    ["CreateUser", "requestParameters.userName"],
    ["CreateRole", "requestParameters.roleName"],
    ["CreateBucket", "requestParameters.bucketName"],
    ["CreateTrail", "requestParameters.name"],
    ["CreatePolicy", "responseElements.policy.arn"],
    ["CreateVpc", "responseElements.vpc.vpcId"],
    ["CreateRouteTable", "responseElements.routeTable.routeTableId"],
    ["CreateDBInstance", "requestParameters.dBInstanceIdentifier"],
  ])("%s creates the target that %s names", (name, target_source) => {
    expect(issued(name, {}, { target_source })).toEqual({ ...NOTHING, created_target: true });
  });

  test.each([
    ["CreateLoginProfile", "requestParameters.userName"],
    ["CreateRoute", "requestParameters.routeTableId"],
    ["CreateTags", "requestParameters.resourcesSet.items[].resourceId"],
    ["CreateUser", null],
    ["Create", "requestParameters.name"],
    ["PutUserPolicy", "requestParameters.userName"],
    ["DeleteUser", "requestParameters.userName"],
  ])("%s does not create the target that %s names", (name, target_source) => {
    expect(issued(name, {}, { target_source })).toEqual(NOTHING);
  });
});
