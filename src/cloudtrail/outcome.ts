import { isJsonObject, ownValue } from "./json-object.ts";
import { listsFailures } from "./listed-failures.ts";

/**
 * `no-error` says that no error was recorded, not that the call worked; `dry-run` that the permission is there and
 * nothing was done; `partial` that the response lists items that failed; `unknown` that the record cannot tell.
 */
/** Every outcome word; the same in columns, flags and docs. */
export const OUTCOMES = ["no-error", "failure", "denied", "dry-run", "partial", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface OutcomeInput {
  readonly event_source: string | null;
  readonly event_name: string | null;
  readonly event_type: string | null;
  readonly event_category: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  /** Parsed JSON, read only when the columns do not decide. */
  readonly responseElements: () => unknown;
  readonly serviceEventDetails: () => unknown;
}

/**
 * Codes come bare (`AccessDenied`), with a fault (`Client.UnauthorizedOperation`), behind a name space
 * (`com.amazonaws.ec2#AuthFailure`) and with detail (`AuthFailure.ServiceLinkedRoleCreationNotPermitted`).
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const DENIED_CODE = new RegExp(
  "Unauthorized|(?:^|[.#:])(?:" +
    "AccessDenied|NotAuthorized|AllAccessDisabled|InvalidClientTokenId|ExpiredToken|VpceAccessDenied" +
    "|Authorization" +
    "|(?:AuthFailure|Forbidden)(?:Exception)?(?:$|[.:])" +
    ")",
);
const DENIED_MESSAGE = /not authorized to perform/i;
const DRY_RUN_CODE = /(?:^|[.#:])DryRunOperation$/;
const NO_ERROR_CODE = "Success";

/** Sign-in events whose record says Success or Failure: one that says neither has lost it, as in a console CSV. */
const VERDICT_EVENTS = new Set([
  "ConsoleLogin",
  "CheckMfa",
  "SwitchRole",
  "ExitRole",
  "RenewRole",
  "CredentialChallenge",
  "CredentialVerification",
  "UserAuthentication",
]);

/** How the call ended, from this record alone. */
export function deriveOutcome(input: OutcomeInput): Outcome {
  if (isSummary(input)) return "unknown";
  const code = input.error_code ?? "";
  const message = input.error_message ?? "";
  const hasCode = code !== "" && code !== NO_ERROR_CODE;
  if (hasCode && DENIED_CODE.test(code)) return "denied";
  if (message !== "" && DENIED_MESSAGE.test(message)) return "denied";
  if (hasCode) return DRY_RUN_CODE.test(code) ? "dry-run" : "failure";
  if (isSignIn(input)) return signInOutcome(input, message);
  if (message !== "") return "failure";
  return listsFailures(input.responseElements()) ? "partial" : "no-error";
}

/** Insight and aggregated records sum up many calls: they have no outcome of their own. */
function isSummary({ event_category, event_type }: OutcomeInput): boolean {
  if (event_category === "Insight" || event_category === "Aggregated") return true;
  return event_type === "AwsCloudTrailInsight" || event_type === "AwsAggregatedEvent";
}

/** Sign-ins alone take their outcome from texts in their response or details. */
export function isSignIn({ event_type, event_source }: Pick<OutcomeInput, "event_type" | "event_source">): boolean {
  if (event_type === "AwsConsoleSignIn") return true;
  return event_source !== null && (event_source.startsWith("signin.") || event_source.startsWith("sso"));
}

function signInOutcome(input: OutcomeInput, message: string): Outcome {
  const name = input.event_name ?? "";
  const verdict = verdictIn(input.responseElements(), name) ?? verdictIn(input.serviceEventDetails(), name);
  if (verdict !== null) return verdict;
  if (message !== "") return "failure";
  if (input.event_type === "AwsConsoleSignIn" || VERDICT_EVENTS.has(name)) return "unknown";
  return listsFailures(input.responseElements()) ? "partial" : "no-error";
}

function verdictIn(container: unknown, eventName: string): Outcome | null {
  if (!isJsonObject(container)) return null;
  const verdict = ownValue(container, eventName);
  if (typeof verdict !== "string") return null;
  if (verdict.toLowerCase() === "success") return "no-error";
  return verdict.toLowerCase() === "failure" ? "failure" : null;
}
