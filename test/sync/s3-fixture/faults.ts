import type { ServerResponse } from "node:http";

export type FaultKind =
  /** 503 SlowDown */
  | "slow-down"
  /** 500 InternalError */
  | "internal-error"
  /** The connection is reset before the answer. */
  | "reset"
  /** The body breaks off in the middle. */
  | "truncate"
  /** One bit of the body is turned. */
  | "bit-flip"
  /** 403 AccessDenied */
  | "denied"
  /** 400 KMS.DisabledException */
  | "kms"
  /** 400 ExpiredToken */
  | "expired"
  /** 412, as when the object was replaced since it was listed. */
  | "changed"
  /** 403 InvalidObjectState */
  | "archived";

/** A fault for the next `times` requests whose `METHOD /path?query` matches. */
export interface Fault {
  readonly kind: FaultKind;
  readonly match: RegExp;
  times: number;
}

const ANSWERS: Partial<Record<FaultKind, readonly [status: number, code: string, message: string]>> = {
  "slow-down": [503, "SlowDown", "Please reduce your request rate."],
  "internal-error": [500, "InternalError", "We encountered an internal error. Please try again."],
  denied: [403, "AccessDenied", "Access Denied"],
  kms: [400, "KMS.DisabledException", "arn:aws:kms:us-east-1:111122223333:key/k is disabled."],
  expired: [400, "ExpiredToken", "The provided token has expired."],
  changed: [412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"],
  archived: [403, "InvalidObjectState", "The operation is not valid for the object's storage class"],
};

/** Takes the fault that is due for a request, or null. */
export function takeFault(faults: readonly Fault[], request: string): Fault | null {
  const due = faults.find(({ match, times }) => times > 0 && match.test(request));
  if (due === undefined) return null;
  due.times -= 1;
  return due;
}

/** Answers with an error, or breaks the connection; false for a fault of the body. */
export function answerFault({ kind }: Fault, response: ServerResponse): boolean {
  if (kind === "reset") {
    response.socket?.resetAndDestroy();
    return true;
  }
  const answer = ANSWERS[kind];
  if (answer === undefined) return false;
  sendError(response, answer);
  return true;
}

/** An error as S3 words it. */
export function sendError(response: ServerResponse, [status, code, message]: readonly [number, string, string]): void {
  response.writeHead(status, {
    "content-type": "application/xml",
    "x-amz-request-id": "FIXTURE",
    connection: "keep-alive",
  });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>FIXTURE</RequestId></Error>`,
  );
}
