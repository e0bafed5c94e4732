import type { Line } from "../state/types.ts";
import { fitLine, lineWidth, span } from "../text/fit.ts";
import { spaced } from "./search-line.ts";

/** The parts of a screen in one line, the open one in brackets: it is seen however narrow the screen is. */
export function tabLine(
  titles: readonly string[],
  open: number,
  { width, ellipsis }: { width: number; ellipsis: string },
): Line {
  const tabs = titles.map((title, i): Line => (i === open ? [span(`[${title}]`, "title")] : [span(title)]));
  const from = tabs.findIndex((_, i) => i === open || lineWidth(spaced(tabs.slice(i, open + 1))) < width);
  return fitLine([span(from > 0 ? `${ellipsis} ` : " "), ...spaced(tabs.slice(from))], width, { ellipsis });
}
