import type { Account } from "../cast/accounts.ts";
import { uuid } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Random } from "../random.ts";
import type { TrailRecord } from "./record.ts";

/**
 * The two records of an action that crosses an account border: the caller's, and the owner's copy with an id of its
 * own and a thin caller (account and principal id, no ARN, no key). Both carry the same new `sharedEventID`.
 */
export function sharedWithOwner(record: TrailRecord, owner: Account, random: Random): [TrailRecord, TrailRecord] {
  const sharedEventID = uuid(random);
  return [
    { ...record, sharedEventID },
    {
      ...record,
      userIdentity: thinIdentity(record.userIdentity),
      eventID: uuid(random),
      recipientAccountId: owner.id,
      sharedEventID,
      sessionCredentialFromConsole: undefined,
    },
  ];
}

function thinIdentity(identity: JsonObject): JsonObject {
  return { type: "AWSAccount", principalId: identity["principalId"], accountId: identity["accountId"] };
}
