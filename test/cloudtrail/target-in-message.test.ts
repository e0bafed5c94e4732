import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resourcesInMessage } from "../../src/cloudtrail/target-in-message.ts";

const ROLE = "arn:aws:iam::111122223333:role/stratus-role";
const DENIED = "User: arn:aws:iam::111122223333:user/bert is not authorized to perform: sts:AssumeRole";

describe("resourcesInMessage", () => {
  test.each<[string, string, readonly string[]]>([
    ["an ARN at the end", `${DENIED} on resource: ${ROLE}`, [ROLE]],
    ["an ARN before the reason", `${DENIED} on resource: ${ROLE} because no identity-based policy allows it`, [ROLE]],
    [
      "an ARN before a deny",
      `${DENIED} on resource: ${ROLE} with an explicit deny in a service control policy`,
      [ROLE],
    ],
    [
      "a quoted ARN, as S3 writes it",
      `${DENIED} on resource: "arn:aws:s3:::my.bucket/a.txt" because no policy`,
      ["arn:aws:s3:::my.bucket/a.txt"],
    ],
    ["an ARN of another partition", `${DENIED} on resource: arn:aws-cn:iam::1:role/x`, ["arn:aws-cn:iam::1:role/x"]],
    ["a role's name, as IAM writes it", `${DENIED} on resource: role Admin-Role because no policy`, ["Admin-Role"]],
    ["a user's name", `${DENIED} on resource: user bob`, ["bob"]],
    [
      "an unknown trail, not the caller",
      "Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/t for the user: 111122223333",
      ["arn:aws:cloudtrail:us-east-1:111122223333:trail/t"],
    ],
    ["any other ARN", "Could not find arn:aws:sns:us-east-1:1:topic.", ["arn:aws:sns:us-east-1:1:topic"]],
    [
      "instance ids",
      "Instances [[i-05c30218156bcc246, i-12345678]] not in a valid state for account 1",
      ["i-05c30218156bcc246", "i-12345678"],
    ],
    ["a quoted id", "The vpc ID 'vpc-098ff30ff74b36f73' does not exist", ["vpc-098ff30ff74b36f73"]],
    ["a quoted name", 'The table "orders" does not exist.', ["orders"]],
    ["a plain name", "The role with name ec2-enumerate-role cannot be found.", ["ec2-enumerate-role"]],
  ])("finds %s", (_what, message, resources) => {
    expect(resourcesInMessage(message)).toEqual(resources);
  });

  test.each<[string, string]>([
    ["every resource", `${DENIED} on resource: * because no identity-based policy allows the action`],
    ["nothing but the caller", DENIED],
    [
      "nothing but an encoded text",
      "You are not authorized to perform this operation. Encoded authorization failure message: aBc-i-12345678",
    ],
    ["a value that was wrong, not a thing", "Value (x) for parameter iamInstanceProfile.name is invalid."],
    ["a quoted value that was wrong", "1 validation error: Value 'x' at 'type' failed to satisfy constraint"],
    ["no user", `${DENIED} on resource: user null`],
    ["nothing", "Rate exceeded"],
    ["an empty text", ""],
  ])("finds nothing in a message that names %s", (_what, message) => {
    expect(resourcesInMessage(message)).toEqual([]);
  });

  test("never throws, and stays fast", () => {
    const piece = fc.constantFrom(
      "on resource: ",
      "arn:aws:",
      "'",
      '"',
      " because",
      "not found",
      "i-12345678",
      " ",
      "User: ",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => Array.isArray(resourcesInMessage(parts.join("")))),
    );
    const started = performance.now();
    for (const part of ["'", "on resource: '", "arn:a:a:", "with name a "]) resourcesInMessage(part.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
