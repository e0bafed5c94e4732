import { VIEW_COLUMNS } from "../../../queries/views/event-column.ts";
import type { EventDetail } from "../../../queries/views/event-detail.ts";
import { columnWord } from "../../../queries/views/filter-words.ts";
import type { Line, Span } from "../../state/types.ts";
import { fit, fitLine, fitValue, span } from "../../text/fit.ts";

/** A field in the short form of an event. */
interface Field {
  readonly label: string;
  readonly value: string;
}

const PAIRS: readonly (readonly [string, string])[] = [
  ["eventTime", "event_time"],
  ["awsRegion", "aws_region"],
  ["sourceIPAddress", "source_ip_address"],
  ["accessKeyId", "user_identity_access_key_id"],
  ["outcome", "outcome"],
  ["errorCode", "error_code"],
];

const WHOLE_LINES: readonly (readonly [string, string])[] = [
  ["identity", "actor"],
  ["issuer", "session_issuer_arn"],
  ["userAgent", "user_agent"],
  ["target", "target"],
  ["error", "error_message"],
  ["request", "request_parameters"],
  ["response", "response_elements"],
  ["additional", "additional_event_data"],
];

const LABEL_WIDTH = 11;

/** An event in a few lines: where and who, then what was asked and answered, one line each. */
export function eventSummary(detail: EventDetail, width: number, ellipsis: string): Line[] {
  const text = (column: string): string => String(detail.cells[column] ?? "");
  const pairs = PAIRS.map(([label, column]): Field => ({ label, value: text(column) })).filter(
    ({ value }) => value !== "",
  );
  const lines: Line[] = pairLines(pairs, width, ellipsis);
  for (const [label, column] of WHOLE_LINES) {
    const value = text(column);
    if (value === "") continue;
    lines.push([
      span(` ${fit(label, LABEL_WIDTH)}`, "dim"),
      span(fitValue(column === "actor" ? identityWords(detail) : value, width - LABEL_WIDTH - 1, { ellipsis })),
    ]);
  }
  return lines;
}

/** Short fields side by side, as many a line as there is room for. */
function pairLines(fields: readonly Field[], width: number, ellipsis: string): Line[] {
  const lines: Line[] = [];
  let line: Span[] = [span(" ")];
  let used = 1;
  for (const { label, value } of fields) {
    const room = Math.min(value.length, 40);
    const needed = label.length + 1 + room + 3;
    if (used + needed > width && line.length > 1) {
      lines.push(fitLine(line, width));
      line = [span(" ")];
      used = 1;
    }
    const shown = fitValue(value, room, { ellipsis });
    line.push(span(`${label} `, "dim"), span(`${shown}   `));
    used += needed;
  }
  return line.length > 1 ? [...lines, fitLine(line, width)] : lines;
}

function identityWords({ cells }: EventDetail): string {
  const mfa = cells["session_mfa_authenticated"];
  return [
    cells["user_identity_type"],
    cells["actor"],
    ...(mfa === null || mfa === undefined ? [] : [`mfa ${String(mfa)}`]),
    ...(cells["session_created_at"] == null ? [] : [`session of ${String(cells["session_created_at"])}`]),
    ...(cells["user_identity_invoked_by"] == null ? [] : [`by ${String(cells["user_identity_invoked_by"])}`]),
  ]
    .filter((word) => word !== null && word !== undefined && word !== "")
    .join("  ");
}

/** Columns with a value, in the order of the record, then what coldtrail derives; for the whole event. */
export function fieldsWithValues(
  detail: EventDetail,
): { readonly column: string; readonly label: string; readonly value: string }[] {
  return VIEW_COLUMNS.flatMap(({ name }) => {
    const cell = detail.cells[name];
    return cell === null || cell === undefined ? [] : [{ column: name, label: columnWord(name), value: String(cell) }];
  });
}
