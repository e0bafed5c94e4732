/** An event name taken apart: `DescribeDBInstances` asks about a `dbinstance`. */
export interface EventNoun {
  /** Lower case, singular; empty when the name is a verb alone. */
  readonly noun: string;
  /** The call makes the thing its noun names, so the response knows it better than the request. */
  readonly creates: boolean;
}

const NAME = /^(?:Batch|Admin)?([A-Z][a-z]+)(.*)$/;
const CREATING = /^(?:Create|Run|Register|Allocate|Import|Copy|Restore|Request|Launch|Clone|Issue)$/;
/** Names come from evidence, so the cache has a bound; AWS has some 20,000. */
const MOST_CACHED = 20_000;
const cache = new Map<string, EventNoun>();

export function eventNoun(eventBaseName: string): EventNoun {
  let parsed = cache.get(eventBaseName);
  if (parsed === undefined) {
    const [, verb = "", rest = ""] = NAME.exec(eventBaseName) ?? [];
    parsed = { noun: singular(rest.toLowerCase()), creates: CREATING.test(verb) };
    if (cache.size < MOST_CACHED) cache.set(eventBaseName, parsed);
  }
  return parsed;
}

function singular(noun: string): string {
  if (noun.endsWith("ies")) return `${noun.slice(0, -3)}y`;
  if (/(?:ss|x|ch)es$/.test(noun)) return noun.slice(0, -2);
  return noun.endsWith("s") && !noun.endsWith("ss") ? noun.slice(0, -1) : noun;
}
