import type { PartRow } from "../../../queries/views/session-detail.ts";
import type { SessionView } from "../../services/session-views.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line } from "../../state/types.ts";
import { fit, fitLines, fitValue, span } from "../../text/fit.ts";
import { formatNumber, plural, wholeSeconds } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { tabLine } from "../tab-line.ts";
import { isPart, SESSION_TABS, type SessionState, type SessionTab } from "./sessions-state.ts";

/** A session as it is drawn. */
export interface DrawnSession {
  readonly level: Level<SessionState>;
  readonly view: SessionView;
  readonly width: number;
  readonly context: DrawContext;
}

/** Name of the list for `drawn-pages.ts`. */
export function sessionList(level: Level<SessionState>): string {
  return `session ${level.id} ${level.state.tab}`;
}

/** Entries of the list below the words: the session as a whole, then the values of the tab. */
export function entryCount({ state }: Level<SessionState>, view: SessionView): number {
  if (!isPart(state.tab)) return 1 + (view.issued?.length ?? 0);
  return 1 + (view.parts.get(state.tab)?.rows.length ?? 0);
}

const TITLES: Record<Exclude<SessionTab, "counterparts">, string> = {
  addresses: "addresses",
  agents: "user agents",
  events: "events",
  regions: "regions",
  issued: "keys issued",
};

function tabTitle(tab: SessionTab, by: SessionState["by"]): string {
  return tab === "counterparts" ? (by === "key" ? "session groups" : "keys") : TITLES[tab];
}

/** The parts of a session with how many values each has. */
export function partsLine({ level: { state }, view, width, context }: DrawnSession): Line {
  const titles = SESSION_TABS.map((tab) => {
    const total = isPart(tab) ? view.parts.get(tab)?.total : view.issued?.length;
    return `${tabTitle(tab, state.by)} ${total === undefined ? "..." : formatNumber(total)}`;
  });
  const { ellipsis } = context.theme.glyphs;
  return tabLine(titles, SESSION_TABS.indexOf(state.tab), { width, ellipsis });
}

/** The values of the open part, the session as a whole first. */
export function partLines(drawn: DrawnSession, height: number): Line[] {
  const { level, view, width } = drawn;
  const { tab, cursors } = level.state;
  const count = entryCount(level, view);
  const cursor = Math.min(cursors[tab], count - 1);
  const top = topOf(sessionList(level), cursor, { count, height: height - 1 });
  const lines: Line[] = [];
  for (let at = top; at < Math.min(count, top + height - 1); at += 1) {
    lines.push(entryLine(drawn, at, at === cursor));
  }
  const more = isPart(tab) ? moreLine(view, tab) : [];
  return fitLines([listHead(tab, width), ...lines, ...more], { width, height });
}

function moreLine(view: SessionView, tab: Exclude<SessionTab, "issued">): Line[] {
  const part = view.parts.get(tab);
  if (part === undefined) return [[span("  counting ...", "dim")]];
  return part.total <= part.rows.length
    ? []
    : [[span(`  the ${part.rows.length} most frequent of ${formatNumber(part.total)}`, "dim")]];
}

interface EntryWidths {
  readonly value: number;
  readonly first: number;
  readonly last: number;
}

const [RECORDS, DENIED] = [12, 9];

function widthsOf(width: number): EntryWidths {
  const [first, last] = width >= 100 ? [18, 17] : width >= 76 ? [0, 17] : [0, 0];
  return { first, last, value: Math.max(10, width - 2 - RECORDS - DENIED - first - last - 2) };
}

function listHead(tab: SessionTab, width: number): Line {
  const { value, first, last } = widthsOf(width);
  const right = (text: string, room: number): string => fit(text, room, { align: "right" });
  if (tab === "issued") return [span(`  ${fit("time UTC            event", 42)}key and records that used it`, "bold")];
  return [
    span(
      `  ${fit(tab === "events" ? "event name" : "value", value)}${right("records", RECORDS)}${right("denied", DENIED)}  ${fit("first", first)}${fit("last UTC", last)}`,
      "bold",
    ),
  ];
}

function entryLine({ level, view, width, context }: DrawnSession, at: number, isAtCursor: boolean): Line {
  const { tab } = level.state;
  const style = isAtCursor ? "cursor" : "plain";
  const gutter = isAtCursor ? "> " : "  ";
  const { ellipsis } = context.theme.glyphs;
  const { facts } = view;
  if (at === 0) {
    const whole = {
      value: "(all of it)",
      records: facts?.records ?? 0,
      denied: facts?.denied ?? 0,
      first: null,
      last: null,
    };
    return [span(gutter + partText(whole, width, ellipsis), isAtCursor ? "cursor" : "bold")];
  }
  if (!isPart(tab)) {
    const issued = view.issued![at - 1]!;
    const time = issued.time === null ? "no time" : wholeSeconds(issued.time);
    const text = `${fit(time, 20)}${fitValue(issued.event_name, 21, { ellipsis })} ${safeText(issued.key, 40)}  ${plural(issued.records, "record")}`;
    return [span(gutter + fit(text, width - 2, { ellipsis }), style)];
  }
  return [span(gutter + partText(view.parts.get(tab)!.rows[at - 1]!, width, ellipsis), style)];
}

function partText(row: PartRow, width: number, ellipsis: string): string {
  const { value, first, last } = widthsOf(width);
  const right = (n: number, room: number): string => fit(formatNumber(n), room, { align: "right" });
  const time = (text: string | null, room: number): string =>
    fit(text === null ? "" : wholeSeconds(text).slice(0, 16), room);
  const name = row.value === null || row.value === "" ? "(none)" : row.value;
  return `${fitValue(name, value, { ellipsis })}${right(row.records, RECORDS)}${right(row.denied, DENIED)}  ${time(row.first, first)}${time(row.last, last)}`;
}
