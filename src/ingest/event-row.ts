import { createHash } from "node:crypto";
import { baseEventName, serviceName } from "../cloudtrail/event-name.ts";
import { flattenRecord, type FlattenedRecord } from "../cloudtrail/flatten-record.ts";
import {
  deriveActor,
  principalArn,
  principalUniqueId,
  sessionGroup,
  type IdentityFields,
} from "../cloudtrail/identity.ts";
import { deriveIssued } from "../cloudtrail/issued.ts";
import type { JsonObject } from "../cloudtrail/json-text.ts";
import { canonicalText, plainValue } from "../cloudtrail/json-tokens.ts";
import { namedAccessKey } from "../cloudtrail/named-key.ts";
import { deriveOutcome } from "../cloudtrail/outcome.ts";
import { RECORD_FIELDS, type FieldValue } from "../cloudtrail/record-fields.ts";
import { classifySourceAddress } from "../cloudtrail/source-address.ts";
import { deriveTarget } from "../cloudtrail/target.ts";
import { formatTime } from "../cloudtrail/event-time.ts";

/** One value of a shard: as FieldValue, or an integer. */
export type ShardValue = FieldValue | number;

/** Where a record was read. */
export interface RecordPlace {
  readonly ordinal: number;
  readonly record_index: number;
  readonly source_fidelity: string;
  /** What the record is wrapped in; null for the same as the first record of its file. */
  readonly wrapping: string | null;
  /** True when its source has no place for errors: `unknown` instead of `no-error`. */
  readonly lacksErrors?: boolean;
  /** How often each content without an eventID was met in this file so far. */
  readonly keyless: Map<string, number>;
}

const INDEX = new Map(RECORD_FIELDS.map(({ column }, i) => [column, i]));

/** A record as one row in the order of SHARD_COLUMNS: its fields, what is derived from them, and where it was read. */
export function eventRow(text: string, record: JsonObject, place: RecordPlace): ShardValue[] {
  const flat = flattenRecord(text, record);
  const fields = new Fields(text, flat);
  const eventId = fields.text("event_id");
  const keyless = eventId === null || eventId === "";
  return [
    ...flat.values,
    flat.shape,
    flat.extra,
    ...derive(fields, place.lacksErrors === true),
    place.ordinal,
    place.record_index,
    place.source_fidelity,
    keyless ? contentKey(canonicalText(text, record), place.keyless) : null,
    place.wrapping,
  ];
}

/** In the order of DERIVED_FIELDS. */
function derive(fields: Fields, lacksErrors: boolean): ShardValue[] {
  const identity = identityOf(fields);
  const service = serviceName(fields.text("event_source") ?? "") || null;
  const baseName = baseEventName(fields.text("event_name") ?? "") || null;
  const recorded = deriveOutcome({
    event_source: fields.text("event_source"),
    event_name: fields.text("event_name"),
    event_type: fields.text("event_type"),
    event_category: fields.text("event_category"),
    error_code: fields.text("error_code"),
    error_message: fields.text("error_message"),
    responseElements: () => fields.json("response_elements"),
    serviceEventDetails: () => fields.json("service_event_details"),
  });
  const outcome = lacksErrors && recorded === "no-error" ? "unknown" : recorded;
  const { target, target_source } = deriveTarget({
    service: service ?? "",
    event_base_name: baseName ?? "",
    error_message: fields.text("error_message"),
    requestParameters: () => fields.json("request_parameters"),
    responseElements: () => fields.json("response_elements"),
    resources: () => fields.json("resources"),
    serviceEventDetails: () => fields.json("service_event_details"),
    additionalEventData: () => fields.json("additional_event_data"),
  });
  const address = classifySourceAddress(fields.text("source_ip_address"));
  const issued = deriveIssued({
    event_name: baseName ?? "",
    event_time: fields.time("event_time"),
    outcome,
    principal_id: identity.user_identity_principal_id,
    target_source,
    responseElements: () => fields.json("response_elements"),
  });
  return [
    baseName,
    service,
    deriveActor(identity),
    principalArn(identity),
    principalUniqueId(identity),
    sessionGroup(identity),
    outcome,
    target,
    target_source,
    address.source_ip,
    address.source_ip_key,
    address.source_ip_kind,
    issued.issued_access_key_id,
    namedAccessKey(fields.json("request_parameters")),
    issued.issued_session_group,
    issued.created_target,
  ];
}

function identityOf(fields: Fields): IdentityFields {
  return {
    user_identity_type: fields.text("user_identity_type"),
    user_identity_principal_id: fields.text("user_identity_principal_id"),
    user_identity_arn: fields.text("user_identity_arn"),
    user_identity_account_id: fields.text("user_identity_account_id"),
    user_identity_user_name: fields.text("user_identity_user_name"),
    user_identity_invoked_by: fields.text("user_identity_invoked_by"),
    user_identity_on_behalf_of_user_id: fields.text("user_identity_on_behalf_of_user_id"),
    user_identity_on_behalf_of_store_arn: fields.text("user_identity_on_behalf_of_store_arn"),
    session_issuer_type: fields.text("session_issuer_type"),
    session_issuer_principal_id: fields.text("session_issuer_principal_id"),
    session_issuer_arn: fields.text("session_issuer_arn"),
    session_created_at: fields.time("session_created_at"),
    recipient_account_id: fields.text("recipient_account_id"),
    event_source: fields.text("event_source"),
  };
}

/** Records without an eventID that are identical inside one file are separate events; across files they collapse. */
function contentKey(canonical: string, seen: Map<string, number>): string {
  const hash = createHash("sha256").update(canonical).digest("hex").slice(0, 40);
  const n = (seen.get(hash) ?? 0) + 1;
  seen.set(hash, n);
  return `sha256:${hash}#${n}`;
}

/** Reads a flat record by column name; a JSON column becomes plain data at most once, when it is asked for. */
class Fields {
  private readonly recordText: string;
  private readonly flat: FlattenedRecord;
  private readonly plain = new Map<number, unknown>();

  constructor(recordText: string, flat: FlattenedRecord) {
    this.recordText = recordText;
    this.flat = flat;
  }

  text(column: string): string | null {
    return (this.flat.values[INDEX.get(column)!] as string | null) ?? null;
  }

  /** `YYYY-MM-DDTHH:MM:SSZ`, with a fraction if there is one. */
  time(column: string): string | null {
    const micros = this.flat.values[INDEX.get(column)!] as bigint | null;
    return micros === null ? null : formatTime(micros);
  }

  json(column: string): unknown {
    const index = INDEX.get(column)!;
    const node = this.flat.jsonNodes[index];
    if (node === undefined) return null;
    if (!this.plain.has(index)) this.plain.set(index, plainValue(this.recordText, node));
    return this.plain.get(index);
  }
}
