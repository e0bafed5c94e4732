/**
 * The JSON that `json_serialize_sql` gives, as a value. The engine writes constants such as 1e400 as `Infinity`, which
 * is no JSON; no function or clause hides in them, so they are read as null.
 */
export function readParseTree(text: string): unknown {
  const bare = /("[^"\\]*(?:\\[^][^"\\]*)*")|-?\b(?:Infinity|NaN)\b|-?\bnan\b|-?\binf\b/g;
  return JSON.parse(text.replace(bare, (_, quoted: string | undefined) => quoted ?? "null"));
}
