import { useApp, useInput, usePaste } from "ink";
import { useEffect } from "react";
import type { KeyFlags } from "../input/keys.ts";

/** What the terminal tells, and what only a mounted root can do. */
export interface RootEvents {
  onInput(input: string, key: KeyFlags): void;
  onPaste(text: string): void;
  /** Called once mounted, with Ink's way to hand the terminal over and take it back. */
  onMounted(suspendTerminal: (work: () => Promise<void>) => Promise<void>): void;
}

/** The only component, and the only listener to keys. It draws nothing: frames are written by `FrameLoop`. */
export function Root({ events }: { readonly events: RootEvents }): null {
  const { suspendTerminal } = useApp();
  useInput((input, key) => events.onInput(input, key));
  usePaste((text) => events.onPaste(text));
  useEffect(() => events.onMounted(async (work) => suspendTerminal(work)), [events, suspendTerminal]);
  return null;
}
