import { describe, expect, test } from "vitest";
import { globalCommands } from "../../src/tui/input/global-commands.ts";
import { MORE_COMMANDS, OVERLAYS, SCREENS } from "../../src/tui/screens/registry.ts";
import type { Command } from "../../src/tui/state/contract.ts";

const NO_ACTIONS = { interrupt() {}, redraw() {}, suspend() {}, reload: async () => {} };

const globals = [...globalCommands(SCREENS, NO_ACTIONS), ...MORE_COMMANDS];
const places = [
  ...SCREENS.map(({ id, commands }) => ({ scope: id, commands })),
  ...OVERLAYS.map(({ kind, commands }) => ({ scope: kind, commands })),
];
const all: readonly Command[] = [...places.flatMap(({ commands }) => commands), ...globals];

const KEY =
  /^(?:[^\s\p{Cc}]|ctrl-[a-z]|(?:shift-)?(?:up|down|left|right|pageup|pagedown|home|end|enter|esc|tab|backspace|delete|space))$/u;
/** Flow control, the prefix keys of screen and tmux, and what closes a window by habit. */
const TAKEN = ["ctrl-a", "ctrl-b", "ctrl-s", "ctrl-q", "ctrl-w"];
/** Not on every keyboard without Alt: German, Swedish and others. */
const LAYOUT_BOUND = ["[", "]", "{", "}", "\\", "~", "`", "@", "|"];

test("there are commands of many parts", () => {
  expect(all.length).toBeGreaterThan(100);
  expect(
    SCREENS.map(({ digit }) => digit)
      .filter((digit) => digit !== undefined)
      .toSorted((a, b) => a - b),
  ).toEqual([1, 2, 3, 4, 5]);
});

test("an id is used once", () => {
  const ids = all.map(({ id }) => id);

  expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([]);
});

test("a command belongs to the screen, box or program that lists it", () => {
  expect(places.flatMap(({ scope, commands }) => commands.filter((command) => command.scope !== scope))).toEqual([]);
  expect(globals.filter(({ scope }) => scope !== "global")).toEqual([]);
});

test("keys are named as they arrive, and none is taken by terminals or missing on keyboards", () => {
  const keys = all.flatMap(({ id, keys: bound }) => bound.map((key) => [id, key] as const));

  expect(keys.filter(([, key]) => !KEY.test(key))).toEqual([]);
  expect(keys.filter(([, key]) => TAKEN.includes(key))).toEqual([]);
  expect(all.filter(({ keys: bound }) => bound.length > 0 && bound.every((key) => LAYOUT_BOUND.includes(key)))).toEqual(
    [],
  );
});

describe("no key is bound twice in one place", () => {
  test.each(
    [...places, { scope: "global", commands: globals }].map(({ scope, commands }) => [scope, commands] as const),
  )("%s", (_, commands) => {
    const clashes = commands.flatMap((command, place) =>
      commands
        .slice(place + 1)
        // By focus two commands may share a key: then at least one says when it is there.
        .filter((other) => command.available === undefined && other.available === undefined)
        .filter((other) => other.keys.some((key) => command.keys.includes(key)))
        .map((other) => `${command.id} and ${other.id}`),
    );

    expect(clashes).toEqual([]);
  });
});

test("digits, Ctrl-C, help, palette and leaving are no screen's own", () => {
  const reserved = ["1", "2", "3", "4", "5", "ctrl-c", "ctrl-l", "ctrl-z", "?", ":", "q"];
  const wrong = SCREENS.flatMap(({ commands }) => commands).filter(({ keys }) =>
    keys.some((key) => reserved.includes(key)),
  );

  expect(wrong.map(({ id }) => id)).toEqual([]);
});

test("titles are short and begin small, as they stand in help", () => {
  expect(all.filter(({ title }) => title.length > 78 || title.endsWith(".")).map(({ title }) => title)).toEqual([]);
});
