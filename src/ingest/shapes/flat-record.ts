import { DerivedRecord, type DerivedFormat } from "../../cloudtrail/derived-record.ts";
import { formatTime, parseAnyTime, parseCanonicalTime } from "../../cloudtrail/event-time.ts";
import type { FieldKind } from "../../cloudtrail/record-fields.ts";
import { CELL_CHARS_MAX, parseReformattedTime, readAccountId } from "./excel-damage.ts";
import { fieldNamed, hasErrorColumn, structureNamed, type ColumnField } from "./flat-columns.ts";
import { isObject, members, scalarText, tokenOf, viewOf, type JsonView } from "./json-view.ts";
import { looseJson, parseLoose } from "./loose-value.ts";

/** A record out of columns, and what was found damaged in them. */
export interface FlatRecordResult {
  readonly record: DerivedRecord;
  readonly problems: readonly string[];
}

export interface FlatOptions {
  readonly format: DerivedFormat;
  /** Order of dates that a spreadsheet reformatted; null when unknown. */
  readonly dayFirst?: boolean | null;
  /** True when a row has all columns, whether they hold something or not. */
  readonly isTable?: boolean;
}

/** Maps columns (the members of a flat object) to the fields of a record by their names, whatever their case. */
export function flatRecord(row: JsonView, options: FlatOptions): FlatRecordResult {
  const mapping = new FlatMapping(options);
  for (const [name, value] of members(row)) mapping.column(name, value);
  // An object leaves out what is null; only one that has the rest of an event then says that there was no error.
  const names = members(row).map(([name]) => name);
  mapping.record.lacksErrors =
    !hasErrorColumn(names) && (options.isTable === true || !mapping.record.has("eventVersion"));
  return { record: mapping.record, problems: [...mapping.problems] };
}

class FlatMapping {
  readonly record: DerivedRecord;
  readonly problems = new Set<string>();
  private readonly dayFirst: boolean | null;

  constructor({ format, dayFirst = null }: FlatOptions) {
    this.record = new DerivedRecord(format);
    this.dayFirst = dayFirst;
  }

  column(name: string, value: JsonView): void {
    const text = scalarText(value);
    if (text === "" || text === "-" || value.node.kind === "null") return;
    const field = fieldNamed(name, this.record.format);
    const structure = field === null ? structureNamed(name) : null;
    const isSet =
      field !== null ? this.field(field, value, text) : structure !== null && this.structure(structure, value, text);
    if (!isSet) this.record.keep(name, tokenOf(value));
  }

  /** False when the cell has to be kept as it is, too. */
  private field(field: ColumnField, value: JsonView, text: string | null): boolean {
    const { path, kind, isExact } = field;
    if (this.record.has(path)) return false;
    if (text !== null && text.length === CELL_CHARS_MAX) {
      this.problems.add("cells that are cut at 32,767 characters by a spreadsheet");
      if (kind === "json") return false;
      this.record.setText(path, text, { isExact: false });
      return false;
    }
    if (kind === "time") return text !== null && this.time(path, text, isExact);
    if (kind === "json") return this.json(path, value, text);
    if (text === null) return false;
    if (kind !== "text") return this.flag(path, kind, text);
    if (path.endsWith("ccountId")) return this.account(path, text, isExact);
    this.record.setText(path, text, { isExact });
    return isExact;
  }

  private time(path: string, text: string, isExact: boolean): boolean {
    const micros = parseAnyTime(text);
    if (micros !== null) {
      this.record.setText(path, formatTime(micros), { isExact });
      return isExact && parseCanonicalTime(text) !== null;
    }
    const guessed = parseReformattedTime(text, this.dayFirst);
    if (guessed !== null) this.record.setText(path, formatTime(guessed), { isExact: false });
    this.problems.add(
      guessed === null
        ? "times that a spreadsheet reformatted: which part is the day cannot be told, so they are left out"
        : "times that a spreadsheet reformatted: taken as UTC, seconds may be lost",
    );
    return false;
  }

  private flag(path: string, kind: FieldKind, text: string): boolean {
    const word = text.toLowerCase();
    if (word !== "true" && word !== "false") return false;
    this.record.setToken(path, kind === "text-flag" ? `"${word}"` : word);
    return true;
  }

  private account(path: string, text: string, isExact: boolean): boolean {
    const account = readAccountId(text);
    if (account.kind === "lost") {
      this.problems.add("account ids that a spreadsheet rounded (1.23E+11): left out");
      return false;
    }
    if (account.kind === "repaired") this.problems.add("account ids that lost their leading zeros: put back");
    const isWhole = account.kind === "whole" && isExact;
    this.record.setText(path, account.id, { isExact: isWhole });
    return isWhole;
  }

  private json(path: string, value: JsonView, text: string | null): boolean {
    if (text === null) {
      this.record.setToken(path, tokenOf(value));
      return true;
    }
    const parsed = /^\s*[{[]/.test(text) ? viewOf(text) : null;
    if (parsed !== null) {
      // The console lists resources with keys of its own.
      if (path === "resources" && !/"ARN|"accountId"/.test(text)) return false;
      this.record.setToken(path, tokenOf(parsed));
      return true;
    }
    const loose = parseLoose(text);
    if (loose === undefined) return false;
    this.record.setToken(path, looseJson(loose), { isExact: false });
    return false;
  }

  /** A column that holds a whole object of the record, such as userIdentity: its members become fields. */
  private structure(path: string, value: JsonView, text: string | null): boolean {
    const parsed = text === null ? value : viewOf(text);
    const loose = parsed === null || !isObject(parsed) ? parseLoose(text ?? "") : undefined;
    const view = loose === undefined ? parsed : viewOf(looseJson(loose));
    if (view === null || !isObject(view)) return false;
    this.membersOf(view, path, loose === undefined);
    return loose === undefined;
  }

  private membersOf(view: JsonView, prefix: string, isExact: boolean): void {
    for (const [key, value] of members(view)) {
      const text = scalarText(value);
      const path = `${prefix}.${key}`;
      const field = fieldNamed(path, this.record.format);
      const structure = field === null && isObject(value) ? (structureNamed(path) ?? path) : null;
      if (structure !== null) this.membersOf(value, structure, isExact);
      else if (value.node.kind === "null" || text === "") continue;
      else if (field !== null) this.field(isExact ? field : { ...field, isExact: false }, value, text);
      else this.record.setToken(path, tokenOf(value), { isExact });
    }
  }
}
