import { LEAKED_KEY, REPLACEMENT_KEY } from "../cast/credentials.ts";
import { on, STORY_DAY } from "../clock.ts";
import { randomFor } from "../random.ts";
import type { TrailRecord } from "../records/record.ts";
import { financeVisits, ownerVisit, passwordGuesses } from "./finance.ts";
import { webFleet } from "./fleet.ts";
import { heartbeat } from "./heartbeat.ts";
import { analyticsExport, nightlyBackup } from "./nightly.ts";
import { pipeline } from "./pipeline.ts";
import { plainServiceCalls, serviceRoles } from "./service-roles.ts";
import { staff } from "./staff.ts";
import { orderIntake } from "./workload.ts";

/** The moment from which the pipeline has a new key, if the old one leaked. */
export const KEY_REPLACED_AT = on(STORY_DAY, "09:20:00");

/** Ten ordinary days. With and without the story they are the same, but for the pipeline's key after the leak. */
export function ordinaryDays(options: { readonly keyLeaks: boolean }): TrailRecord[] {
  const keyAt = (seconds: number): string =>
    options.keyLeaks && seconds >= KEY_REPLACED_AT ? REPLACEMENT_KEY : LEAKED_KEY;
  return [
    ...heartbeat(randomFor("heartbeat")),
    ...serviceRoles(randomFor("service-roles")),
    ...plainServiceCalls(randomFor("plain-services")),
    ...orderIntake(randomFor("order-intake")),
    ...webFleet(randomFor("web-fleet")),
    ...nightlyBackup(randomFor("nightly-backup")),
    ...analyticsExport(randomFor("analytics-export")),
    ...pipeline(keyAt, randomFor("pipeline")),
    ...staff(randomFor("staff")),
    ...financeVisits(randomFor("finance")),
    ...ownerVisit(randomFor("owner")),
    ...passwordGuesses(randomFor("password-guesses")),
  ];
}
