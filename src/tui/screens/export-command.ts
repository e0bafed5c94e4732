import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { JournalNotWritableError } from "../../journal/journal-errors.ts";
import { openPrompt } from "../overlays/prompt.ts";
import { journalExport, type JournaledExport } from "../services/journal-export.ts";
import type { App, Command, ExportJob } from "../state/contract.ts";
import { formatNumber, formatSize } from "../text/format.ts";

/** `X`: writes what is on the screen, whole, to a file whose ending says the format. */
export const EXPORT_COMMAND: Command = {
  id: "global.export",
  title: "export this view to a file: all of its rows, as CSV or JSON",
  hint: "export",
  scope: "global",
  keys: ["X"],
  available: (app) => jobOf(app) !== null || "this view cannot be exported",
  run: openExport,
};

function jobOf(app: App): ExportJob | null {
  const level = app.top();
  return app.screen(level.screen)?.exportable?.(level, app) ?? null;
}

function openExport(app: App): void {
  const job = jobOf(app);
  if (job === null) return;
  const names = job.formats.map((format) => freeName(job.file_stem, format));
  openPrompt(app, {
    title: `export ${job.title}`,
    value: names[0] ?? `${job.file_stem}.csv`,
    note: `A file name; its ending is the format: ${job.formats.map((format) => `.${format}`).join(" ")}. Down for others.`,
    suggest: (text) => names.filter((name) => name !== text),
    check: (text) => problemOf(text.trim(), job),
    verb: "write",
    accept: async (text) => write(app, job, text.trim()),
  });
}

/** A name that no file in the working folder has. */
function freeName(stem: string, format: string): string {
  for (let i = 1; ; i += 1) {
    const name = i === 1 ? `${stem}.${format}` : `${stem}-${i}.${format}`;
    if (i > 999 || !existsSync(name)) return name;
  }
}

function problemOf(path: string, { formats }: ExportJob): string | null {
  if (path === "") return "a file name is missing";
  if (!formats.includes(formatOf(path)))
    return `the ending must be one of ${formats.map((format) => `.${format}`).join(" ")}`;
  return existsSync(path) ? "the file is there already" : null;
}

function formatOf(path: string): string {
  return extname(path).slice(1).toLowerCase();
}

async function write(app: App, job: ExportJob, path: string): Promise<void> {
  app.toast(`Writing ${path} ...  ctrl-c stops it`);
  const { signal } = new AbortController();
  try {
    const started_ms = performance.now();
    const { n_rows, size_bytes, sha256 } = await job.write({ path, format: formatOf(path) }, signal);
    const wrote = `Wrote ${formatNumber(n_rows)} rows, ${formatSize(size_bytes)}, to ${resolve(path)}`;
    const elapsed_ms = Math.round(performance.now() - started_ms);
    const isNoted =
      sha256 === undefined || (await note(app, { exported: job.title, rows: n_rows, sha256, elapsed_ms }));
    app.toast(isNoted ? wrote : `${wrote}; the journal cannot be written`, isNoted ? "success" : "warning");
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
    app.toast("Stopped: nothing was written", "warning");
  }
}

/** The file is there all the same when the journal of a read-only case cannot be written. */
async function note(app: App, written: JournaledExport): Promise<boolean> {
  try {
    await journalExport(app.caseFacts(), written);
    return true;
  } catch (error) {
    if (error instanceof JournalNotWritableError) return false;
    throw error;
  }
}
