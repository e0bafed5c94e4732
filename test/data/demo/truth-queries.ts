import { LEAKED_KEY } from "./cast/credentials.ts";
import { BACKDOOR_USER, RELEASE_ROLE } from "./cast/principals.ts";
import { compareText } from "./delivery/log-files.ts";
import type { TrailRecord } from "./records/record.ts";
import { SERVER_ADDRESS } from "./story/attacker.ts";
import type { Story } from "./story/story.ts";

export interface QueryTruth {
  /** Id in the catalogue. */
  readonly query: string;
  readonly with: Readonly<Record<string, string>>;
  /** `all`: these events and no others. `some`: these at least; ordinary work may add more. */
  readonly completeness: "all" | "some";
  readonly event_ids: readonly string[];
}

type Rule = (record: TrailRecord) => boolean;

const DENIED_CODE =
  /^AccessDenied|Unauthorized|^NotAuthorized|^Authorization|^AuthFailure|^Forbidden|^AllAccessDisabled/;

/** Queries whose whole answer follows from a record alone. */
const RULES: readonly (readonly [query: string, parameters: Readonly<Record<string, string>>, rule: Rule])[] = [
  [
    "root-activity",
    {},
    (record) => record.userIdentity["type"] === "Root" && record["eventType"] !== "AwsServiceEvent",
  ],
  ["console-logins", {}, (record) => ["ConsoleLogin", "SwitchRole", "CheckMfa"].includes(record.eventName)],
  ["access-denied", {}, (record) => DENIED_CODE.test(String(record["errorCode"] ?? ""))],
  ["key-usage", { access_key: LEAKED_KEY }, (record) => JSON.stringify(record).includes(LEAKED_KEY)],
  ["ip-pivot", { ip: SERVER_ADDRESS }, (record) => record["sourceIPAddress"] === SERVER_ADDRESS],
  ["principal-dossier", { principal: BACKDOOR_USER.arn }, isBackdoorUser],
];
/** What a query without defaults has to be asked. */
const PARAMETERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "who-assumed-role": { role: RELEASE_ROLE.arn },
};
/** Nothing ordinary happens to trails in these ten days. */
const COMPLETE_IN_STORY: ReadonlySet<string> = new Set(["cloudtrail-tampering"]);

/** What the catalogue's queries should return: whole answers where a rule gives them, else what the story adds. */
export function queryTruth(story: Story | null, readable: readonly TrailRecord[]): QueryTruth[] {
  const ruled = RULES.map(([query, parameters, rule]): QueryTruth => {
    const event_ids = readable.filter(rule).map((record) => record.eventID);
    return { query, with: parameters, completeness: "all", event_ids: event_ids.toSorted(compareText) };
  });
  const known = new Set(ruled.map((truth) => truth.query));
  const told = (story?.events ?? []).flatMap(({ record, finders }) =>
    finders.map((query) => ({ query, id: record.eventID })),
  );
  const further = [...Map.groupBy(told, (finding) => finding.query)].filter(([query]) => !known.has(query));
  const truths = further.map(([query, findings]): QueryTruth => {
    const completeness = COMPLETE_IN_STORY.has(query) ? "all" : "some";
    return {
      query,
      with: PARAMETERS[query] ?? {},
      completeness,
      event_ids: findings.map((finding) => finding.id).toSorted(compareText),
    };
  });
  return [...ruled, ...truths].toSorted((a, b) => compareText(a.query, b.query));
}

/** By the id behind the name: a failed sign-in has no ARN. */
function isBackdoorUser(record: TrailRecord): boolean {
  return record.userIdentity["principalId"] === BACKDOOR_USER.uniqueId;
}
