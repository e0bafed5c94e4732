import { STAFF, type Person } from "../cast/people.ts";
import { DAYS, isWeekend, on } from "../clock.ts";
import type { Random } from "../random.ts";
import type { TrailRecord } from "../records/record.ts";
import { isUsed } from "./service-roles.ts";
import { browse, signInThroughIdentityCenter, typeCommands } from "./visit.ts";

/** What people do in a working day: one or two visits to the console, or commands in a terminal. */
export function staff(random: Random): TrailRecord[] {
  return STAFF.flatMap((person) =>
    DAYS.filter((day) => !isWeekend(day)).flatMap((day) => workday(person, day, random.fork(`${person.email}/${day}`))),
  );
}

function workday(person: Person, day: number, random: Random): TrailRecord[] {
  if (random.chance(12)) return [];
  const times = random.chance(45) ? [random.integer(7, 10), random.integer(12, 16)] : [random.integer(7, 15)];
  return times.flatMap((hour) => {
    const at = on(day, `${hour}:${random.integer(0, 55)}`) + random.integer(0, 50);
    const account = random.pick(person.accounts);
    const region = random.pick(person.regions.filter((candidate) => isUsed(account, candidate)));
    const arrival = signInThroughIdentityCenter({ person, account, region, at }, random);
    const stay = { ...arrival, region, calls: random.integer(18, 34) };
    return [...arrival.records, ...(person.usesCli ? typeCommands(stay, random) : browse(stay, random))];
  });
}
