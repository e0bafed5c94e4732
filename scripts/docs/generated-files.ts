import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderBadInputPage } from "./bad-input-page.ts";
import { renderCliPage } from "./cli-page.ts";
import { renderFormats } from "./format-tables.ts";
import type { GeneratedFile } from "./generated-file.ts";
import { renderQueryIndex, renderQueryPage } from "./query-pages.ts";
import { renderTuiPage } from "./tui-page.ts";

/** Every page of the repository that is made from the code, wholly or in part. */
const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: "docs/bad-input.md", render: renderBadInputPage },
  { path: "docs/cli.md", render: renderCliPage },
  { path: "docs/formats.md", render: renderFormats },
  { path: "docs/queries.md", render: renderQueryPage },
  { path: "docs/tui.md", render: renderTuiPage },
  { path: "queries/README.md", render: renderQueryIndex },
];

interface StaleFile {
  readonly path: string;
  readonly fresh: string;
}

/** The pages below `root` that are not what the code says now. */
export async function findStale(root: string): Promise<StaleFile[]> {
  const stale: StaleFile[] = [];
  for (const { path, render } of GENERATED_FILES) {
    const file = join(root, path);
    const present = existsSync(file) ? readFileSync(file, "utf8") : "";
    const fresh = await render(present);
    if (fresh !== present) stale.push({ path, fresh });
  }
  return stale;
}

/** Writes the stale pages below `root`, and returns their paths. */
export async function writeStale(root: string): Promise<string[]> {
  const stale = await findStale(root);
  for (const { path, fresh } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), fresh);
  }
  return stale.map(({ path }) => path);
}
