/** Kinds of subject that a requirement may ask about; `resource` is meant when none is named. */
export const SUBJECT_KINDS = ["resource", "account", "region", "key", "ip", "principal", "client"] as const;

/** Whom or what the records must be about: a parameter's value, or a text that the query itself names. */
export interface RequirementSubject {
  readonly kind: (typeof SUBJECT_KINDS)[number];
  readonly parameter: string | null;
  readonly text: string | null;
}

/** One entry of a query's `requires`. */
export interface Requirement {
  readonly category: "management" | "data" | "insight" | "network";
  /** Only of data events; null for those of every service. */
  readonly service: string | null;
  readonly access: "read" | "write" | null;
  readonly subject: RequirementSubject | null;
}

const FORM =
  /^(?:(management)(?::(read|write))?|(data)(?::([a-z0-9-]+|\*)(?::(read|write))?)?|(insight|network))(?:\((?:([a-z]+)=)?(?:\$([a-z][a-z0-9_]*)|([^$()\s][^()]*))\))?$/;

/** Reads `management:write`, `data:s3:read($bucket)` or `management(key=$access_key)`; null for anything else. */
export function parseRequirement(text: string): Requirement | null {
  const found = FORM.exec(text);
  if (found === null) return null;
  const [, management, managed, data, service = "*", accessed, other, kindName, parameter, named] = found;
  const kind = SUBJECT_KINDS.find((word) => word === (kindName ?? "resource"));
  if (kind === undefined) return null;
  const access = managed ?? accessed;
  return {
    category: (management ?? data ?? other) as Requirement["category"],
    service: data === undefined || service === "*" ? null : service,
    access: access === undefined ? null : (access as "read" | "write"),
    subject:
      parameter === undefined && named === undefined
        ? null
        : { kind, parameter: parameter ?? null, text: named?.trim() ?? null },
  };
}

/** What a requirement asks for, in words: `s3 data read events`. */
export function categoryInWords({ category, service, access }: Requirement): string {
  if (category === "insight") return "Insight records";
  if (category === "network") return "network activity records";
  return `${service === null ? category : `${service} data`}${access === null ? "" : ` ${access}`} events`;
}
