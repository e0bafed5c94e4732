import { isJsonObject, ownValue, type JsonObject } from "./json-object.ts";

/*
 * A call on several items answers without an error code although some of them failed; the response names those.
 * Keys are AWS's own, the first letter in either case. Words that services also use for settings or states
 * (failureThreshold, failedTasks, errorCount of a running command) are left out on purpose.
 */

const FAILURE_KEYS = [
  "failed", // SQS and SNS batches
  "failures", // ECS, ECR, Batch, Config
  "failedEntries", // EventBridge PutTargets, RemoveTargets
  "failedAccounts", // Inspector
  "failedFindings", // Security Hub
  "failedItems", // Inspector Classic
  "failedResources",
  "failedResourcesMap", // Resource Groups Tagging
  "failedQueuedPurchaseDeletionSet", // EC2
  "errors", // Glue, Secrets Manager, EC2 fleets, S3 DeleteObjects
  "errorSet", // EC2 CreateFleet
  "errorEntries", // Comprehend, Glue
  "invalidParameters", // SSM: names that were not found
  "rejectedRecords", // Timestream
  "buildsNotDeleted", // CodeBuild
  "failedEntryCount", // EventBridge
  "failedRecordCount", // Kinesis, Customer Profiles
  "failedPutCount", // Firehose
  "failedCount", // Security Hub
  "failureCount",
] as const;
/** EC2 (`unsuccessful`, `unsuccessfulFleetRequestSet`) and everyone else (`unprocessedItems`, `unprocessedAccounts`). */
const FAILURE_PREFIX = /^(?:unsuccessful|unprocessed)/i;
/** Without one of these keys, and any that begins with `unsuccessful` or `unprocessed`, nothing lists failures. */
export const FAILURE_KEY_NAMES: ReadonlySet<string> = new Set<string>(
  FAILURE_KEYS.flatMap((key) => [key, key.charAt(0).toUpperCase() + key.slice(1)]),
);

/** A wrapper (`DeleteFlowLogsResponse`), a result in it, a list in that: nothing AWS writes lies deeper. */
const DEEPEST = 3;

/** Whether the response of a call on several items lists any that failed. Arrays are not searched, objects are. */
export function listsFailures(response: unknown): boolean {
  return isJsonObject(response) && searchObject(response, 1);
}

function searchObject(object: JsonObject, depth: number): boolean {
  for (const key of Object.keys(object)) {
    const value = ownValue(object, key);
    if (value === null || value === undefined || value === "" || typeof value === "boolean") continue;
    if (FAILURE_KEY_NAMES.has(key) || FAILURE_PREFIX.test(key)) {
      if (countsAsFailures(value)) return true;
    } else if (depth < DEEPEST && isJsonObject(value) && searchObject(value, depth + 1)) return true;
  }
  return false;
}

/** A list with items, an object that holds some, or a count above zero; text alone lists nothing. */
function countsAsFailures(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).some((key) => holdsItem(ownValue(value, key)));
  return (typeof value === "number" || typeof value === "string") && Number(value) > 0;
}

function holdsItem(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return value !== null && value !== undefined && value !== "" && value !== 0 && value !== false;
}
