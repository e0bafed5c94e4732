import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { openPrompt } from "../overlays/prompt.ts";
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
    const { n_rows, size_bytes } = await job.write({ path, format: formatOf(path) }, signal);
    app.toast(`Wrote ${formatNumber(n_rows)} rows, ${formatSize(size_bytes)}, to ${resolve(path)}`, "success");
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
    app.toast("Stopped: nothing was written", "warning");
  }
}
