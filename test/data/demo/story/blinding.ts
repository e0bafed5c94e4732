import { SECOND_TRAIL, TRAIL, type Region } from "../cast/accounts.ts";
import { BACKDOOR_USER } from "../cast/principals.ts";
import type { Json } from "../json.ts";
import type { Random } from "../random.ts";
import { recordCall, type Call } from "../records/record.ts";
import { kali, tonight, withBackdoorKey } from "./attacker.ts";
import type { Script } from "./script.ts";

export const SECOND_TRAIL_REGION: Region = "eu-central-1";

/** 04:06 to 04:13: the organisation's trail refuses, production's second trail is narrowed and stopped. */
export function blinding(script: Script, random: Random): void {
  const at = tonight("04:06:19");
  const look = (name: string, request: Json): Call => ({
    at,
    region: SECOND_TRAIL_REGION,
    source: "cloudtrail",
    name,
    request,
  });
  const looks = [
    look("DescribeTrails", { includeShadowTrails: true }),
    look("GetTrailStatus", { name: TRAIL.arn }),
    look("GetTrailStatus", { name: SECOND_TRAIL.arn }),
    look("GetEventSelectors", { trailName: SECOND_TRAIL.name }),
  ];
  looks.forEach((call, index) => {
    const record = recordCall(
      withBackdoorKey(kali("cloudtrail.describe-trails")),
      { ...call, at: at + Math.floor(index / 2) },
      random,
    );
    script.attack(record, "security-tooling-recon");
  });
  const denial = "with an explicit deny in a service control policy";
  const message = `User: ${BACKDOOR_USER.arn} is not authorized to perform: cloudtrail:StopLogging on resource: ${TRAIL.arn} ${denial}`;
  const stop: Call = { at: at + 95, region: "us-east-1", source: "cloudtrail", name: "StopLogging", readOnly: false };
  const refused = recordCall(
    withBackdoorKey(kali("cloudtrail.stop-logging")),
    { ...stop, error: { code: "AccessDenied", message } },
    random,
  );
  script.attack(refused, "cloudtrail-tampering", "access-denied");
  const narrowed = selectors("ReadOnly", false);
  const narrow: Call = {
    ...stop,
    at: at + 170,
    region: SECOND_TRAIL_REGION,
    name: "PutEventSelectors",
    request: { trailName: SECOND_TRAIL.name, ...narrowed },
    response: { trailARN: SECOND_TRAIL.arn, ...narrowed },
  };
  script.attack(
    recordCall(withBackdoorKey(kali("cloudtrail.put-event-selectors")), narrow, random),
    "cloudtrail-tampering",
    "write-actions",
  );
  const silence: Call = { ...stop, at: at + 204, region: SECOND_TRAIL_REGION, request: { name: SECOND_TRAIL.name } };
  script.attack(
    recordCall(withBackdoorKey(kali("cloudtrail.stop-logging")), silence, random),
    "cloudtrail-tampering",
    "write-actions",
  );
}

/** What the second trail records: everything and objects, or nearly nothing. */
export function selectors(
  readWriteType: "All" | "ReadOnly",
  includeManagementEvents: boolean,
): { eventSelectors: Json } {
  const values = includeManagementEvents
    ? [`arn:aws:s3:::fernhollow-orders/`, `arn:aws:s3:::fernhollow-customer-exports/`]
    : [];
  const dataResources = [{ type: "AWS::S3::Object", values }];
  return {
    eventSelectors: [{ readWriteType, includeManagementEvents, dataResources, excludeManagementEventSources: [] }],
  };
}
