/*
 * Columns that coldtrail derives from one record (semantics.md in words, docs/formats.md in formulas) and stores with
 * it. What needs more than one record is settled later, in the store.
 */

export interface DerivedField {
  readonly column: string;
  readonly kind: "text" | "flag";
}

const text = (column: string): DerivedField => ({ column, kind: "text" });

export const DERIVED_FIELDS = [
  text("event_base_name"),
  text("service"),
  text("actor"),
  text("principal_arn"),
  text("principal_unique_id"),
  text("session_group"),
  text("outcome"),
  text("target"),
  text("target_source"),
  text("source_ip"),
  text("source_ip_key"),
  text("source_ip_kind"),
  // Internal: what the settling step orders and joins by; not in the `events` view.
  text("issued_access_key_id"),
  text("issued_session_group"),
  { column: "created_target", kind: "flag" },
] as const satisfies readonly DerivedField[];

/** Derived columns that only the store uses. */
export const INTERNAL_FIELDS = new Set(["issued_access_key_id", "issued_session_group", "created_target"]);
