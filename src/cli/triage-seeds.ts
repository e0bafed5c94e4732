import type { Seeds } from "../timeline/seeds.ts";
import type { Finding } from "../queries/find.ts";
import { recogniseIndicator, type Indicator } from "../queries/indicator.ts";

/** What is known of an incident so far, as flags: each kind by its flag, or any kind as plain words. */
export interface KnownFlags {
  readonly key?: readonly string[];
  readonly ip?: readonly string[];
  readonly principal?: readonly string[];
}

/** Every value once, in the order given. */
export function indicatorsFrom(words: readonly string[]): Indicator[] {
  return [...new Set(words.map((word) => word.trim()).filter(Boolean))].map(recogniseIndicator);
}

/** The seeds of the timeline: indicators that stand for callers, addresses or events; free text seeds nothing. */
export function seedsFrom(findings: readonly Finding[], principals: readonly string[]): Seeds {
  const of = (...kinds: readonly Indicator["kind"][]): string[] =>
    findings.flatMap(({ indicator, n_records }) =>
      n_records > 0 && kinds.includes(indicator.kind) && !principals.includes(indicator.value) ? indicator.value : [],
    );
  const isIdentity = (value: string): boolean => /:(?:iam|sts):/.test(value);
  return {
    keys: of("access-key"),
    principals: [...principals, ...of("principal-id"), ...of("arn").filter(isIdentity)],
    addresses: findings.flatMap(({ indicator, n_records }) =>
      indicator.range !== null && n_records > 0 ? indicator.value : [],
    ),
    sessions: of("session"),
    event_ids: of("uuid"),
  };
}

export function hasSeeds(seeds: Seeds): boolean {
  return Object.values(seeds).some((values: readonly string[]) => values.length > 0);
}
