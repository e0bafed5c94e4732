import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { newNote, newTag, newUndo } from "../../../../src/journal/mark-entry.ts";
import type { MarksState } from "../../../../src/tui/screens/marks/marks-state.ts";
import { coldtrail } from "../../../helpers/coldtrail.ts";
import { caseOf } from "../../../helpers/small-case.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { iamUser, idOf, makeRecord, makeRecords } from "../../../helpers/trail-maker.ts";
import { event } from "../../../journal/mark-fixture.ts";
import { type MarksApp, startMarks, writeAt } from "./marks-app.ts";

const HOSTILE = "\u001b]52;c;ZXZpbA==\u0007\u202egnp\u200b\u{1F469}\u200d\u{1F4BB}漏洩e\u0301";
const SIZES = [
  [80, 24],
  [120, 35],
  [60, 15],
] as const;

let caseFolder: string;
let marks: MarksApp | null = null;

beforeAll(async () => {
  caseFolder = await caseOf([
    ...makeRecords(1, 30),
    makeRecord(31, {
      userIdentity: iamUser("mallory"),
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      errorCode: "AccessDenied",
      errorMessage: "no",
      sourceIPAddress: "203.0.113.9",
    }),
    makeRecord(32, { eventName: `Get${HOSTILE}`, sourceIPAddress: HOSTILE, userAgent: HOSTILE.repeat(50) }),
  ]);
});
afterEach(async () => {
  await marks?.close();
  marks = null;
});

/** A journal of a few days' work of two examiners. */
async function workedOn(): Promise<string> {
  const folder = temporaryFolder();
  await writeAt(folder, newTag([event(idOf(31))], ["persistence", "T1098"], "refused, but tried"), { second: 1 });
  await writeAt(folder, newTag([event(idOf(7)), event(idOf(3))], ["recon"]), { second: 2, examiner: "grace" });
  await writeAt(folder, newTag([event(idOf(12))], []), { second: 3 });
  const old = await writeAt(folder, newNote([{ kind: "key", value: "AKIAMALLORYXXXXXXXXX" }], "whose?"), { second: 4 });
  const key = newNote([{ kind: "key", value: "AKIAMALLORYXXXXXXXXX" }], "Mallory's own key.\n\nAsk HR.", [old]);
  await writeAt(folder, key, { second: 5, examiner: "grace" });
  await writeAt(folder, newTag([{ kind: "ip", value: "203.0.113.0/24" }], ["attacker"]), { second: 6 });
  await writeAt(folder, newTag([{ kind: "principal", value: "*user/nobody" }], ["check"]), { second: 7 });
  const range = { kind: "range", since: "2024-03-01T10:00:05Z", until: "2024-03-01T10:00:15Z" } as const;
  await writeAt(folder, newNote([range], "first wave"), { second: 8 });
  await writeAt(folder, newTag([event("not-in-this-case")], ["recon"]), { second: 9 });
  await writeAt(folder, newUndo([await writeAt(folder, newTag([event(idOf(1))], ["oops"]), { second: 10 })]), {
    second: 11,
  });
  return folder;
}

async function open(
  journalFolder: string,
  { size = SIZES[0], ascii = false }: { size?: readonly [number, number]; ascii?: boolean } = {},
): Promise<MarksApp> {
  marks = await startMarks({ caseFolder, journalFolder, size, ascii });
  await marks.settle();
  await marks.press("4");
  return marks;
}

const golden = (name: string, [columns, rows]: readonly [number, number]): string =>
  join(import.meta.dirname, "golden", `${name}-${columns}x${rows}.txt`);

