import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openConfirm } from "../../../src/tui/overlays/confirm.ts";
import { openMenu } from "../../../src/tui/overlays/menu.ts";
import { openPrompt } from "../../../src/tui/overlays/prompt.ts";
import { openReading } from "../../../src/tui/overlays/reading.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { TuiTerminal } from "../../helpers/tui-terminal.ts";

let folder: string;
let tui: TuiTerminal;

beforeAll(async () => {
  folder = await caseOf([]);
});

beforeEach(async () => {
  tui = await TuiTerminal.open({ caseFolder: folder });
});

afterEach(async () => {
  expect(tui.logged).toEqual([]);
  await tui.close();
});

describe("a prompt", () => {
  const fruits = ["apple", "apricot", "banana", "cherry"];
  let accepted: string[];

  beforeEach(async () => {
    accepted = [];
    openPrompt(tui.app, {
      title: "fruit",
      note: "Which one was it?",
      history: ["newest", "older"],
      suggest: (text) => fruits.filter((fruit) => fruit.startsWith(text)),
      check: (text) => (text === "stone" ? "a stone is no fruit" : null),
      accept: (text) => void accepted.push(text),
    });
    await tui.settle();
  });

  test("takes letters that are keys elsewhere, and gives back what was typed", async () => {
    await tui.type("quick j?");
    expect(tui.screen()).toMatch(/> quick j\?/);
    await tui.press("enter");

    expect(accepted).toEqual(["quick j?"]);
    expect(tui.screen()).not.toMatch(/fruit/);
  });

  test("a paste of several lines stays one text", async () => {
    await tui.paste("one\ntwo\r\nthree\u001b[2J");
    await tui.press("enter");

    expect(accepted).toEqual(["one two three[2J"]);
  });

  test("Down chooses among what may be meant, Tab completes", async () => {
    await tui.type("a");
    await tui.press("down", "down");
    expect(tui.screen()).toMatch(/> apricot/);
    await tui.press("tab");
    expect(tui.screen()).toMatch(/> apricot/);
    await tui.press("enter");

    expect(accepted).toEqual(["apricot"]);
  });

  test("Up brings back earlier answers, and Down leads forward again", async () => {
    await tui.press("up", "up");
    expect(tui.screen()).toMatch(/> older/);
    await tui.press("down");
    expect(tui.screen()).toMatch(/> newest/);
  });

  test("what is wrong is said, and the text stays to be changed", async () => {
    await tui.type("stone");
    await tui.press("enter");
    expect(tui.screen()).toMatch(/! a stone is no fruit/);
    await tui.press("backspace");
    expect(tui.screen()).not.toMatch(/!/);
    await tui.press("esc");

    expect(accepted).toEqual([]);
  });

  test("keys that come merged into one text are told apart", async () => {
    await tui.type("ban\t\r");

    expect(accepted).toEqual(["banana"]);
  });
});

describe("a menu", () => {
  let chosen: string[];

  beforeEach(async () => {
    chosen = [];
    const item = (label: string) => ({ label, run: () => void chosen.push(label) });
    openMenu(tui.app, {
      title: "pivot",
      items: [
        { ...item("access key"), key: "a", detail: "AKIA\u202eLOOKS" },
        { ...item("session"), key: "s", disabled: "this event names no session" },
        item("address"),
      ],
    });
    await tui.settle();
  });

  test("is moved through and chosen from", async () => {
    expect(tui.screen()).toMatch(/> a {2}access key +AKIA\\u202eLOOKS/);
    await tui.press("j", "j", "enter");

    expect(chosen).toEqual(["address"]);
  });

  test("a letter chooses at once", async () => {
    await tui.press("a");

    expect(chosen).toEqual(["access key"]);
  });

  test("what cannot be chosen says why, and the menu stays", async () => {
    await tui.press("s");

    expect(chosen).toEqual([]);
    expect(tui.screen()).toMatch(/> s {2}session/);
    expect(tui.screen().split("\n").at(-2)).toMatch(/this event names no session/);
  });
});

test("a question is answered by y alone, and a failing answer is said", async () => {
  const ask = (): void =>
    openConfirm(tui.app, {
      title: "discard",
      text: "The note is lost.",
      yes: "discard it",
      confirmed: async () => Promise.reject(new Error("the disk is gone")),
    });
  ask();
  await tui.press("n");
  expect(tui.screen()).not.toMatch(/discard/);
  ask();
  await tui.press("y");

  expect(tui.screen()).toMatch(/the disk is gone/);
  expect(tui.logged.splice(0)).toHaveLength(1);
});

test("a text to read is scrolled, cut to a width that fits, and copied by its letter", async () => {
  openReading(tui.app, {
    title: "this view",
    parts: [
      { heading: "command", text: "coldtrail sql", copyKey: "c" },
      {
        heading: "SQL",
        text: Array.from({ length: 60 }, (_, i) => `SELECT ${i} -- ${"x".repeat(100)}`).join("\n"),
        copyKey: "y",
      },
    ],
  });
  await tui.settle();
  expect(tui.screen()).toMatch(/SELECT 0/);
  await tui.press("G");
  expect(tui.screen()).toMatch(/SELECT 59/);
  await tui.press("c");

  expect(tui.output()).toContain(`\u001b]52;c;${Buffer.from("coldtrail sql").toString("base64")}\u0007`);
  expect(tui.screen()).toMatch(/Copied command: 13 bytes/);
});

test("keys do not reach what is behind a box", async () => {
  await tui.press("?", "3", "q");

  expect(tui.top().screen).toBe("empty-case");
});
