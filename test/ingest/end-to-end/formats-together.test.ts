import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { caseFolder } from "../../../src/store/case-folder.ts";
import { Database } from "../../../src/store/database.ts";
import { EVENT_IDS } from "../../data/formats/events.ts";
import type { Format } from "../../data/formats/format.ts";
import { LOSSY_FORMATS } from "../../data/formats/lossy-formats.ts";
import { WHOLE_FORMATS } from "../../data/formats/whole-formats.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const ALL: readonly Format[] = [...WHOLE_FORMATS, ...LOSSY_FORMATS];

function write(name: string, formats: readonly Format[]): { evidence: string; caseFolder: string } {
  const folder = temporaryFolder();
  const evidence = join(folder, name);
  mkdirSync(evidence);
  for (const { file, content } of formats) writeFileSync(join(evidence, file), content);
  return { evidence, caseFolder: join(folder, "case") };
}

const SHOWN = `SELECT e.event_id, e.source_fidelity, f.path, coalesce(e.wrapping, f.wrapping) AS wrapping
  FROM event_rows e JOIN evidence_files f USING (file_id) ORDER BY e.event_id`;
const COPIES = `SELECT event_id, relation, o.source_fidelity, count(*) AS n, min(o.fields) AS fields
  FROM event_occurrences o GROUP BY ALL ORDER BY ALL`;

async function ask(folder: string, sql: string): Promise<Record<string, unknown>[]> {
  const database = await Database.open(caseFolder(folder).published, { readOnly: true });
  try {
    return await database.rows(sql);
  } finally {
    database.close();
  }
}

describe("all formats in one folder", () => {
  test("make one case: the trail's records are shown, and nothing beside them contradicts", async () => {
    const { evidence, caseFolder: folder } = write("all", ALL);
    const { summary } = await quickIngest(folder, [evidence]);
    expect(summary.records).toMatchObject({ seen: 4 * ALL.length, stored: 4, duplicate: 4 * (ALL.length - 1) });
    expect(summary.conflicting).toBe(0);
    const trail = WHOLE_FORMATS.find(({ name }) => name === "trail")!.file;
    expect(await ask(folder, SHOWN)).toEqual(
      EVENT_IDS.map((event_id) => ({ event_id, source_fidelity: "trail", path: trail, wrapping: "Records[]" })),
    );
    const copies = await ask(folder, COPIES);
    expect(new Set(copies.map(({ relation }) => relation))).toEqual(new Set(["identical", "subset"]));
    const derived = copies.filter(({ source_fidelity }) => source_fidelity === "derived");
    expect(derived.every(({ relation, n }) => relation === "subset" && Number(n) === LOSSY_FORMATS.length)).toBe(true);
    const others = copies.filter(({ source_fidelity }) => source_fidelity !== "derived");
    expect(others.every(({ relation }) => relation === "identical")).toBe(true);
  });

  test("one after the other, in any order, make the same case", async () => {
    const some = ALL.filter(({ name }) => /^(?:trail|lookup-events|console-csv|ecs|mixed)$/.test(name));
    const answers: unknown[] = [];
    for (const order of [some, some.toReversed()]) {
      const { evidence, caseFolder: folder } = write("some", some);
      for (const { file } of order) await quickIngest(folder, [join(evidence, file)], { roots: [`some=${evidence}`] });
      answers.push([await ask(folder, SHOWN), await ask(folder, COPIES)]);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test("that differ in a field which the poorer one carries exactly are told to", async () => {
    const [csv] = LOSSY_FORMATS.filter(({ name }) => name === "console-csv");
    const forged = { ...csv!, content: String(csv!.content).replace("CreateUser", "DeleteUser") };
    const { evidence, caseFolder: folder } = write("forged", [WHOLE_FORMATS[0]!, forged]);
    const { summary } = await quickIngest(folder, [evidence]);
    expect(summary.conflicting).toBe(1);
    expect(await ask(folder, `${COPIES.replace("GROUP", "WHERE relation = 'conflicting' GROUP")}`)).toMatchObject([
      { event_id: EVENT_IDS[3], fields: '["eventName"]' },
    ]);
  });
});
