import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { EventsState } from "../../../../src/tui/screens/events/events-state.ts";
import { isFilter } from "../../../../src/queries/views/filter.ts";
import { openEvents } from "../../../../src/tui/screens/events/open-events.ts";
import { filterWords } from "../../../../src/queries/views/filter-words.ts";
import { formatResult } from "../../../../src/export/write-result.ts";
import { prepareCase } from "../../../../src/queries/case-views.ts";
import { notesInLines, runQuery } from "../../../../src/queries/run-query.ts";
import { WHOLE_CASE } from "../../../../src/queries/scope.ts";
import { CaseReader } from "../../../../src/store/case-reader.ts";
import {
  openLibraryApp,
  SMALL_LIBRARY,
  type LibraryApp,
  type LibraryAppOptions,
} from "../../../helpers/library-screens.ts";
import { caseOf } from "../../../helpers/small-case.ts";
import { iamUser, makeRecord } from "../../../helpers/trail-maker.ts";

const write = (n: number, eventName: string, changes = {}) =>
  makeRecord(n, { eventName, readOnly: false, eventSource: "cloudtrail.amazonaws.com", ...changes });

let caseFolder: string;
let ui: LibraryApp;
beforeAll(async () => {
  caseFolder = await caseOf([
    makeRecord(0),
    write(1, "StopLogging"),
    write(2, "DeleteTrail", { userIdentity: iamUser("bob"), awsRegion: "eu-west-1", userAgent: "=cmd|' /C calc'!A0" }),
  ]);
});
afterEach(async () => {
  await ui.close();
});

async function open(keys: readonly string[], options: Partial<LibraryAppOptions> = {}): Promise<void> {
  ui = await openLibraryApp(caseFolder, { library: SMALL_LIBRARY, ...options });
  await press("3", ".", ...keys);
}

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    if (key === ".") await ui.settle();
    else ui.press(key);
  }
}

/** Filters of the view of events on top, in words. */
function filters(): string[] {
  const top = ui.app.top();
  expect(top.screen).toBe("events");
  return (top.state as EventsState).filters.map(filterWords);
}

/** The frame without its first line, which says how deep the view is and how many were above it. */
function body(): string {
  return ui.frame().split("\n").slice(1).join("\n");
}

const toColumn = (n: number): string[] => Array.from({ length: n }, () => "l");

describe("from a row of a result", () => {
  test("Enter shows its event", async () => {
    await open(["enter", ".", "j", "enter", "."]);

    expect(ui.app.top()).toMatchObject({ screen: "event", title: "event 00000000-0000" });
  });

  test("m marks its event, then what the cell and the row name", async () => {
    await open(["enter", ".", "j", ...toColumn(6)]);
    const targets = ui.app.screen("query-result")!.markTargets!(ui.app.top(), ui.app);

    expect(targets.map(({ kind }) => kind)).toEqual(
      ["event", "ip", "principal", "resource", "key"].filter((kind) => kind !== "resource"),
    );
    expect(targets[1]).toEqual({ kind: "ip", value: "198.51.100.2" });
  });

  test("s sorts by the column, up, down, and as it was", async () => {
    await open(["enter", ".", "l", "l", "s"]);
    const order = (): string[] =>
      ui
        .frame()
        .match(/StopLogging|DeleteTrail/g)!
        .slice(0, 2);

    expect(order()).toEqual(["DeleteTrail", "StopLogging"]);
    await press("s");
    expect(order()).toEqual(["StopLogging", "DeleteTrail"]);
    await press("h", "h", "s", "s");
    // How bad it is, and not how it is spelled.
    expect(order()).toEqual(["DeleteTrail", "StopLogging"]);
    await press("s");
    expect(order()).toEqual(["StopLogging", "DeleteTrail"]);
  });

  test.each<[string, number, readonly string[]]>([
    ["the time", 1, ["time=2024-03-01T09:50:01Z..2024-03-01T10:10:01Z"]],
    ["the call", 2, ["eventName=StopLogging"]],
    ["the caller", 4, ["who=arn:aws:iam::111122223333:user/alice"]],
    ["the address", 6, ["ip=198.51.100.1"]],
    ["the account", 7, ["anyAccount=111122223333"]],
    ["the key", 10, ["key=AKIAALICEXXXXXXXXXXX"]],
  ])("p pivots on %s", async (_, column, expected) => {
    await open(["enter", ".", ...toColumn(column), "p"]);

    expect(filters().map((words) => words.replace("event_base_name", "eventName"))).toEqual(expected);
  });

  test("p on a cell of several values asks which one", async () => {
    await open(["j", "enter", '"AKIAALICEXXXXXXXXXXX"', "enter", ".", "l", "l", "p", "down", "enter"]);

    expect(filters()).toEqual(["ip=198.51.100.1"]);
  });

  test("the scope of the run goes along, but not to a single event", async () => {
    await open(["t", "tab", "tab", "tab", '"eu-west-1"', "enter", "enter", ".", "l", "l", "l", "l", "p"]);
    expect(filters()).toEqual(["awsRegion=eu-west-1", "who=arn:aws:iam::111122223333:user/bob"]);

    await press("esc", "l", "l", "l", "l", "l", "l", "l", "l", "p");
    expect(filters()).toEqual(["event=00000000-0000-4000-8000-000000000002"]);
  });

  test("Esc leads back to the same row and column", async () => {
    await open(["enter", ".", "j", "l", "l"]);
    const before = body();
    await press("p", ".", "esc", ".");

    expect(body()).toBe(before);
  });

  test("n runs a next query with the row's key filled in", async () => {
    await open(["enter", ".", "j", "n", "enter", "."]);

    expect(ui.app.top()).toMatchObject({
      screen: "query-result",
      state: { query: "key-uses", texts: { access_key: "AKIABOBXXXXXXXXXXXXX" } },
    });
    expect(ui.frame()).toContain("AKIABOBXXXXXXXXXXXXX");
  });

  test("a row shown whole is paged through, and j shows the next one", async () => {
    await open(["enter", ".", "i", "pagedown"], { rows: 15, columns: 60 });
    expect(ui.frame()).not.toContain("event_time ");
    await press("pageup");
    expect(ui.frame()).toMatch(/event_time +2024-03-01 10:00:01/);
    await press("pagedown", "j");
    expect(ui.frame()).toMatch(/event_time +2024-03-01 10:00:02/);
  });

  test("u goes to the next row that is high or critical", async () => {
    await open(["enter", ".", "u"]);

    expect(ui.app.top().state).toMatchObject({ row: 1 });
  });

  test("y copies the cell, and Y the command", async () => {
    await open(["enter", ".", "l", "l", "y", "Y", "down", "down", "enter"]);

    expect(ui.copied).toEqual(["StopLogging", "coldtrail query run changes --case /cases/0417"]);
  });
});

