import { parseAnyTime } from "../cloudtrail/event-time.ts";
import { parseLogFileName } from "../cloudtrail/log-file-key.ts";

/** Which files to load, by what their names say. Empty lists and nulls select everything. */
export interface Selection {
  /** Microseconds since 1970 UTC, of event time; inclusive. */
  readonly since: bigint | null;
  /** Exclusive. */
  readonly until: bigint | null;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** `CloudTrail`, `CloudTrail-Insight` and so on. */
  readonly kinds: readonly string[];
}

export const EVERYTHING: Selection = { since: null, until: null, accounts: [], regions: [], kinds: [] };

/** Files are delivered minutes after their events; a day more catches what is late, but not what is weeks late. */
const LATE_MICROS = 86_400_000_000n;

/** True when a selection leaves nothing out. */
function selectsEverything(selection: Selection): boolean {
  const { since, until, accounts, regions, kinds } = selection;
  return since === null && until === null && accounts.length + regions.length + kinds.length === 0;
}

/** Whether a file is loaded. A name that says nothing is always loaded: what cannot be judged is not left out. */
export function isSelected(path: string, selection: Selection): boolean {
  if (selectsEverything(selection)) return true;
  const name = parseLogFileName(path);
  if (name === null) return true;
  if (selection.accounts.length > 0 && !selection.accounts.includes(name.account_id)) return false;
  if (selection.regions.length > 0 && !selection.regions.includes(name.region)) return false;
  if (selection.kinds.length > 0 && !selection.kinds.includes(name.kind)) return false;
  const delivered = name.delivered_at === null ? null : parseAnyTime(name.delivered_at);
  if (delivered === null) return true;
  if (selection.since !== null && delivered < selection.since) return false;
  return selection.until === null || delivered < selection.until + LATE_MICROS;
}
