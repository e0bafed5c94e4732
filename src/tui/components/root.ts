import { Box, Text, useApp, useInput, usePaste } from "ink";
import { createElement, useEffect, type ReactElement } from "react";
import type { KeyFlags } from "../input/keys.ts";

/** What the terminal tells, and what only a mounted root can do. */
export interface RootEvents {
  onInput(input: string, key: KeyFlags): void;
  onPaste(text: string): void;
  /** Called once mounted, with Ink's way to hand the terminal over and take it back. */
  onMounted(suspendTerminal: (work: () => Promise<void>) => Promise<void>): void;
}

export interface RootProps {
  /** One text a line, styles and all, each as wide as the screen. */
  readonly lines: readonly string[];
  readonly columns: number;
  readonly events: RootEvents;
}

/** The only component: lines of text, and the only listener to keys. */
export function Root({ lines, columns, events }: RootProps): ReactElement {
  const { suspendTerminal } = useApp();
  useInput((input, key) => events.onInput(input, key));
  usePaste((text) => events.onPaste(text));
  useEffect(() => events.onMounted(async (work) => suspendTerminal(work)), [events, suspendTerminal]);
  return createElement(
    Box,
    { flexDirection: "column", width: columns, height: lines.length, overflow: "hidden" },
    ...lines.map(lineElement),
  );
}

/** Elements of the last frame by place: React leaves a line alone whose element is the same. */
const drawn: { text: string; element: ReactElement }[] = [];

function lineElement(text: string, place: number): ReactElement {
  const before = drawn[place];
  if (before?.text === text) return before.element;
  const element = createElement(Text, { key: place, wrap: "truncate" }, text);
  drawn[place] = { text, element };
  return element;
}
