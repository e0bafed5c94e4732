import { deriveTarget, type Target, type TargetInput } from "../../src/cloudtrail/target.ts";

/** The parts of a record that a target can come from, absent ones left out. */
export interface TargetCase {
  request?: unknown;
  response?: unknown;
  resources?: unknown;
  details?: unknown;
  additional?: unknown;
  message?: string;
}

/** `event` is `service:EventName`, without a version suffix. */
export function inputOf(event: string, record: TargetCase): TargetInput {
  const [service = "", name = ""] = event.split(":");
  return {
    service: service === "" ? null : service,
    event_base_name: name === "" ? null : name,
    error_message: record.message ?? null,
    requestParameters: () => record.request ?? null,
    responseElements: () => record.response ?? null,
    resources: () => record.resources ?? null,
    serviceEventDetails: () => record.details ?? null,
    additionalEventData: () => record.additional ?? null,
  };
}

export const targetOf = (event: string, record: TargetCase): Target => deriveTarget(inputOf(event, record));
export const NONE: Target = { target: null, target_source: null };
