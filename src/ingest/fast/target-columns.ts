import { namedAccessKey } from "../../cloudtrail/named-key.ts";
import { deriveTarget, type Target, type TargetInput } from "../../cloudtrail/target.ts";
import { ByteSlice } from "../byte-slice.ts";
import { RepeatedTextColumn } from "../parquet-column.ts";
import type { Shard } from "../shard.ts";
import { JsonOutline } from "./json-outline.ts";
import { memberIndex } from "./record-members.ts";
import { PRESENT } from "./record-scan.ts";
import type { ScannedRecord } from "./scanned-record.ts";
import { leafMark, recipeOf, type TargetRecipe } from "./target-recipe.ts";
import { TupleCache } from "./tuple-cache.ts";

const SOURCE = memberIndex("eventSource");
const NAME = memberIndex("eventName");
const MESSAGE = memberIndex("errorMessage");
const REQUEST = memberIndex("requestParameters");
const RESPONSE = memberIndex("responseElements");
const RESOURCES = memberIndex("resources");
const DETAILS = memberIndex("serviceEventDetails");
const ADDITIONAL = memberIndex("additionalEventData");

/** Parts whose outline is known. */
const OUTLINED = [REQUEST, RESOURCES];
/** Other parts that a target may be in: where one decides, there is no recipe. */
const OTHERS = [RESPONSE, DETAILS, ADDITIONAL];
const OUTLINE_MAX = 160;
const SLASH = 0x2f;
/** `formatNames` cuts what is longer, in UTF-16 units. */
const NAME_BYTES_MAX = 1024;

/** What was called. */
export interface Call {
  readonly service: string;
  readonly name: string;
}

interface KnownRecipe extends TargetRecipe {
  readonly number: number;
  readonly sourceNumber: number;
}

/** What calls acted on, and the access keys that they name. */
export class TargetColumns {
  private readonly target: RepeatedTextColumn;
  private readonly namedKey: RepeatedTextColumn;
  private readonly source: RepeatedTextColumn;
  private readonly outline = new JsonOutline();
  private readonly recipes = new TupleCache<KnownRecipe | null>(OUTLINE_MAX);
  private readonly joined = new ByteSlice();

  constructor(shard: Shard) {
    this.target = shard.column("target", RepeatedTextColumn);
    this.namedKey = shard.column("named_access_key_id", RepeatedTextColumn);
    this.source = shard.column("target_source", RepeatedTextColumn);
    this.joined.bytes = Buffer.allocUnsafeSlow(NAME_BYTES_MAX);
  }

  clear(): void {
    this.recipes.clear();
  }

  /** Returns `target_source`. */
  write(row: number, record: ScannedRecord, call: Call): string | null {
    if (this.outline.forgetWhenFull()) this.recipes.clear();
    const length = this.fillKey(record);
    // An outline that was given up may not have come to the key.
    if (length < 0 || this.outline.namesKey) this.writeNamedKey(row, record);
    if (length < 0) return this.writeDerived(row, deriveTarget(inputOf(record, call)));
    this.recipes.length = length;
    let recipe = this.recipes.find();
    if (recipe === undefined) recipe = this.recipes.add(this.newRecipe(record, call));
    if (recipe === null || !this.writeByRecipe(row, record, recipe)) {
      return this.writeDerived(row, deriveTarget(inputOf(record, call)));
    }
    return recipe.target_source;
  }

  private writeNamedKey(row: number, record: ScannedRecord): void {
    const key = namedAccessKey(record.json(REQUEST));
    if (key !== null) this.namedKey.set(row, key);
  }

  /** What the target follows from, as integers; -1 when that cannot be told. */
  private fillKey(record: ScannedRecord): number {
    const { key } = this.recipes;
    const { outline } = this;
    const { states } = record.scan;
    const { numbers } = record;
    key[0] = numbers[SOURCE]!;
    key[1] = numbers[NAME]!;
    key[2] = numbers[MESSAGE]!;
    key[3] = 0;
    for (let i = 0; i < OTHERS.length; i += 1) if (states[OTHERS[i]!] === PRESENT) key[3] |= 1 << i;
    let length = 4;
    outline.begin(record.bytes);
    for (let i = 0; i < OUTLINED.length; i += 1) {
      const part = OUTLINED[i]!;
      if (states[part] !== PRESENT) continue;
      key[3] |= 8 << i;
      length = outline.add(record.token(part), key, length);
      if (length < 0) return -1;
    }
    return length;
  }

