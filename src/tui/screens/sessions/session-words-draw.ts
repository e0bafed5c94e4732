import type { SessionFacts } from "../../../queries/views/session-facts.ts";
import type { SessionView } from "../../services/session-views.ts";
import type { Glyphs } from "../../terminal/theme.ts";
import type { Line } from "../../state/types.ts";
import { fitValue, span, wrapWords } from "../../text/fit.ts";
import { formatNumber, plural, wholeSeconds } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { GROUP_GRADE } from "./session-words.ts";
import type { SessionState } from "./sessions-state.ts";

/** Who, when, how much, and where it comes from. */
export function sessionWords(
  { by, session }: SessionState,
  { facts, origin }: SessionView,
  { width, isRoomy, glyphs: { dot, ellipsis } }: { width: number; isRoomy: boolean; glyphs: Glyphs },
): Line[] {
  const head = (text: string): Line => [span(` ${text}`, "bold")];
  const name = safeText(session, width * 2);
  if (facts == null) return [...wrapWords(name, width - 2).map(head), [span(" counting ...", "dim")]];
  const lines = (text: string, style: "plain" | "dim" | "gap" = "plain"): Line[] =>
    wrapWords(safeText(text, width * 6), width - 2).map((line): Line => [span(` ${line}`, style)]);
  const none = facts.origin === null;
  if (!isRoomy) {
    const issued = lines(originWords(facts, origin), none ? "gap" : "plain");
    const one = (text: string): Line => [span(fitValue(text, width - 1, { ellipsis }), "plain")];
    return [
      head(`${fitValue(session, Math.min(width - 20, session.length), { ellipsis })}  ${facts.kind}`),
      one(` ${facts.actor}`),
      one(` ${countWords(facts, dot)}`),
      ...issued.slice(0, 3),
    ];
  }
  return [
    ...wrapWords(`${name}  ${facts.kind}`, width - 2).map(head),
    ...lines(actorWords(facts)),
    ...lines(countWords(facts, dot)),
    ...lines(originWords(facts, origin), none ? "gap" : "plain"),
    ...lines(createdWords(facts, dot), "dim"),
    ...lines(counterpartWords(by, facts), "dim"),
  ];
}

function originWords({ origin: recorded }: SessionFacts, words: SessionView["origin"]): string {
  if (words === null) return "issuing event: ...";
  return `${recorded === null ? "" : "issued by: "}${words.join(" ")}`;
}

function actorWords({ actor, actors, account }: SessionFacts): string {
  const more = actors > 1 ? ` and ${plural(actors - 1, "more actor")}` : "";
  return `${actor}${more}${account === null ? "" : `, account ${account}`}`;
}

function countWords({ records, denied, first, last }: SessionFacts, dot: string): string {
  const time = first === null ? "no record has a time" : `${wholeSeconds(first)} to ${wholeSeconds(last ?? first)} UTC`;
  return `${time}${dot}${plural(records, "record")}${dot}${formatNumber(denied)} denied`;
}

function createdWords({ created, mfa, source_identity, forwarded_by }: SessionFacts, dot: string): string {
  return [
    created === null ? "no record says when it was created" : `created ${wholeSeconds(created)} UTC`,
    mfa === null ? "MFA not stated" : mfa ? "with MFA" : "without MFA",
    ...(source_identity === null ? [] : [`source identity ${source_identity}`]),
    ...(forwarded_by === null ? [] : [`always on behalf of the caller by ${forwarded_by}`]),
  ].join(dot);
}

function counterpartWords(by: SessionState["by"], { counterparts, counterpart }: SessionFacts): string {
  if (by === "group") return `${GROUP_GRADE} ${plural(counterparts, "key")} in it.`;
  if (counterparts === 0 || counterpart === null) return "Its records name no session.";
  return counterparts === 1
    ? `In session group ${counterpart} (grade session: others issued in that second would be in it too).`
    : `In ${counterparts} session groups.`;
}
