import { UsageError } from "../../errors.ts";
import { RECORD_FIELDS } from "../../cloudtrail/record-fields.ts";
import { EVENT_COLUMNS } from "../../store/case-schema.ts";
import { textLiteral } from "./sql-text.ts";

/** How values of a column compare. */
export type ColumnKind = "text" | "flag" | "time" | "number" | "json";

/** A column of `events`, or a value inside one of its JSON columns. */
export interface EventColumn {
  /** As in SQL; with a path behind it, `request_parameters.bucketName`. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** SQL over `events`; never fails on a value. */
  readonly expression: string;
  /** AWS's path of it in a record; the name itself for what coldtrail derives. */
  readonly aws_name: string;
}

const FIELDS = new Map(RECORD_FIELDS.map((field) => [field.column, field]));
const NUMBERS = new Set(["event_copies", "same_second_rank", "record_index", "file_id"]);
const PATH = /^[^.[\]]+(?:\[\d+\])*(?:\.[^.[\]]+(?:\[\d+\])*)*$/;

/** Names that people type and that are no column's. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  event: "event_name",
  name: "event_name",
  time: "event_time",
  region: "aws_region",
  error: "error_code",
  accesskeyid: "user_identity_access_key_id",
  principalid: "user_identity_principal_id",
  username: "user_identity_user_name",
  principal: "principal_arn",
  account: "recipient_account_id",
  issuer: "session_issuer_arn",
  request: "request_parameters",
  response: "response_elements",
};

/** The columns that a view can show, filter, count and sort by, in the order of `events`. */
export const VIEW_COLUMNS: readonly EventColumn[] = EVENT_COLUMNS.filter(
  (name) => !["shape", "file_id", "root_actor", "root_grade", "integrity"].includes(name),
).map((name) => plainColumn(name));

const BY_NAME = new Map(EVENT_COLUMNS.map((name) => [name, plainColumn(name)]));
const BY_TYPED_NAME = new Map([
  ...VIEW_COLUMNS.flatMap((column) => [
    [column.aws_name.toLowerCase(), column] as const,
    [column.name, column] as const,
    [column.name.replaceAll("_", ""), column] as const,
  ]),
  ...Object.entries(SHORT_NAMES).map(([typed, name]) => [typed, plainColumn(name)] as const),
]);

/** A column by its exact name. Throws UsageError for any other text, so that a name is safe in SQL. */
export function eventColumn(name: string): EventColumn {
  const column = BY_NAME.get(name) ?? pathColumn(name);
  if (column !== null) return column;
  throw new UsageError({
    what: "No such column",
    where: name.slice(0, 80),
    fix: "Columns are those of `events`, or a path inside a JSON column such as request_parameters.bucketName.",
  });
}

/** A column by what a person types: its name, AWS's name or path, or a short name; null when there is none. */
export function columnTyped(text: string): EventColumn | null {
  const known = BY_TYPED_NAME.get(text.toLowerCase());
  if (known !== undefined) return known;
  const dot = text.indexOf(".");
  if (dot <= 0) return null;
  const owner = BY_TYPED_NAME.get(text.slice(0, dot).toLowerCase());
  return owner === undefined ? null : pathColumn(`${owner.name}${text.slice(dot)}`);
}

function plainColumn(name: string): EventColumn {
  const field = FIELDS.get(name);
  const kind = field === undefined ? derivedKind(name) : field.kind === "text-flag" ? "flag" : field.kind;
  return { name, kind, expression: name, aws_name: field?.path.join(".") ?? name };
}

function derivedKind(name: string): ColumnKind {
  if (NUMBERS.has(name)) return "number";
  if (name === "actor_inferred") return "flag";
  return name === "extra" ? "json" : "text";
}

/** `json_column.path` with the same path syntax as `ct_json`; null when it is no path into a JSON column. */
function pathColumn(name: string): EventColumn | null {
  const dot = name.indexOf(".");
  const owner = dot > 0 ? BY_NAME.get(name.slice(0, dot)) : undefined;
  const path = name.slice(dot + 1);
  if (owner?.kind !== "json" || path.length > 300 || !PATH.test(path) || /["\p{C}]/u.test(path)) return null;
  const steps = path.split(".").map((step) => step.replace(/^[^[]+/, (key) => `"${key}"`));
  const aws_name = `${owner.aws_name}.${path}`;
  const expression = `TRY(json_extract_string(${owner.name}, ${textLiteral(`$.${steps.join(".")}`)}))`;
  return { name, kind: "text", expression, aws_name };
}
