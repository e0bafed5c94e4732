/*
 * What lossless means, as a tool of its own: it shares no code with src/. A text is split into tokens; strings and
 * numbers count as they are written, escapes and digits included. Only white space and the order of keys do not.
 */

const TOKEN = /[\t\n\r ]*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?[0-9][0-9.eE+-]*|true|false|null))/y;

/** The tokens of a JSON text in a standard order: equal for two texts exactly when they differ in nothing that counts. */
export function strictTokens(text: string): string {
  // Whatever JSON is not, no tokens are.
  JSON.parse(text);
  return canonicalValue(tokensOf(text));
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    tokens.push(match[1] ?? match[2] ?? match[3]!);
  }
  return tokens.toReversed();
}

/** Takes one value from the end of the tokens. */
function canonicalValue(tokens: string[]): string {
  const token = tokens.pop()!;
  if (token === "[") {
    const items = listUntil(tokens, "]", () => canonicalValue(tokens));
    return `[${items.join(",")}]`;
  }
  if (token !== "{") return token;
  const members = listUntil(tokens, "}", () => {
    const key = tokens.pop()!;
    tokens.pop();
    return { name: JSON.parse(key) as string, text: `${key}:${canonicalValue(tokens)}` };
  });
  // A stable sort: of one name's values the order counts, for it says which of them wins.
  const sorted = members.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return `{${sorted.map((member) => member.text).join(",")}}`;
}

function listUntil<T>(tokens: string[], close: string, takeItem: () => T): T[] {
  const items: T[] = [];
  while (tokens.at(-1) !== close) {
    items.push(takeItem());
    if (tokens.at(-1) === ",") tokens.pop();
  }
  tokens.pop();
  return items;
}
