import { beforeAll, expect, test } from "vitest";
import { coldtrail } from "../helpers/coldtrail.ts";
import { startTui } from "../helpers/pty.ts";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecords } from "../helpers/trail-maker.ts";

let folder: string;

beforeAll(async () => {
  folder = await caseOf(makeRecords(1, 5));
});

test("without a terminal it names the plain commands and exits with 2", async () => {
  const { code, stdout, stderr } = await coldtrail(["tui", "--case", folder]);

  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/cannot run here: standard output is not a terminal\n.*coldtrail overview/);
});

test.each([
  [{ TERM: "dumb" }, /TERM=dumb/],
  [{ INK_SCREEN_READER: "true" }, /INK_SCREEN_READER/],
])("%o is refused with a pointer to the plain commands", async (env, reason) => {
  const tui = startTui(["--case", folder], { columns: 200, env });

  expect(await tui.ended).toMatchObject({ exitCode: 2 });

  await tui.quiet(50);
  expect(tui.screen()).toMatch(reason);
  expect(tui.screen()).toMatch(/coldtrail overview/);
  expect(tui.output).not.toContain("\u001b[?1049h");
  tui.close();
});

test("a case that is not there is refused before the screen is taken", async () => {
  const tui = startTui(["--case", `${folder}-none`], { columns: 200 });

  expect(await tui.ended).toMatchObject({ exitCode: 2 });

  await tui.quiet(50);
  expect(tui.screen()).toMatch(/No case here/);
  expect(tui.output).not.toContain("\u001b[?1049h");
  tui.close();
});

test("NO_COLOR leaves bold and inverse, and no colour", async () => {
  const tui = startTui(["--case", folder], { env: { NO_COLOR: "1" } });
  await tui.until(/UTC/);
  tui.type(":");
  await tui.until(/find|commands/);

  // eslint-disable-next-line no-control-regex -- Colours of text and background are what must not be there.
  expect(tui.output).not.toMatch(/\u001b\[(?:[\d;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)(?:;[\d;]*)?m/);
  expect(tui.output).toContain("\u001b[7m");
  tui.close();
});

test("--ascii draws with nothing but ASCII", async () => {
  const tui = startTui(["--case", folder, "--ascii"]);
  await tui.until(/UTC/);
  tui.type("?");
  await tui.until(/- help/);

  expect(tui.output).toMatch(/\+- help/);
  expect(tui.output).toMatch(/^\p{ASCII}*$/u);
  tui.close();
});
