/*
 * What the library must say about the Invictus data set (2,900 events of one account, 55 minutes of Stratus Red Team).
 * The key and address pivots are counted a second time here, by reading the raw files with nothing but JSON.parse.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { prepareCase } from "../../src/queries/case-views.ts";
import { readLibrary } from "../../src/queries/library.ts";
import { runQuery } from "../../src/queries/run-query.ts";
import { parseScope } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";

export interface Expectation {
  readonly name: string;
  readonly passed: boolean;
  /** What was found, and what was expected where that differs. */
  readonly detail: string;
}

type Row = Readonly<Record<string, unknown>>;
type Ask = (id: string, params?: Readonly<Record<string, string>>) => Promise<Row[]>;

interface RawRecord {
  readonly eventID: string;
  readonly sourceIPAddress?: string;
  readonly userIdentity?: { readonly accessKeyId?: string };
}

/** Rows of the answer to each query that lists events; Terraform's set-up and teardown of the runs is among them. */
const ROWS = {
  "ec2-password-data": 29,
  "ec2-userdata-reads": 19,
  "idp-and-trust-anchors": 2,
  "instance-credentials-misuse": 2,
  "lambda-backdoors": 3,
  "lifecycle-expiry": 1,
  "log-sources-off": 2,
  "login-profile-changes": 7,
  "org-guardrails": 1,
  "secrets-access": 61,
  "snapshot-and-image-sharing": 5,
  "ssm-parameter-access": 87,
  "ssm-remote-execution": 2,
} as const;

/** Runs queries of the library on a case of the Invictus trail, and compares. The evidence must still be where it was. */
export async function checkQueries(caseFolder: string): Promise<Expectation[]> {
  const scope = parseScope({});
  const reader = await CaseReader.open(caseFolder, { prepare: async (database) => prepareCase(database, scope) });
  const { queries } = readLibrary([]);
  const ask: Ask = async (id, params = {}) => {
    const given = new Map(Object.entries(params).map(([name, value]) => [name, [value]]));
    const { result } = await runQuery(reader, queries.get(id)!, { scope, given, limit: null });
    const rows: Row[] = [];
    for await (const chunk of result.chunks) {
      for (const cells of chunk) rows.push(Object.fromEntries(result.columns.map(({ name }, i) => [name, cells[i]])));
    }
    return rows;
  };
  try {
    const records = await rawRecords(reader);
    return [
      ...(await tampering(ask)),
      ...(await rowCounts(ask)),
      ...(await grants(ask)),
      equal("access-denied covers the 60 denied events", sum(await ask("access-denied"), "n_denied"), 60),
      ...(await totals(ask, records.length)),
      ...(await signIns(ask)),
      await keysAgree(ask, records),
      await addressesAgree(ask, records),
    ];
  } finally {
    reader.close();
  }
}

async function tampering(ask: Ask): Promise<Expectation[]> {
  const rows = await ask("cloudtrail-tampering");
  const count = (effect: string): number => rows.filter((row) => row["effect"] === effect).length;
  const storage = await ask("cloudtrail-tampering", { setup: "0s" });
  const expiring = storage.filter((row) => row["event_name"] === "PutBucketLifecycle" && row["effect"] === "weakened");
  return [
    equal("cloudtrail-tampering rows", rows.length, 8),
    equal("weakened: management events switched off", count("weakened"), 1),
    equal("restored: selectors back to all management events", count("restored"), 1),
    equal("removed: trails torn down", count("removed"), 2),
    equal("attempted: TrailNotFoundException", count("attempted"), 4),
    equal("with setup=0s: the one-day lifecycle on a new trail's bucket", expiring.length, 1),
  ];
}

async function rowCounts(ask: Ask): Promise<Expectation[]> {
  const expectations: Expectation[] = [];
  for (const [id, rows] of Object.entries(ROWS)) expectations.push(equal(`${id} rows`, (await ask(id)).length, rows));
  return expectations;
}

