import { formatTime } from "../../cloudtrail/event-time.ts";
import {
  deriveActor,
  principalArn,
  principalUniqueId,
  sessionGroup,
  type IdentityFields,
} from "../../cloudtrail/identity.ts";
import { RECORD_FIELDS } from "../../cloudtrail/record-fields.ts";
import { RepeatedTextColumn } from "../parquet-column.ts";
import type { Shard } from "../shard.ts";
import { memberIndex } from "./record-members.ts";
import type { ScannedRecord } from "./scanned-record.ts";
import type { Structure } from "./structure-cache.ts";
import { TupleCache } from "./tuple-cache.ts";

const RECIPIENT = memberIndex("recipientAccountId");
const SOURCE = memberIndex("eventSource");
const INDEX = new Map(RECORD_FIELDS.map(({ column }, i) => [column, i]));
const COLUMNS = ["actor", "principal_arn", "principal_unique_id", "session_group"] as const;

/** Who called, derived once for every different caller, recipient and service. */
export class IdentityColumns {
  private readonly columns: readonly RepeatedTextColumn[];
  private readonly cache = new TupleCache<readonly number[]>(3);

  constructor(shard: Shard) {
    this.columns = COLUMNS.map((name) => shard.column(name, RepeatedTextColumn));
  }

  write(row: number, record: ScannedRecord): void {
    const { columns } = this;
    const numbers = record.identity?.derived ?? this.numbersOf(record);
    for (let i = 0; i < numbers.length; i += 1) {
      const number = numbers[i]!;
      if (number !== 0) columns[i]!.setNumber(row, number);
    }
  }

  clear(): void {
    this.cache.clear();
  }

  private numbersOf(record: ScannedRecord): readonly number[] {
    const { identity } = record;
    const fields = identityFields(record);
    // Most callers are known by what stands in their own part of the record, whoever receives it.
    if (identity !== null && isIndependent(fields)) return (identity.derived = this.derive(fields));
    const { key } = this.cache;
    key[0] = identity?.id ?? 0;
    key[1] = record.numbers[RECIPIENT]!;
    key[2] = record.numbers[SOURCE]!;
    return this.cache.find() ?? this.cache.add(this.derive(fields));
  }

  private derive(fields: IdentityFields): readonly number[] {
    return textsOf(fields).map((text, i) => (text === null ? 0 : this.columns[i]!.numberOfText(text)));
  }
}

function textsOf(fields: IdentityFields): readonly (string | null)[] {
  return [deriveActor(fields), principalArn(fields), principalUniqueId(fields), sessionGroup(fields)];
}

/** Whether recipient and service make no difference: tried with none, and with what makes one where any does. */
function isIndependent(fields: IdentityFields): boolean {
  const trials = [
    { recipient_account_id: null, event_source: null },
    { recipient_account_id: "a recipient", event_source: "s3.amazonaws.com" },
    { recipient_account_id: "another", event_source: "another.amazonaws.com" },
  ].map((rest) => textsOf({ ...fields, ...rest }).join("\n"));
  return trials.every((trial) => trial === trials[0]);
}

function identityFields(record: ScannedRecord): IdentityFields {
  const { identity } = record;
  const text = (column: string): string | null => valueOf(identity, column) as string | null;
  const created = valueOf(identity, "session_created_at") as bigint | null;
  return {
    user_identity_type: text("user_identity_type"),
    user_identity_principal_id: text("user_identity_principal_id"),
    user_identity_arn: text("user_identity_arn"),
    user_identity_account_id: text("user_identity_account_id"),
    user_identity_user_name: text("user_identity_user_name"),
    user_identity_invoked_by: text("user_identity_invoked_by"),
    user_identity_on_behalf_of_user_id: text("user_identity_on_behalf_of_user_id"),
    user_identity_on_behalf_of_store_arn: text("user_identity_on_behalf_of_store_arn"),
    session_issuer_type: text("session_issuer_type"),
    session_issuer_principal_id: text("session_issuer_principal_id"),
    session_issuer_arn: text("session_issuer_arn"),
    session_created_at: created === null ? null : formatTime(created),
    recipient_account_id: record.text(RECIPIENT),
    event_source: record.text(SOURCE),
  };
}

/** The principal id of the caller, as a text column holds it. */
export function principalId(record: ScannedRecord): string | null {
  return valueOf(record.identity, "user_identity_principal_id") as string | null;
}

function valueOf(identity: Structure | null, column: string): unknown {
  return identity?.values[INDEX.get(column)!] ?? null;
}
