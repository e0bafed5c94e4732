/** One thing that was looked at, as one line of the report. */
export interface Expectation {
  readonly name: string;
  readonly passed: boolean;
  /** What was found, and what was expected where that differs. */
  readonly detail: string;
}

export function equal(name: string, found: unknown, expected: unknown): Expectation {
  const [left, right] = [asText(found), asText(expected)];
  return { name, passed: left === right, detail: left === right ? left : `found ${left}, expected ${right}` };
}

function asText(value: unknown): string {
  return typeof value === "string"
    ? value
    : JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? Number(part) : part));
}
