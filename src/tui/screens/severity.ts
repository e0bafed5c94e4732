import type { SEVERITIES } from "../../queries/query-file.ts";
import type { StyleName } from "../state/types.ts";

type Severity = (typeof SEVERITIES)[number];

const LOOKS: Readonly<Record<Severity, readonly [word: string, style: StyleName]>> = {
  critical: ["crit", "severity-critical"],
  high: ["high", "severity-high"],
  medium: ["med", "severity-medium"],
  low: ["low", "severity-low"],
  informational: ["info", "severity-info"],
};

/** A severity in at most four letters. */
export function severityWord(severity: Severity): string {
  return LOOKS[severity][0];
}

/** Style of a word of a `severity` column; plain for any other text. */
export function severityStyle(word: string): StyleName {
  return (LOOKS as Readonly<Record<string, readonly [string, StyleName]>>)[word]?.[1] ?? "plain";
}
