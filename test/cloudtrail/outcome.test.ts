import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveOutcome, type Outcome, type OutcomeInput } from "../../src/cloudtrail/outcome.ts";

interface Case {
  source?: string;
  name?: string;
  type?: string;
  category?: string;
  code?: string | null;
  message?: string | null;
  response?: unknown;
  details?: unknown;
}

const outcomeOf = (record: Case): Outcome => deriveOutcome(inputOf(record));

function inputOf(record: Case): OutcomeInput {
  return {
    event_source: record.source ?? "ec2.amazonaws.com",
    event_name: record.name ?? "RunInstances",
    event_type: record.type ?? "AwsApiCall",
    event_category: record.category ?? "Management",
    error_code: record.code ?? null,
    error_message: record.message ?? null,
    responseElements: () => record.response ?? null,
    serviceEventDetails: () => record.details ?? null,
  };
}

const SIGN_IN = { source: "signin.amazonaws.com", name: "ConsoleLogin", type: "AwsConsoleSignIn" };

describe("a call is denied", () => {
  test.each([
    "AccessDenied",
    "AccessDeniedException",
    "Client.UnauthorizedOperation",
    "Server.UnauthorizedOperation",
    "UnauthorizedException",
    "UnauthorizedAccess",
    "NotAuthorized",
    "NotAuthorizedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "AuthorizationAlreadyExists",
    "AuthorizationNotFound",
    "AuthorizationQuotaExceeded",
    "AuthorizationPendingException",
    "AuthFailure",
    "Client.AuthFailure",
    "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
    "Forbidden",
    "ForbiddenException",
    "AllAccessDisabled",
    "InvalidClientTokenId",
    "Client.InvalidClientTokenId",
    "ExpiredToken",
    "ExpiredTokenException",
    "VpceAccessDenied",
    "KMS.AccessDeniedException",
    "com.amazonaws.kms#AccessDeniedException",
  ])("by the code %s", (code) => {
    expect(outcomeOf({ code })).toBe("denied");
  });

  test("by a message that says not authorized to perform, in any case", () => {
    expect(outcomeOf({ code: "InvalidParameter", message: "User: x is Not Authorized to perform: a:B" })).toBe(
      "denied",
    );
    expect(outcomeOf({ message: "You are not authorized to perform this operation." })).toBe("denied");
  });

  test("also when it is a sign-in", () => {
    expect(outcomeOf({ ...SIGN_IN, code: "AccessDenied", response: { ConsoleLogin: "Failure" } })).toBe("denied");
  });

  test("at a VPC endpoint", () => {
    const record = { type: "AwsVpceEvent", category: "NetworkActivity", code: "VpceAccessDenied" };
    expect(outcomeOf(record)).toBe("denied");
  });
});

describe("a call failed", () => {
  test.each([
    "ThrottlingException",
    "Client.VpcLimitExceeded",
    "NoSuchBucketPolicy",
    "InvalidAccessException",
    "TrailNotFoundException",
    // Things called an authorization, not a lack of one.
  ])("with the code %s", (code) => {
    expect(outcomeOf({ code })).toBe("failure");
  });

  test("with a message and no code", () => {
    expect(outcomeOf({ message: "Internal error" })).toBe("failure");
  });

  test("with a code even when the response lists failed items", () => {
    expect(outcomeOf({ code: "InternalError", response: { failures: [{}] } })).toBe("failure");
  });
});

describe("a dry run", () => {
  test.each(["Client.DryRunOperation", "DryRunOperation"])("is told by %s", (code) => {
    expect(outcomeOf({ code, message: "Request would have succeeded, but DryRun flag is set." })).toBe("dry-run");
  });

  test("that was refused is denied", () => {
    expect(outcomeOf({ code: "Client.UnauthorizedOperation" })).toBe("denied");
  });
});

describe("no error", () => {
  test.each<[string, Case]>([
    ["without code and message", {}],
    ["with empty code and message", { code: "", message: "" }],
    ["with the code Success", { code: "Success" }],
    ["with a response that an export turned to text", { response: "{failures=[x]}" }],
  ])("is recorded %s", (_what, record) => {
    expect(outcomeOf(record)).toBe("no-error");
  });
});

