/** A value for each parameter that some query of the library cannot do without. */
import type { QueryFile } from "../../src/queries/query-file.ts";

const VALUES: Readonly<Record<string, string>> = {
  access_key: "AKIAALICEXXXXXXXXXXX",
  ip: "0.0.0.0/0",
  pivot_time: "2024-03-01T10:00:03Z",
  principal: "*",
  resource: "main",
  ua: "*",
};

/** The values that a query must be given, by name; throws for a parameter that this file does not know. */
export function neededParameters(
  query: QueryFile,
  values: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const needed = query.params.filter((param) => param.default === undefined);
  return Object.fromEntries(
    needed.map(({ name }) => {
      const value = values[name] ?? VALUES[name];
      if (value === undefined) throw new Error(`${query.id} needs a value for ${name} in query-parameters.ts`);
      return [name, value];
    }),
  );
}
