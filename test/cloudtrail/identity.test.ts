import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  deriveActor,
  principalArn,
  principalUniqueId,
  sessionGroup,
  type IdentityFields,
} from "../../src/cloudtrail/identity.ts";

const NOTHING: IdentityFields = {
  user_identity_type: null,
  user_identity_principal_id: null,
  user_identity_arn: null,
  user_identity_account_id: null,
  user_identity_user_name: null,
  user_identity_invoked_by: null,
  user_identity_on_behalf_of_user_id: null,
  user_identity_on_behalf_of_store_arn: null,
  session_issuer_type: null,
  session_issuer_principal_id: null,
  session_issuer_arn: null,
  session_created_at: null,
  recipient_account_id: null,
  event_source: null,
};
const identity = (fields: Partial<IdentityFields>): IdentityFields => ({ ...NOTHING, ...fields });

const HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";
const ROLE = "arn:aws:iam::111122223333:role/ops/deploy";
const SESSION: Partial<IdentityFields> = {
  user_identity_type: "AssumedRole",
  user_identity_principal_id: "AROATFQR7NSCWWVLB7BES:alice",
  user_identity_arn: "arn:aws:sts::111122223333:assumed-role/deploy/alice",
  user_identity_account_id: "111122223333",
  session_issuer_type: "Role",
  session_issuer_principal_id: "AROATFQR7NSCWWVLB7BES",
  session_issuer_arn: ROLE,
  session_created_at: "2023-07-10T12:27:45Z",
};
const USER: Partial<IdentityFields> = {
  user_identity_type: "IAMUser",
  user_identity_principal_id: "AIDATFQR7NSC5AU2ZV3IE",
  user_identity_arn: "arn:aws:iam::111122223333:user/bert",
  user_identity_account_id: "111122223333",
  user_identity_user_name: "bert",
};
const FEDERATED: Partial<IdentityFields> = {
  user_identity_type: "FederatedUser",
  user_identity_principal_id: "111122223333:outsider",
  user_identity_arn: "arn:aws:sts::111122223333:federated-user/outsider",
  session_issuer_type: "IAMUser",
  session_issuer_principal_id: "AIDATFQR7NSC5AU2ZV3IE",
  session_issuer_arn: "arn:aws:iam::111122223333:user/bert",
};

describe("deriveActor takes the first that is present", () => {
  test.each<[string, Partial<IdentityFields>, string]>([
    ["a role session as role ARN and session name, the role's path kept", SESSION, `${ROLE}/alice`],
    [
      "the session name from the ARN when the principal id has none",
      { ...SESSION, user_identity_principal_id: "AROATFQR7NSCWWVLB7BES" },
      `${ROLE}/alice`,
    ],
    [
      "the session name from the ARN when it is empty in the principal id",
      { ...SESSION, user_identity_principal_id: "AROATFQR7NSCWWVLB7BES:" },
      `${ROLE}/alice`,
    ],
    [
      "the session name after the first colon",
      { ...SESSION, user_identity_principal_id: "AROATFQR7NSCWWVLB7BES:a:b" },
      `${ROLE}/a:b`,
    ],
    [
      "the role alone when nothing names the session",
      { ...SESSION, user_identity_principal_id: null, user_identity_arn: null },
      ROLE,
    ],
    ["a session by its issuer when it has no type", { ...SESSION, user_identity_type: null }, `${ROLE}/alice`],
    [
      "the session's ARN when the issuer's is empty",
      { ...SESSION, session_issuer_arn: "" },
      "arn:aws:sts::111122223333:assumed-role/deploy/alice",
    ],
    ["a user's ARN", USER, "arn:aws:iam::111122223333:user/bert"],
    ["a federated user's own ARN", FEDERATED, "arn:aws:sts::111122223333:federated-user/outsider"],
    [
      "a user whom a service acts for, not the service",
      { ...USER, user_identity_invoked_by: "ec2.amazonaws.com" },
      "arn:aws:iam::111122223333:user/bert",
    ],
    [
      "an Identity Center user as user@store",
      {
        user_identity_type: "IdentityCenterUser",
        user_identity_account_id: "111122223333",
        user_identity_on_behalf_of_user_id: "94482488-3041",
        user_identity_on_behalf_of_store_arn: "arn:aws:identitystore::111122223333:identitystore/d-1",
      },
      "94482488-3041@arn:aws:identitystore::111122223333:identitystore/d-1",
    ],
    [
      "an Identity Center user without a store",
      { user_identity_on_behalf_of_user_id: "94482488-3041" },
      "94482488-3041",
    ],
    [
      "type, account and user name of a user without ARN",
      { ...USER, user_identity_arn: null },
      "IAMUser:111122223333:bert",
    ],
    ["a user name with empty places for what is missing", { user_identity_user_name: "bert" }, "::bert"],
    [
      "a principal id rather than a hidden user name",
      { ...USER, user_identity_arn: "", user_identity_user_name: HIDDEN },
      "AIDATFQR7NSC5AU2ZV3IE",
    ],
    [
      "another account's principal by its id",
      {
        user_identity_type: "AWSAccount",
        user_identity_principal_id: "AIDAJ45Q7YFFAREXAMPLE",
        user_identity_account_id: "444455556666",
      },
      "AIDAJ45Q7YFFAREXAMPLE",
    ],
    [
      "anonymous for the anonymous account",
      {
        user_identity_type: "AWSAccount",
        user_identity_principal_id: "",
        user_identity_account_id: "ANONYMOUS_PRINCIPAL",
      },
      "anonymous",
    ],
    [
      "anonymous for S3 with an empty principal id",
      { user_identity_principal_id: "", event_source: "s3.amazonaws.com", user_identity_account_id: "" },
      "anonymous",
    ],
    [
      "a calling service",
      { user_identity_type: "AWSService", user_identity_invoked_by: "ec2.amazonaws.com" },
      "ec2.amazonaws.com",
    ],
    [
      "the service of a service event",
      { user_identity_account_id: "111122223333", user_identity_invoked_by: "secretsmanager.amazonaws.com" },
      "secretsmanager.amazonaws.com",
    ],
    [
      "unknown with the caller's account",
      { user_identity_account_id: "111122223333", recipient_account_id: "444455556666" },
      "unknown:111122223333",
    ],
    [
      "unknown with the recipient's account",
      { user_identity_type: "Unknown", recipient_account_id: "444455556666" },
      "unknown:444455556666",
    ],
    ["unknown without any account", {}, "unknown"],
  ])("%s", (_rule, fields, actor) => {
    expect(deriveActor(identity(fields))).toBe(actor);
  });

  test("two users whom AWS hid in one account are not merged with a real one", () => {
    const hidden = identity({
      user_identity_type: "IAMUser",
      user_identity_account_id: "111122223333",
      user_identity_user_name: HIDDEN,
    });
    expect(deriveActor(hidden)).toBe("unknown:111122223333");
  });

  test("an empty principal id outside S3 is not anonymous", () => {
    const fields = { user_identity_principal_id: "", event_source: "signin.amazonaws.com", recipient_account_id: "1" };
    expect(deriveActor(identity(fields))).toBe("unknown:1");
  });

  test("it is never empty, whatever the record holds", () => {
    const value = fc.option(fc.oneof(fc.string(), fc.constantFrom("", HIDDEN, "AssumedRole", "Role", "a:b", ":")));
    const fields = Object.fromEntries(Object.keys(NOTHING).map((key) => [key, value]));
    fc.assert(fc.property(fc.record(fields), (record) => deriveActor(record as unknown as IdentityFields) !== ""));
  });
});

