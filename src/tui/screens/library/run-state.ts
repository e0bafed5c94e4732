import { SEVERITIES } from "../../../queries/query-file.ts";
import { worstSeverity, type QueryOutcome } from "../../../queries/run-library.ts";
import type { FormTexts } from "../../../queries/views/query-form.ts";
import type { ManyState } from "../../services/library-run.ts";

/** What the view of a run over many queries keeps. */
export interface RunState {
  /** Null for the whole library. */
  readonly phase: string | null;
  readonly scope: FormTexts;
  readonly left_out: readonly string[];
  /** Id of a query; null for the first. */
  readonly cursor: string | null;
  /** `auto`: as they ran, and the worst first once all have ended. */
  readonly order: "auto" | "worst" | "run";
}

/** What has ended, in the order in which it is listed. */
export function orderedOutcomes(many: ManyState, order: RunState["order"]): readonly QueryOutcome[] {
  const isByWorst = order === "worst" || (order === "auto" && many.status !== "running");
  if (!isByWorst) return many.outcomes;
  return many.outcomes.toSorted((a, b) => weight(b) - weight(a));
}

/** Findings by how bad they are, then other rows, then failures, then what has no rows. */
function weight(outcome: QueryOutcome): number {
  const worst = worstSeverity(outcome);
  if (worst !== null) return SEVERITIES.indexOf(worst) + 10;
  return { rows: 5, failed: 4, "needs-parameter": 3, "no-rows": 2, "not-logged": 1 }[outcome.state];
}

export function totalSeverities(outcomes: readonly QueryOutcome[]): Record<(typeof SEVERITIES)[number], number> {
  const sum = (word: (typeof SEVERITIES)[number]): number =>
    outcomes.reduce((total, { severities }) => total + severities[word], 0);
  return {
    informational: sum("informational"),
    low: sum("low"),
    medium: sum("medium"),
    high: sum("high"),
    critical: sum("critical"),
  };
}
