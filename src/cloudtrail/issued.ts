/*
 * What a record brought into being: a credential, a session, a thing. Within one second such a record comes before the
 * records that use it (semantics.md section 3).
 */

export interface IssuedInput {
  readonly event_name: string;
  /** `YYYY-MM-DDTHH:MM:SSZ` or null. */
  readonly event_time: string | null;
  readonly outcome: string;
  readonly principal_id: string | null;
  readonly target_source: string | null;
  readonly responseElements: () => unknown;
}

export interface Issued {
  /** Access key id that the response handed out. */
  readonly issued_access_key_id: string | null;
  /** The `session_group` that later uses of an issued session carry. */
  readonly issued_session_group: string | null;
  /** True when the record created its own target. */
  readonly created_target: boolean | null;
}

const NONE: Issued = { issued_access_key_id: null, issued_session_group: null, created_target: null };
const ISSUING =
  /^(?:AssumeRole|AssumeRoleWithSAML|AssumeRoleWithWebIdentity|AssumeRoot|GetSessionToken|GetFederationToken|CreateAccessKey|GetSigninToken|ConsoleLogin)$/;

const NAMING = /^(?:id|name|arn|identifier)?$/;

/** Whether such an event may hand out a credential or begin a session. `event_name` is without its version. */
export function isIssuing(event_name: string): boolean {
  return ISSUING.test(event_name);
}

/** Whether such an event may create its target; what it says to that follows from its name and `target_source` alone. */
export function isCreating(event_name: string): boolean {
  return event_name.startsWith("Create") && !ISSUING.test(event_name);
}

/** Derives what a successful record issued or created; all null for every other record. */
export function deriveIssued(input: IssuedInput): Issued {
  if (input.outcome !== "no-error") return NONE;
  if (isIssuing(input.event_name)) return issuedBy(input);
  return isCreating(input.event_name) && createsTarget(input) ? { ...NONE, created_target: true } : NONE;
}

function issuedBy(input: IssuedInput): Issued {
  const response = input.responseElements();
  const key = textAt(response, "credentials", "accessKeyId") ?? textAt(response, "accessKey", "accessKeyId");
  const session =
    textAt(response, "assumedRoleUser", "assumedRoleId") ??
    textAt(response, "federatedUser", "federatedUserId") ??
    (/^(?:ConsoleLogin|GetSessionToken)$/.test(input.event_name) ? input.principal_id : null);
  const group = session && input.event_time ? `${session}@${input.event_time.slice(0, 19)}Z` : null;
  return { issued_access_key_id: key, issued_session_group: group, created_target: null };
}

/** `CreateUser` creates what `…userName` names; `CreateLoginProfile` does not, nor `CreateRoute` what `…routeTableId` does. */
function createsTarget({ event_name, target_source }: IssuedInput): boolean | null {
  const noun = event_name.slice("Create".length).toLowerCase();
  const key = target_source?.split(".").at(-1)?.replace(/\[\]$/, "").toLowerCase();
  if (key === undefined || noun === "") return null;
  const suffix = key.startsWith(noun) ? key.slice(noun.length) : key;
  return NAMING.test(suffix) ? true : null;
}

function textAt(value: unknown, ...path: string[]): string | null {
  let node = value;
  for (const key of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return null;
    node = (node as Record<string, unknown>)[key];
  }
  return typeof node === "string" && node !== "" ? node : null;
}