  private writeByRecipe(row: number, record: ScannedRecord, recipe: KnownRecipe): boolean {
    if (recipe.leaf >= 0) {
      const slice = this.leafSlice(record, recipe);
      if (slice === null) return false;
      slice.rehash();
      this.target.setSlice(row, slice);
    } else if (recipe.number !== 0) this.target.setNumber(row, recipe.number);
    if (recipe.sourceNumber !== 0) this.source.setNumber(row, recipe.sourceNumber);
    return true;
  }

  /** The name that a recipe tells; null when it is too long. */
  private leafSlice(record: ScannedRecord, { leaf, tail }: KnownRecipe): ByteSlice | null {
    const { leafStarts, leafEnds } = this.outline;
    const slice = record.token(REQUEST);
    slice.start = leafStarts[leaf]!;
    slice.end = leafEnds[leaf]!;
    if (tail < 0) return slice;
    const { joined } = this;
    const first = slice.end - slice.start;
    const length = first + 1 + leafEnds[tail]! - leafStarts[tail]!;
    if (length > NAME_BYTES_MAX) return null;
    slice.bytes.copy(joined.bytes, 0, slice.start, slice.end);
    joined.bytes[first] = SLASH;
    slice.bytes.copy(joined.bytes, first + 1, leafStarts[tail]!, leafEnds[tail]!);
    joined.end = length;
    return joined;
  }

  private newRecipe(record: ScannedRecord, call: Call): KnownRecipe | null {
    let isDecidedElsewhere = false;
    const elsewhere = (part: number): unknown => {
      if (record.scan.states[part] === PRESENT) isDecidedElsewhere = true;
      return null;
    };
    const input: TargetInput = {
      ...inputOf(record, call),
      requestParameters: () => this.marked(record, REQUEST),
      resources: () => this.marked(record, RESOURCES),
      responseElements: () => elsewhere(RESPONSE),
      serviceEventDetails: () => elsewhere(DETAILS),
      additionalEventData: () => elsewhere(ADDITIONAL),
    };
    const recipe = recipeOf(deriveTarget(input));
    if (recipe === null || isDecidedElsewhere) return null;
    return { ...recipe, ...this.numbersOf(recipe) };
  }

  /** A part of the record as plain data, with a mark in place of each plain text. */
  private marked(record: ScannedRecord, part: number): unknown {
    if (record.scan.states[part] !== PRESENT) return null;
    const { leafStarts, leafEnds, leafCount } = this.outline;
    const { bytes, start, end } = record.token(part);
    let text = "";
    let at = start;
    for (let leaf = 0; leaf < leafCount; leaf += 1) {
      if (leafStarts[leaf]! < start || leafEnds[leaf]! > end) continue;
      text += bytes.toString("utf8", at, leafStarts[leaf]!) + leafMark(leaf);
      at = leafEnds[leaf]!;
    }
    return JSON.parse(text + bytes.toString("utf8", at, end));
  }

  private writeDerived(row: number, target: Target): string | null {
    const { number, sourceNumber } = this.numbersOf(target);
    if (number !== 0) this.target.setNumber(row, number);
    if (sourceNumber !== 0) this.source.setNumber(row, sourceNumber);
    return target.target_source;
  }

  private numbersOf({ target, target_source }: Target): { number: number; sourceNumber: number } {
    return {
      number: target === null ? 0 : this.target.numberOfText(target),
      sourceNumber: target_source === null ? 0 : this.source.numberOfText(target_source),
    };
  }
}

function inputOf(record: ScannedRecord, { service, name }: Call): TargetInput {
  return {
    service,
    event_base_name: name,
    error_message: record.text(MESSAGE),
    requestParameters: () => record.json(REQUEST),
    responseElements: () => record.json(RESPONSE),
    resources: () => record.json(RESOURCES),
    serviceEventDetails: () => record.json(DETAILS),
    additionalEventData: () => record.json(ADDITIONAL),
  };
}
