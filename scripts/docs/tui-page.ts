import { showKey } from "../../src/tui/input/keys.ts";
import type { Command } from "../../src/tui/state/contract.ts";
import { WRITTEN_BY } from "./generated-file.ts";
import { markdownTable } from "./markdown-table.ts";
import { drawPictures, type TuiPictures } from "./tui-screens.ts";
import { HOW, INTRODUCTION, PICTURES, TERMINALS } from "./tui-words.ts";

/** docs/tui.md: the terminal UI, its screens drawn from the demo archive, and the keys from the table of commands. */
export async function renderTuiPage(): Promise<string> {
  const pictures = await drawPictures();
  const parts = [
    "# The terminal UI",
    WRITTEN_BY,
    INTRODUCTION,
    ...HOW,
    "## The screens",
    "All pictures show the night of the attack in the demo archive, without their colours.",
    ...PICTURES.flatMap(({ heading, words }, i) => [
      ...(heading === null ? [] : [`### ${heading}`]),
      words,
      `\`\`\`text\n${pictures.screens[i] ?? ""}\n\`\`\``,
    ]),
    ...TERMINALS,
    "## Keys",
    `Movement goes without saying: arrows or \`h\` \`j\` \`k\` \`l\`, \`PgUp\`, \`PgDn\`, \`Ctrl-u\`, \`Ctrl-d\`, \`g\` and \`G\`. Commands without a key
are in the palette (\`:\`). The same key may do different things in different panes; the last line of the screen and \`?\` say what it
does where you are.`,
    ...keyTables(pictures),
  ];
  return `${parts.join("\n\n").trimEnd()}\n`;
}

function keyTables({ commands, definitions, overlays }: TuiPictures): string[] {
  const scopes: readonly (readonly [scope: string, heading: string])[] = [
    ["global", "Everywhere"],
    ...byDigit(definitions).map(
      ({ id, name, digit }) => [id, digit === undefined ? capital(name) : `${capital(name)} (\`${digit}\`)`] as const,
    ),
    ...overlays.map(({ kind, name }) => [kind, `Box: ${name}`] as const),
  ];
  return scopes.flatMap(([scope, heading]) => {
    const shown = commands.filter((command) => command.scope === scope && command.hidden !== true);
    return shown.length === 0 ? [] : [`### ${heading}`, markdownTable(["Key", "What it does"], shown.map(keyRow))];
  });
}

/** The screens in the order of their digits, each with those that it leads to. */
function byDigit(definitions: TuiPictures["definitions"]): TuiPictures["definitions"] {
  let digit = 0;
  const placed = definitions.map((definition) => {
    digit = definition.digit ?? digit;
    return { definition, digit };
  });
  return placed.toSorted((a, b) => a.digit - b.digit).map(({ definition }) => definition);
}

function keyRow({ keys, title }: Command): string[] {
  const names = keys.map((key) => `\`${showKey(key, { ascii: false })}\``);
  return [names.length === 0 ? "palette" : names.join(" "), title];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
