/** One format: a file made from the events of `events.ts`, and what must come out of it. */
export interface Format {
  /** Name of the golden, and of the file. */
  readonly name: string;
  readonly file: string;
  readonly content: string;
  /** `equal`: token by token what the trail holds. `subset`: fewer fields, and none that contradicts. */
  readonly gives: "equal" | "subset";
  readonly fidelity: string;
  /** How many of the events it holds; default all. */
  readonly events?: number;
}

/** A format that holds the events as they are. */
export function whole(name: string, file: string, fidelity: string, content: string): Format {
  return { name, file, content, gives: "equal", fidelity };
}

export function lossy(name: string, file: string, content: string, more: Partial<Format> = {}): Format {
  return { name, file, content, gives: "subset", fidelity: "derived", ...more };
}
