import type { Json } from "../json.ts";
import type { Random } from "../random.ts";
import type { CallError, Caller } from "./record.ts";

const WEB_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** What IAM, STS and most services answer; the request is then null and the message alone names the resource. */
export function accessDenied(caller: Caller, action: string, resource: string): CallError {
  return { code: "AccessDenied", message: refusal(caller, action, resource) };
}

/** The same from services with JSON protocols, which spell the code longer. */
export function accessDeniedException(caller: Caller, action: string, resource: string): CallError {
  return { code: "AccessDeniedException", message: refusal(caller, action, resource) };
}

function refusal(caller: Caller, action: string, resource: string): string {
  const policy = `because no identity-based policy allows the ${action} action`;
  return `User: ${arnOf(caller)} is not authorized to perform: ${action} on resource: ${resource} ${policy}`;
}

/** EC2's own word for a denial. Unlike the others it keeps the request. */
export function unauthorizedOperation(caller: Caller, action: string): CallError {
  const policy = `because no identity-based policy allows the ${action} action`;
  const message = `User: ${arnOf(caller)} is not authorized to perform: ${action} ${policy}`;
  return {
    code: "Client.UnauthorizedOperation",
    message: `You are not authorized to perform this operation. ${message}`,
  };
}

/** EC2's denial of a change: an encoded text that only the account's owner can read. */
export function encodedDenial(random: Random): CallError {
  const encoded = random.text(WEB_BASE64, 220);
  return {
    code: "Client.UnauthorizedOperation",
    message: `You are not authorized to perform this operation. Encoded authorization failure message: ${encoded}`,
  };
}

export const THROTTLED: CallError = { code: "ThrottlingException", message: "Rate exceeded" };

function arnOf(caller: Caller): string {
  const arn: Json | undefined = caller.identity["arn"];
  if (typeof arn !== "string") throw new Error("This caller has no ARN");
  return arn;
}