describe("the filters of the view of events", () => {
  const filters = [isFilter("aws_region", "eu-west-1"), isFilter("event_name", "DeleteTrail")];

  test("become the scope as far as a scope can say them, and the rest is named in list, form and result", async () => {
    ui = await openLibraryApp(caseFolder, { library: SMALL_LIBRARY });
    openEvents(ui.app, filters);
    await press("3", ".");
    expect(ui.frame()).toContain("scope: region eu-west-1 (without even");
    await press("e");
    expect(ui.frame()).toContain("! no query can be narrowed by eventName=DeleteTrail");
    await press("enter", ".");
    expect(ui.frame()).toContain("row 1 of 1");
    expect(ui.frame()).toContain("! not narrowed by eventName=DeleteTrail");
  });

  test("are taken over again by T, when they have changed meanwhile", async () => {
    ui = await openLibraryApp(caseFolder, { library: SMALL_LIBRARY });
    await press("3", "1");
    openEvents(ui.app, filters);
    await press("3");
    expect(ui.frame()).toContain("scope: whole case");
    await press("T");
    expect(ui.frame()).toContain("scope: region eu-west-1");
  });
});

describe("the form", () => {
  test("takes a suggestion and goes on", async () => {
    await open(["j", "enter", '"bob"', ".", "down", "enter", ".", "enter", "."]);

    expect(ui.app.top()).toMatchObject({
      screen: "query-result",
      state: { texts: { access_key: "AKIABOBXXXXXXXXXXXXX" } },
    });
  });

  test("copies what it would run", async () => {
    await open(["j", "enter", '"AKIA X"', "tab", '"1h"', "ctrl-y"]);

    expect(ui.copied).toEqual([
      "coldtrail query run key-uses --param 'access_key=AKIA X' --param window=1h --case /cases/0417",
    ]);
  });

  test("gives way to its result, and Esc leads back to the list", async () => {
    await open(["j", "enter", '"X"', "enter", ".", "esc"]);

    expect(ui.app.top().screen).toBe("queries");
  });

  test("of a result changes that result", async () => {
    await open(["j", "enter", '"X"', "enter", ".", "e", "ctrl-u", '"AKIABOBXXXXXXXXXXXXX"', "enter", ".", "esc"]);
    expect(ui.app.top().screen).toBe("queries");

    await press("a", ".");
    expect(ui.frame()).toContain("AKIABOBXXXXXXXXXXXXX");
  });

  test("takes a paste of several lines as one value", async () => {
    await open(["j", "enter"]);
    ui.paste("AKIA\nBOB\u001b[2J");

    expect(ui.app.top().state).toMatchObject({ texts: { access_key: "AKIA BOB[2J" } });
    ui.frame();
  });
});

describe("a run over many", () => {
  test("is cancelled by Ctrl-c and keeps what it found", async () => {
    await open(["A", "ctrl-c", "."]);

    expect(ui.frame()).toMatch(/of 6 .*cancelled/);
  });

  test("opens the rows of a query, and comes back with its findings", async () => {
    await open(["A", "."]);
    const before = body();
    await press("enter", ".");
    expect(ui.app.top()).toMatchObject({ screen: "query-result", state: { query: "changes" } });
    await press("esc", ".");

    expect(body()).toBe(before);
  });
});

