/** Any JSON value; `undefined` members vanish when a record is written, so optional fields need no branches. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A number written with exactly this text: AWS writes byte counts as `791.0`, and an evidence tool must keep that. */
export function numberToken(text: string): Json {
  const json = JSON as unknown as { rawJSON(text: string): Json };
  return json.rawJSON(text);
}
