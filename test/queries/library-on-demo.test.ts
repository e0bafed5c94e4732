import { beforeAll, describe, expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { ask, askAsCsv, type Answer, type Asked } from "../helpers/ask-library.ts";
import { askCase } from "../helpers/case-content.ts";
import { writeDemoArchive } from "../helpers/demo-archive-folder.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// The whole library on the demo archive: reviewed answers, and the generator's own truth.

let demo: string;
let truth: ReturnType<typeof writeDemoArchive>;

beforeAll(async () => {
  const folder = temporaryFolder();
  truth = writeDemoArchive(`${folder}/archive`);
  demo = `${folder}/case`;
  await quickIngest(demo, [`${folder}/archive/cloudtrail`], { jobs: 2 });
}, 60_000);

const LEAKED_KEY = "AKIADEVAFLR7WEXAMPLE";
const BACKDOOR_USER = "arn:aws:iam::077788889999:user/backup-sync";
const SERVER = "203.0.113.77";

const DAY = { since: "2026-03-29", until: "2026-03-30" };
const NIGHT = { since: "2026-03-29T00:00:00Z", until: "2026-03-29T06:00:00Z" };

/** How a query is asked for its reviewed answer: narrowed where the whole answer would be long. Others are asked plainly. */
const NARROWED: Readonly<Record<string, Asked>> = {
  "activity-histogram": { scope: { since: "2026-03-28", until: "2026-03-29" } },
  "cli-commands": { scope: { ...NIGHT, account: ["077788889999"] } },
  "console-logins": { scope: { since: "2026-03-25", until: "2026-03-29" } },
  "discovery-bursts": { scope: DAY },
  "identity-center-logins": { scope: DAY },
  "identity-recon": { scope: { ...NIGHT, account: ["077788889999"] } },
  "ip-pivot": { params: { ip: SERVER } },
  "key-inventory": { params: { kind: "long-term" } },
  "key-usage": { params: { access_key: LEAKED_KEY }, scope: { since: "2026-03-29" } },
  "new-behaviour": { params: { pivot_time: "2026-03-29T00:00:00Z" } },
  "other-credential-reads": { scope: NIGHT },
  "principal-dossier": { params: { principal: BACKDOOR_USER } },
  "resource-pivot": { params: { resource: "backup-sync" } },
  "resources-created": { scope: NIGHT },
  "ua-pivot": { params: { ua: "aws-cli/2*" }, scope: NIGHT },
  "write-actions": {
    scope: { since: "2026-03-29T01:00:00Z", until: "2026-03-29T04:30:00Z", account: ["077788889999"] },
  },
};
const LIBRARY = [...readLibrary([]).queries.values()];
const QUESTIONS = LIBRARY.map(({ id }) => [id, NARROWED[id] ?? {}] as const);

test("the questions are about queries of the library", () => {
  const ids = new Set(LIBRARY.map(({ id }) => id));

  expect(Object.keys(NARROWED).filter((id) => !ids.has(id))).toEqual([]);
});

describe("the reviewed answer", () => {
  test.each(QUESTIONS)("of %s", async (id, asked) => {
    await expect(await askAsCsv(demo, id, asked)).toMatchFileSnapshot(`../data/golden/demo/${id}.csv`);
  });

  test.each(QUESTIONS)("of %s is the same from one thread and from two", async (id, asked) => {
    const [one, two] = [
      await askAsCsv(demo, id, { ...asked, threads: 1 }),
      await askAsCsv(demo, id, { ...asked, threads: 2 }),
    ];

    expect(one).toBe(two);
  });
});

describe("the generator's truth", () => {
  const truthOf = (id: string): (typeof truth.queries)[number] => truth.queries.find(({ query }) => query === id)!;
  const sum = ({ rows }: Answer, column: string): number => rows.reduce((total, row) => total + Number(row[column]), 0);

  test.each(["cloudtrail-tampering", "console-logins", "key-usage", "root-activity"])(
    "%s lists exactly the events that the generator made for it",
    async (id) => {
      const { event_ids, with: params } = truthOf(id);
      const { rows } = await ask(demo, id, { params });

      expect(rows.map((row) => String(row["event_id"])).toSorted()).toEqual(event_ids);
    },
  );

  test("write-actions lists at least the attack's changes", async () => {
    const { rows } = await ask(demo, "write-actions");
    const listed = new Set(rows.map((row) => row["event_id"]));

    expect(truthOf("write-actions").event_ids.filter((id) => !listed.has(id))).toEqual([]);
  });

  test("grouped answers count as many records as there are events", async () => {
    const dossier = await ask(demo, "principal-dossier", { params: truthOf("principal-dossier").with });
    const regions = { ...dossier, rows: dossier.rows.filter(({ section }) => section === "region") };

    expect(sum(await ask(demo, "access-denied"), "n_denied")).toBe(truthOf("access-denied").event_ids.length);
    expect(sum(await ask(demo, "ip-pivot", { params: truthOf("ip-pivot").with }), "n_records")).toBe(
      truthOf("ip-pivot").event_ids.length,
    );
    expect(sum(regions, "n_records")).toBe(truthOf("principal-dossier").event_ids.length);
    for (const id of ["overview", "activity-histogram", "top-principals"]) {
      expect(sum(await ask(demo, id), "n_records")).toBe(truth.counts.events);
    }
  });

  test("error-summary has a row for every failure of the attack", async () => {
    const ids = truthOf("error-summary")
      .event_ids.map((id) => `'${id}'`)
      .join(", ");
    const failures = await askCase(demo, `SELECT error_code, event_name, actor FROM events WHERE event_id IN (${ids})`);
    const { rows } = await ask(demo, "error-summary");

    expect(failures.length).toBe(truthOf("error-summary").event_ids.length);
    for (const failure of failures) expect(rows).toContainEqual(expect.objectContaining(failure));
  });

  test("tampering has the effects that the story tells", async () => {
    const { rows } = await ask(demo, "cloudtrail-tampering");

    expect(rows.map(({ effect }) => effect)).toEqual(["attempted", "weakened", "weakened", "restored", "restored"]);
  });
});

// A scope between cause and effect changes which rows are reported, never what they say: every query that reads the whole case.
describe("a scope that cuts the story in two", () => {
  const eventQueries = LIBRARY.filter(
    ({ context, kind, sql }) => context === "all" && kind === "finding" && /\n {2}(?:\w\.)?event_id,\n/.test(sql),
  );

  test("is tried on many queries", () => {
    expect(eventQueries.length).toBeGreaterThan(20);
  });

  test.each(eventQueries.map(({ id }) => [id]))("%s says of an event what it says without the scope", async (id) => {
    const whole = new Map((await ask(demo, id)).rows.map((row) => [row["event_id"], row]));
    for (const scope of [{ until: "2026-03-29T04:30:00Z" }, { since: "2026-03-29T04:30:00Z" }]) {
      for (const row of (await ask(demo, id, { scope })).rows) expect(row).toEqual(whole.get(row["event_id"]));
    }
  });

  test.each([
    ["cloudtrail-tampering", "event_id", { until: "2026-03-29T04:30:00Z" }, 3],
    ["cloudtrail-tampering", "event_id", { since: "2026-03-29T04:30:00Z" }, 2],
    ["cloudtrail-tampering", "event_id", { principal: ["*jonas.weber*"] }, 2],
    ["access-denied", "principal", { until: "2026-03-29T00:20:00Z" }, 5],
    ["access-denied", "principal", { since: "2026-03-29T00:20:00Z", account: ["077788889999"] }, 4],
  ])("%s judges alike by %s with %j", async (...[id, key, scope, reported]) => {
    const whole = await ask(demo, id);
    const { rows } = await ask(demo, id, { scope });

    expect(rows.length).toBe(reported);
    for (const row of rows) {
      const same = whole.rows.find((other) => other[key] === row[key])!;
      for (const said of ["effect", "severity", "why", "thing", "undone_at", "detail"])
        expect(row[said]).toEqual(same[said]);
    }
  });

  test("principal-dossier knows a caller by what lies outside the scope", async () => {
    // In this account's records the user has no ARN, only the id that its own account's records tie to it.
    const params = { principal: "arn:aws:iam::444455556666:user/ci-deployer" };
    const { rows } = await ask(demo, "principal-dossier", { params, scope: { recipientAccount: ["077788889999"] } });

    expect(rows.filter(({ section }) => section === "actor")).toEqual([
      expect.objectContaining({ value: "AIDADEVALYEAEOEXAMPLE", n_records: 58 }),
    ]);
  });
});
