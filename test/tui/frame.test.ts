import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { TuiTerminal, type TuiTerminalOptions } from "../helpers/tui-terminal.ts";

/* What is around the views: read each golden before accepting it. */

let folder: string;
let tui: TuiTerminal | null = null;

beforeAll(async () => {
  folder = await caseOf([]);
});

afterEach(async () => {
  expect(tui?.logged ?? []).toEqual([]);
  await tui?.close();
  tui = null;
});

async function open(options: Partial<TuiTerminalOptions> = {}): Promise<TuiTerminal> {
  tui = await TuiTerminal.open({ caseFolder: folder, ...options });
  return tui;
}

/** The temporary folder differs in every run, and with it where it is cut. */
const stable = (screen: string): string => screen.replace(/(coldtrail ingest PATH --case ).*/, "$1FOLDER");

describe.each([
  [80, 24],
  [120, 35],
  [60, 15],
])("at %ix%i", (columns, rows) => {
  test("an empty case", async () => {
    const empty = await open({ columns, rows });

    await expect(stable(empty.screen())).toMatchFileSnapshot(`golden/frame/empty-case-${columns}x${rows}.txt`);
  });

  test("help", async () => {
    const help = await open({ columns, rows });
    await help.press("?");

    await expect(stable(help.screen())).toMatchFileSnapshot(`golden/frame/help-${columns}x${rows}.txt`);
  });

  test("the palette", async () => {
    const palette = await open({ columns, rows });
    await palette.press(":");
    await palette.type("ba");

    await expect(stable(palette.screen())).toMatchFileSnapshot(`golden/frame/palette-${columns}x${rows}.txt`);
  });
});

test("in ASCII", async () => {
  const ascii = await open({ ascii: true });
  await ascii.press("?");

  expect(ascii.screen()).toMatch(/^[\n -~]*$/);
  await expect(stable(ascii.screen())).toMatchFileSnapshot("golden/frame/help-ascii.txt");
});

test("colours come on top of signs: without them bold, inverse and dim are left", async () => {
  const colored = await open();
  await colored.press(":");
  const withColor = colored.styles();
  await colored.close();
  const plain = await open({ color: false });
  await plain.press(":");

  expect(withColor).toMatch(/fg\d/);
  expect(plain.styles()).not.toMatch(/fg/);
  expect(plain.styles()).toMatch(/inverse/);
  expect(plain.styles()).toMatch(/bold/);
});

test.each([
  [59, 15],
  [60, 14],
  [40, 10],
  [12, 3],
  [1, 1],
])("too small at %ix%i it says what it needs, and nothing breaks", async (columns, rows) => {
  const small = await open({ columns, rows });

  if (columns >= 40) expect(small.screen().replaceAll("\n", " ")).toMatch(/needs 60 columns and 15 lines/);
  await small.press("?", "j", "esc");
  await small.resize(80, 24);
  expect(small.screen()).toMatch(/No events in this case yet/);
});

test("a message goes after a while, and the frame that takes it away is the only one", async () => {
  const toasting = await open();
  await toasting.press("esc");
  expect(toasting.screen()).toMatch(/this is the first view/);
  const frames = toasting.frames();

  await toasting.advance(20_000);

  expect(toasting.screen()).not.toMatch(/this is the first view/);
  expect(toasting.frames() - frames).toBe(1);
});

test("Ctrl-C twice within two seconds leaves with 130, with a longer pause it does not", async () => {
  const leaving = await open();
  await leaving.press("ctrl-c");
  await leaving.advance(2500);
  await leaving.press("ctrl-c");
  expect(leaving.exitCode).toBeNull();
  await leaving.advance(1000);
  await leaving.press("ctrl-c");

  expect(leaving.exitCode).toBe(130);
});

test("the palette runs what was found by its letters", async () => {
  const palette = await open();
  await palette.press(":");
  await palette.type("leave cold");
  await palette.press("enter");

  expect(palette.exitCode).toBe(0);
});

test("a paste outside a field presses no keys", async () => {
  const pasting = await open();
  await pasting.paste("qqq3");

  expect(pasting.exitCode).toBeNull();
  expect(pasting.screen()).toMatch(/A paste goes into a text field only/);
});

test("a view that cannot be drawn says so, and the way back works", async () => {
  const broken = await open();
  broken.app.push("sessions", "broken", { no: "such state" });
  await broken.settle();

  expect(broken.screen()).toMatch(/This view cannot be drawn/);
  expect(broken.logged.splice(0).join()).toMatch(/while drawing: \w*Error/);
  await broken.press("esc");
  expect(broken.screen()).toMatch(/No events in this case yet/);
});

test("the name of a case is as hostile as anything else", async () => {
  const hostile = `${temporaryFolder()}/ca\u001b]0;x\u0007se\u202e`;
  const { renameSync, cpSync } = await import("node:fs");
  cpSync(folder, `${hostile}.tmp`, { recursive: true });
  renameSync(`${hostile}.tmp`, hostile);
  const named = await open({ caseFolder: hostile });

  expect(named.screen()).toMatch(/ca\\x1b\]0;x\\x07se\\u202e/);
});
