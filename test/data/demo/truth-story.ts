import { BACKDOOR_KEY, LEAKED_KEY } from "./cast/credentials.ts";
import { BACKDOOR_USER } from "./cast/principals.ts";
import { compareText } from "./delivery/log-files.ts";
import type { JsonObject } from "./json.ts";
import { sessionArn, type RoleSession } from "./records/identity.ts";
import type { TrailRecord } from "./records/record.ts";
import { ATTACKER_ADDRESSES } from "./story/attacker.ts";
import type { StoryEvent } from "./story/script.ts";
import type { Story } from "./story/story.ts";

/** What gives the attack away. An event belongs to it when any one of these matches. */
export interface Seeds {
  /** Temporary keys of role sessions: all that tells apart the session which hides behind the pipeline's name. */
  readonly keys: readonly string[];
  readonly principals: readonly string[];
  readonly ips: readonly string[];
}

export interface StoryTruth {
  readonly seeds: Seeds;
  /** The same as arguments of `coldtrail timeline`. */
  readonly seed_flags: readonly string[];
  readonly credentials: {
    /** No seed: the pipeline uses it too, from another address. */
    readonly leaked_key: string;
    readonly leaked_key_first_misused: string;
    readonly backdoor_user: string;
    readonly backdoor_key: string;
    readonly issued_and_never_used: string;
    readonly sessions: readonly string[];
  };
  readonly counts: {
    readonly events: number;
    /** Copies in two accounts counted once. */
    readonly actions: number;
    readonly seconds: number;
    readonly events_in_shared_seconds: number;
    /** How many events only one kind of seed finds. */
    readonly found_by_key_alone: number;
    readonly found_by_principal_alone: number;
    readonly found_by_ip_alone: number;
  };
  /** The attack, by time: a second, and the ids of all its events in no particular order (they are sorted). */
  readonly events: readonly { readonly time: string; readonly event_ids: readonly string[] }[];
  /** Actions that left more than one record. */
  readonly shared_actions: readonly { readonly shared_event_id: string; readonly event_ids: readonly string[] }[];
  readonly defence_event_ids: readonly string[];
  /** What AWS did because of the attack, under no identity of the attacker. */
  readonly consequence_event_ids: readonly string[];
}

/** The attack as seeds, seconds and actions. Throws when a seed would miss an event or catch another one. */
export function storyTruth(story: Story, readable: readonly TrailRecord[]): StoryTruth {
  const attack = recordsOf(story, "attack");
  const seeds = findSeeds(story);
  checkSeeds(seeds, attack, readable);
  const seconds = [...Map.groupBy(attack, (record) => record.eventTime)].toSorted((a, b) => compareText(a[0], b[0]));
  const shared = [...Map.groupBy(attack, (record) => record["sharedEventID"])].filter(([id]) => typeof id === "string");
  const { release, maintenance, unusedKey } = story.chain;
  return {
    seeds,
    seed_flags: [
      ...seeds.keys.flatMap((key) => ["--key", key]),
      ...seeds.principals.flatMap((principal) => ["--principal", principal]),
      ...seeds.ips.flatMap((ip) => ["--ip", ip]),
    ],
    credentials: {
      leaked_key: LEAKED_KEY,
      leaked_key_first_misused: seconds[0]?.[0] ?? "",
      backdoor_user: BACKDOOR_USER.arn,
      backdoor_key: BACKDOOR_KEY,
      issued_and_never_used: unusedKey,
      sessions: [release, maintenance].map((session) => sessionArn(session.role, session.sessionName)),
    },
    counts: {
      events: attack.length,
      actions: attack.length - shared.reduce((sum, [, records]) => sum + records.length - 1, 0),
      seconds: seconds.length,
      events_in_shared_seconds: seconds.reduce(
        (sum, [, records]) => sum + (records.length > 1 ? records.length : 0),
        0,
      ),
      ...countAlone(seeds, attack),
    },
    events: seconds.map(([time, records]) => ({ time, event_ids: sortedIds(records) })),
    shared_actions: shared.map(([id, records]) => ({ shared_event_id: String(id), event_ids: sortedIds(records) })),
    defence_event_ids: sortedIds(recordsOf(story, "defence")),
    consequence_event_ids: sortedIds(recordsOf(story, "consequence")),
  };
}

function recordsOf(story: Story, side: StoryEvent["side"]): TrailRecord[] {
  return story.events.filter((event) => event.side === side).map((event) => event.record);
}

function sortedIds(records: readonly TrailRecord[]): string[] {
  return records.map((record) => record.eventID).toSorted(compareText);
}

function findSeeds(story: Story): Seeds {
  const { release, maintenance } = story.chain;
  const keyOf = (session: RoleSession): string => session.accessKeyId ?? "";
  return {
    keys: [keyOf(release), keyOf(maintenance)],
    principals: [sessionArn(maintenance.role, maintenance.sessionName), BACKDOOR_USER.arn],
    ips: ATTACKER_ADDRESSES,
  };
}

function matches(seeds: Seeds, record: TrailRecord): (keyof Seeds)[] {
  const identity: JsonObject = record.userIdentity;
  const kinds: (keyof Seeds)[] = [];
  if (seeds.keys.includes(String(identity["accessKeyId"]))) kinds.push("keys");
  if (seeds.principals.includes(String(identity["arn"]))) kinds.push("principals");
  if (seeds.ips.includes(String(record["sourceIPAddress"]))) kinds.push("ips");
  return kinds;
}

function checkSeeds(seeds: Seeds, attack: readonly TrailRecord[], readable: readonly TrailRecord[]): void {
  const wanted = new Set(attack.map((record) => record.eventID));
  const found = new Set(readable.filter((record) => matches(seeds, record).length > 0).map((record) => record.eventID));
  const missed = [...wanted].filter((id) => !found.has(id)).length;
  const wrong = [...found].filter((id) => !wanted.has(id)).length;
  if (missed + wrong > 0) throw new Error(`The seeds miss ${missed} attack events and catch ${wrong} others`);
}

function countAlone(
  seeds: Seeds,
  attack: readonly TrailRecord[],
): Pick<StoryTruth["counts"], "found_by_key_alone" | "found_by_principal_alone" | "found_by_ip_alone"> {
  const alone = attack.map((record) => matches(seeds, record)).filter((kinds) => kinds.length === 1);
  const countOf = (kind: keyof Seeds): number => alone.filter(([only]) => only === kind).length;
  return {
    found_by_key_alone: countOf("keys"),
    found_by_principal_alone: countOf("principals"),
    found_by_ip_alone: countOf("ips"),
  };
}
