/*
 * The Invictus trail without the events whose user agent names Stratus Red Team: what is left is Terraform that sets up
 * and tears down, people who look on, and programs. Every finding of medium severity or worse on it is listed here with
 * its reason; the list and the library must agree row by row.
 */
import { prepareCase } from "../../src/queries/case-views.ts";
import { FindingReader, isFindingQuery } from "../../src/queries/finding-row.ts";
import { readLibrary } from "../../src/queries/library.ts";
import type { QueryFile } from "../../src/queries/query-file.ts";
import { runQuery } from "../../src/queries/run-query.ts";
import { WHOLE_CASE } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import type { Database } from "../../src/store/database.ts";
import { equal, type Expectation } from "./expectation.ts";

/** `query: severity event, effect or outcome`, how often, and why it is right. */
const LISTED: readonly (readonly [finding: string, rows: number, why: string])[] = [
  [
    "cloudtrail-tampering: high DeleteTrail, removed",
    2,
    "Terraform takes down the trails that it made. They are gone all the same, and the client's name proves nothing.",
  ],
  [
    "cloudtrail-tampering: high DeleteBucket, removed",
    2,
    "Terraform takes down the buckets of those trails, with the logs in them.",
  ],
  [
    "cloudtrail-tampering: medium DeleteBucket, attempted",
    3,
    "The same, refused at first since the buckets were not empty.",
  ],
  [
    "log-sources-off: medium DeleteLogGroup, removed",
    1,
    "Terraform takes down the log group that flow logs went to; lowered once already, as part of a teardown.",
  ],
  [
    "destructive-actions: high DeleteDBInstance, removed",
    1,
    "A database that Terraform had made was deleted by hand in the console, within a burst of 33 deletions.",
  ],
  [
    "instance-credentials-misuse: high GetCallerIdentity, no-error",
    1,
    "The attack itself: stolen credentials were used by an SDK that does not name Stratus Red Team.",
  ],
  ["instance-credentials-misuse: high DescribeInstances, no-error", 1, "The same credentials, in the same second."],
  ...["GetAccountSummary", "ListUsers", "GetAccountAuthorizationDetails", "ListMFADevices", "ListSSHPublicKeys"].map(
    (name) =>
      [
        `identity-recon: medium ${name}, no-error`,
        1,
        "A user of the account surveyed its identities by program within two seconds, once: what an auditor does, and an intruder.",
      ] as const,
  ),
  [
    "snapshot-and-image-sharing: medium SharedSnapshotVolumeCreated, created",
    2,
    "AWS reports that somebody made a volume from the snapshot that the attack had shared.",
  ],
];

/** `caseAt` is a case of the Invictus trail. */
export async function checkCleanInvictus(caseAt: string): Promise<Expectation[]> {
  const reader = await CaseReader.open(caseAt, { prepare: withoutAttack });
  try {
    const [row] = await reader.rows("SELECT count(*) AS n FROM events");
    const found = new Map<string, number>();
    for (const query of askable()) {
      for (const finding of await seriousFindings(reader, query)) found.set(finding, (found.get(finding) ?? 0) + 1);
    }
    const listed = new Map(LISTED.map(([finding, rows]) => [finding, rows]));
    const names = [...new Set([...listed.keys(), ...found.keys()])].toSorted();
    return [
      equal("without Stratus Red Team: events left", Number(row?.["n"]), 1754),
      ...names.map((name) => equal(`without Stratus Red Team: ${name}`, found.get(name) ?? 0, listed.get(name) ?? 0)),
    ];
  } finally {
    reader.close();
  }
}

async function withoutAttack(database: Database): Promise<void> {
  await prepareCase(database, WHOLE_CASE);
  await database.run(
    `CREATE TEMP VIEW all_events AS SELECT * FROM coldtrail.main.all_events
     WHERE user_agent IS NULL OR NOT contains(lower(user_agent), 'stratus-red-team')`,
  );
  await database.run("CREATE TEMP VIEW events AS SELECT * FROM all_events");
}

function askable(): QueryFile[] {
  return [...readLibrary([]).queries.values()].filter(
    (query) => isFindingQuery(query) && query.params.every((param) => param.default !== undefined),
  );
}

async function seriousFindings(reader: CaseReader, query: QueryFile): Promise<string[]> {
  const { result } = await runQuery(reader, query, { scope: WHOLE_CASE, given: new Map(), limit: null });
  const finding = new FindingReader(query, result.columns);
  const names = result.columns.map(({ name }) => name);
  const rows: string[] = [];
  for await (const chunk of result.chunks) {
    for (const row of chunk) {
      const severity = finding.severity(row);
      if (severity === "informational" || severity === "low") continue;
      const cell = (name: string): string => String(row[names.indexOf(name)] ?? "");
      rows.push(`${query.id}: ${severity} ${cell("event_name")}, ${cell("effect") || cell("outcome")}`);
    }
  }
  return rows;
}
