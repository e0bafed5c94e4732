import type { CaseReader } from "../../store/case-reader.ts";
import { parseAnyTime } from "../../cloudtrail/event-time.ts";
import type { EventDetail } from "./event-detail.ts";
import { entityFilter, filterOf, isFilter, type Filter } from "./filter.ts";
import { oneCondition } from "./filter-sql.ts";

/** A thing that an event is about, and the filter that shows all events about it. */
export interface EventEntity {
  /** What it is to this event: `key used`, `issuer`, `source address`. */
  readonly label: string;
  readonly value: string;
  readonly filter: Filter;
}

/** Resources listed of one event: some batch calls name thousands. */
const RESOURCES_MAX = 20;

/** All things that an event names and that lead to other events, the most telling first; no filter twice. */
export function entitiesOf(detail: EventDetail): EventEntity[] {
  const text = (column: string): string => {
    const cell = detail.cells[column];
    return cell === null || cell === undefined ? "" : String(cell);
  };
  const named = text("named_access_key_id");
  const found: (readonly [string, string, (value: string) => Filter])[] = [
    ["key used", text("user_identity_access_key_id"), (value) => entityFilter("key", value)],
    ["key issued", text("issued_access_key_id"), (value) => entityFilter("key", value)],
    ["key named", named, (value) => entityFilter("key", value)],
    ["session", text("session_group"), (value) => entityFilter("session", value)],
    ["principal", text("principal_arn") || text("actor"), (value) => entityFilter("principal", value)],
    ["caller", text("user_identity_arn"), (value) => isFilter("user_identity_arn", value)],
    ["principal id", text("principal_unique_id"), (value) => isFilter("principal_unique_id", value)],
    ["issuer", text("session_issuer_arn"), (value) => isFilter("session_issuer_arn", value)],
    ["source identity", text("session_source_identity"), (value) => isFilter("session_source_identity", value)],
    ["source address", text("source_ip"), (value) => entityFilter("address", value)],
    [
      "source",
      text("source_ip") === "" ? text("source_ip_address") : "",
      (value) => isFilter("source_ip_address", value),
    ],
    ["network", networkOf(text("source_ip")), (value) => entityFilter("address", value)],
    ["user agent", text("user_agent"), (value) => entityFilter("agent", value)],
    ["request", text("request_id"), (value) => entityFilter("request", value)],
    ["action", text("action_id"), (value) => isFilter("action_id", value)],
    ["resource", text("target"), (value) => entityFilter("resource", value)],
    ...resourcesOf(detail).map((arn) => ["resource", arn, (value: string) => entityFilter("resource", value)] as const),
    ["caller's account", text("user_identity_account_id"), (value) => entityFilter("account", value)],
    ["account", text("recipient_account_id"), (value) => entityFilter("account", value)],
    ["VPC endpoint", text("vpc_endpoint_id"), (value) => isFilter("vpc_endpoint_id", value)],
    ["event name", text("event_name"), (value) => isFilter("event_name", value)],
    ["error", text("error_code"), (value) => isFilter("error_code", value)],
  ];
  const entities = found
    .filter(([, value]) => value !== "")
    .map(([label, value, make]) => ({ label, value, filter: make(value) }));
  const hour = hourAround(text("event_time"));
  const all = hour === null ? entities : [...entities, hour];
  const seen = new Set<string>();
  return all.filter(({ value, filter }) => {
    const key = filter.match.kind === "entity" ? `${filter.match.entity} ${value}` : oneCondition(filter);
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** How many events of the case an entity has. Asked one by one, the engine passes over most of what it need not read. */
export async function countEntity(reader: CaseReader, { filter }: EventEntity): Promise<number> {
  const [row] = await reader.rows(`SELECT count(*) AS n FROM events WHERE ${oneCondition(filter)}`);
  return Number(row?.["n"] ?? 0);
}

function resourcesOf({ cells }: EventDetail): string[] {
  const parsed = parsedJson(cells["resources"]);
  const targets = parsedJson(String(cells["target"] ?? "").startsWith("[") ? cells["target"] : null);
  const arns = [
    ...(Array.isArray(targets) ? (targets as unknown[]) : []),
    ...(Array.isArray(parsed) ? (parsed as Record<string, unknown>[]) : []).flatMap((item) =>
      typeof item === "object" && item !== null ? [item["ARN"], item["ARNPrefix"]] : [],
    ),
  ].filter((arn) => typeof arn === "string" && arn !== "");
  return [...new Set(arns as string[])].slice(0, RESOURCES_MAX);
}

/** Null for what is no JSON: a stored value is, but a target is any text. */
function parsedJson(cell: unknown): unknown {
  if (typeof cell !== "string") return null;
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return null;
  }
}

/** The block that an address lies in: /24 of IPv4, /48 of IPv6. */
function networkOf(address: string): string {
  if (address === "") return "";
  return address.includes(":") ? `${address}/48` : `${address.split(".").slice(0, 3).join(".")}.0/24`;
}

const HALF_HOUR_MICROS = 1_800_000_000n;

function hourAround(time: string): EventEntity | null {
  const micros = time === "" ? null : parseAnyTime(time);
  if (micros === null) return null;
  const filter = filterOf({ kind: "time", since: micros - HALF_HOUR_MICROS, until: micros + HALF_HOUR_MICROS });
  return { label: "time", value: `half an hour before and after ${time}`, filter };
}
