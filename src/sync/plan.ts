import { parseLogFileName } from "../cloudtrail/log-file-key.ts";
import type { ListedObject } from "./listing.ts";

/** Objects of one account, region, kind and month. */
export interface PlanRow {
  readonly account_id: string;
  readonly region: string;
  readonly kind: string;
  /** `YYYY-MM` of delivery, or empty. */
  readonly month: string;
  objects: number;
  size_bytes: number;
  new_objects: number;
  new_bytes: number;
  unchanged: number;
  changed: number;
  /** In a storage class from which they must be restored before they can be read. */
  restore_needed: number;
}

/** Storage classes whose objects cannot be fetched as they are. Intelligent tiering has such tiers too, which no listing tells. */
const ARCHIVED = new Set(["GLACIER", "DEEP_ARCHIVE"]);

export function isArchived({ storage_class }: ListedObject): boolean {
  return storage_class !== null && ARCHIVED.has(storage_class);
}

/** US dollars, as listed for us-east-1; another table can be given with `--prices`. */
export interface Prices {
  readonly list_per_1000: number;
  readonly get_per_1000: number;
  readonly kms_per_10000: number;
  readonly egress_per_gb: number;
}

/** @see https://aws.amazon.com/s3/pricing/ (us-east-1, as of 2026) */
export const LIST_PRICES: Prices = {
  list_per_1000: 0.005,
  get_per_1000: 0.0004,
  kms_per_10000: 0.03,
  egress_per_gb: 0.09,
};

/** Counts what a listing shows. */
export class SyncPlan {
  /** Keys that are on disk and no longer listed. */
  missing = 0;
  readonly storage_classes = new Map<string, number>();
  private readonly rows = new Map<string, PlanRow>();

  add(object: ListedObject, state: "new" | "unchanged" | "changed"): void {
    const row = this.rowOf(object.key);
    row.objects += 1;
    row.size_bytes += object.size_bytes;
    if (state === "unchanged") row.unchanged += 1;
    if (state === "changed") row.changed += 1;
    if (isArchived(object)) row.restore_needed += state === "unchanged" ? 0 : 1;
    else if (state !== "unchanged") {
      row.new_objects += state === "new" ? 1 : 0;
      row.new_bytes += object.size_bytes;
    }
    const storageClass = object.storage_class ?? "STANDARD";
    this.storage_classes.set(storageClass, (this.storage_classes.get(storageClass) ?? 0) + 1);
  }

  /** By account, kind, region and month. */
  table(): PlanRow[] {
    const key = ({ account_id, kind, region, month }: PlanRow): string => [account_id, kind, region, month].join(" ");
    return [...this.rows.values()].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  totals(): Omit<PlanRow, "account_id" | "region" | "kind" | "month"> {
    const total = {
      objects: 0,
      size_bytes: 0,
      new_objects: 0,
      new_bytes: 0,
      unchanged: 0,
      changed: 0,
      restore_needed: 0,
    };
    for (const row of this.rows.values()) {
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += row[name];
    }
    return total;
  }

  /** What the fetch costs, in US dollars, without tax: `list_requests` were already sent. */
  cost(prices: Prices, list_requests: number): { requests: number; kms_at_most: number; egress: number } {
    const { new_objects, changed, new_bytes } = this.totals();
    const gets = new_objects + changed;
    return {
      requests: (list_requests * prices.list_per_1000) / 1000 + (gets * prices.get_per_1000) / 1000,
      kms_at_most: (gets * prices.kms_per_10000) / 10_000,
      egress: (new_bytes / 1e9) * prices.egress_per_gb,
    };
  }

  private rowOf(key: string): PlanRow {
    const name = parseLogFileName(key);
    const place = {
      account_id: name?.account_id ?? "",
      region: name?.region ?? "",
      kind: name?.kind ?? "other",
      month: name?.delivered_at?.slice(0, 7) ?? "",
    };
    const id = Object.values(place).join(" ");
    let row = this.rows.get(id);
    if (row === undefined) {
      row = {
        ...place,
        objects: 0,
        size_bytes: 0,
        new_objects: 0,
        new_bytes: 0,
        unchanged: 0,
        changed: 0,
        restore_needed: 0,
      };
      this.rows.set(id, row);
    }
    return row;
  }
}
