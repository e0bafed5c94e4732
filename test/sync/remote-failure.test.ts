import { describe, expect, test } from "vitest";
import { answerError, failureInWords, failureOf } from "../../src/sync/remote-failure.ts";

const answer = (status: number, code: string, message = "words"): Error =>
  answerError(status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`, "ID");
const system = (code: string): Error => Object.assign(new Error("socket trouble"), { code });

describe("what a failure means", () => {
  test.each<[string, Error, string]>([
    ["SlowDown", answer(503, "SlowDown"), "throttled"],
    ["an empty 503", answerError(503, "", null), "throttled"],
    ["InternalError", answer(500, "InternalError"), "transient"],
    ["an empty 502", answerError(502, "", null), "transient"],
    ["AccessDenied", answer(403, "AccessDenied"), "denied"],
    ["a refusal that speaks of KMS", answer(403, "AccessDenied", "not authorized to perform: kms:Decrypt"), "kms"],
    ["KMS.DisabledException", answer(400, "KMS.DisabledException"), "kms"],
    ["ExpiredToken", answer(400, "ExpiredToken"), "expired"],
    ["PreconditionFailed", answer(412, "PreconditionFailed"), "changed"],
    ["an empty 412", answerError(412, "", null), "changed"],
    ["NoSuchKey", answer(404, "NoSuchKey"), "gone"],
    ["InvalidObjectState", answer(403, "InvalidObjectState"), "archived"],
    ["SignatureDoesNotMatch", answer(403, "SignatureDoesNotMatch"), "denied"],
    ["a reset", system("ECONNRESET"), "transient"],
    ["a broken name service", system("EAI_AGAIN"), "transient"],
    ["a body that breaks off", new Error("aborted"), "transient"],
    ["something new", answer(400, "SomethingNew"), "other"],
  ])("%s", (_, error, kind) => {
    expect(failureOf(error).kind).toBe(kind);
  });

  test("keeps code, status and request id, and says the first line alone", () => {
    const failure = failureOf(answer(403, "InvalidObjectState", "cold\nstack"));
    expect(failure).toMatchObject({ code: "InvalidObjectState", status: 403, request_id: "ID", message: "cold" });
    expect(failureInWords(failure)).toBe(
      "InvalidObjectState (HTTP 403): cold; it lies in an archive storage class and must be restored first",
    );
  });
});
