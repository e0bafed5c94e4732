import { baseEventName, serviceName } from "../../cloudtrail/event-name.ts";
import { formatTime } from "../../cloudtrail/event-time.ts";
import { deriveIssued, isCreating, isIssuing } from "../../cloudtrail/issued.ts";
import { deriveOutcome, isSignIn, type Outcome } from "../../cloudtrail/outcome.ts";
import { classifySourceAddress } from "../../cloudtrail/source-address.ts";
import { FlagColumn, RepeatedTextColumn } from "../parquet-column.ts";
import type { Shard } from "../shard.ts";
import { principalId } from "./identity-columns.ts";
import { memberIndex } from "./record-members.ts";
import { PRESENT } from "./record-scan.ts";
import type { ScannedRecord } from "./scanned-record.ts";
import { TargetColumns } from "./target-columns.ts";
import { TupleCache } from "./tuple-cache.ts";

const TIME = memberIndex("eventTime");
const SOURCE = memberIndex("eventSource");
const NAME = memberIndex("eventName");
const TYPE = memberIndex("eventType");
const CATEGORY = memberIndex("eventCategory");
const CODE = memberIndex("errorCode");
const MESSAGE = memberIndex("errorMessage");
const ADDRESS = memberIndex("sourceIPAddress");
const RESPONSE = memberIndex("responseElements");
const DETAILS = memberIndex("serviceEventDetails");

interface Named {
  readonly text: string;
  /** Number in its column; 0 for null. */
  readonly number: number;
}

interface EventName extends Named {
  readonly isIssuing: boolean;
  /** Whether a call creates its target, by `target_source`; null for calls that never do. */
  readonly created: Map<string | null, boolean | null> | null;
}

/** What was called, on what, from where and how it ended: what follows from few texts is derived once for each of them. */
export class CallColumns {
  private readonly columns: Readonly<Record<"baseName" | "service" | "outcome", RepeatedTextColumn>>;
  private readonly target: TargetColumns;
  private readonly issuedKey: RepeatedTextColumn;
  private readonly issuedGroup: RepeatedTextColumn;
  private readonly createdTarget: FlagColumn;
  private readonly addressColumns: readonly RepeatedTextColumn[];
  /** By the number of what they follow from. */
  private services: (Named | undefined)[] = [];
  private names: (EventName | undefined)[] = [];
  private addresses: (readonly number[] | undefined)[] = [];
  private readonly outcomes = new TupleCache<Outcome>(7);
  private outcomeNumbers = new Map<Outcome, number>();

  constructor(shard: Shard) {
    const column = (name: string): RepeatedTextColumn => shard.column(name, RepeatedTextColumn);
    this.columns = {
      baseName: column("event_base_name"),
      service: column("service"),
      outcome: column("outcome"),
    };
    this.target = new TargetColumns(shard);
    this.issuedKey = column("issued_access_key_id");
    this.issuedGroup = column("issued_session_group");
    this.createdTarget = shard.column("created_target", FlagColumn);
    this.addressColumns = ["source_ip", "source_ip_key", "source_ip_kind"].map(column);
  }

  clear(): void {
    this.services = [];
    this.names = [];
    this.addresses = [];
    this.outcomes.clear();
    this.target.clear();
    this.outcomeNumbers.clear();
  }

  write(row: number, record: ScannedRecord): void {
    const { columns } = this;
    const service = this.serviceOf(record);
    const name = this.nameOf(record);
    if (service.number !== 0) columns.service.setNumber(row, service.number);
    if (name.number !== 0) columns.baseName.setNumber(row, name.number);
    this.writeAddress(row, record);
    const outcome = this.outcomeOf(record);
    columns.outcome.setNumber(row, this.outcomeNumber(outcome));
    const target_source = this.target.write(row, record, { service: service.text, name: name.text });
    if (outcome !== "no-error") return;
    if (name.isIssuing) this.writeIssued(row, record, name.text);
    else if (name.created !== null) this.writeCreated(row, name, target_source);
  }

  private serviceOf(record: ScannedRecord): Named {
    const source = record.numbers[SOURCE]!;
    return (this.services[source] ??= this.named("service", serviceName(record.text(SOURCE) ?? "")));
  }