describe.each(SIZES)("at %i by %i", (...size) => {
  test("the timeline, and all marks by kind", async () => {
    const { press, frame } = await open(await workedOn(), { size });
    await expect(frame()).toMatchFileSnapshot(golden("timeline", size));
    await press("G");
    await expect(frame()).toMatchFileSnapshot(golden("timeline-last", size));
    await press("tab", "j", "j", "j", "j", "j");
    await expect(frame()).toMatchFileSnapshot(golden("marks", size));
  });

  test("nothing marked yet, nothing marked in this case, and one tag", async () => {
    const nothing = await open(temporaryFolder(), { size });
    await expect(nothing.frame()).toMatchFileSnapshot(golden("nothing", size));
    await nothing.close();

    const folder = temporaryFolder();
    await writeAt(folder, newTag([event("elsewhere")], ["a"]), { second: 1 });
    const absent = await open(folder, { size });
    await expect(absent.frame()).toMatchFileSnapshot(golden("absent", size));
    await absent.close();

    const { press, frame } = await open(await workedOn(), { size });
    await press("f", "f", "f");
    await expect(frame()).toMatchFileSnapshot(golden("one-tag", size));
  });

  test("hostile names, notes and tags stay in their place", async () => {
    const folder = temporaryFolder();
    await writeAt(folder, newTag([event(idOf(32))], ["漏洩"], `${HOSTILE}\n${"x".repeat(5000)}\n${HOSTILE}`), {
      second: 1,
      examiner: HOSTILE,
    });
    await writeAt(folder, newTag([{ kind: "resource", value: "\u202e漏洩/ﷺ".repeat(40) }], ["b"]), { second: 2 });
    const { press, frame } = await open(folder, { size });
    await expect(frame()).toMatchFileSnapshot(golden("hostile", size));
    await press("M");
    await expect(frame()).toMatchFileSnapshot(golden("hostile-editor", size));
  });

  test("the editor: tags with completion, a note of several lines, the choice of what is meant", async () => {
    const { press, type, paste, frame } = await open(await workedOn(), { size });
    await press("M");
    await type("rec");
    await expect(frame()).toMatchFileSnapshot(golden("editor", size));
    await press("ctrl-t", "tab");
    paste("first line of a longer note\nsecond line");
    await press("up", "end");
    await expect(frame()).toMatchFileSnapshot(golden("editor-note", size));
    await press("shift-tab");
    await type(" a=b");
    await press("enter");
    await expect(frame()).toMatchFileSnapshot(golden("editor-problem", size));
  });
});

test("with ASCII alone", async () => {
  const { frame } = await open(await workedOn(), { size: [120, 35], ascii: true });

  expect(frame()).toMatch(/^[ -~\n]*$/);
  await expect(frame()).toMatchFileSnapshot(golden("ascii", [120, 35]));
});

test("while the case is asked, and when that fails, the screen says so", async () => {
  marks = await startMarks({ caseFolder, journalFolder: await workedOn() });
  await marks.app.services.marks.refresh();
  marks.app.openScreen(4);
  expect(marks.frame()).toContain("Reading the marked events");
  marks.app.services.markTimeline.current();
  await marks.settle();
  expect(marks.frame()).toContain("timeline  row 1 of 4 events");
});

