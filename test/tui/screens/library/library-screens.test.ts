import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseScope } from "../../../../src/queries/scope.ts";
import {
  openLibraryApp,
  SMALL_LIBRARY,
  type LibraryApp,
  type LibraryAppOptions,
} from "../../../helpers/library-screens.ts";
import { caseOf } from "../../../helpers/small-case.ts";
import { iamUser, makeRecord } from "../../../helpers/trail-maker.ts";

const write = (n: number, eventName: string, changes = {}) =>
  makeRecord(n, {
    eventName,
    readOnly: false,
    eventSource: "cloudtrail.amazonaws.com",
    requestParameters: { name: "main" },
    ...changes,
  });

const RECORDS = [
  makeRecord(0),
  write(1, "StopLogging", { errorCode: "AccessDenied" }),
  write(2, "DeleteTrail"),
  write(3, "CreateTrail", { userIdentity: iamUser("bob"), awsRegion: "eu-west-1", userAgent: "aws-cli/2 kali" }),
  makeRecord(40),
];

let caseFolder: string;
let ui: LibraryApp;
beforeAll(async () => {
  caseFolder = await caseOf(RECORDS);
});
afterEach(async () => {
  await ui.close();
});

async function open(options: Partial<LibraryAppOptions> = {}): Promise<void> {
  ui = await openLibraryApp(caseFolder, { library: SMALL_LIBRARY, ...options });
  ui.press("3");
}

const SIZES = [
  [80, 24],
  [120, 35],
  [60, 15],
] as const;

/** Keys that lead to a state; `.` waits until everything is answered. */
const STATES: readonly (readonly [string, readonly string[]])[] = [
  ["queries-loading", []],
  ["queries", ["."]],
  ["queries-not-logged", [".", "j", "j", "j"]],
  ["queries-search", [".", "/", '"key"']],
  ["queries-search-nothing", [".", "/", '"no such words"']],
  ["queries-hidden", [".", "h", "G"]],
  ["queries-about", [".", "d"]],
  ["form", [".", "j", "enter", "."]],
  ["form-typing", [".", "j", "enter", '"bob"', ".", "down"]],
  ["form-problems", [".", "j", "enter", "tab", '"soon"', "tab", '"yesterday"', "enter", "."]],
  ["form-pattern-refused", [".", "j", "j", "e", '"(kali"', "enter", "."]],
  ["form-scope", [".", "t", "tab", "tab", "."]],
  ["result-loading", [".", "enter"]],
  ["result", [".", "enter", ".", "j"]],
  ["result-cell", [".", "enter", ".", "l", "l", "l", "l", "l", "l", "l", "l"]],
  ["result-row", [".", "enter", ".", "i"]],
  ["result-row-menu", [".", "enter", ".", "P"]],
  ["result-search", [".", "enter", ".", "/", '"eu-west"']],
  ["result-search-nothing", [".", "enter", ".", "/", '"zzz"']],
  ["result-none-matched", [".", "j", "enter", '"AKIANOBODY"', "enter", "."]],
  ["result-not-logged", [".", "j", "j", "j", "enter", "."]],
  ["result-many", [".", "j", "j", "j", "j", "enter", ".", "G"]],
  ["result-failed", [".", "G", "enter", "."]],
  ["run-started", [".", "A"]],
  ["run", [".", "A", "."]],
  ["run-in-order", [".", "A", ".", "s", "j"]],
  ["run-failed-one", [".", "A", ".", "s", "G"]],
  ["run-phase", [".", "P", "."]],
];

describe("every state at every size", () => {
  test.each(STATES)("%s", async (name, keys) => {
    await open();
    for (const key of keys) {
      if (key === ".") await ui.settle();
      else ui.press(key);
    }
    for (const [columns, rows] of SIZES) {
      ui.resize(columns, rows);
      await expect(ui.frame()).toMatchFileSnapshot(`./goldens/${name}-${columns}x${rows}.txt`);
    }
  });
});

test("in plain ASCII nothing else is drawn", async () => {
  await open({ ascii: true });
  for (const keys of [["."], ["enter", "."], ["P"], ["esc", "esc", "A", "."], ["esc", "j", "enter", "."]]) {
    for (const key of keys) {
      if (key === ".") await ui.settle();
      else ui.press(key);
    }
    expect(ui.frame()).toMatch(/^[\n -~]*$/);
  }
});

test("the scope is that of the command line, and a form's own is for its run alone", async () => {
  await open({ scope: parseScope({ region: ["eu-west-1"] }) });
  await ui.settle();
  expect(ui.frame()).toContain("scope: region eu-west-1");
  ui.press("enter");
  await ui.settle();
  expect(ui.frame()).toContain("row 1 of 1");
  ui.press("e", "tab", "tab", "tab", "ctrl-u", "enter");
  await ui.settle();
  expect(ui.frame()).toContain("row 1 of 3");
  ui.press("esc");
  expect(ui.frame()).toContain("scope: region eu-west-1");
});
