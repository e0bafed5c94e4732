import { execFileSync, spawnSync } from "node:child_process";
import { verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildDemoArchive, type DemoArchive } from "./data/demo/archive.ts";
import {
  hashOf,
  idsOf,
  LOG_PATH,
  readChains,
  readFolder,
  readHeadSignature,
  readLogs,
  readPublicKeys,
  sha256,
  textToSign,
  type WrittenLog,
  type WrittenRecord,
} from "./helpers/demo-archive-reader.ts";

/** Changes whenever the generator writes another byte: intended or not, every golden made from it changes too. */
const ARCHIVE_SHA256 = "0f661e2f93007c4507df67590deaf13b999e2874c1b6f53ba5d179148c03e0ba";

const GENERATOR = fileURLToPath(new URL("data/demo/generate.ts", import.meta.url));
let archive: DemoArchive;
let logs: readonly WrittenLog[];
let records: readonly WrittenRecord[];
let events: ReadonlyMap<string, WrittenRecord>;
const folder = mkdtempSync(join(tmpdir(), "coldtrail-demo-"));

beforeAll(() => {
  archive = buildDemoArchive({ story: true });
  logs = readLogs(archive.files, archive.truth.quirks.truncated_file.path);
  records = logs.flatMap((log) => log.records);
  events = new Map(records.map((record) => [record.eventID, record]));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function story(): NonNullable<DemoArchive["truth"]["story"]> {
  if (archive.truth.story === null) throw new Error("The archive has no story");
  return archive.truth.story;
}

describe("the generator", () => {
  test("writes the same bytes in memory, through its command, and as on the day it was last changed", () => {
    const target = join(folder, "with-story");
    const truthFile = join(folder, "truth.json");
    execFileSync(process.execPath, [GENERATOR, "--archive", target, "--truth", truthFile], { stdio: "pipe" });
    expect(hashOf(readFolder(target))).toBe(hashOf(archive.files));
    expect(JSON.parse(readFileSync(truthFile, "utf8"))).toEqual(archive.truth);
    expect(hashOf(archive.files)).toBe(ARCHIVE_SHA256);
  });

  test("leaves exactly the story out when asked to", () => {
    const clean = buildDemoArchive({ story: false });
    expect(clean.truth.story).toBeNull();
    const cleanIds = new Set(readLogs(clean.files, clean.truth.quirks.truncated_file.path).flatMap(idsOf));
    const attack = story().events.flatMap((second) => second.event_ids);
    const told = new Set([...attack, ...story().defence_event_ids, ...story().consequence_event_ids]);
    expect([...events.keys()].filter((id) => !cleanIds.has(id) && !told.has(id))).toEqual([]);
    expect([...cleanIds].filter((id) => told.has(id))).toEqual([]);
    expect(clean.truth.counts.events + told.size).toBe(archive.truth.counts.events);
  });

  test.each([
    ["no archive is named", ["--truth", "truth.json"], /Missing --archive/],
    ["the truth would lie inside the archive", ["--archive", "a", "--truth", "a/truth.json"], /outside the archive/],
    ["the folder is not empty", ["--archive", "."], /not empty/],
  ])("refuses to write when %s", (_reason, argv, message) => {
    const run = spawnSync(process.execPath, [GENERATOR, ...argv], { cwd: join(GENERATOR, ".."), encoding: "utf8" });
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(message);
  });
});

describe("delivery", () => {
  test("counts as the truth says", () => {
    const { counts, quirks } = archive.truth;
    const salvageable = quirks.truncated_file.records_salvageable;
    expect(logs.length + 1).toBe(counts.log_files);
    expect(records.length + salvageable).toBe(counts.records_readable);
    expect(events.size + salvageable).toBe(counts.events);
    expect(counts.events + counts.duplicate_records).toBe(counts.records_readable);
    expect(counts.events).toBeGreaterThan(12_000);
    expect(new Set(logs.map((log) => `${log.accountId}/${log.region}`)).size).toBe(12);
  });

  test("puts every record into a file of its own account and region, after it happened", () => {
    const late = new Set([...archive.truth.quirks.repeated_event_ids, archive.truth.quirks.corrected.event_id]);
    for (const log of logs) {
      for (const record of log.records) {
        expect([record.recipientAccountId, record.awsRegion]).toEqual([log.accountId, log.region]);
        const delay_seconds = log.deliveredAt - Date.parse(record.eventTime) / 1000;
        expect(delay_seconds).toBeGreaterThan(0);
        if (!late.has(record.eventID)) expect(delay_seconds).toBeLessThanOrEqual(900);
      }
    }
  });

  test("repeats no event id but those of redelivered files and repeated records", () => {
    const copies = archive.truth.quirks.redelivered_files.map((file) => file.copy);
    const fromFiles = logs.filter((log) => copies.includes(log.path)).flatMap(idsOf);
    const intended = [...fromFiles, ...archive.truth.quirks.repeated_event_ids].toSorted();
    const seen = new Map<string, string>();
    const repeated: string[] = [];
    for (const record of records) {
      const text = JSON.stringify(record);
      const first = seen.get(record.eventID);
      if (first !== undefined) repeated.push(record.eventID);
      expect(first ?? text).toBe(text);
      seen.set(record.eventID, text);
    }
    expect(repeated.toSorted()).toEqual(intended);
    expect(copies).toHaveLength(3);
    expect(archive.truth.quirks.repeated_event_ids).toHaveLength(12);
  });

  test("uses addresses that belong to nobody", () => {
    const outside = records.map((record) => record.sourceIPAddress).filter((address) => /^(?!10\.)\d/.test(address));
    expect([...new Set(outside)].toSorted()).toEqual(["192.0.2.200", "198.51.100.146", "203.0.113.77"]);
  });
});

describe("quirks of real trails", () => {
  test("records stand out of order inside their files", () => {
    const backwards = logs.flatMap(({ records: list }) =>
      list.filter((record, index) => record.eventTime < (list[index - 1]?.eventTime ?? "")),
    );
    expect(backwards.length).toBeGreaterThan(1000);
  });

  test("an action that crosses an account border has a record in each, alike but for id, account and caller", () => {
    const pairs = [...Map.groupBy(events.values(), (event) => event.sharedEventID)].filter(
      ([id, group]) => id !== undefined && group.length > 1,
    );
    expect(pairs).toHaveLength(archive.truth.quirks.cross_account_actions);
    // A shared event id alone proves no second account.
    expect(archive.truth.quirks.shared_event_ids_without_a_copy).toBeGreaterThan(1000);
    for (const [, pair] of pairs) {
      const [one, other] = pair;
      if (!one || !other || pair.length !== 2) throw new Error("Not a pair");
      for (const fact of ["eventSource", "eventName", "eventTime", "requestID"] as const) {
        expect(one[fact]).toBe(other[fact]);
      }
      expect(one.recipientAccountId).not.toBe(other.recipientAccountId);
      const thin = pair.filter((record) => record.userIdentity.type === "AWSAccount");
      expect(thin).toHaveLength(1);
      expect(thin[0]?.userIdentity.arn).toBeUndefined();
    }
  });

  test("events of global services are delivered in us-east-1 alone, and some sign-ins elsewhere", () => {
    const regionsOf = (source: string): string[] => {
      const list = records.filter((record) => record.eventSource === `${source}.amazonaws.com`);
      return [...new Set(list.map((record) => record.awsRegion))];
    };
    expect(regionsOf("iam")).toEqual(["us-east-1"]);
    expect(regionsOf("organizations")).toEqual(["us-east-1"]);
    expect(regionsOf("signin").length).toBeGreaterThan(1);
  });

  test("one file is cut and can be salvaged, two hold nothing", () => {
    const { truncated_file: truncated, empty_files: empty } = archive.truth.quirks;
    const file = archive.files.find(({ path }) => path === truncated.path);
    expect(() => gunzipSync(file?.bytes ?? Buffer.alloc(0))).toThrow(/unexpected end/);
    expect(truncated.records_salvageable).toBeGreaterThan(0);
    expect(truncated.records_salvageable).toBeLessThan(truncated.records_delivered);
    expect(empty.map((path) => logs.find((log) => log.path === path)?.records)).toEqual([[], []]);
  });

  test("odd shapes are there: nulls, empty objects, versions, suffixes, a correction, a hostile user agent", () => {
    const all = [...events.values()];
    expect(all.some((record) => record.requestParameters === null && record.responseElements === null)).toBe(true);
    const issuers = all.map((record) => record.userIdentity.sessionContext?.sessionIssuer);
    expect(issuers.some((issuer) => issuer && Object.keys(issuer).length === 0)).toBe(true);
    expect([...new Set(all.map((record) => record.eventVersion))].toSorted()).toEqual(["1.08", "1.09", "1.10", "1.11"]);
    expect(all.some((record) => /20\d{6}(v2)?$/.test(record.eventName))).toBe(true);
    expect(all.some((record) => record.userIdentity.type === undefined)).toBe(true);
    expect(all.some((record) => record.errorCode === "ThrottlingException")).toBe(true);
    const corrections = all.filter((record) => record.addendum);
    expect(corrections.map((record) => record.addendum?.originalEventID)).toEqual([
      archive.truth.quirks.corrected.original_event_id,
    ]);
    const hostile = all.filter((record) => record.userAgent.includes("\u001b[2J"));
    expect(hostile.map((record) => record.eventID)).toEqual(archive.truth.quirks.hostile_user_agent_event_ids);
    expect(hostile).toHaveLength(1);
  });

  test("byte counts keep their fraction in the text", () => {
    const file = archive.files.find(({ path }) => path === logs.find((log) => log.records.length > 20)?.path);
    expect(gunzipSync(file?.bytes ?? Buffer.alloc(0)).toString()).toMatch(/"bytesTransferredOut":\d+\.0\b/);
  });
});

describe("the story", () => {
  test("is found whole, and nothing else, by its seeds", () => {
    const { keys, principals, ips } = story().seeds;
    const found = [...events.values()].filter(
      (event) =>
        keys.includes(event.userIdentity.accessKeyId ?? "") ||
        principals.includes(event.userIdentity.arn ?? "") ||
        ips.includes(event.sourceIPAddress),
    );
    const seconds = [...Map.groupBy(found, (event) => event.eventTime)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const told = seconds.map(([time, list]) => ({ time, event_ids: list.map((event) => event.eventID).toSorted() }));
    expect(told).toEqual(story().events);
  });

  test("needs every kind of seed, and has a third of its events in shared seconds", () => {
    const { counts } = story();
    expect(counts.events).toBeGreaterThan(150);
    expect(counts.events).toBeLessThan(250);
    expect(counts.actions).toBeLessThan(counts.events);
    expect(counts.events_in_shared_seconds * 3).toBeGreaterThanOrEqual(counts.events);
    expect([counts.found_by_key_alone, counts.found_by_principal_alone, counts.found_by_ip_alone]).not.toContain(0);
    const hours = [story().events[0]?.time, story().events.at(-1)?.time];
    expect(hours).toEqual(["2026-03-29T00:17:41Z", "2026-03-29T06:19:03Z"]);
  });

  test("uses issued keys in the very second of their issue, with ids that sort before it", () => {
    const attack = story().events.flatMap((second) => second.event_ids.map((id) => events.get(id)));
    const issues = attack.filter((event) => event?.responseElements?.credentials !== undefined);
    const early = issues.filter((issue) =>
      attack.some(
        (use) =>
          use?.userIdentity.accessKeyId === issue?.responseElements?.credentials?.accessKeyId &&
          use?.eventTime === issue?.eventTime &&
          String(use?.eventID) < String(issue?.eventID),
      ),
    );
    // The second hop, and of the first hop both accounts' copies.
    expect(early).toHaveLength(3);
    const unused = story().credentials.issued_and_never_used;
    expect(attack.some((event) => event?.userIdentity.accessKeyId === unused)).toBe(false);
    expect(issues.some((issue) => issue?.responseElements?.credentials?.accessKeyId === unused)).toBe(true);
  });

  test("names only events that can be read as what queries should find", () => {
    for (const query of archive.truth.queries) {
      expect(query.event_ids.length, query.query).toBeGreaterThan(0);
      expect(query.event_ids.filter((id) => !events.has(id) && query.completeness === "some")).toEqual([]);
    }
    const tampering = archive.truth.queries.find(({ query }) => query === "cloudtrail-tampering");
    const names = tampering?.event_ids.map((id) => [events.get(id)?.eventName, events.get(id)?.errorCode]);
    expect(names?.map(([name, code]) => `${name} ${code ?? "worked"}`).toSorted()).toEqual([
      "PutEventSelectors worked",
      "PutEventSelectors worked",
      "StartLogging worked",
      "StopLogging AccessDenied",
      "StopLogging worked",
    ]);
  });
});

describe("digests", () => {
  let chains: ReturnType<typeof readChains>;

  beforeAll(() => {
    chains = readChains(archive.files);
  });

  test("form one unbroken, signed chain per account and region, the newest signature in a head-object file", () => {
    const keys = readPublicKeys(archive.files);
    expect(keys.size).toBe(4);
    expect(chains.size).toBe(12);
    expect([...chains.values()].flat()).toHaveLength(archive.truth.counts.digest_files);
    for (const chain of chains.values()) {
      chain.forEach(({ document, content, path }, index) => {
        const [previous, next] = [chain[index - 1], chain[index + 1]];
        expect(document.digestS3Object).toBe(path);
        expect(document.previousDigestS3Object).toBe(previous?.document.digestS3Object ?? null);
        expect(document.previousDigestHashValue).toBe(previous ? sha256(previous.content) : null);
        if (previous) expect(document.digestStartTime).toBe(previous.document.digestEndTime);
        const signature = next?.document.previousDigestSignature ?? readHeadSignature(archive.files, path);
        const key = keys.get(document.digestPublicKeyFingerprint);
        const signed = textToSign(document, content);
        expect(key && verify("sha256", signed, key, Buffer.from(signature, "hex"))).toBe(true);
      });
    }
  });

  test("list every log file once, with a hash that all but the truncated one still have", () => {
    const listed = [...chains.values()].flat().flatMap(({ document }) => document.logFiles);
    const hashes = new Map(listed.map((file) => [file.s3Object, file.hashValue]));
    const files = archive.files.filter((file) => LOG_PATH.test(file.path));
    expect(listed.map((file) => file.s3Object).toSorted()).toEqual(files.map((file) => file.path).toSorted());
    const truncated = archive.truth.quirks.truncated_file.path;
    const intact = files.filter((file) => file.path !== truncated);
    const wrong = intact.filter((file) => sha256(gunzipSync(file.bytes)) !== hashes.get(file.path));
    expect(wrong).toEqual([]);
  });
});
