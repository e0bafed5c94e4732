import { cidrKeyRange } from "../cloudtrail/source-address.ts";
import type { Requirement, RequirementSubject } from "./requirement.ts";
import { principalCondition } from "./scope.ts";

// Before version 1.07 a record names no category; managementEvent tells, and before 1.06 there is only what it is.
const DATA = "(event_category = 'Data' OR (event_category IS NULL AND management_event = false))";
const MANAGEMENT =
  "(event_category = 'Management' OR (event_category IS NULL AND management_event IS DISTINCT FROM false))";

/** A requirement as a condition over event columns; `values` are the subjects, of which any will do. */
export function conditionOf(requirement: Requirement, values: readonly string[]): string {
  const { category, service, access, subject } = requirement;
  const parts: string[] = [];
  if (category === "insight") parts.push("event_category = 'Insight'");
  else if (category === "network") parts.push("event_category = 'NetworkActivity'");
  else parts.push(category === "data" ? DATA : MANAGEMENT);
  if (service !== null) parts.push(`service = ${literal(service)}`);
  if (access !== null) parts.push(access === "read" ? "read_only" : "read_only IS DISTINCT FROM true");
  if (subject !== null && values.length > 0)
    parts.push(`(${values.map((value) => subjectCondition(subject.kind, value, service)).join(" OR ")})`);
  return parts.join(" AND ");
}

function subjectCondition(kind: RequirementSubject["kind"], value: string, service: string | null): string {
  switch (kind) {
    case "account":
      return `(recipient_account_id = ${literal(value)} OR user_identity_account_id = ${literal(value)} OR session_issuer_account_id = ${literal(value)})`;
    case "region":
      return `aws_region = ${literal(value)}`;
    case "key":
      return `user_identity_access_key_id = ${literal(value)}`;
    case "ip": {
      const range = cidrKeyRange(value);
      return range === null
        ? `source_ip_address = ${literal(value)}`
        : `source_ip_key BETWEEN ${literal(range.low)} AND ${literal(range.high)}`;
    }
    case "principal":
      return principalCondition(value);
    case "client":
      return `ct_glob(user_agent, ${literal(value)})`;
    default:
      return service === "s3" ? bucketCondition(value) : resourceCondition(value);
  }
}

/** A bucket, or a bucket with the beginning of a key, by name or ARN. A word in an object's key is no bucket. */
function bucketCondition(value: string): string {
  const name = value.replace(/^arn:[^:]*:s3:::/, "");
  const pattern = `${escaped(name)}($|[/"*,\\]])`;
  return (
    `(contains(target, ${literal(name)}) AND ct_matches(target, ${literal(`^(\\[")?(arn:[^:]*:s3:::)?${pattern}`)})` +
    ` OR contains(CAST(resources AS VARCHAR), ${literal(`:::${name}`)}) AND ct_matches(CAST(resources AS VARCHAR), ${literal(`:::${pattern}`)}))`
  );
}

/** A resource by its ARN, or by its name as a whole word of what a call names. */
function resourceCondition(value: string): string {
  const tests = namesOf(value).flatMap((name) =>
    ["target", "CAST(resources AS VARCHAR)", "CAST(request_parameters AS VARCHAR)"].map((column) => {
      // The search for the plain text comes first: it leaves few texts for the pattern.
      const pattern = `(^|[":/\\[,\\s])${escaped(name)}($|[":/\\],\\s])`;
      return `contains(${column}, ${literal(name)}) AND ct_matches(${column}, ${literal(pattern)})`;
    }),
  );
  return `(${tests.join(" OR ")})`;
}

/** Texts by which calls may name a resource: all of an ARN, what follows its type, and its last part. */
function namesOf(value: string): string[] {
  const [arn, , service, , , ...rest] = value.split(":");
  if (arn !== "arn" || rest.length === 0) return [value];
  const named = rest.join(":");
  const name = service === "s3" ? named : named.replace(/^[A-Za-z-]+[:/]/, "");
  const last = /[^:/]+$/.exec(name)?.[0] ?? name;
  return [...new Set([value, name, last])];
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
