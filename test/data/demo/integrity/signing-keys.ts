import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { REGIONS, type Region } from "../cast/accounts.ts";
import { DAY, FIRST_DAY } from "../clock.ts";
import { numberToken, type Json } from "../json.ts";
import { randomFor } from "../random.ts";
import { deriveRsaKey } from "./rsa-key.ts";

export interface SigningKey {
  readonly region: Region;
  readonly privateKey: KeyObject;
  /** PKCS#1, as CloudTrail hands its public keys out. */
  readonly publicDer: Buffer;
  /** MD5 of the DER bytes, which is how a digest names its key. */
  readonly fingerprint: string;
}

/** CloudTrail signs with one key per region. */
export function makeSigningKeys(): ReadonlyMap<Region, SigningKey> {
  return new Map(
    REGIONS.map((region) => {
      const privateKey = deriveRsaKey(randomFor(`signing-key/${region}`));
      const publicDer = createPublicKey(privateKey).export({ type: "pkcs1", format: "der" });
      const fingerprint = createHash("md5").update(publicDer).digest("hex");
      return [region, { region, privateKey, publicDer, fingerprint }];
    }),
  );
}

/** What `aws cloudtrail list-public-keys` prints for a region; keys are valid for 30 days. */
export function publicKeyList(key: SigningKey): Json {
  const start = FIRST_DAY - 9 * DAY;
  return {
    PublicKeyList: [
      {
        Value: key.publicDer.toString("base64"),
        ValidityStartTime: numberToken(`${start}.0`),
        ValidityEndTime: numberToken(`${start + 30 * DAY}.0`),
        Fingerprint: key.fingerprint,
      },
    ],
  };
}
