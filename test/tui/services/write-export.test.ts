import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type JournalEntry, sha256Hex } from "../../../src/journal/journal-entry.ts";
import { readJournals } from "../../../src/journal/read-journals.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { isFilter } from "../../../src/queries/views/filter.ts";
import { eventsState } from "../../../src/tui/screens/events/events-state.ts";
import { describeEvents, exportEvents } from "../../../src/tui/screens/events/export-view.ts";
import { openEvents } from "../../../src/tui/screens/events/open-events.ts";
import { openFrequency } from "../../../src/tui/screens/events/open-frequency.ts";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { shellWords } from "../../helpers/command-line.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { viewsCase } from "../../queries/views/views-case.ts";
import { startDrawn, type DrawnApp } from "../screens/drawn-app.ts";

let caseFolder: string;
let ui: DrawnApp;
beforeAll(async () => {
  caseFolder = await viewsCase(300);
  ui = await startDrawn(1, { caseFolder, size: [120, 35] });
  await ui.settle();
});
afterAll(async () => ui.close());

const never = new AbortController().signal;

test.each(["csv", "json", "jsonl", "md"])("a view exported as %s has the bytes of its command", async (format) => {
  const folder = temporaryFolder();
  const state = eventsState([isFilter("event_name", "GetObject", true)], {
    columns: ["event_time", "event_name", "user_agent", "request_parameters", "request_parameters.bucketName"],
    sort: { column: null, descending: format === "json" },
  });
  const written = await exportEvents(ui.app, state).write({ path: join(folder, `tui.${format}`), format }, never);
  const { command } = describeEvents(ui.app, state);
  const words = shellWords(command.split("\n")[0]!).slice(1);
  const { code } = await coldtrail([...words, "--format", format, "-o", join(folder, `cli.${format}`), "--quiet"]);
  expect(code).toBe(0);
  const bytes = readFileSync(join(folder, `tui.${format}`));
  expect(bytes.equals(readFileSync(join(folder, `cli.${format}`)))).toBe(true);
  expect(written).toMatchObject({ size_bytes: bytes.length });
  expect(written.n_rows).toBeGreaterThan(100);
});

test("a frequency table exported has the bytes of its command", async () => {
  const folder = temporaryFolder();
  openEvents(ui.app, [isFilter("aws_region", "eu-west-1")]);
  openFrequency(ui.app, "actor");
  const level = ui.app.top();
  const screen = ui.app.screen(level.screen)!;
  await screen.exportable!(level, ui.app)!.write({ path: join(folder, "tui.csv"), format: "csv" }, never);
  const { command } = await screen.describe!(level, ui.app);
  await coldtrail([...shellWords(command).slice(1), "--format", "csv", "-o", join(folder, "cli.csv"), "--quiet"]);
  expect(readFileSync(join(folder, "tui.csv"), "utf8")).toBe(readFileSync(join(folder, "cli.csv"), "utf8"));
  ui.app.pop();
  ui.app.pop();
});

test("an export that fails or is ended leaves no file, and none is written over", async () => {
  const folder = temporaryFolder();
  const job = exportEvents(ui.app, eventsState([]));
  const ended = new AbortController();
  ended.abort();
  await expect(job.write({ path: join(folder, "a.csv"), format: "csv" }, ended.signal)).rejects.toThrow();
  await expect(job.write({ path: join(folder, "no", "a.csv"), format: "csv" }, never)).rejects.toThrow(
    "could not be written",
  );
  await expect(job.write({ path: join(folder, "a.exe"), format: "exe" }, never)).rejects.toThrow("No such format");
  expect(readdirSync(folder)).toEqual([]);
  await job.write({ path: join(folder, "a.csv"), format: "csv" }, never);
  await expect(job.write({ path: join(folder, "a.csv"), format: "csv" }, never)).rejects.toThrow("there already");
});

test("X asks for a file, says what it wrote, and leaves a line in the journal", async () => {
  const path = join(temporaryFolder(), "out.jsonl");
  await ui.press("X", "\u0015", path, "enter");
  expect(existsSync(path)).toBe(true);
  await vi.waitFor(() => expect(ui.frame()).toContain("Wrote 309 rows"), 20_000);
  const lines: JournalEntry[] = [];
  for await (const item of readJournals(ui.app.caseFacts().journalFolder))
    if (item.type === "entry") lines.push(item.entry);
  expect(lines.at(-1)).toMatchObject({
    kind: "command",
    counts: { exported: expect.stringContaining("events"), rows: 309 },
    result_sha256: sha256Hex(readFileSync(path)),
  });
  await ui.press("X", "\u0015", "out.exe", "enter");
  expect(ui.frame()).toContain("the ending must be one of .csv .json");
  await ui.press("esc");
});
