import { beforeAll, describe, expect, test } from "vitest";
import { newNote, newTag } from "../../src/journal/mark-entry.ts";
import type { MarkBook } from "../../src/journal/mark-book.ts";
import type { MarkTarget } from "../../src/journal/mark-target.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { countAbsentEvents, loadMarked, markedInWords, selectMarked } from "../../src/timeline/marked.ts";
import type { ProfileName } from "../../src/timeline/profile.ts";
import { parseSeeds, type SeedFlags } from "../../src/timeline/seeds.ts";
import { runTimeline } from "../../src/timeline/timeline.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, idOf, makeRecord, makeRecords, timeAt } from "../helpers/trail-maker.ts";
import { event, Lines } from "../journal/mark-fixture.ts";

let caseFolder: string;

beforeAll(async () => {
  caseFolder = await caseOf([
    ...makeRecords(1, 8),
    makeRecord(9, {
      userIdentity: iamUser("bob"),
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      requestParameters: { userName: "eve" },
      responseElements: { accessKey: { accessKeyId: "AKIAEVEXXXXXXXXXXXXX", userName: "eve", status: "Active" } },
    }),
    makeRecord(10, { userIdentity: iamUser("eve"), sourceIPAddress: "203.0.113.9", eventTime: "2024-03-05T00:00:00Z" }),
    makeRecord(11, {
      eventSource: "s3.amazonaws.com",
      eventName: "GetBucketAcl",
      requestParameters: { bucketName: "backups" },
      resources: [{ ARN: "arn:aws:s3:::backups", type: "AWS::S3::Bucket" }],
    }),
    makeRecord(12, {
      userIdentity: {
        type: "AssumedRole",
        principalId: "AROAEXAMPLEROLEID0001:ci",
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/ci`,
        accountId: ACCOUNT,
        accessKeyId: "ASIADEPLOYXXXXXXXXXX",
        sessionContext: { attributes: { creationDate: timeAt(0), mfaAuthenticated: "false" } },
      },
    }),
  ]);
});

interface Asked {
  readonly tags?: readonly string[];
  readonly withEntities?: boolean;
  readonly profile?: ProfileName;
  readonly scope?: ScopeFlags;
  readonly seeds?: SeedFlags;
}

type Row = Record<string, unknown>;

async function timelineOf(book: MarkBook, asked: Asked = {}): Promise<{ rows: Row[]; n_absent: number }> {
  const marked = selectMarked(book, { tags: asked.tags ?? [], withEntities: asked.withEntities === true });
  const reader = await CaseReader.open(caseFolder, {
    prepare: async (database) => {
      await prepareCase(database, parseScope(asked.scope ?? {}));
      await loadMarked(database, marked);
    },
  });
  try {
    const n_absent = await countAbsentEvents(reader);
    const { result } = await runTimeline(reader, {
      seeds: parseSeeds(asked.seeds ?? {}),
      profile: asked.profile ?? "brief",
      localTime: null,
      limit: null,
      marked,
    });
    const rows: Row[] = [];
    for await (const chunk of result.chunks) {
      for (const row of chunk)
        rows.push(Object.fromEntries(result.columns.map(({ name }, i) => [name, row[i] ?? null])));
    }
    return { rows, n_absent };
  } finally {
    reader.close();
  }
}

const idsOf = ({ rows }: { rows: Row[] }): unknown[] => rows.map(({ event_id }) => event_id);

describe("the timeline of marks", () => {
  test("has the marked events in time order, with their tags and notes", async () => {
    const lines = new Lines();
    lines.tag([idOf(10), idOf(2)], ["b", "A"], "later\nand more");
    lines.note([idOf(2)], "first");
    lines.tag([idOf(5)], []);
    lines.tag(["nosuch"], ["b"]);
    lines.undo([lines.tag([idOf(3)], ["a"])]);
    const timeline = await timelineOf(lines.book());

    expect(timeline.rows.map(({ event_id, why, tags, notes }) => [event_id, why, tags, notes])).toEqual([
      [idOf(2), "marked", "A, b", "later\nand more | first"],
      [idOf(5), "marked", null, null],
      [idOf(10), "marked", "A, b", "later\nand more"],
    ]);
    expect(timeline.n_absent).toBe(1);
    expect(Object.keys(timeline.rows[0]!).slice(10, 14)).toEqual(["why", "tags", "notes", "event_id"]);
  });

  test("without a mark is empty, and not everything", async () => {
    expect((await timelineOf(new Lines().book())).rows).toEqual([]);
    expect((await timelineOf(new Lines().book(), { withEntities: true })).rows).toEqual([]);
  });

  test("is narrowed by tags and by the scope, and joined by other seeds", async () => {
    const lines = new Lines();
    lines.tag([idOf(1), idOf(2)], ["a"]);
    lines.tag([idOf(3)], ["b"]);
    const book = lines.book();

    expect(idsOf(await timelineOf(book, { tags: ["B"] }))).toEqual([idOf(3)]);
    expect(idsOf(await timelineOf(book, { scope: { since: timeAt(2), account: [ACCOUNT] } }))).toEqual([
      idOf(2),
      idOf(3),
    ]);
    expect((await timelineOf(book, { tags: ["b"], seeds: { event: [idOf(3), idOf(7)] } })).rows).toMatchObject([
      { event_id: idOf(3), why: "marked; event", tags: "b" },
      { event_id: idOf(7), why: "event", tags: null },
    ]);
  });

  test.each<[string, MarkTarget, number[], string]>([
    ["key", { kind: "key", value: "AKIAEVEXXXXXXXXXXXXX" }, [9, 10], "marked issued key AKIAEVEXXXXXXXXXXXXX"],
    ["address", { kind: "ip", value: "203.0.113.0/28" }, [10], "marked ip 203.0.113.9"],
    ["principal", { kind: "principal", value: "*user/bob" }, [9], "marked principal *user/bob"],
    ["resource", { kind: "resource", value: "arn:aws:s3:::backups" }, [11], "marked resource arn:aws:s3:::backups"],
    [
      "time range",
      { kind: "range", since: timeAt(3), until: timeAt(5) },
      [3, 4],
      `marked time ${timeAt(3)} to ${timeAt(5)}`,
    ],
  ])("adds the events of a marked %s only when asked to, and says through what", async (_, target, events, why) => {
    const lines = new Lines();
    lines.add(newTag([target], ["suspect"], "it's 'quoted'"));
    expect((await timelineOf(lines.book())).rows).toEqual([]);

    const { rows } = await timelineOf(lines.book(), { withEntities: true });
    expect(rows.map(({ event_id }) => event_id)).toEqual(
      events.map(idOf).toSorted((a, b) => (a === idOf(10) ? 1 : b === idOf(10) ? -1 : 0)),
    );
    expect(rows[0]).toMatchObject({ why, tags: null });
  });

  test("a marked session brings its events", async () => {
    const reader = await CaseReader.open(caseFolder);
    const [row] = await reader.rows(`SELECT session_group FROM events WHERE event_id = '${idOf(12)}'`);
    reader.close();
    const lines = new Lines();
    lines.add(newTag([{ kind: "session", value: String(row!["session_group"]) }], ["s"]));

    expect(idsOf(await timelineOf(lines.book(), { withEntities: true }))).toEqual([idOf(12)]);
  });

  test.each<[ProfileName, Row]>([
    ["full", { tags: "a, b", notes: "n", why: "marked" }],
    ["timesketch", { tag: "a,b", tags: "a, b", notes: "n", why: "marked" }],
  ])("has its columns in the profile %s too", async (profile, cells) => {
    const lines = new Lines();
    lines.tag([idOf(1)], ["b", "a"], "n");

    expect((await timelineOf(lines.book(), { profile })).rows).toMatchObject([cells]);
  });

  test("names the marks on other things beside it", () => {
    const lines = new Lines();
    lines.add(newTag([{ kind: "key", value: "AKIAEVEXXXXXXXXXXXXX" }], ["a"], "one\ntwo"));
    lines.add(newNote([event(idOf(1))], "x"));

    expect(markedInWords(selectMarked(lines.book(), { tags: [], withEntities: false }), 1)).toEqual({
      marked_events: "1, 1 of them not in this case",
      other_marks: 'key AKIAEVEXXXXXXXXXXXXX [a] "one two"',
    });
  });
});
