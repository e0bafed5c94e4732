/*
 * How near to what AWS delivered a record's source is. The order decides which of several copies of an event is shown.
 */

/**
 * Best first. `trail`: a delivered log file or the console's JSON. `lookup-events`, `lake`: answers of CloudTrail's own
 * interfaces that hold the original event. `stream`: EventBridge, CloudWatch Logs, Kinesis, SNS. `bare`: the event's
 * JSON without anything that tells where it is from. `siem`: the original text, or most of it, out of another product.
 * `derived`: put together from columns or another schema; fields are missing.
 */
export const FIDELITIES = ["trail", "lookup-events", "lake", "stream", "bare", "siem", "derived"] as const;
export type Fidelity = (typeof FIDELITIES)[number];

/** The poorer of two: a trail file inside an Elasticsearch hit is what Elasticsearch says. */
export function poorerFidelity(a: Fidelity, b: Fidelity): Fidelity {
  return FIDELITIES.indexOf(a) >= FIDELITIES.indexOf(b) ? a : b;
}
