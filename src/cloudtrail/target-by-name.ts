import { eventNoun } from "./event-noun.ts";
import { isJsonObject, ownValue, type JsonObject } from "./json-object.ts";
import { collectNames } from "./target-values.ts";

/*
 * The target of a call that the table does not know, from the names of its parameters: AWS calls the thing acted on
 * by the noun of the event (`DeleteTrustAnchor`: `trustAnchorId`), or plainly (`name`, `resourceArn`). The choice
 * depends on names alone, never on the order of keys, so that two copies of one event get the same target.
 */

/** How well a parameter's name fits; only the order of these matters. */
const RANK = {
  nounExact: 4000,
  nounBegins: 3000,
  nounEnds: 2000,
  resource: 1000,
  bare: 900,
  other: 500,
  companion: 100,
} as const;
/** How close a fit is asked for: the event's noun, part of it, a plain `name`, `id` or `arn`, or any name at all. */
export type Fit = "noun" | "part" | "bare" | "any";
const LEAST_RANK: Readonly<Record<Fit, number>> = {
  noun: RANK.nounExact,
  part: RANK.nounEnds,
  bare: RANK.bare,
  any: RANK.companion,
};

export interface NamedTarget {
  /** The key, or `outer.key`. */
  readonly key: string;
  readonly names: readonly string[];
}

interface RankedTarget extends NamedTarget {
  readonly rank: number;
}

interface KeyShape {
  /** What is named, lower case: `dbsnapshot` of `dBSnapshotIdentifier`, "" of `name`. */
  readonly stem: string;
  /** Breaks ties of one stem: a name reads better than an id, an id than an ARN. */
  readonly suffixRank: number;
}

const BARE_KEY = /^(name|identifier|id|arn|username)s?$/i;
const KEY = /^(.+?)(Name|Identifier|Id|ID|Arn|ARN)(?:s|List)?$/;
const SUFFIX_RANKS: Readonly<Record<string, number>> = { name: 4, identifier: 3, id: 2, arn: 1 };

/** Names, ids and ARNs of the call, the caller or a setting: never the thing acted on. */
const NEVER = new Set(
  (
    "rolesessionname requestid clientrequestid transactionid traceid statementid versionid ownerid requesterid " +
    "reservationid sourceversionid attributename typename tagname filtername parametername anonymousid " +
    "displayname"
  ).split(" "),
);
/** What calls mention beside their target: the role to run as, the network and key to use. Better than nothing. */
const COMPANION =
  /role$|^(?:.*kmskey|.*kmsmasterkey|subnet|securitygroup|vpcsecuritygroup|vpc|account|awsaccount|catalog|.*snstopic|s3bucket|.*loggroup|image|instanceprofile)$/;

const MOST_CACHED = 20_000;
const shapes = new Map<string, KeyShape | null>();

/**
 * The best fitting parameter that holds a name, if it fits as closely as asked. An object under the noun itself
 * (`{"vpc": {"vpcId": …}}`) is looked into before anything that fits less.
 */
export function targetByName(part: unknown, eventBaseName: string, least: Fit): NamedTarget | null {
  if (!isJsonObject(part)) return null;
  const { noun } = eventNoun(eventBaseName);
  const direct = bestKey(part, noun, LEAST_RANK[least]);
  if (direct !== null && direct.rank >= LEAST_RANK.part) return direct;
  return insideNoun(part, noun) ?? direct;
}

function insideNoun(part: JsonObject, noun: string): NamedTarget | null {
  if (noun === "") return null;
  for (const key of Object.keys(part)) {
    if (key.length !== noun.length || key.toLowerCase() !== noun) continue;
    const inner = ownValue(part, key);
    const best = isJsonObject(inner) ? bestKey(inner, noun, LEAST_RANK.bare) : null;
    if (best !== null) return { key: `${key}.${best.key}`, names: best.names };
  }
  return null;
}

function bestKey(part: JsonObject, noun: string, leastRank: number): RankedTarget | null {
  let best: RankedTarget | null = null;
  for (const key of Object.keys(part)) {
    const shape = shapeOf(key);
    if (shape === null) continue;
    const rank = rankOf(shape, noun);
    if (rank < leastRank || (best !== null && (rank < best.rank || (rank === best.rank && key > best.key)))) continue;
    const names: string[] = [];
    collectNames(ownValue(part, key), names);
    if (names.length > 0) best = { key, names, rank };
  }
  return best;
}

function rankOf({ stem, suffixRank }: KeyShape, noun: string): number {
  // The longer the stem, the closer the fit: dBInstanceIdentifier before dBName for CreateDBInstance.
  const fit = Math.min(stem.length, 90) * 10 + suffixRank;
  if (stem === "") return RANK.bare + suffixRank;
  if (stem === noun) return RANK.nounExact + suffixRank;
  if (stem.length > 1 && noun.startsWith(stem)) return RANK.nounBegins + fit;
  if (stem.length > 2 && noun.endsWith(stem)) return RANK.nounEnds + fit;
  if (stem === "resource") return RANK.resource + suffixRank;
  return (COMPANION.test(stem) ? RANK.companion : RANK.other) + suffixRank;
}

function shapeOf(key: string): KeyShape | null {
  let shape = shapes.get(key);
  if (shape === undefined) {
    shape = parseKey(key);
    if (shapes.size < MOST_CACHED) shapes.set(key, shape);
  }
  return shape;
}

function parseKey(key: string): KeyShape | null {
  if (key.length > 100 || NEVER.has(key.toLowerCase())) return null;
  const bare = BARE_KEY.exec(key)?.[1]?.toLowerCase();
  if (bare === "username") return { stem: "user", suffixRank: SUFFIX_RANKS["name"] ?? 0 };
  if (bare !== undefined) return { stem: "", suffixRank: SUFFIX_RANKS[bare] ?? 0 };
  const [, stem = "", suffix = ""] = KEY.exec(key) ?? [];
  if (stem === "" || !/^[A-Za-z0-9]+$/.test(stem)) return null;
  return { stem: stem.toLowerCase(), suffixRank: SUFFIX_RANKS[suffix.toLowerCase()] ?? 0 };
}
