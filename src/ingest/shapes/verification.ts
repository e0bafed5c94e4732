import type { Shape } from "./found.ts";
import { hasMember, isObject, items, member, tokenOf, type JsonView } from "./json-view.ts";

/*
 * Files of CloudTrail that hold no events: what the integrity of log files is verified with.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */

/** The test in words, and the test. */
type Test = readonly [string, (view: JsonView) => boolean];

/** Rows 1 to 4 of the decision list. */
export const VERIFICATION_SHAPES: readonly Shape[] = [
  shape(1, "digest file", [
    "digestPublicKeyFingerprint, or logFiles with digestStartTime",
    (view) => {
      if (hasMember(view, "digestPublicKeyFingerprint")) return true;
      return hasMember(view, "logFiles") && hasMember(view, "digestStartTime");
    },
  ]),
  shape(2, "list of public keys", [
    "PublicKeyList (or publicKeyList) of Fingerprint and Value",
    (view) => {
      const list = member(view, "PublicKeyList") ?? member(view, "publicKeyList");
      if (list?.node.kind !== "array") return false;
      const [first] = items(list);
      return first === undefined || (hasMember(first, "Fingerprint") && hasMember(first, "Value"));
    },
  ]),
  shape(3, "CloudTrail Lake signature file", [
    "hashSignature with files",
    (view) => {
      return hasMember(view, "hashSignature") && hasMember(view, "files");
    },
  ]),
  shape(4, "digest signature", [
    "Metadata with signature-algorithm, or bucket, key and metadata",
    (view) => {
      const metadata = member(view, "Metadata");
      if (metadata !== undefined && hasMember(metadata, "signature-algorithm")) return true;
      return hasMember(view, "bucket") && hasMember(view, "key") && hasMember(view, "metadata");
    },
  ]),
];

function shape(row: number, name: string, [says, test]: Test): Shape {
  return {
    row,
    name,
    says,
    matches: (view) => isObject(view) && test(view),
    open: function* (view) {
      const reason = `CloudTrail ${name.replace("CloudTrail ", "")}, kept for verification: holds no events`;
      yield { kind: "no event", as: "verification", text: tokenOf(view), reason };
    },
  };
}
