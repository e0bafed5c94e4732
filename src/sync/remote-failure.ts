/*
 * What a failed request means for the object and for the run. S3 and the SDK say it in many ways: an XML code, an HTTP
 * status, a plain Error without either when a body breaks off.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */

export type FailureKind =
  /** Slow down, then try again. */
  | "throttled"
  /** Try again. */
  | "transient"
  /** The credentials are no longer valid: renew them, then try again. */
  | "expired"
  /** The object is not what was listed. */
  | "changed"
  /** The object is gone. */
  | "gone"
  /** In an archive storage class: it must be restored first. */
  | "archived"
  /** The key of its encryption is out of reach. */
  | "kms"
  | "denied"
  /** The bytes are not what the server said of them. */
  | "damaged"
  | "other";

export interface RemoteFailure {
  readonly kind: FailureKind;
  /** S3's code, or the system's. */
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
  readonly request_id: string | null;
}

const THROTTLED = new Set([
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "ServiceUnavailable",
]);
const EXPIRED = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "TokenRefreshRequired",
  "RequestExpired",
  "CredentialsProviderError",
]);
const TRANSIENT = new Set([
  "InternalError",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "ECONNRESET",
  "ECONNREFUSED",
  "ETIMEDOUT",
  "EPIPE",
  "EAI_AGAIN",
  "ENOTFOUND",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "TimeoutError",
  "aborted",
  "socket hang up",
]);

/** Reads what was thrown or answered. */
export function failureOf(error: unknown): RemoteFailure {
  const raw = error as Error & {
    Code?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  const status = raw.$metadata?.httpStatusCode ?? null;
  const code = raw.Code ?? raw.code ?? (raw.name === "Error" || raw.name === undefined ? raw.message : raw.name);
  // The SDK adds lines for its developers.
  const message = raw.message === undefined || raw.message === "" ? code : raw.message.split("\n")[0]!;
  return { kind: kindOf(code, status, message), code, message, status, request_id: raw.$metadata?.requestId ?? null };
}

/** An error answer of S3, to be thrown and read by `failureOf`. */
export function answerError(status: number, body: string, request_id: string | null): Error {
  const code = element(body, "Code") ?? statusCode(status);
  const message = element(body, "Message") ?? `HTTP ${status}`;
  return Object.assign(new Error(message), { code, $metadata: { httpStatusCode: status, requestId: request_id } });
}

/** Bytes that are not what the server said of them. */
export function damagedError(message: string): Error {
  return Object.assign(new Error(message), { code: "Damaged" });
}

/** What to tell the person; the code is in it, so that it can be looked up. */
export function failureInWords({ kind, code, message, status }: RemoteFailure): string {
  const said = `${code}${status === null ? "" : ` (HTTP ${status})`}${message === code ? "" : `: ${message}`}`;
  switch (kind) {
    case "archived":
      return `${said}; it lies in an archive storage class and must be restored first`;
    case "kms":
      return `${said}; the caller needs kms:Decrypt on the key that encrypts it`;
    case "changed":
      return `${said}; it was replaced while it was being fetched`;
    default:
      return said;
  }
}

function kindOf(code: string, status: number | null, message: string): FailureKind {
  if (code === "Damaged") return "damaged";
  if (code.startsWith("KMS.")) return "kms";
  if (THROTTLED.has(code)) return "throttled";
  if (EXPIRED.has(code)) return "expired";
  if (code === "InvalidObjectState") return "archived";
  if (code === "PreconditionFailed" || status === 412) return "changed";
  if (code === "NoSuchKey" || code === "NoSuchVersion" || (code === "NotFound" && status === 404)) return "gone";
  if (/kms/i.test(message) && (status === 400 || status === 403)) return "kms";
  if (TRANSIENT.has(code) || status === 500 || status === 502 || status === 503 || status === 504) return "transient";
  if (code === "AccessDenied" || status === 403) return "denied";
  return /abort|hang up|timed? ?out|socket|network/i.test(message) && status === null ? "transient" : "other";
}

function statusCode(status: number): string {
  return (
    { 403: "AccessDenied", 404: "NotFound", 412: "PreconditionFailed", 503: "SlowDown" }[status] ?? `Http${status}`
  );
}

function element(body: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? null;
}
