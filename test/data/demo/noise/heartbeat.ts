import { MANAGEMENT, TRAIL } from "../cast/accounts.ts";
import { AUDIT_BUCKET } from "../cast/resources.ts";
import { DAY, DAY_COUNT, FIRST_DAY, MINUTE } from "../clock.ts";
import { uuid } from "../ids.ts";
import type { Random } from "../random.ts";
import { serviceCaller } from "../records/identity.ts";
import { useKey } from "../records/kms.ts";
import type { TrailRecord } from "../records/record.ts";
import { askBucket } from "../records/s3.ts";

/** CloudTrail looks at its own bucket again and again; where this stops, logging stopped. */
export function heartbeat(random: Random): TrailRecord[] {
  const cloudTrail = { ...serviceCaller(MANAGEMENT, "cloudtrail"), vpcEndpointId: "vpce-0c10dta11example0" };
  const records: TrailRecord[] = [];
  for (let slot = FIRST_DAY; slot < FIRST_DAY + DAY_COUNT * DAY; slot += 15 * MINUTE) {
    const at = slot + random.integer(0, 2 * MINUTE);
    const sharedEventId = uuid(random);
    records.push(
      askBucket(cloudTrail, { at, name: "GetBucketAcl", bucket: AUDIT_BUCKET, aspect: "acl", sharedEventId }, random),
    );
    if (random.chance(25)) {
      const context = { "aws:cloudtrail:arn": TRAIL.arn };
      const use = { at, region: AUDIT_BUCKET.region, name: "GenerateDataKey", key: TRAIL.kmsKey, context } as const;
      records.push(useKey(cloudTrail, use, random));
    }
  }
  return records;
}