describe("what nobody waits for any more", () => {
  const endless = (): LibraryAppOptions["library"] => {
    const many = SMALL_LIBRARY.queries.get("many")!;
    const sql = "SELECT count(*) AS n FROM range(100000000000000) AS r(i) WHERE i % 7 = 3";
    return { ...SMALL_LIBRARY, queries: new Map([["many", { ...many, sql }]]) };
  };

  test("is stopped when its view is closed, and asked anew when it is opened again", async () => {
    await open(["enter"], { library: endless() });
    const { id } = ui.app.top();
    expect(ui.app.services.library.results.stateOf(id)?.status).toBe("running");
    await press("esc", ".");
    expect(ui.app.services.library.results.stateOf(id)).toBe(null);
    await press("a");
    expect(ui.app.services.library.results.stateOf(id)?.status).toBe("running");
  });

  test("runs on while its view is covered or another screen is seen", async () => {
    await open(["A", "4"], { library: endless() });
    const run = Object.values(ui.app.store.getState().parked)
      .flatMap(({ levels }) => levels)
      .at(-1)!;

    expect(ui.app.services.library.runs.stateOf(run.id)?.status).toBe("running");
  });
});

describe("what is exported", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "coldtrail-export-"));
    return () => {
      rmSync(folder, { recursive: true, force: true });
    };
  });

  test.each(["csv", "json", "jsonl", "md"] as const)(
    "of a result has the bytes of the command line as %s",
    async (format) => {
      await open(["enter", "."]);
      const top = ui.app.top();
      const job = ui.app.screen("query-result")!.exportable!(top, ui.app)!;
      const path = join(folder, `changes.${format}`);
      const written = await job.write({ path, format }, new AbortController().signal);

      const query = SMALL_LIBRARY.queries.get("changes")!;
      const reader = await CaseReader.open(caseFolder, {
        prepare: async (database) => prepareCase(database, WHOLE_CASE),
      });
      const run = await runQuery(reader, query, { scope: WHOLE_CASE, given: new Map(), limit: null });
      const rows: (typeof run.result.chunks extends AsyncIterable<infer T> ? T : never)[] = [];
      for await (const chunk of run.result.chunks) rows.push(chunk);
      const notes = await run.notes();
      reader.close();
      let text = "";
      const pieces = formatResult(
        format,
        {
          columns: run.result.columns,
          chunks: (async function* () {
            yield* rows;
          })(),
        },
        {
          width: null,
          footer: notesInLines(notes),
          meta: { ...notes, coverage: notes.coverage.map((answer) => ({ ...answer })) },
        },
      );
      for await (const piece of pieces) text += piece;

      expect(readFileSync(path, "utf8")).toBe(text);
      expect(written).toMatchObject({ n_rows: 2, size_bytes: Buffer.byteLength(text) });
      if (format === "csv")
        expect(JSON.parse(readFileSync(`${path}.meta.json`, "utf8"))).toMatchObject({ query: "changes", rows: 2 });
      await expect(job.write({ path, format }, new AbortController().signal)).rejects.toThrow(/there already/);
    },
  );

  test("of a long result are all rows", async () => {
    await open(["j", "j", "j", "j", "enter", "."]);
    const job = ui.app.screen("query-result")!.exportable!(ui.app.top(), ui.app)!;
    const written = await job.write({ path: join(folder, "many.csv"), format: "csv" }, new AbortController().signal);

    expect([job.title, written.n_rows]).toEqual(["many (10,000+ rows)", 12_345]);
  });

  test("of a run is its summary, the worst first", async () => {
    await open(["A", "."]);
    const job = ui.app.screen("query-run")!.exportable!(ui.app.top(), ui.app)!;
    await job.write({ path: join(folder, "all.csv"), format: "csv" }, new AbortController().signal);
    const [head, first] = readFileSync(join(folder, "all.csv"), "utf8").split("\r\n");

    expect(head).toMatch(/^query,phase,state,severity,rows,critical,high/);
    expect(first).toMatch(/^changes,triage,rows,high,2,0,1/);
  });
});

test("the cursor, the cell and how bad a row is have a look of their own", async () => {
  await open(["enter", ".", "l", "l"]);
  const styles = ui.lines().flatMap((line) => line.map(({ text, style }) => `${style}: ${text.trim()}`));

  expect(styles).toContain("cursor-cell: StopLogging");
  expect(styles).toContain("title: event_name");
  expect(styles).toContain("severity-high: high");
  expect(styles).toContain("cursor: low");
});

test("files that are no query are named, with why", async () => {
  const problems = [new Error("Not a valid query file: /library/odd.sql:3\n  `sevrity` is not a key.")];
  await open(["L"], { library: { ...SMALL_LIBRARY, problems } });

  expect(ui.frame()).toContain("`sevrity` is not a key.");
});

test("v shows SQL that runs alone and the command", async () => {
  await open(["enter", "."]);
  const described = await ui.app.screen("query-result")!.describe!(ui.app.top(), ui.app);

  expect(described.command).toBe("coldtrail query run changes --case /cases/0417");
  expect(described.sql).toMatch(/^-- changes: What was changed here/);
});
