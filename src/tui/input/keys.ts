/** What Ink says of a key beside its text. */
export interface KeyFlags {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly leftArrow?: boolean;
  readonly rightArrow?: boolean;
  readonly pageDown?: boolean;
  readonly pageUp?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly ctrl?: boolean;
  readonly shift?: boolean;
  readonly tab?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly meta?: boolean;
}

/**
 * A key that was pressed. `text` is what it types; null for those that type nothing. `name` is what commands are
 * bound to: `j`, `G`, `+`, `space`, `enter`, `esc`, `up`, `shift-tab`, `ctrl-d`, `alt-x`.
 */
export interface PressedKey {
  readonly name: string;
  readonly text: string | null;
}

const NAMED: readonly [keyof KeyFlags, string][] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageDown", "pagedown"],
  ["pageUp", "pageup"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "esc"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
];

/** Control characters that have a name of their own. */
const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u001b": "esc",
  "\u007f": "backspace",
  "\b": "backspace",
};

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * The keys of one input event, in order. Keys that come fast (held down, over ssh, from tmux) arrive merged into one
 * text without any flags: `"\tjj\r"` is four keys.
 */
export function expandInput(input: string, key: KeyFlags): PressedKey[] {
  const named = NAMED.find(([flag]) => key[flag] === true);
  if (named !== undefined) return [pressed(withModifiers(named[1], key))];
  if (key.ctrl === true) return input === "" ? [] : [pressed(`ctrl-${input === " " ? "space" : input.toLowerCase()}`)];
  if (key.meta === true) return input === "" ? [] : [pressed(`alt-${input}`)];
  return [...CHARACTERS.segment(input)].flatMap(({ segment }) =>
    // A carriage return and a line feed are one grapheme.
    segment === "\r\n" ? [pressed("enter")] : [characterKey(segment)],
  );
}

function characterKey(character: string): PressedKey {
  const control = CONTROLS[character];
  if (control !== undefined) return pressed(control);
  if (character === " ") return { name: "space", text: " " };
  const code = character.charCodeAt(0);
  if (code < 0x20) return pressed(`ctrl-${String.fromCharCode(code + 0x60)}`);
  return { name: character, text: character };
}

function withModifiers(name: string, { shift, ctrl, meta }: KeyFlags): string {
  // A plain Esc reaches us with `meta` set.
  const alt = meta === true && name !== "esc";
  return `${ctrl === true ? "ctrl-" : ""}${alt ? "alt-" : ""}${shift === true ? "shift-" : ""}${name}`;
}

function pressed(name: string): PressedKey {
  return { name, text: null };
}

const SHOWN: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  pageup: "PgUp",
  pagedown: "PgDn",
  enter: "Enter",
  esc: "Esc",
  tab: "Tab",
  space: "Space",
  home: "Home",
  end: "End",
  backspace: "Backspace",
  delete: "Del",
};

const SHOWN_IN_ASCII: Readonly<Record<string, string>> = { up: "Up", down: "Down", left: "Left", right: "Right" };

/** A key as hints and help write it: `ctrl-d` is `Ctrl-d`. */
export function showKey(name: string, { ascii }: { readonly ascii: boolean }): string {
  const shown = (ascii ? SHOWN_IN_ASCII[name] : undefined) ?? SHOWN[name];
  if (shown !== undefined) return shown;
  const [, modifier, key] = /^(ctrl|alt|shift)-(.+)$/.exec(name) ?? [];
  if (modifier === undefined || key === undefined) return name;
  return `${modifier.charAt(0).toUpperCase()}${modifier.slice(1)}-${showKey(key, { ascii })}`;
}