describe("principalArn", () => {
  test.each<[string, Partial<IdentityFields>, string | null]>([
    ["the role of a session", SESSION, ROLE],
    ["the parent of a federated user", FEDERATED, "arn:aws:iam::111122223333:user/bert"],
    ["the user", USER, "arn:aws:iam::111122223333:user/bert"],
    [
      "the session's ARN when the role's is missing",
      { ...SESSION, session_issuer_arn: "" },
      "arn:aws:sts::111122223333:assumed-role/deploy/alice",
    ],
    ["null for an empty ARN", { ...USER, user_identity_arn: "" }, null],
    ["null for a service", { user_identity_type: "AWSService", user_identity_invoked_by: "ec2.amazonaws.com" }, null],
  ])("is %s", (_rule, fields, arn) => {
    expect(principalArn(identity(fields))).toBe(arn);
  });
});

describe("principalUniqueId", () => {
  test.each<[string, Partial<IdentityFields>, string | null]>([
    ["the role's id without the session name, which the caller chooses", SESSION, "AROATFQR7NSCWWVLB7BES"],
    ["the user's id", USER, "AIDATFQR7NSC5AU2ZV3IE"],
    ["the parent's id for a federated user", FEDERATED, "AIDATFQR7NSC5AU2ZV3IE"],
    [
      "the whole for a federated user without parent",
      { ...FEDERATED, session_issuer_principal_id: "" },
      "111122223333:outsider",
    ],
    ["the account of root", { user_identity_type: "Root", user_identity_principal_id: "111122223333" }, "111122223333"],
    [
      "the whole when the part before the colon is no unique id",
      { user_identity_principal_id: "system:serviceaccount:x" },
      "system:serviceaccount:x",
    ],
    ["the whole when the id is too short", { user_identity_principal_id: "AROAEXAMPLE:x" }, "AROAEXAMPLE:x"],
    ["null when empty", { user_identity_principal_id: "" }, null],
    ["null when hidden, since it would join strangers", { user_identity_principal_id: HIDDEN }, null],
    ["null when absent", {}, null],
  ])("is %s", (_rule, fields, id) => {
    expect(principalUniqueId(identity(fields))).toBe(id);
  });

  test("two users recreated under one name are two", () => {
    const again = { ...USER, user_identity_principal_id: "AIDATFQR7NSC5U6Q3TMDR" };
    expect(principalArn(identity(again))).toBe(principalArn(identity(USER)));
    expect(principalUniqueId(identity(again))).not.toBe(principalUniqueId(identity(USER)));
  });
});

describe("sessionGroup", () => {
  test.each([
    ["2023-07-10T12:27:45Z", "2023-07-10T12:27:45Z"],
    ["20131102T010628Z", "2013-11-02T01:06:28Z"],
    ["2023-07-10T12:27:45.000Z", "2023-07-10T12:27:45Z"],
    ["2023-07-10T12:27:45.900Z", "2023-07-10T12:27:45Z"],
    ["2023-07-10T14:27:45+02:00", "2023-07-10T12:27:45Z"],
  ])("brings the creation time %s to %s", (written, second) => {
    expect(sessionGroup(identity({ ...SESSION, session_created_at: written }))).toBe(
      `AROATFQR7NSCWWVLB7BES:alice@${second}`,
    );
  });

  test.each<[string, Partial<IdentityFields>]>([
    ["there is no session", USER],
    ["there is no principal id", { ...SESSION, user_identity_principal_id: null }],
    ["the principal id is empty", { ...SESSION, user_identity_principal_id: "" }],
    ["the creation time is empty", { ...SESSION, session_created_at: "" }],
    ["the creation time is no time", { ...SESSION, session_created_at: "2023-13-45T99:00:00Z" }],
  ])("is null when %s", (_rule, fields) => {
    expect(sessionGroup(identity(fields))).toBeNull();
  });
});