async function grants(ask: Ask): Promise<Expectation[]> {
  const rows = await ask("iam-privilege-grants");
  const admin = rows.filter((row) => row["is_admin"] === true || row["is_admin"] === "true");
  return [equal("iam-privilege-grants rows", rows.length, 15), equal("two of them grant every right", admin.length, 2)];
}

async function totals(ask: Ask, records: number): Promise<Expectation[]> {
  return [
    equal("overview adds up to the records read", sum(await ask("overview"), "n_records"), records),
    equal(
      "activity-histogram adds up too",
      sum(await ask("activity-histogram", { interval: "10m" }), "n_records"),
      records,
    ),
    equal("top-principals adds up too", sum(await ask("top-principals"), "n_records"), records),
    equal("overview: failed records", sum(await ask("overview"), "n_failed"), 300),
    equal("error-summary covers the failed records", sum(await ask("error-summary"), "n_failed"), 300),
    equal(
      "write-actions with services: all writes",
      (await ask("write-actions", { include_services: "true" })).length,
      574,
    ),
    equal("root-activity rows", (await ask("root-activity")).length, 0),
  ];
}

async function signIns(ask: Ask): Promise<Expectation[]> {
  const rows = await ask("console-logins");
  const withoutMfa = rows.filter((row) => row["event_name"] === "ConsoleLogin" && row["mfa"] === "No");
  return [equal("console-logins rows", rows.length, 3), equal("one of them without MFA", withoutMfa.length, 1)];
}

/** Every access key that a record used or names: the same event ids by `key-usage` and by the text of the records. */
async function keysAgree(ask: Ask, records: readonly RawRecord[]): Promise<Expectation> {
  const texts = records.map((record) => ({ id: record.eventID, text: JSON.stringify(record) }));
  const keys = new Set(texts.flatMap(({ text }) => text.match(/(?<=")A(?:KIA|SIA)[A-Z0-9]{16}(?=")/g) ?? []));
  const wrong: string[] = [];
  for (const key of keys) {
    const expected = texts.filter(({ text }) => text.includes(`"${key}"`)).map(({ id }) => id);
    const found = (await ask("key-usage", { access_key: key })).map((row) => String(row["event_id"]));
    if (expected.toSorted().join() !== found.toSorted().join())
      wrong.push(`${key}: ${found.length} of ${expected.length}`);
  }
  return {
    name: "key-usage agrees with the raw files",
    passed: keys.size > 100 && wrong.length === 0,
    detail: `${keys.size} keys; ${wrong.join("; ") || "none differs"}`,
  };
}

async function addressesAgree(ask: Ask, records: readonly RawRecord[]): Promise<Expectation> {
  const addresses = Map.groupBy(records, ({ sourceIPAddress = "" }) => sourceIPAddress);
  const wrong: string[] = [];
  let n = 0;
  for (const [address, group] of addresses) {
    if (!/^\d+\.\d+\.\d+\.\d+$|:/.test(address)) continue;
    n += 1;
    const found = sum(await ask("ip-pivot", { ip: address }), "n_records");
    if (found !== group.length) wrong.push(`${address}: ${found} of ${group.length}`);
  }
  return {
    name: "ip-pivot agrees with the raw files",
    passed: n > 0 && wrong.length === 0,
    detail: `${n} addresses; ${wrong.join("; ") || "none differs"}`,
  };
}

/** Every record of the case's evidence, straight from its files. */
async function rawRecords(reader: CaseReader): Promise<RawRecord[]> {
  const files = await reader.rows(
    `SELECT r.mounted_at, f.path FROM evidence_files f JOIN evidence_roots r USING (root)
     WHERE f.status = 'imported' ORDER BY f.path`,
  );
  return files.flatMap(({ mounted_at, path }) => {
    const file = join(String(mounted_at), String(path));
    if (!existsSync(file)) throw new Error(`The evidence has moved: ${file}`);
    const bytes = readFileSync(file);
    const text = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
    return (JSON.parse(text.toString("utf8")) as { Records: RawRecord[] }).Records;
  });
}

function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}

function equal(name: string, found: number, expected: number): Expectation {
  return {
    name,
    passed: found === expected,
    detail: found === expected ? String(found) : `${found}, expected ${expected}`,
  };
}
