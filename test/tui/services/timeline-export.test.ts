import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newNote, newTag } from "../../../src/journal/mark-entry.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { createLanes, type Lanes } from "../../../src/tui/services/lanes.ts";
import { MarkTimelineService } from "../../../src/tui/services/mark-timeline.ts";
import { MarksService } from "../../../src/tui/services/marks.ts";
import type { ServiceContext } from "../../../src/tui/services/service-context.ts";
import { systemClock } from "../../../src/tui/state/clock.ts";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { idOf, makeRecords } from "../../helpers/trail-maker.ts";
import { event } from "../../journal/mark-fixture.ts";

let caseFolder: string;
let reader: CaseReader;
let lanes: Lanes;
let marks: MarksService;
let timeline: MarkTimelineService;

beforeAll(async () => {
  caseFolder = await caseOf(makeRecords(1, 40));
  reader = await CaseReader.open(caseFolder);
  const opened = { reader, openSibling: async () => reader.sibling(), close: () => undefined };
  lanes = createLanes(opened, { clock: systemClock, changed: () => undefined });
  const facts = {
    folder: caseFolder,
    journalFolder: join(caseFolder, "journal"),
    examiner: { name: "ada", source: "option" },
    tool_version: "test",
  };
  const context = {
    clock: systemClock,
    lanes,
    caseFacts: () => facts,
    openedCase: () => opened,
    dataArrived: () => undefined,
  } as unknown as ServiceContext;
  marks = new MarksService(context);
  timeline = new MarkTimelineService(context, marks);
  await marks.write(newTag([event(idOf(7)), event(idOf(3))], ["exfil", "T1078"], "two\nlines, \u202e=1+1"));
  await marks.write(newNote([event(idOf(20)), event("not in the case")], "ünïcode 漏洩"));
  await marks.write(newTag([{ kind: "key", value: "AKIAALICEXXXXXXXXXXX" }], ["exfil"], "the key"));
});
afterAll(async () => {
  await marks.close();
  await lanes.close();
  reader.close();
});

test.each(["csv", "jsonl", "json", "md"] as const)(
  "%s: the screen and the command line give the same bytes",
  async (format) => {
    const folder = temporaryFolder();
    const words = ["--format", format, "--case", caseFolder, "--examiner", "grace"];
    expect((await coldtrail(["timeline", "--marked", "-o", join(folder, "cli"), ...words])).code).toBe(0);
    await timeline.write({ path: join(folder, "tui"), format, tag: null }, new AbortController().signal);
    const contents = (name: string): string => readFileSync(join(folder, name), "utf8");

    expect(contents("tui")).toBe(contents("cli"));
    expect(contents("tui").match(/0000000000(?:03|07|20)/g)!.length).toBeGreaterThanOrEqual(3);
    if (format === "csv" || format === "jsonl") expect(contents("tui.meta.json")).toBe(contents("cli.meta.json"));
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  },
);

test("only what has a tag: the same as --tag", async () => {
  const folder = temporaryFolder();
  await coldtrail(["timeline", "--tag", "t1078", "-o", join(folder, "cli.csv"), "--case", caseFolder]);
  const written = await timeline.write(
    { path: join(folder, "tui.csv"), format: "csv", tag: "T1078" },
    new AbortController().signal,
  );

  expect(written.n_rows).toBe(2);
  expect(readFileSync(join(folder, "tui.csv"), "utf8")).toBe(readFileSync(join(folder, "cli.csv"), "utf8"));
});

test("an export leaves a line in the journal, with the hash of the file", async () => {
  const { stdout } = await coldtrail(["custody", "--format", "json", "--case", caseFolder]);
  const file = join(temporaryFolder(), "x.csv");
  await timeline.write({ path: file, format: "csv", tag: null }, new AbortController().signal);
  const lines = readFileSync(join(caseFolder, "journal", `ada@${hostname()}.jsonl`), "utf8")
    .trim()
    .split("\n");

  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    kind: "command",
    counts: { exported: "timeline --marked", rows: 3 },
    result_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(stdout).toContain("tag exfil, T1078 note");
});

test("the marked events come in time order, and the records of other marks are counted", async () => {
  timeline.current();
  await lanes.idle();
  const { events, records, problem } = timeline.current();

  expect([events!.map(({ event_id }) => event_id), problem]).toEqual([[idOf(3), idOf(7), idOf(20)], null]);
  expect(records!.get("key AKIAALICEXXXXXXXXXXX")).toMatchObject({ n_records: 40 });
});