describe("working", () => {
  const idsIn = ({ app }: MarksApp): string[] => [...app.services.marks.book().targets().keys()];

  test("D takes away, u brings back, and each is one line of the journal", async () => {
    const folder = await workedOn();
    const opened = await open(folder);
    const before = idsIn(opened);
    await opened.press("D");
    expect(idsIn(opened)).toEqual(before.filter((id) => id !== `event ${idOf(3)}`));
    expect(opened.frame()).toContain(`Taken away (u undoes it): event ${idOf(3)}`);
    await opened.press("u");
    expect(idsIn(opened)).toEqual(before);

    const lines = readFileSync(join(folder, `ada@${hostname()}.jsonl`), "utf8")
      .trim()
      .split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(["untag", "untag"]);
  });

  test("M writes tags and a note, e words the note anew, m makes and unmakes a bare mark", async () => {
    const opened = await open(await workedOn());
    const here = (): unknown => {
      const { tags, notes } = opened.app.services.marks.ofEvent(idOf(3)) ?? { tags: null, notes: null };
      return [tags, notes];
    };
    await opened.press("M");
    await opened.type("new -recon");
    await opened.press("tab");
    await opened.type("why");
    await opened.press("ctrl-n");
    await opened.type("so");
    await opened.press("enter");
    expect(here()).toEqual([["new"], ["why\nso"]]);

    await opened.press("e");
    await opened.type(" it is");
    await opened.press("enter");
    expect(here()).toEqual([["new"], ["why\nso it is"]]);
    await opened.press("m");
    expect(opened.frame()).toContain("stands: new; 1 note");
    await opened.press("esc", "G", "home", "j", "j");
    expect(opened.app.services.marks.ofEvent(idOf(12))).not.toBeNull();
    await opened.press("m");
    expect(opened.app.services.marks.ofEvent(idOf(12))).toBeNull();
  });

  test("the cursor stays on its event while others are marked before it", async () => {
    const folder = await workedOn();
    const opened = await open(folder);
    await opened.press("j", "j");
    const cursor = (): string | null => (opened.app.top().state as MarksState).timeline.id;
    expect(cursor()).toBe(`event ${idOf(12)}`);
    await writeAt(folder, newTag([event(idOf(2)), event(idOf(4))], ["later"]), { second: 30, examiner: "grace" });
    await opened.app.services.marks.refresh();
    await opened.settle();

    expect(cursor()).toBe(`event ${idOf(12)}`);
    expect(opened.frame()).toContain("row 5 of 6 events");
  });

  test("v shows the SQL and the command of the timeline", async () => {
    const opened = await open(await workedOn());
    await opened.press("v");

    expect(opened.frame()).toContain("coldtrail timeline --marked --case");
  });

  test("Ctrl-e writes the same bytes as the command line, each time under a free name", async () => {
    const journalFolder = await workedOn();
    const opened = await open(journalFolder);
    const before = process.cwd();
    process.chdir(temporaryFolder());
    try {
      await opened.press("ctrl-e");
      await expect.poll(() => opened.frame()).toContain("Wrote 4 rows");
      await opened.press("ctrl-e");
      await expect.poll(() => readdirSync(".").length).toBe(4);
      await coldtrail(["timeline", "--marked", "-o", "cli.csv", "--case", caseFolder, "--journal", journalFolder], {
        cwd: process.cwd(),
      });

      expect(readdirSync(".").filter((name) => name.endsWith(".csv"))).toEqual([
        "case-0417-timeline-2.csv",
        "case-0417-timeline.csv",
        "cli.csv",
      ]);
      expect(readFileSync("case-0417-timeline.csv", "utf8")).toBe(readFileSync("cli.csv", "utf8"));
      expect(readFileSync("case-0417-timeline-2.csv", "utf8")).toBe(readFileSync("cli.csv", "utf8"));
    } finally {
      process.chdir(before);
    }
  });

  test("Enter goes to the event among all others, and to the events of anything else", async () => {
    const opened = await open(await workedOn());
    await opened.press("j", "enter");
    expect(opened.app.top()).toMatchObject({ screen: "events", state: { filters: [], row: 6 } });
    await opened.press("esc", "tab", "G", "k", "enter");
    expect(opened.app.top()).toMatchObject({
      screen: "events",
      state: { filters: [{ match: { kind: "entity", entity: "principal", values: ["*user/nobody"] } }] },
    });
  });

  test("10,000 marked events are drawn as fast as ten", async () => {
    const folder = temporaryFolder();
    const ids = Array.from({ length: 10_000 }, (_, i) => event(i < 30 ? idOf(i + 1) : `elsewhere-${i}`));
    await writeAt(folder, newTag(ids, ["bulk"], "x"), { second: 1 });
    const opened = await open(folder, { size: [120, 35] });
    opened.frame();
    const started = performance.now();
    await opened.press("tab");
    for (let i = 0; i < 20; i += 1) {
      opened.app.run("marks.page-down");
      opened.frame();
    }
    expect((performance.now() - started) / 20).toBeLessThan(60);
    expect(opened.frame()).toContain("marks  10,000");
  });
});