describe("a sign-in", () => {
  test.each<[string, Case, Outcome]>([
    ["succeeds by its response", { response: { ConsoleLogin: "Success" } }, "no-error"],
    ["fails by its response", { response: { ConsoleLogin: "Failure" }, message: "Failed authentication" }, "failure"],
    ["fails by its message alone", { message: "No username found in supplied account" }, "failure"],
    [
      "succeeds by its response whatever the message",
      { response: { ConsoleLogin: "Success" }, message: "x" },
      "no-error",
    ],
    ["is unknown without a verdict, as in a console CSV", {}, "unknown"],
    ["is unknown with another event's verdict", { response: { CheckMfa: "Success" } }, "unknown"],
    ["is unknown with a verdict that is neither", { response: { ConsoleLogin: "Challenge" } }, "unknown"],
    ["takes no verdict from what every object inherits", { name: "constructor", response: {} }, "unknown"],
    [
      "takes no verdict from a prototype",
      { response: Object.create({ ConsoleLogin: "Success" }) as unknown },
      "unknown",
    ],
    ["succeeds at CheckMfa", { name: "CheckMfa", response: { CheckMfa: "Success" } }, "no-error"],
    ["fails by an error code", { code: "InternalFailure", response: { ConsoleLogin: "Success" } }, "failure"],
  ])("%s", (_what, record, outcome) => {
    expect(outcomeOf({ ...SIGN_IN, ...record })).toBe(outcome);
  });

  test("of Identity Center has its verdict in the service event details", () => {
    const record = { source: "signin.amazonaws.com", name: "CredentialVerification", type: "AwsServiceEvent" };
    expect(outcomeOf({ ...record, details: { CredentialVerification: "Failure" } })).toBe("failure");
    expect(outcomeOf({ ...record, details: { CredentialVerification: "Success" } })).toBe("no-error");
    expect(outcomeOf(record)).toBe("unknown");
  });

  test("event without a verdict of its own is an ordinary call", () => {
    expect(outcomeOf({ source: "sso.amazonaws.com", name: "Authenticate", type: "AwsServiceEvent" })).toBe("no-error");
  });
});

describe("a call on several items is partial", () => {
  test.each<[string, unknown]>([
    ["EventBridge", { failedEntryCount: 1, failedEntries: [{ targetId: "t" }] }],
    ["a count alone", { FailedRecordCount: 3 }],
    ["ECS", { tasks: [], failures: [{ arn: "a", reason: "MISSING" }] }],
    ["SQS", { successful: [], failed: [{ id: "1" }] }],
    ["EC2 endpoints", { unsuccessful: { item: { resourceId: "vpce-1", error: { code: "x" } } } }],
    ["EC2 behind a wrapper", { DeleteFlowLogsResponse: { unsuccessful: { item: [{ resourceId: "fl-1" }] } } }],
    ["an EC2 set", { unsuccessfulFleetRequestSet: { items: [{ fleetId: "f" }] } }],
    ["an EC2 fleet", { CreateFleetResponse: { errorSet: { item: { errorCode: "x" } }, fleetId: "f" } }],
    ["GuardDuty", { unprocessedAccounts: [{ accountId: "1", result: "x" }] }],
    ["DynamoDB", { unprocessedItems: { table: [{ putRequest: {} }] } }],
    ["Systems Manager", { deletedParameters: [], invalidParameters: ["/a"] }],
    ["tagging", { failedResourcesMap: { "arn:aws:s3:::b": { statusCode: 400 } } }],
  ])("as %s says it", (_service, response) => {
    expect(outcomeOf({ response })).toBe("partial");
  });

  test.each<[string, unknown]>([
    ["no response", null],
    ["empty lists", { failures: [], unsuccessful: [], errors: [] }],
    ["the empty text of an empty XML element", { DeleteFlowLogsResponse: { unsuccessful: "" } }],
    ["an empty set", { unsuccessfulSet: {}, unprocessedItems: {} }],
    ["an empty set with items", { unsuccessfulSet: { items: [] } }],
    ["counts of zero", { failedEntryCount: 0, failedRecordCount: "0" }],
    ["a running command's counters", { command: { errorCount: 0, maxErrors: "0", status: "Pending" } }],
    ["settings called failure", { healthCheck: { failureThreshold: 3 }, failureFeedbackRoleArn: "arn" }],
    ["states called failed", { service: { deployments: [{ failedTasks: 2 }] } }],
    ["text under a failure key", { errors: "none" }],
    ["a list too deep to be the call's own", { a: { b: { c: { failures: [1] } } } }],
    ["a response that was too large to record", { omitted: true, originalSize: 149893, reason: "too large" }],
  ])("not for %s", (_what, response) => {
    expect(outcomeOf({ response })).toBe("no-error");
  });
});

describe("a record of many calls has no outcome", () => {
  test.each<[string, Case]>([
    ["Insight", { category: "Insight", type: "AwsCloudTrailInsight", code: "AccessDenied" }],
    ["aggregated", { category: "Aggregated", type: "AwsAggregatedEvent" }],
    ["Insight without a category", { category: "", type: "AwsCloudTrailInsight" }],
  ])("%s", (_what, record) => {
    expect(outcomeOf(record)).toBe("unknown");
  });
});

test("the response of a denied call is not even parsed", () => {
  const unread = (): never => {
    throw new Error("read");
  };
  expect(deriveOutcome({ ...inputOf({ code: "AccessDenied" }), responseElements: unread })).toBe("denied");
});

test("no JSON makes it throw", () => {
  const response = fc.jsonValue({ maxDepth: 6 });
  fc.assert(
    fc.property(
      response,
      response,
      (left, right) => outcomeOf({ ...SIGN_IN, response: left, details: right }) !== "dry-run",
    ),
  );
  fc.assert(fc.property(response, (value) => ["no-error", "partial"].includes(outcomeOf({ response: value }))));
});
