/** A `ct_*` macro: what library queries call in place of functions that other engines name or define otherwise. */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: string;
  /** What it returns, as a line of docs/queries.md. */
  readonly meaning: string;
}

/** A macro from its signature, `ct_name(a, b)`. */
export function macro(signature: string, body: string, meaning: string): Macro {
  const [name = "", parameters = ""] = signature.replace(")", "").split("(");
  return { name, parameters: parameters.split(", "), body, meaning };
}

/** One statement that makes a macro. */
export function macroStatement({ name, parameters, body }: Macro): string {
  return `CREATE OR REPLACE TEMP MACRO ${name}(${parameters.join(", ")}) AS ${body}`;
}
