import { EXIT_CODES, UsageError } from "../errors.ts";
import type { Mark, MarkBook } from "../journal/mark-book.ts";
import { tagId, tagName } from "../journal/mark-entry.ts";
import { targetId, targetText } from "../journal/mark-target.ts";
import { shortHash } from "../journal/mark-undo.ts";
import type { ResultTable } from "../store/result-table.ts";
import { countTargets } from "../timeline/marked-targets.ts";
import type { CommandResult, CommandRun } from "./command-run.ts";
import { openMarks } from "./mark-run.ts";
import { parseTargets, type TargetFlags } from "./mark-options.ts";
import { printResult, tableOf, type OutputOptions } from "./output-options.ts";

export interface ListOptions extends OutputOptions, TargetFlags {
  readonly all?: boolean;
}

const columns = (text: string, all: boolean): ResultTable["columns"] =>
  (
    [
      [text, "text"],
      ["kind", "text"],
      ["target", "text"],
      ["n_records", "integer"],
      ["first_seen", "timestamp"],
      ["last_seen", "timestamp"],
      ["examiner", "text"],
      ["written", "timestamp"],
      ["entry", "text"],
      ...(all ? [["undone_by", "text"] as const] : []),
    ] as const
  ).map(([name, type]) => ({ name, type }));

/** Prints what stands, or with `--all` also what was undone: one row for each tag or note of each target. */
export async function listMarks(
  run: CommandRun,
  options: ListOptions,
  { kind, names }: { kind: Mark["kind"]; names: readonly string[] },
): Promise<CommandResult> {
  const all = options.all === true;
  const { reader, marks } = await openMarks(run);
  try {
    const shown = sorted(selected(marks, options, { kind, names }), kind);
    const counts = await countTargets(reader, [
      ...new Map(shown.map((mark) => [mark.target_id, mark.target])).values(),
    ]);
    const rows = shown.map((mark) => {
      const { n_records, first_seen, last_seen } = counts.get(mark.target_id)!;
      return [
        mark.text === "" ? null : mark.text,
        mark.target.kind,
        targetText(mark.target),
        n_records,
        first_seen,
        last_seen,
        mark.examiner,
        mark.time_utc,
        shortHash(mark.hash),
        ...(all ? [mark.undone_by === null ? null : shortHash(mark.undone_by)] : []),
      ];
    });
    const footer = (): string[] => [
      `${rows.length} ${kind === "tag" ? "tags" : "notes"}${all ? ", with those that were undone" : ""} · n_records counts the whole case · undo one with \`coldtrail untag --entry ENTRY\``,
    ];
    await printResult(run, tableOf(columns(kind === "tag" ? "tag" : "note", all), rows), { ...options, footer });
    return { exitCode: EXIT_CODES.ok, counts: { rows: rows.length }, exported: options.output !== undefined };
  } finally {
    reader.close();
  }
}

function selected(
  marks: MarkBook,
  options: ListOptions,
  { kind, names }: { kind: Mark["kind"]; names: readonly string[] },
): Mark[] {
  const tags = new Set(names.map((name) => tagId(tagName(name))));
  const targets = new Set(parseTargets(options).map(targetId));
  return marks
    .marks()
    .filter(
      (mark) =>
        mark.kind === kind &&
        (options.all === true || mark.undone_by === null) &&
        (tags.size === 0 || tags.has(tagId(mark.text))) &&
        (targets.size === 0 || targets.has(mark.target_id)),
    );
}

/** Tags by name, those of one name and the notes in the order of writing. */
function sorted(marks: Mark[], kind: Mark["kind"]): Mark[] {
  if (kind === "note") return marks;
  const place = new Map(marks.map((mark, i) => [mark, i]));
  const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
  return marks.toSorted((a, b) => compare(tagId(a.text), tagId(b.text)) || place.get(a)! - place.get(b)!);
}

/** `--list` and what writes do not go together. */
export function refuseWithList(
  options: { readonly list?: boolean; readonly all?: boolean },
  given: string | null,
): void {
  if (options.list !== true && options.all === true) {
    throw new UsageError({ what: "Nothing to list", where: "--all", fix: "--all goes with --list." });
  }
  if (options.list !== true || given === null) return;
  throw new UsageError({
    what: "Listing and writing at once",
    where: `--list ${given}`,
    fix: "Leave one of them out.",
  });
}
