import { cidrKeyRange } from "../cloudtrail/source-address.ts";
import type { Mark } from "./mark-book.ts";
import { type MarkKind, type MarkTarget, targetText } from "./mark-target.ts";

/** A mark with its target taken apart, as SQL joins it. */
export interface MarkRow extends Omit<Mark, "text" | "target" | "target_id"> {
  readonly text: string | null;
  readonly target_kind: MarkKind;
  readonly target: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly ip_low: string | null;
  readonly ip_high: string | null;
}

/** One row a mark, undone ones included. */
export function* markRows(marks: Iterable<Mark>): Generator<MarkRow> {
  for (const { target, target_id: _id, text, ...mark } of marks) {
    yield { ...mark, text: text === "" ? null : text, ...targetColumns(target) };
  }
}

/** What SQL matches a target by. */
export function targetColumns(
  target: MarkTarget,
): Pick<MarkRow, "target_kind" | "target" | "since" | "until" | "ip_low" | "ip_high"> {
  const range = target.kind === "ip" ? cidrKeyRange(target.value) : null;
  return {
    target_kind: target.kind,
    target: targetText(target),
    since: target.kind === "range" ? target.since : null,
    until: target.kind === "range" ? target.until : null,
    ip_low: range?.low ?? null,
    ip_high: range?.high ?? null,
  };
}
