import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { TextFormat } from "../../../export/write-result.ts";
import { shellWord } from "../../../queries/indicator.ts";
import { markedEventsSql } from "../../../timeline/marked-events.ts";
import type { App, ExportJob, ViewDescription } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { formatSize, plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import type { MarksState } from "./marks-state.ts";

const FORMATS: readonly TextFormat[] = ["csv", "jsonl", "json", "md"];

/** What `X` writes on the screen of marks. */
export function timelineExport({ state }: Level<MarksState>, app: App): ExportJob {
  const { tag } = state;
  return {
    title: `timeline of marks${tag === null ? "" : ` with the tag ${safeText(tag, 64)}`}`,
    file_stem: stemOf(app),
    formats: FORMATS,
    write: async ({ path, format }, signal) =>
      app.services.markTimeline.write({ path, format: format as TextFormat, tag }, signal),
  };
}

/** Writes the CSV file at once, under a name that is free, into the folder that coldtrail was started in. */
export async function exportTimeline(app: App): Promise<void> {
  const { state } = app.top() as Level<MarksState>;
  const path = freePath(stemOf(app));
  const written = await app.services.markTimeline.write(
    { path, format: "csv", tag: state.tag },
    new AbortController().signal,
  );
  app.toast(
    `Wrote ${plural(written.n_rows, "row")} (${formatSize(written.size_bytes)}) to ${safeText(path, 200)}`,
    "success",
  );
}

function stemOf(app: App): string {
  return `${app.caseFacts().name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-") || "case"}-timeline`;
}

function freePath(stem: string): string {
  for (let n = 1; ; n += 1) {
    const path = resolve(`${stem}${n === 1 ? "" : `-${n}`}.csv`);
    if (!existsSync(path)) return path;
  }
}

/** The SQL of the marked events, and the command that exports them. */
export function timelineView({ state }: Level<MarksState>, app: App): ViewDescription {
  const tag = state.tag === null ? null : state.tag.toLowerCase().replaceAll("'", "''");
  const tagged = `SELECT target FROM tags WHERE target_kind = 'event' AND NOT undone`;
  const ids =
    tag === null
      ? `${tagged} UNION SELECT target FROM notes WHERE target_kind = 'event' AND NOT undone`
      : `${tagged} AND lower(tag) = '${tag}'`;
  const { folder, journalFolder } = app.caseFacts();
  const journal = journalFolder === resolve(folder, "journal") ? "" : ` --journal ${shellWord(journalFolder)}`;
  const words = state.tag === null ? "--marked" : `--tag ${shellWord(state.tag)}`;
  return {
    sql: markedEventsSql(ids),
    command: `coldtrail timeline ${words} --case ${shellWord(folder)}${journal}`,
  };
}
