import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { buildDemoArchive } from "../data/demo/archive.ts";
import { ask } from "../helpers/ask-library.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// An archive in which nothing happened but work: what the findings say about it is what an investigator must wade through.

/** Every answer of medium severity that the archive without its story gives, by query, and why it is right. */
const MEDIUM: Readonly<Record<string, readonly [rows: number, why: string]>> = {
  "access-denied": [
    3,
    "Three SSO roles were refused 4, 7 and 12 different calls on pages of the console. Their people looked for what they may not see; whoever reads the row sees in its reason that all of it was in the console.",
  ],
  "console-logins": [
    1,
    "The root user signed in with MFA to look at the bills. Whoever may do that should know of it.",
  ],
  "root-activity": [1, "The same sign-in; what root then read is low."],
};

const findings = [...readLibrary([]).queries.values()].filter(
  ({ kind, params }) =>
    (kind === "finding" || kind === "anomaly") && params.every((param) => param.default !== undefined),
);

let caseFolder: string;
beforeAll(async () => {
  const folder = temporaryFolder();
  for (const { path, bytes } of buildDemoArchive({ story: false }).files) {
    const file = join(folder, "archive", ...path.split("/"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  caseFolder = `${folder}/case`;
  await quickIngest(caseFolder, [`${folder}/archive/cloudtrail`], { jobs: 2 });
}, 60_000);

describe("an archive of ordinary work", () => {
  test.each(findings.map(({ id }) => [id]))(
    "gives nothing high in %s, and nothing medium but what is known",
    async (id) => {
      const { rows } = await ask(caseFolder, id);
      const graded = (severity: string): number => rows.filter((row) => row["severity"] === severity).length;

      expect([graded("critical"), graded("high")]).toEqual([0, 0]);
      expect(graded("medium")).toBe(MEDIUM[id]?.[0] ?? 0);
    },
  );

  test("is asked by nearly all of the library, and by every query that is excused here", () => {
    const ids = findings.map(({ id }) => id);

    expect(ids.length).toBeGreaterThan(40);
    expect(Object.keys(MEDIUM).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
