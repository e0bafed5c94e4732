import type { Rect } from "../../state/types.ts";

/** Where the panes of the events screen are, inside its body; null for those that have no room. */
export interface EventsLayout {
  readonly rows: Rect;
  readonly facets: Rect | null;
  readonly detail: Rect | null;
  /** Panes have borders; the table alone has none. */
  readonly hasBorders: boolean;
}

const FACETS_FROM = 110;
const FACETS_WIDTH = 34;
/** Of the body, which is the screen without the five lines around it. */
const DETAIL_FROM = 25;
const DETAIL_HEIGHT = 9;

/** From 110 columns on facets stand at the right, from 30 lines on the event under the cursor below. */
export function layOutEvents({ width, height }: Pick<Rect, "width" | "height">): EventsLayout {
  const hasFacets = width >= FACETS_FROM;
  const hasDetail = height >= DETAIL_FROM;
  const upper = hasDetail ? height - DETAIL_HEIGHT : height;
  const left = hasFacets ? width - FACETS_WIDTH : width;
  return {
    hasBorders: hasFacets || hasDetail,
    rows: { x: 0, y: 0, width: left, height: upper },
    facets: hasFacets ? { x: left, y: 0, width: FACETS_WIDTH, height: upper } : null,
    detail: hasDetail ? { x: 0, y: upper, width, height: DETAIL_HEIGHT } : null,
  };
}
