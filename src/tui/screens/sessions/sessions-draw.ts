import type { SessionFacts } from "../../../queries/views/session-facts.ts";
import type { SessionRow } from "../../../queries/views/session-list.ts";
import type { AccountSpans } from "../../../queries/views/session-origin.ts";
import { selectionFilters, selectionWords, type SessionKind } from "../../../queries/views/session-selection.ts";
import { joinAlike } from "../../components/table.ts";
import type { SessionListing } from "../../services/sessions.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fit, fitBoth, fitLines, fitValue, span, wrapWords } from "../../text/fit.ts";
import { formatElapsed, formatNumber, plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { isMarked } from "./session-marks.ts";
import { searchSpans, spaced } from "../search-line.ts";
import { GROUP_GRADE, originFlag, sessionNoun, shortActor, shortSession } from "./session-words.ts";
import type { SessionsState } from "./sessions-state.ts";

const DESCRIBED = 4;
/** Below so many lines there is only the list. */
const DESCRIBED_MIN = 12;

/** Name of the list for `drawn-pages.ts`. */
export function sessionsList(level: Level): string {
  return `sessions ${level.id}`;
}

/** Two lines: what is listed and how, and what it comes to. */
export function sessionsHeader(level: Level<SessionsState>, width: number, context: DrawContext): Line[] {
  const { selection, order, typed } = level.state;
  const { ellipsis } = context.theme.glyphs;
  const tabs = (["key", "group"] as const).map((by) => {
    const title = by === "key" ? "access keys" : "session groups";
    return [by === selection.by ? span(`[${title}]`, "title") : span(` ${title} `)];
  });
  // While it is typed the field has the line for itself.
  const search = searchSpans(typed, selectionWords(selection), typed === null ? Math.floor(width / 2) : width - 4);
  const totals = typed === null ? totalSpans(level.state, context) : [];
  const sort: Line = [span(`sort: ${order.sort} ${order.isDescending ? "down" : "up"} `, "dim")];
  return [
    fitBoth([span(" "), ...spaced(tabs)], sort, { width, ellipsis }),
    fitBoth([span(" "), ...spaced([search, totals])], [], { width, ellipsis }),
  ];
}

function totalSpans({ selection, order }: SessionsState, { app }: DrawContext): Line {
  const { sessions } = app.services;
  const totals = sessions.totalsOf(selection, order);
  if (totals === null) return [];
  const without = sessions.recordsWithout(selection);
  const fitting = selectionFilters(selection).length === 0 ? "" : " that fit";
  const noun = sessionNoun(selection.by);
  const rest = without === null ? "counting those without" : `${formatNumber(without)} more carry no ${noun}`;
  const words = `${plural(totals.total, noun)}, ${plural(totals.records, "record")}${fitting}; ${rest}`;
  return [totals.isStale ? span(`${words} (of the list before)`, "dim") : span(words)];
}

export function drawSessions(level: Level<SessionsState>, rect: Rect, context: DrawContext): Line[] {
  const { selection, order, cursor: wanted } = level.state;
  const { sessions } = context.app.services;
  const count = sessions.totalsOf(selection, order)?.total ?? 0;
  const cursor = Math.min(wanted, Math.max(0, count - 1));
  const isDescribed = rect.height >= DESCRIBED_MIN;
  const height = Math.max(1, rect.height - 1 - (isDescribed ? DESCRIBED + 1 : 0));
  const top = topOf(sessionsList(level), cursor, { count, height });
  const listing = sessions.listing(selection, order, top);
  const answer = emptyOrFailed(level, listing, rect.width);
  if (answer !== null) return fitLines(answer, rect);
  const places = Array.from({ length: Math.max(0, Math.min(height, count - top)) }, (_, i) => top + i);
  const known = places.flatMap((at) => listing.rowAt(at)?.session ?? []);
  if (!listing.isStale) sessions.factsFor(selection.by, known);
  const spans = sessions.spans();
  const columns = columnsFor(selection.by, rect.width);
  const drawn: Drawn = { by: selection.by, columns, spans, isStale: listing.isStale, context };
  const lines = places.map((at) => rowLine(drawn, listing.rowAt(at), at === cursor));
  const list = fitLines([headLine(drawn), ...lines], { width: rect.width, height: height + 1 });
  if (!isDescribed) return list;
  const rule: Line = [span(context.theme.glyphs.horizontal.repeat(rect.width), "border")];
  const below = describedLines(drawn, listing.rowAt(cursor), rect.width);
  return [...list, rule, ...fitLines(below, { width: rect.width, height: DESCRIBED })];
}

/** `counting 1.2 s`, `list 4 ms`. */
export function sessionsStatus(level: Level<SessionsState>, context: DrawContext): Line {
  const { selection, order } = level.state;
  const { status, since_ms, elapsed_ms } = context.app.services.sessions.askedFor(selection, order);
  if (status === "loading") return [span(`counting ${formatElapsed(Math.max(0, context.now_ms - since_ms))}`)];
  return status === "complete" ? [span(`list ${formatElapsed(elapsed_ms)}`)] : [];
}

interface Drawn {
  readonly by: SessionKind;
  readonly columns: Columns;
  readonly spans: AccountSpans | null;
  readonly isStale: boolean;
  readonly context: DrawContext;
}

/** Widths; 0 for a column that has no room. */
interface Columns {
  readonly session: number;
  readonly kind: number;
  readonly actor: number;
  readonly first: number;
  readonly last: number;
  readonly records: number;
  readonly denied: number;
  readonly addresses: number;
  readonly agents: number;
  readonly origin: number;
}

const FLAGS = 4;

function columnsFor(by: SessionKind, width: number): Columns {
  const none = { first: 0, last: 0, addresses: 0, agents: 0, origin: 0 };
  const fixed =
    width >= 110
      ? {
          kind: 10,
          first: by === "key" ? 11 : 0,
          last: 11,
          records: 11,
          denied: 8,
          addresses: 6,
          agents: 7,
          origin: 16,
        }
      : width >= 76
        ? { ...none, kind: 10, last: 11, records: 10, denied: 7 }
        : { ...none, kind: 0, records: 10, denied: 7 };
  const used = Object.values(fixed).reduce((sum, n) => sum + n, FLAGS);
  const room = width - used - 1;
  const session = by === "key" ? Math.min(21, room) : Math.min(38, Math.max(20, room - 16));
  return { ...fixed, session, actor: Math.max(0, room - session) };
}

function headLine({ by, columns }: Drawn): Line {
  const right = (text: string, width: number): string => fit(text, width, { align: "right" });
  const text =
    `${" ".repeat(FLAGS)}${fit(by === "key" ? "key" : "created UTC and name", columns.session)}` +
    `${fit("kind", columns.kind)}${fit("actor", columns.actor)} ${fit("first", columns.first)}${fit("last", columns.last)}` +
    `${right("records", columns.records)}${right("denied", columns.denied)}${right("IPs", columns.addresses)}` +
    `${right("agents", columns.agents)}${columns.origin > 0 ? `  ${fit("issued by", columns.origin - 2)}` : ""}`;
  return [span(text, "bold")];
}

const KINDS = { "long-term key": "long-term", session: "session", console: "console", other: "other" } as const;

function rowLine({ by, columns, spans, isStale, context }: Drawn, row: SessionRow | null, isAtCursor: boolean): Line {
  const style = isAtCursor ? "cursor" : isStale ? "dim" : "plain";
  const gutter = isAtCursor ? ">" : " ";
  if (row === null) return [span(`${gutter} `, style), span(" . . .", "dim")];
  const { ellipsis } = context.theme.glyphs;
  const facts = context.app.services.sessions.factsOf(by, row.session);
  const origin = originFlag(facts, spans);
  const count = (n: number | undefined, width: number): string =>
    fit(n === undefined ? "." : formatNumber(n), width, { align: "right", ellipsis: "+" });
  const day = (time: string | null, width: number): string => fit(time?.slice(0, 10) ?? "", width);
  const value = (text: string, width: number): string => `${fitValue(text, width - 1, { ellipsis })} `;
  const more = facts != null && facts.actors > 1 ? `${facts.actors}x ` : "";
  return joinAlike([
    span(`${gutter}${isMarked(context.app, by, row.session) ? "*" : " "}`, isAtCursor ? "cursor" : "mark"),
    span(`${origin.flag} `, isAtCursor ? "cursor" : origin.flag === "-" ? "gap" : "dim"),
    span(value(shortSession(by, row.session), columns.session), style),
    span(fit(facts == null ? "" : KINDS[facts.kind], columns.kind), style),
    span(columns.actor > 0 ? value(more + shortActor(facts?.actor ?? ""), columns.actor) : "", style),
    span(
      ` ${day(row.first, columns.first)}${day(row.last, columns.last)}${count(row.records, columns.records)}`,
      style,
    ),
    span(count(row.denied, columns.denied), isAtCursor ? "cursor" : row.denied > 0 ? "error" : style),
    span(count(facts?.addresses, columns.addresses) + count(facts?.agents, columns.agents), style),
    span(columns.origin > 0 ? `  ${fitValue(origin.words, columns.origin - 2, { ellipsis })}` : "", style),
  ]);
}

/** The session under the cursor: all of its id, who, and whence. */
function describedLines({ by, spans, context }: Drawn, row: SessionRow | null, width: number): Line[] {
  if (row === null) return [];
  const facts = context.app.services.sessions.factsOf(by, row.session);
  const { dot } = context.theme.glyphs;
  const head: Line = [span(` ${safeText(row.session, width)}`, "bold")];
  if (facts == null) return [head, [span(facts === null ? " nothing more is known of it" : " ...", "dim")]];
  const counts = [
    plural(facts.addresses, "address", "addresses"),
    plural(facts.agents, "user agent"),
    kindWords(facts),
  ];
  return [
    head,
    [span(` ${safeText(facts.actor, width)}${facts.actors > 1 ? ` and ${facts.actors - 1} more` : ""}`)],
    [span(` ${counts.join(dot)}`)],
    [span(` ${safeText(issuedWords(facts, spans), width)}`, facts.origin === null ? "gap" : "plain")],
  ];
}

function kindWords({ kind, mfa }: SessionFacts): string {
  return `${kind}${mfa === null ? "" : mfa ? ", with MFA" : ", without MFA"}`;
}

function issuedWords(facts: SessionFacts, spans: AccountSpans | null): string {
  const { origin } = facts;
  if (origin === null) return `issuing event: ${originFlag(facts, spans).words || "..."} (Enter tells more)`;
  return `issued by ${origin.event_name} at ${origin.time ?? "an unknown time"}, grade ${origin.grade}`;
}

/** What stands in the place of the list when there is none. */
function emptyOrFailed({ state }: Level<SessionsState>, listing: SessionListing, width: number): Line[] | null {
  const { status, error, value } = listing.asked;
  if (status === "failed")
    return [[], [span(` ! ${safeText(error?.message ?? "", width)}`, "error")], [], [span("  r asks again", "dim")]];
  if (status === "cancelled") return [[], [span("  Cancelled: r asks again.", "dim")]];
  if (listing.total === null) return [[], [span("  counting ...", "dim")]];
  if (listing.total > 0 || (value === null && listing.isStale)) return null;
  const noun = sessionNoun(state.selection.by);
  if (selectionWords(state.selection) !== "") {
    return [[], [span(`  No ${noun} fits.`)], [span("  Esc takes the search away; Tab lists the other kind.", "dim")]];
  }
  const why =
    state.selection.by === "key" ? "No record carries an access key." : wrapWords(GROUP_GRADE, width - 4).join("\n");
  return [[], [span(`  No ${noun} in this case.`)], ...why.split("\n").map((text): Line => [span(`  ${text}`, "dim")])];
}
