import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, expect, test } from "vitest";
import { MAIN } from "../helpers/coldtrail.ts";
import { PtyProgram, startTui } from "../helpers/pty.ts";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecords } from "../helpers/trail-maker.ts";

const CRASHING_TUI = fileURLToPath(new URL("../helpers/crashing-tui.ts", import.meta.url));
const READY = /read-only|UTC {2}\d/;

let folder: string;
let program: PtyProgram | null = null;

beforeAll(async () => {
  folder = await caseOf(makeRecords(1, 30));
});

afterEach(() => {
  program?.close();
  program = null;
});

function start(options: Parameters<typeof startTui>[1] = {}, ...args: readonly string[]): PtyProgram {
  program = startTui(["--case", folder, ...args], options);
  return program;
}

/** What a shell finds when the UI has gone: the primary screen, a cursor, and a terminal that edits lines and echoes. */
async function expectRestored(tui: PtyProgram): Promise<void> {
  await tui.quiet(50);
  expect(tui.bufferType()).toBe("normal");
  expect(tui.output.lastIndexOf("\u001b[?25h")).toBeGreaterThan(tui.output.lastIndexOf("\u001b[?25l"));
  expect(tui.output.lastIndexOf("\u001b[?2004l")).toBeGreaterThan(tui.output.lastIndexOf("\u001b[?2004h"));
  expect(tui.output.lastIndexOf("\u001b[?1007l")).toBeGreaterThan(tui.output.lastIndexOf("\u001b[?1007h"));
}

test("q on a first view leaves with 0", async () => {
  const tui = start();
  await tui.until(READY);
  expect(tui.bufferType()).toBe("alternate");

  tui.type("q");

  expect(await tui.ended).toMatchObject({ exitCode: 0 });
  await expectRestored(tui);
});

test("Esc never leaves", async () => {
  const tui = start();
  await tui.until(READY);

  tui.type("\u001b");
  await tui.until(/this is the first view/);
  tui.type("q");

  expect(await tui.ended).toMatchObject({ exitCode: 0 });
});

test("Ctrl-C says that a second one leaves, and that one leaves with 130", async () => {
  const tui = start();
  await tui.until(READY);

  tui.type("\u0003");
  await tui.until(/Ctrl-c again leaves/);
  tui.type("\u0003");

  expect(await tui.ended).toMatchObject({ exitCode: 130 });
  await expectRestored(tui);
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGINT", 130],
])("%s leaves with %i and the terminal as it was", async (signal, exitCode) => {
  const tui = start();
  await tui.until(READY);

  process.kill(tui.pid, signal);

  expect(await tui.ended).toMatchObject({ exitCode });
  await expectRestored(tui);
});

test.each(["throw", "reject"])(
  "a crash (%s) ends in a message on the primary screen, and the stack is in a file",
  async (how) => {
    program = new PtyProgram(process.execPath, [CRASHING_TUI, folder, how]);

    expect(await program.ended).toMatchObject({ exitCode: 1 });

    await expectRestored(program);
    expect(program.screen().replaceAll("\n", "")).toMatch(/The terminal UI crashed: .+tui\.log\. Please report it/);
    expect(readFileSync(`${folder}/tui.log`, "utf8")).toMatch(/crash: Error: .+\n +at /);
  },
);

test("the shell that started it edits lines and echoes afterwards", async () => {
  program = new PtyProgram("sh", ["-c", `"${process.execPath}" "${MAIN}" tui --case "${folder}"; stty -a`]);
  await program.until(READY);

  program.type("q");
  await program.ended;

  await program.quiet(50);
  expect(program.screen()).toMatch(/ icanon /);
  expect(program.screen()).toMatch(/ echo /);
});

test("Ctrl-Z stops it, and fg brings it back as it was", async () => {
  program = new PtyProgram("bash", ["--norc", "--noprofile", "-i"], { env: { PS1: "shell> " } });
  await program.until(/shell>/);
  program.type(`"${process.execPath}" "${MAIN}" tui --case "${folder}"\r`);
  await program.until(READY);

  program.type("\u001a");
  await program.until(/Stopped/);
  expect(program.bufferType()).toBe("normal");
  program.type("fg\r");
  await program.until(READY);
  expect(program.bufferType()).toBe("alternate");
  program.type("?");
  await program.until(/ help/);
  program.type("qq");
  await program.until(/shell>\s*$/);
  program.type("exit\r");
  await program.ended;
});

test("it draws anew in every size, and says so where there is too little room", async () => {
  const tui = start();
  await tui.until(READY);

  tui.resize(50, 10);
  await tui.until(/needs 60 columns and 15 lines; this\s+terminal has 50 and 10/);
  tui.resize(120, 35);
  await tui.until(/read-only/);

  const lines = tui.screen().split("\n");
  expect(lines[34]).toMatch(/help/);
});
