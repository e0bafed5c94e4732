import { poorerFidelity } from "../../cloudtrail/source-fidelity.ts";
import { DECISION_LIST } from "./decision-list.ts";
import { isPlainEvent } from "./bare-event.ts";
import { wrappingOf, type Found, type Shape, type Step, type Wrapped } from "./found.ts";
import { isObject, members, tokenOf, viewOf, type JsonView } from "./json-view.ts";

/** Wrappers around one event; more are a trick. */
const HOPS_MAX = 12;

/** Told of every test of the decision list that was made. */
export type Trace = (shape: Shape, matched: boolean, wrapped: Wrapped) => void;

export interface Unwrapping extends Wrapped {
  readonly trace: Trace | null;
}

/** Finds the events in a value by the decision list: the first shape that matches says what is in it. */
export function* unwrap(view: JsonView, at: Unwrapping): Generator<Found> {
  if (at.trace === null && isObject(view) && isPlainEvent(view)) {
    yield { kind: "event", view, wrapping: wrappingOf(at.hops), fidelity: at.fidelity ?? "bare" };
    return;
  }
  if (at.hops.length > HOPS_MAX) {
    yield { kind: "no event", as: "unknown", text: tokenOf(view), reason: `wrapped more than ${HOPS_MAX} times` };
    return;
  }
  const list = at.hops.at(-1)?.endsWith("[]") === true ? at.hops.at(-1)! : null;
  for (const shape of DECISION_LIST) {
    const matched = shape.matches(view, list);
    at.trace?.(shape, matched, at);
    if (!matched) continue;
    for (const step of shape.open(view)) yield* follow(step, at);
    return;
  }
  yield* lookInside(view, at);
}

/** What a step leads to. */
export function* follow(step: Step, at: Unwrapping): Generator<Found> {
  if (step.kind === "inside") yield* unwrap(step.view, below(at, step));
  else if (step.kind === "event") {
    const { hops, fidelity } = below(at, step);
    const event = { kind: "event", view: step.view, wrapping: wrappingOf(hops), fidelity: fidelity ?? "bare" } as const;
    yield step.lacksErrors === true ? { ...event, lacksErrors: true } : event;
  } else yield step;
}

function below(at: Unwrapping, { hop, fidelity }: Extract<Step, { kind: "inside" | "event" }>): Unwrapping {
  const poorer = fidelity === undefined ? at.fidelity : poorerFidelity(fidelity, at.fidelity ?? "trail");
  return { ...at, hops: hop === null ? at.hops : [...at.hops, hop], fidelity: poorer };
}

/** What the JSON of an event has in it, wherever it stands. */
const EVENT_MARKS = /eventVersion|eventSource|eventName|CloudTrailEvent|class_uid/;

/** A wrapper that nobody knows: its members are looked at, and what is no event among them is not told apart. */
function* lookInside(view: JsonView, at: Unwrapping): Generator<Found> {
  const nothing: Found = { kind: "no event", as: "unknown", text: tokenOf(view), reason: "JSON, not CloudTrail" };
  if (!isObject(view) || !EVENT_MARKS.test(nothing.text)) {
    yield nothing;
    return;
  }
  let named: Found | null = null;
  let events = 0;
  for (const [key, value] of members(view)) {
    const inner = value.node.kind === "string" ? jsonIn(value.node.value) : value;
    if (inner === null || (inner.node.kind !== "object" && inner.node.kind !== "array")) continue;
    const fidelity = poorerFidelity("bare", at.fidelity ?? "trail");
    for (const found of unwrap(inner, { ...at, hops: [...at.hops, key], fidelity })) {
      if (found.kind === "no event") {
        if (found.as !== "unknown") named ??= { ...found, text: nothing.text };
        continue;
      }
      if (found.kind === "event") events += 1;
      yield found;
    }
  }
  if (events === 0) yield named ?? nothing;
}

/** The JSON object or list that a text holds, or null. */
function jsonIn(text: string): JsonView | null {
  return /^\s*[{[]/.test(text) && EVENT_MARKS.test(text) ? viewOf(text) : null;
}
