import { eventColumn } from "../../../queries/views/event-column.ts";
import { columnWord } from "../../../queries/views/filter-words.ts";
import type { Cell } from "../../../store/result-table.ts";
import type { ColumnSpec } from "../../components/columns.ts";
import { shownColumns } from "../../components/table.ts";
import { wholeSeconds } from "../../text/format.ts";

/** How columns look in a table of events; others take their name and a middling width. */
const SPECS: Readonly<Record<string, ColumnSpec>> = {
  event_time: { title: "time (UTC)", min: 19 },
  event_name: { title: "event", min: 18, max: 28, grow: 2 },
  error_code: { title: "error", min: 12, max: 22 },
  source_ip_address: { title: "source IP", min: 15, max: 24 },
  actor: { title: "principal", min: 14, max: 44, grow: 3 },
  target: { title: "target", min: 14, max: 48, grow: 3 },
  aws_region: { title: "region", min: 10, max: 14 },
  user_identity_access_key_id: { title: "access key", min: 20 },
  recipient_account_id: { title: "account", min: 12 },
  service: { title: "service", min: 8, max: 16 },
  user_agent: { title: "user agent", min: 14, max: 60, grow: 2 },
  source_ip: { title: "source IP", min: 15, max: 39 },
  session_issuer_arn: { title: "session issuer", min: 14, max: 44 },
  outcome: { title: "outcome", min: 8 },
  event_id: { title: "event id", min: 12, max: 36 },
};

const OTHER_MIN = 12;
const OTHER_MAX = 40;

/** The column as it is laid out; a width that a person set is kept. */
export function specOf(name: string, widths: Readonly<Record<string, number>>): ColumnSpec {
  const spec = SPECS[name] ?? { title: columnWord(name), min: OTHER_MIN, max: OTHER_MAX };
  const width = widths[name];
  return width === undefined ? spec : { ...spec, min: width, max: width };
}

/** What stands above a column; AWS's name for most. */
export function columnTitle(name: string): string {
  return SPECS[name]?.title ?? columnWord(name);
}

/** The columns that have room, with the first one always among them. */
export interface ShownColumns {
  readonly names: readonly string[];
  readonly specs: readonly ColumnSpec[];
  /** Index of the cursor's column among them. */
  readonly cursor: number;
}

/** The columns on the screen: the first one stays, and the others move until the cursor's is among them. */
export function columnsShown(
  names: readonly string[],
  widths: Readonly<Record<string, number>>,
  { cursor, width }: { readonly cursor: number; readonly width: number },
): ShownColumns {
  const specs = names.map((name) => specOf(name, widths));
  for (let first = 1; first <= Math.max(1, cursor); first += 1) {
    const order = names.map((_, i) => i).filter((i) => i === 0 || i >= first);
    const ordered = order.map((i) => specs[i]!);
    const placed = shownColumns(ordered, width);
    const at = order.indexOf(cursor);
    if (at < placed.length || first >= cursor) {
      return { names: order.map((i) => names[i]!), specs: ordered, cursor: Math.max(0, at) };
    }
  }
  return { names, specs, cursor };
}

/** A cell as it is read in a table: times to the second, ARNs from their name on. */
export function cellShown(name: string, cell: Cell): string | null {
  if (cell === null) return name === "event_time" ? "(no time)" : null;
  const { kind } = eventColumn(name);
  if (kind === "time") return wholeSeconds(String(cell));
  const text = String(cell);
  return ARN_COLUMNS.has(name) ? shortArn(text) : text;
}

const ARN_COLUMNS = new Set(["actor", "principal_arn", "session_issuer_arn", "user_identity_arn", "target"]);

/** `arn:aws:sts::123456789012:assumed-role/app/i-0a` as `app/i-0a`, of a user `user/alice`, of an object `bucket/key`. */
export function shortArn(text: string): string {
  const parts = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/s.exec(text);
  return parts === null ? text : parts[1]!.replace(/^assumed-role\//, "");
}
