import { afterAll, beforeAll, expect, test } from "vitest";
import { readOriginal } from "../../../src/ingest/original-record.ts";
import { readDetail, readRawRecords } from "../../../src/queries/views/event-detail.ts";
import { countEntity, entitiesOf } from "../../../src/queries/views/event-entities.ts";
import { readFirstRows } from "../../../src/queries/views/event-window.ts";
import { isFilter, TIME_ORDER, type Filter } from "../../../src/queries/views/filter.ts";
import { filterCondition } from "../../../src/queries/views/filter-sql.ts";
import { findEventById } from "../../../src/queries/views/find-event.ts";
import { sqlCommand, timelineCommand, viewSql } from "../../../src/queries/views/view-command.ts";
import { parseFilterText } from "../../../src/queries/views/filter-text.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { shellWords } from "../../helpers/command-line.ts";
import { ODD_RECORDS, viewsCase } from "./views-case.ts";

let folder: string;
let reader: CaseReader;
beforeAll(async () => {
  folder = await viewsCase(300);
  reader = await CaseReader.open(folder);
});
afterAll(() => reader.close());

test.each(["odd-key", "odd-quote", "odd-undated-a", null])(
  "the detail and the raw record of %s are its own",
  async (id) => {
    const [row] = await readFirstRows(
      reader,
      { filters: [isFilter("event_id", id)], sort: TIME_ORDER },
      { columns: [], count: 1 },
    );
    const detail = (await readDetail(reader, row!.place))!;
    expect(detail.cells["event_id"]).toBe(id);
    expect(detail.source_file).toMatch(/_20240305T1009Z_/);
    const [raw] = await readRawRecords(reader, detail, readOriginal);
    expect(raw?.from).toBe("original");
    expect(JSON.parse(raw!.text)).toEqual(JSON.parse(JSON.stringify(ODD_RECORDS[raw!.record.record_index])));
    expect(raw!.record.record_index).toBe(row!.place.record_index);
  },
);

test("the things that an event names lead to its events, each once", async () => {
  const place = (await findEventById(reader, "odd-key"))!;
  const entities = entitiesOf((await readDetail(reader, place))!);
  const labels = entities.map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(["key used", "key named", "principal", "source address", "network"]));
  expect(new Set(entities.map(({ filter }) => filterCondition([filter]))).size).toBe(entities.length);
  const counts: number[] = [];
  for (const entity of entities) counts.push(await countEntity(reader, entity));
  for (const [i, { filter }] of entities.entries()) {
    const [row] = await reader.rows(`SELECT count(*) AS n FROM events WHERE ${filterCondition([filter])!}`);
    expect(counts[i]).toBe(Number(row!["n"]));
  }
  expect(counts[labels.indexOf("key named")]).toBe(3);
});

test("an unknown id is no event", async () => {
  expect(await findEventById(reader, "nobody")).toBeNull();
});

const COLUMNS = ["event_time", "event_name", "user_agent", "request_parameters.bucketName", "event_id"];

test.each([
  "",
  "key=AKIANAMEDXXXXXXXXXXX",
  "who=*alice eventName!:Get*",
  "userAgent~drop",
  `"it's"`,
  "errorCode= time=2024-03-01",
])("the command of the view %j prints the rows of the view", async (text) => {
  const view = { filters: parseFilterText(text), sort: TIME_ORDER };
  const sql = viewSql(view, COLUMNS);
  const words = shellWords(`${sqlCommand(sql, folder)} --format jsonl --quiet`).slice(1);
  const { stdout, code } = await coldtrail(words);
  expect(code).toBe(0);
  const printed = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as object);
  expect(printed).toEqual(await reader.rows(sql));
});

test.each([
  "",
  "key=AKIANAMEDXXXXXXXXXXX",
  "key=AKIANAMEDXXXXXXXXXXX,AKIAALICEXXXXXXXXXXX time=2024-03-01T10:00:00Z..2024-03-01T10:01:00Z",
  "who=*ALICE awsRegion=eu-west-1",
  "ip=198.51.100.0/28 outcome=denied",
  "event=odd-key,odd-old",
  "anyAccount=111122223333",
])("the timeline of the view %j has its events in its order", async (text) => {
  const view = { filters: parseFilterText(text), sort: TIME_ORDER };
  const command = timelineCommand(view, folder);
  expect(command).not.toBeNull();
  const { stdout, code } = await coldtrail(shellWords(`${command!} --format jsonl --quiet`).slice(1));
  expect(code).toBe(0);
  const ids = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as Record<string, unknown>)["event_id"] ?? null);
  const rows = await reader.rows(viewSql(view, ["event_id"]));
  expect(ids).toEqual(rows.map(({ event_id }) => event_id));
  expect(ids.length).toBeGreaterThan(0);
});

test.each([
  "eventName=GetObject",
  "key=A who=b",
  "ip=nowhere",
  "key!=A",
  "awsRegion=a awsRegion=b",
  "outcome=odd",
  "alice",
])("no timeline says the same as the view %j", (text) => {
  const filters: Filter[] = parseFilterText(text);
  expect(timelineCommand({ filters, sort: TIME_ORDER }, folder)).toBeNull();
});