  private nameOf(record: ScannedRecord): EventName {
    const number = record.numbers[NAME]!;
    const known = this.names[number];
    if (known !== undefined) return known;
    const named = this.named("baseName", baseEventName(record.text(NAME) ?? ""));
    const created = isCreating(named.text) ? new Map<string | null, boolean | null>() : null;
    return (this.names[number] = { ...named, isIssuing: isIssuing(named.text), created });
  }

  private named(column: "baseName" | "service", text: string): Named {
    return { text, number: text === "" ? 0 : this.columns[column].numberOfText(text) };
  }

  private writeAddress(row: number, record: ScannedRecord): void {
    const number = record.numbers[ADDRESS]!;
    const numbers = (this.addresses[number] ??= this.addressNumbers(record.text(ADDRESS)));
    for (let i = 0; i < numbers.length; i += 1) {
      if (numbers[i] !== 0) this.addressColumns[i]!.setNumber(row, numbers[i]!);
    }
  }

  private addressNumbers(text: string | null): readonly number[] {
    const { source_ip, source_ip_key, source_ip_kind } = classifySourceAddress(text);
    return [source_ip, source_ip_key, source_ip_kind].map((part, i) =>
      part === null ? 0 : this.addressColumns[i]!.numberOfText(part),
    );
  }

  private outcomeOf(record: ScannedRecord): Outcome {
    const { scan, numbers } = record;
    // What these hold can decide, so nothing else tells.
    if (scan.mayListFailures || scan.states[DETAILS] === PRESENT) return deriveOutcomeOf(record);
    const hasResponse = scan.states[RESPONSE] === PRESENT;
    const { key } = this.outcomes;
    key[0] = numbers[SOURCE]!;
    key[1] = numbers[NAME]!;
    key[2] = numbers[TYPE]!;
    key[3] = numbers[CATEGORY]!;
    key[4] = numbers[CODE]!;
    key[5] = numbers[MESSAGE]!;
    key[6] = hasResponse ? 1 : 0;
    const known = this.outcomes.find();
    if (known !== undefined) return known;
    const outcome = deriveOutcomeOf(record);
    // Of a response without keys of failures only sign-ins read more.
    if (hasResponse && isSignIn({ event_type: record.text(TYPE), event_source: record.text(SOURCE) })) return outcome;
    return this.outcomes.add(outcome);
  }

  private outcomeNumber(outcome: Outcome): number {
    let number = this.outcomeNumbers.get(outcome);
    if (number === undefined) {
      number = this.columns.outcome.numberOfText(outcome);
      this.outcomeNumbers.set(outcome, number);
    }
    return number;
  }

  private writeIssued(row: number, record: ScannedRecord, event_name: string): void {
    const { states, times } = record.scan;
    const issued = deriveIssued({
      event_name,
      event_time: states[TIME] === PRESENT ? formatTime(BigInt(times[TIME]!)) : null,
      outcome: "no-error",
      principal_id: principalId(record),
      target_source: null,
      responseElements: () => record.json(RESPONSE),
    });
    if (issued.issued_access_key_id !== null) this.issuedKey.set(row, issued.issued_access_key_id);
    if (issued.issued_session_group !== null) this.issuedGroup.set(row, issued.issued_session_group);
  }

  private writeCreated(row: number, { text, created }: EventName, target_source: string | null): void {
    let value = created!.get(target_source);
    if (value === undefined) {
      value = deriveIssued({ ...CREATING, event_name: text, target_source }).created_target;
      if (created!.size < CREATED_MAX) created!.set(target_source, value);
    }
    if (value !== null) this.createdTarget.set(row, value);
  }
}

/** What a call that creates needs nothing of. */
const CREATING = { event_time: null, outcome: "no-error", principal_id: null, responseElements: () => null };
const CREATED_MAX = 1000;

function deriveOutcomeOf(record: ScannedRecord): Outcome {
  return deriveOutcome({
    event_source: record.text(SOURCE),
    event_name: record.text(NAME),
    event_type: record.text(TYPE),
    event_category: record.text(CATEGORY),
    error_code: record.text(CODE),
    error_message: record.text(MESSAGE),
    responseElements: () => record.json(RESPONSE),
    serviceEventDetails: () => record.json(DETAILS),
  });
}
