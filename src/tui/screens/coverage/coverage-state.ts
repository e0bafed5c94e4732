import type { CoverageZoom } from "../../../queries/views/coverage-cells.ts";
import type { CoverageCategory } from "../../../queries/views/coverage-days.ts";
import type { TextField } from "../../components/text-field.ts";

export const COVERAGE_TABS = ["matrix", "files", "requires"] as const;

export type CoverageTab = (typeof COVERAGE_TABS)[number];

/** What the coverage screen keeps. */
export interface CoverageState {
  readonly tab: CoverageTab;
  /** Null for the finest at which the whole case fits. */
  readonly zoom: CoverageZoom | null;
  /** Null for all of them together. */
  readonly category: CoverageCategory | null;
  /** Parts of accounts or regions in the matrix, of paths and reasons in the files. */
  readonly search: Readonly<Record<"matrix" | "files", string>>;
  /** What is being typed into the search field; null while none is. */
  readonly typed: TextField | null;
  readonly cursors: Readonly<Record<CoverageTab, number>>;
  /** A day in the column of the cursor; null for the last day of the first row. */
  readonly day: number | null;
}

export function initialCoverage(): CoverageState {
  return {
    tab: "matrix",
    zoom: null,
    category: null,
    search: { matrix: "", files: "" },
    typed: null,
    cursors: { matrix: 0, files: 0, requires: 0 },
    day: null,
  };
}

/** The search of the tab; the requirements have none. */
export function searchOf({ tab, search }: CoverageState): string {
  return tab === "requires" ? "" : search[tab];
}
