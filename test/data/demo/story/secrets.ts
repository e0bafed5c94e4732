import { PRODUCTION } from "../cast/accounts.ts";
import { BACKDOOR_USER } from "../cast/principals.ts";
import { SECRET_ARNS } from "../cast/resources.ts";
import { accessKeyId } from "../ids.ts";
import type { Random } from "../random.ts";
import { userIdentity } from "../records/identity.ts";
import { useKey } from "../records/kms.ts";
import { recordCall, type Call, type Caller } from "../records/record.ts";
import { SCRIPT, tonight, withBackdoorKey } from "./attacker.ts";
import type { Script } from "./script.ts";

const REGION = "eu-central-1";

/** 02:41: twenty secrets in seven seconds. Two have policies of their own and refuse, with the request withheld. */
export function secrets(script: Script, random: Random): void {
  const caller = withBackdoorKey(SCRIPT);
  const start = tonight("02:41:09");
  const call = { at: start, region: REGION, source: "secretsmanager" } as const;
  const list: Call = { ...call, name: "ListSecrets", request: { maxResults: 100 } };
  script.attack(recordCall(caller, list, random), "secrets-access");
  SECRET_ARNS.forEach((secretId, index) => {
    const at = start + 4 + Math.floor(index / 3);
    const read: Call = { ...call, at, name: "GetSecretValue", request: { secretId } };
    if (/card-gateway|release\/signing/.test(secretId)) {
      const action = `secretsmanager:GetSecretValue on resource: ${secretId}`;
      const message = `User: ${BACKDOOR_USER.arn} is not authorized to perform: ${action} with an explicit deny in a resource-based policy`;
      const refused: Call = { ...read, request: null, error: { code: "AccessDeniedException", message } };
      script.attack(recordCall(caller, refused, random), "secrets-access", "access-denied");
      return;
    }
    script.attack(recordCall(caller, read, random), "secrets-access");
    const use = { at, region: REGION, name: "Decrypt", key: "secrets", context: { SecretARN: secretId } } as const;
    script.attack(useKey(forwardedCall(at, random), use, random), "principal-dossier");
  });
}

/** A user's forwarded call has a key of its own that nobody issued, born in the call's second. */
function forwardedCall(at: number, random: Random): Caller {
  const service = "secretsmanager.amazonaws.com";
  const key = accessKeyId("ASIA", PRODUCTION, random);
  const identity = userIdentity(BACKDOOR_USER, key, { createdAt: at, invokedBy: service });
  const vpcEndpointId = "vpce-0se01cretexample0";
  return { identity, account: PRODUCTION, address: service, userAgent: service, vpcEndpointId };
}
