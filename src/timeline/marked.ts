import type { MarkBook, MarkedTarget } from "../journal/mark-book.ts";
import { tagId } from "../journal/mark-entry.ts";
import { targetColumns } from "../journal/mark-rows.ts";
import { type MarkTarget, targetInWords } from "../journal/mark-target.ts";
import { principalCondition } from "../queries/scope.ts";
import type { CaseReader } from "../store/case-reader.ts";
import { quoteText, type Database } from "../store/database.ts";
import { loadTempTable } from "../store/temp-table.ts";
import type { Match } from "./seeds.ts";

/** What the marks add to a timeline. */
export interface Marked {
  readonly events: readonly MarkedTarget[];
  /** Marked keys, sessions, addresses, principals, resources and time ranges. */
  readonly entities: readonly MarkedTarget[];
  /** Whether the events of the entities belong to the timeline too. */
  readonly withEntities: boolean;
}

/** What stands in the journals, narrowed to targets that have any of `tags` when there are some. */
export function selectMarked(
  book: MarkBook,
  { tags, withEntities }: { tags: readonly string[]; withEntities: boolean },
): Marked {
  const ids = new Set(tags.map(tagId));
  const meant = [...book.targets().values()].filter(
    (marked) => ids.size === 0 || marked.tags.some((name) => ids.has(tagId(name))),
  );
  return {
    events: meant.filter(({ target }) => target.kind === "event"),
    entities: meant.filter(({ target }) => target.kind !== "event"),
    withEntities,
  };
}

/** Makes the temp tables that a timeline of marks joins with; to be called before the sandbox closes, or on a sibling. */
export async function loadMarked(database: Database, { events, entities, withEntities }: Marked): Promise<void> {
  await loadTempTable(
    database,
    { name: "marked_events", columns: ["event_id", "tags", "notes"] },
    events.map(({ target, tags, notes }) => [valueOf(target), listText(tags, ", "), listText(notes, " | ")]),
  );
  await loadTempTable(
    database,
    { name: "marked_entities", columns: ["kind", "value", "ip_low", "ip_high"] },
    (withEntities ? entities : []).map(({ target }) => {
      const { target_kind, target: value, ip_low, ip_high } = targetColumns(target);
      return [target_kind, value, ip_low, ip_high];
    }),
  );
  // Ranges are laid over the distinct addresses once, of which there are far fewer than events.
  await database.run(`CREATE TEMP TABLE marked_addresses AS
    SELECT DISTINCT k.source_ip_key
    FROM (SELECT DISTINCT source_ip_key FROM all_events WHERE EXISTS (FROM marked_entities WHERE kind = 'ip')) k
    JOIN marked_entities m ON m.kind = 'ip' AND k.source_ip_key BETWEEN m.ip_low AND m.ip_high`);
}

function valueOf(target: MarkTarget): string {
  return target.kind === "range" ? "" : target.value;
}

function listText(texts: readonly string[], between: string): string | null {
  return texts.length === 0 ? null : texts.join(between);
}

/** Ways for an event to belong to a timeline of marks; the reader must hold `loadMarked`'s tables. */
export function markedMatches({ entities, withEntities }: Marked): Match[] {
  const matches: Match[] = [{ condition: "event_id IN (SELECT event_id FROM marked_events)", why: "'marked'" }];
  if (!withEntities) return matches;
  const kinds = new Set(entities.map(({ target }) => target.kind));
  const among = (kind: string, column: string, words: string): Match => ({
    condition: `${column} IN (SELECT value FROM marked_entities WHERE kind = '${kind}')`,
    why: `'marked ${words} ' || ${column}`,
  });
  if (kinds.has("key")) {
    matches.push(among("key", "user_identity_access_key_id", "key"));
    matches.push(among("key", "issued_access_key_id", "issued key"));
    matches.push(among("key", "named_access_key_id", "named key"));
  }
  if (kinds.has("session")) matches.push(among("session", "session_group", "session"));
  if (kinds.has("ip")) {
    matches.push({
      condition: "source_ip_key IN (SELECT source_ip_key FROM marked_addresses)",
      why: "'marked ip ' || source_ip",
    });
  }
  for (const { target } of entities) {
    const condition = conditionOf(target);
    if (condition !== null) matches.push({ condition, why: quoteText(`marked ${targetInWords(target)}`) });
  }
  return matches;
}

/** An SQL condition for one principal, resource or time range; null for the kinds that are looked up in tables. */
export function conditionOf(target: MarkTarget): string | null {
  if (target.kind === "range") {
    const moment = (text: string): string => `TIMESTAMP ${quoteText(text.replace("T", " ").replace("Z", ""))}`;
    return `(event_time >= ${moment(target.since)} AND event_time < ${moment(target.until)})`;
  }
  if (target.kind === "principal") return principalCondition(target.value);
  if (target.kind !== "resource") return null;
  const inJson = quoteText(JSON.stringify(target.value));
  // A call on several things has all of them in `target`, as a JSON list.
  return `(target = ${quoteText(target.value)} OR (target LIKE '[%' AND contains(target, ${inJson}))
    OR contains(CAST(resources AS VARCHAR), ${inJson}))`;
}

/** Marked events that are not in the case; the reader must hold `loadMarked`'s tables. */
export async function countAbsentEvents(reader: CaseReader): Promise<number> {
  const [row] = await reader.rows(
    "SELECT count(*) AS n FROM marked_events WHERE event_id NOT IN (SELECT event_id FROM all_events WHERE event_id IS NOT NULL)",
  );
  return Number(row?.["n"] ?? 0);
}

const SHOWN_ENTITIES = 50;

/** The marks for the notes beside a timeline: marks on keys, addresses and the like stand in none of its rows. */
export function markedInWords(marked: Marked, n_absent: number): Record<string, string> {
  const { events, entities } = marked;
  const absent = n_absent === 0 ? "" : `, ${n_absent} of them not in this case`;
  const words = entities.slice(0, SHOWN_ENTITIES).map(({ target, tags, notes }) => {
    const tagWords = tags.length === 0 ? "" : ` [${tags.join(", ")}]`;
    return `${targetInWords(target)}${tagWords}${notes.map((note) => ` "${note.replaceAll(/\s+/g, " ")}"`).join("")}`;
  });
  const more = entities.length > SHOWN_ENTITIES ? `; and ${entities.length - SHOWN_ENTITIES} more` : "";
  return {
    marked_events: `${events.length}${absent}`,
    ...(entities.length === 0 ? {} : { other_marks: `${words.join("; ")}${more}` }),
  };
}
