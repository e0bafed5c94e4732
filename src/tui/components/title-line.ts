import { displayWidth } from "../../export/display-width.ts";
import type { DrawContext } from "../state/contract.ts";
import type { Line } from "../state/types.ts";
import { fit, fitBoth, span } from "../text/fit.ts";
import { formatNumber } from "../text/format.ts";
import { safeText } from "../text/safe-text.ts";

/** Below this many columns the words after the number are left out. */
const WIDE = 100;

/** Case, where we are, and what can be relied on: ` case-0417  all > key ASIA…  [2/2]     UTC  12,408,991 events`. */
export function titleLine({ state, app, theme }: DrawContext): Line {
  const { name, n_events, unfinished_ingest } = app.caseFacts();
  const { ellipsis } = theme.glyphs;
  const isWide = state.columns >= WIDE;
  const shownName = fit(safeText(name, 24), Math.min(24, displayWidth(safeText(name, 24))), { ellipsis });
  const words = [
    "UTC",
    state.is_reloading ? "reloading" : `${formatNumber(n_events)}${isWide ? " events" : ""}`,
    ...(isWide ? [unfinished_ingest ? "ingest unfinished" : "read-only"] : unfinished_ingest ? ["unfinished"] : []),
  ];
  const right: Line = [span(`  ${words.join("  ")} `, unfinished_ingest ? "warning" : "dim")];
  const depth =
    state.levels.length > 1 ? `  [${state.levels.length}/${state.levels.length + state.closed.length}]` : "";
  const titles = state.levels.map(({ title }) => title);
  const before = ` ${shownName}  `;
  const room = state.columns - displayWidth(before) - displayWidth(depth) - displayWidth(right[0]!.text);
  return fitBoth([span(before, "title"), span(crumbs(titles, room, ellipsis), "bold"), span(depth, "dim")], right, {
    width: state.columns,
    ellipsis,
  });
}

/** Titles with ` > ` between them; the oldest give way, then the end of the last one. */
function crumbs(titles: readonly string[], width: number, ellipsis: string): string {
  const safe = titles.map((title) => safeText(title, 60));
  for (let start = 0; start < safe.length; start += 1) {
    const text = `${start > 0 ? `${ellipsis} > ` : ""}${safe.slice(start).join(" > ")}`;
    if (displayWidth(text) <= width) return text;
  }
  return fit(`${safe.length > 1 ? `${ellipsis} > ` : ""}${safe.at(-1) ?? ""}`, Math.max(0, width), { ellipsis });
}
