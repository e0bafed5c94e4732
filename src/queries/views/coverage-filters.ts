import { parseRequirement } from "../requirement.ts";
import { filterOf, isFilter, type Filter } from "./filter.ts";
import type { CoverageCategory } from "./coverage-days.ts";

/** A cell of the coverage matrix, a whole row of it, or a column. */
export interface CoveragePlace {
  /** Empty for records that name none. */
  readonly account: string;
  /** Null for every region. */
  readonly region: string | null;
  /** Null for every category. */
  readonly category: CoverageCategory | null;
  /** Microseconds since 1970 UTC, `until` exclusive; null for all time. */
  readonly since: bigint | null;
  readonly until: bigint | null;
}

/** The events of a place, as filters of the events view. */
export function coverageFilters({ account, region, category, since, until }: CoveragePlace): Filter[] {
  return [
    isFilter("recipient_account_id", account),
    ...(region === null ? [] : [isFilter("aws_region", region)]),
    ...(category === null ? [] : categoryFilters(category)),
    ...(since === null && until === null ? [] : [filterOf({ kind: "time", since, until })]),
  ];
}

/** The events of a kind that queries require, such as `data:s3:read`. */
export function requirementFilters(requirement: string): Filter[] {
  const { category, service, access } = parseRequirement(requirement) ?? {};
  const own = service == null ? [] : [isFilter("service", service)];
  const written = access == null ? [] : [isFilter("read_only", "true", access === "write")];
  switch (category) {
    case "insight":
      return categoryFilters("insight");
    case "network":
      return categoryFilters("network");
    case "data":
      return [...categoryFilters("data"), ...own, ...written];
    default:
      return [...MANAGEMENT, ...own, ...written];
  }
}

// A record before version 1.07 names no category, which is a value of its own here.
const among = (...values: readonly (string | null)[]): Filter =>
  filterOf({ kind: "is", column: "event_category", values });

const MANAGEMENT = [among("Management", null), isFilter("management_event", "false", true)];

function categoryFilters(category: CoverageCategory): Filter[] {
  switch (category) {
    case "management-read":
      return [...MANAGEMENT, isFilter("read_only", "true")];
    case "management-write":
      return [...MANAGEMENT, isFilter("read_only", "true", true)];
    case "data":
      return [among("Data", null), isFilter("management_event", "false")];
    case "insight":
      return [among("Insight")];
    case "network":
      return [among("NetworkActivity")];
    case "other":
      return [
        filterOf(
          { kind: "is", column: "event_category", values: ["Management", "Data", "Insight", "NetworkActivity", null] },
          true,
        ),
      ];
  }
}
