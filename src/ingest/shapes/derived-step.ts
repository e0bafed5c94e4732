import type { DerivedRecord } from "../../cloudtrail/derived-record.ts";
import { parseJson } from "../../cloudtrail/json-text.ts";
import type { Fidelity } from "../../cloudtrail/source-fidelity.ts";
import type { Step } from "./found.ts";
import { isObject } from "./json-view.ts";

/** A record made from something else, as a step that ends the search. */
export function derivedStep(record: DerivedRecord, fidelity: Fidelity = "derived"): Step {
  const text = record.text();
  const view = { text, node: parseJson(text) };
  if (!isObject(view)) throw new Error("A derived record is an object.");
  const step = { kind: "event", view, hop: `(${record.format})`, fidelity } as const;
  return record.lacksErrors ? { ...step, lacksErrors: true } : step;
}
