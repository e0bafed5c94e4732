import { eventNoun } from "./event-noun.ts";
import { isJsonObject } from "./json-object.ts";
import { targetByName, type Fit, type NamedTarget } from "./target-by-name.ts";
import { targetInFilters } from "./target-filters.ts";
import { resourcesInMessage } from "./target-in-message.ts";
import {
  namesAt,
  possiblePaths,
  spellPath,
  unwrap,
  type PathList,
  type TargetRoot,
  type Unwrapped,
} from "./target-path.ts";
import { targetPaths } from "./target-paths.ts";
import { collectNames, formatNames } from "./target-values.ts";

/** One record, its JSON parts parsed on demand; null service or event name means the record has none. */
export interface TargetInput {
  readonly service: string | null;
  readonly event_base_name: string | null;
  readonly error_message: string | null;
  readonly requestParameters: () => unknown;
  readonly responseElements: () => unknown;
  readonly resources: () => unknown;
  readonly serviceEventDetails: () => unknown;
  readonly additionalEventData: () => unknown;
}

export interface Target {
  /** One thing as plain text, several as a compact JSON array text. */
  readonly target: string | null;
  /** The path the names came from, as the record writes it: `requestParameters.bucketName`, `errorMessage`. */
  readonly target_source: string | null;
}

const NONE: Target = Object.freeze({ target: null, target_source: null });

/**
 * The thing a call acted on, as an investigator would name it. The first that names something: the table's paths
 * for the event and the service; the request parameter called like the event's noun; for a call that creates, the
 * response's; any other naming parameter; a filter; the resources AWS listed; the response; the details of a
 * service event; the error message.
 */
export function deriveTarget(input: TargetInput): Target {
  return new TargetSearch(input).run();
}

/** Parts are read once per record, and only as far as the search gets. */
class TargetSearch {
  private readonly input: TargetInput;
  private readonly eventName: string;
  private readonly parts: Partial<Record<TargetRoot, Unwrapped>> = {};

  constructor(input: TargetInput) {
    this.input = input;
    this.eventName = input.event_base_name ?? "";
  }

  run(): Target {
    const list = targetPaths(this.input.service ?? "", this.eventName);
    return this.fromPaths(list) ?? this.fromNames() ?? this.fromMessage() ?? NONE;
  }

  private fromPaths(list: PathList): Target | null {
    let bits = possiblePaths(list, this.part("requestParameters").value);
    while (bits !== 0) {
      // The lowest bit is the path that comes first.
      const path = list.paths[31 - Math.clz32(bits & -bits)];
      bits &= bits - 1;
      if (path === undefined) continue;
      const part = this.part(path.root);
      const names = path.root === "resources" && path.steps.length === 0 ? this.resourceNames() : namesAt(part, path);
      if (names.length > 0) return found(names, spellPath(part, path));
    }
    return null;
  }

  private fromNames(): Target | null {
    const { creates } = eventNoun(this.eventName);
    return (
      // What is created may be named for its parent as well (CreateVpcEndpoint has a vpcId): only its own name counts.
      (creates ? (this.byName("requestParameters", "noun") ?? this.byName("responseElements", "noun")) : null) ??
      this.byName("requestParameters", "part") ??
      (creates ? this.byName("responseElements", "part") : null) ??
      this.byName("requestParameters", "any") ??
      this.byFilter() ??
      this.byResources() ??
      this.byName("responseElements", creates ? "bare" : "part") ??
      this.byName("serviceEventDetails", "any") ??
      this.byName("additionalEventData", "bare")
    );
  }

  private fromMessage(): Target | null {
    const { error_message } = this.input;
    if (error_message === null || error_message === "") return null;
    const names: string[] = [];
    collectNames(resourcesInMessage(error_message), names);
    return names.length === 0 ? null : found(names, "errorMessage");
  }

  private byName(root: TargetRoot, least: Fit): Target | null {
    const part = this.part(root);
    const named = targetByName(part.value, this.eventName, least);
    return named === null ? null : foundAt(root, part, named);
  }

  private byFilter(): Target | null {
    const part = this.part("requestParameters");
    const filtered = targetInFilters(part.value);
    return filtered === null ? null : foundAt("requestParameters", part, filtered);
  }

  private byResources(): Target | null {
    const names = this.resourceNames();
    return names.length === 0 ? null : found(names, "resources");
  }

  /** ARNs of the listed resources; S3 writes `ARNPrefix` where a call is about all objects below it. */
  private resourceNames(): readonly string[] {
    const names: string[] = [];
    const { value } = this.part("resources");
    if (!Array.isArray(value)) return names;
    for (const key of ["ARN", "ARNPrefix"]) {
      for (const resource of value)
        if (isJsonObject(resource) && Object.hasOwn(resource, key)) collectNames(resource[key], names);
      if (names.length > 0) break;
    }
    return names;
  }

  private part(root: TargetRoot): Unwrapped {
    return (this.parts[root] ??= unwrap(this.input[root]()));
  }
}

function foundAt(root: TargetRoot, part: Unwrapped, { key, names }: NamedTarget): Target {
  return found(names, part.wrapper === "" ? `${root}.${key}` : `${root}.${part.wrapper}.${key}`);
}

function found(names: readonly string[], source: string): Target {
  return { target: formatNames(names), target_source: source };
}
