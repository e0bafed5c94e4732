import type { Region } from "../cast/accounts.ts";
import { kmsKeyArn } from "../cast/resources.ts";
import type { JsonObject } from "../json.ts";
import type { Random } from "../random.ts";
import { recordCall, type Caller, type TrailRecord } from "./record.ts";

export interface KeyUse {
  readonly at: number;
  readonly region: Region;
  readonly name: "Decrypt" | "GenerateDataKey";
  /** Which of the account's keys. */
  readonly key: string;
  readonly context: JsonObject;
}

/** The use of a KMS key, nearly always by a service on behalf of a caller. */
export function useKey(caller: Caller, use: KeyUse, random: Random): TrailRecord {
  const arn = kmsKeyArn(caller.account, use.region, use.key);
  const request: JsonObject =
    use.name === "Decrypt"
      ? { encryptionAlgorithm: "SYMMETRIC_DEFAULT", encryptionContext: use.context }
      : { keyId: arn, keySpec: "AES_256", encryptionContext: use.context };
  return recordCall(
    caller,
    {
      at: use.at,
      region: use.region,
      source: "kms",
      name: use.name,
      request,
      resources: [{ accountId: caller.account.id, type: "AWS::KMS::Key", ARN: arn }],
    },
    random,
  );
}
