import { afterEach, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { coldtrail } from "../../../helpers/coldtrail.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { TuiTerminal } from "../../../helpers/tui-terminal.ts";
import { caseOf } from "../../../helpers/small-case.ts";
import { makeRecord } from "../../../helpers/trail-maker.ts";

let ui: TuiTerminal;
afterEach(async () => {
  await ui.close();
});

const change = (n: number, eventName: string) =>
  makeRecord(n, {
    eventName,
    readOnly: false,
    eventSource: "cloudtrail.amazonaws.com",
    requestParameters: { name: "main" },
  });

test("from the list of the bundled library to the event of a finding and back, on a terminal", async () => {
  ui = await TuiTerminal.open({
    caseFolder: await caseOf([makeRecord(0), change(1, "StopLogging"), change(2, "DeleteTrail")]),
  });
  await ui.press("3");
  expect(ui.screen()).toContain("scope: whole case");
  await ui.type("/cloudtrail-tampering\r");
  expect(ui.screen()).toContain("> ~ cloudtrail-tampering");
  await ui.press("enter");
  expect(ui.screen()).toMatch(/> (?:high|crit|med ) 2024-03-01 10:00:01 StopLogging/);
  const result = ui.screen();
  // Two keys at once arrive as one text.
  await ui.type("j\r");
  expect(ui.top()).toMatchObject({ screen: "event" });
  await ui.press("esc", "k");

  expect(ui.screen().split("\n").slice(1)).toEqual(result.split("\n").slice(1));
  expect(ui.logged).toEqual([]);
});

test("moving in lists asks nothing of the case", async () => {
  ui = await TuiTerminal.open({
    caseFolder: await caseOf([makeRecord(0), change(1, "StopLogging"), change(2, "DeleteTrail")]),
  });
  await ui.press("3", "enter");
  const before = ui.app.store.getState().data_version;
  for (let i = 0; i < 20; i += 1) await ui.type("jlkhjuUgG");
  await ui.press("esc");
  for (let i = 0; i < 20; i += 1) await ui.type("jjk");

  expect(ui.app.store.getState().data_version).toBe(before);
});

test.each(["csv", "json", "jsonl", "md"])("X writes the bytes that the command line writes as %s", async (format) => {
  const folder = temporaryFolder();
  const caseFolder = await caseOf([makeRecord(0), change(1, "StopLogging"), change(2, "DeleteTrail")]);
  ui = await TuiTerminal.open({ caseFolder });
  await ui.press("3");
  await ui.type("/write-actions\r");
  await ui.press("enter", "X", "ctrl-u");
  await ui.type(`${folder}/ui.${format}\r`);
  const args = [
    "query",
    "run",
    "write-actions",
    "--case",
    caseFolder,
    "--format",
    format,
    "-o",
    `${folder}/cli.${format}`,
  ];
  expect((await coldtrail(args)).code).toBe(0);

  const [own, cli] = [`${folder}/ui.${format}`, `${folder}/cli.${format}`];
  expect(readFileSync(own, "utf8")).toBe(readFileSync(cli, "utf8"));
  if (format === "csv" || format === "jsonl")
    expect(readFileSync(`${own}.meta.json`, "utf8")).toBe(readFileSync(`${cli}.meta.json`, "utf8"));
});

test("X writes the summary of a phase as the command line prints it", async () => {
  const folder = temporaryFolder();
  const caseFolder = await caseOf([makeRecord(0), change(1, "StopLogging"), change(2, "DeleteTrail")]);
  ui = await TuiTerminal.open({ caseFolder });
  await ui.press("3");
  await ui.type("/cloudtrail-tampering\r");
  await ui.press("P", "X", "ctrl-u");
  await ui.type(`${folder}/ui.csv\r`);
  const args = ["query", "run", "--phase", "defense-impairment", "--case", caseFolder, "--format", "csv"];

  expect(readFileSync(`${folder}/ui.csv`, "utf8")).toBe((await coldtrail(args)).stdout);
});
