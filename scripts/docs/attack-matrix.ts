import type { QueryFile } from "../../src/queries/query-file.ts";
import { TACTICS, TECHNIQUES, type Technique } from "./attack-techniques.ts";
import { markdownTable } from "./markdown-table.ts";

/** The chapter of docs/queries.md on ATT&CK: which queries look for which technique, and for which there is none. */
export function attackChapter(queries: readonly QueryFile[]): string[] {
  const unknown = queries.flatMap(({ id, attack }) =>
    attack.filter((name) => !isKnown(name)).map((name) => [id, name]),
  );
  if (unknown.length > 0) {
    throw new Error(
      `No such technique in scripts/docs/attack-techniques.ts: ${unknown.map((pair) => pair.join(" names ")).join(", ")}.`,
    );
  }
  const covered = TECHNIQUES.filter((technique) => lookingFor(queries, technique).length > 0);
  const open = TECHNIQUES.filter(
    ({ id }) => !covered.some((technique) => technique.id === id || technique.id.startsWith(`${id}.`)),
  );
  return [
    "## ATT&CK",
    `The techniques of ATT&CK v19 that calls to AWS can show, and the queries that look for them: of ${TECHNIQUES.length} techniques and sub-techniques ${open.length} have none.
A row of a query is what was called, and a technique what somebody may have meant by it. \`coldtrail query run --attack T1078\` runs the queries of a
technique with all its sub-techniques; ids of earlier versions, such as T1562.008, are taken too.`,
    markdownTable(
      ["Tactic", "Technique", "Queries"],
      TACTICS.flatMap((tactic) =>
        covered
          .filter(({ tactics }) => tactics.includes(tactic))
          .map((technique, i) => [
            i === 0 ? tactic : "",
            titleOf(technique),
            lookingFor(queries, technique)
              .map(({ id }) => `[${id}](#${id})`)
              .join(", "),
          ]),
      ),
    ),
    ...(open.length === 0
      ? []
      : [
          `No query is about these: ${open.map(titleOf).join(", ")}. Some of them show in others, as a call among calls.`,
        ]),
    "ATT&CK is a registered trademark of The MITRE Corporation.",
  ];
}

/** A query on a sub-technique is listed there and not once more at its technique. */
function lookingFor(queries: readonly QueryFile[], { id }: Technique): QueryFile[] {
  return queries.filter(({ attack }) => attack.includes(id));
}

function isKnown(name: string): boolean {
  return TECHNIQUES.some(({ id }) => id === name);
}

function titleOf({ id, name }: Technique): string {
  return `[${id}](https://attack.mitre.org/techniques/${id.replace(".", "/")}/) ${name}`;
}
