import { constants, inflateRawSync } from "node:zlib";
import type { Region } from "./cast/accounts.ts";
import { gzip } from "./delivery/gzip.ts";
import { compareText, logText, packFiles, sha256Hex, type LogFile, type Parcel } from "./delivery/log-files.ts";
import {
  again,
  correction,
  emptyFiles,
  fileToTruncate,
  redeliveries,
  repeatedRecords,
  TRUNCATED_TO,
} from "./delivery/quirks.ts";
import { digestChain, headObject, type ListedFile } from "./integrity/digests.ts";
import { makeSigningKeys, publicKeyList, type SigningKey } from "./integrity/signing-keys.ts";
import type { Json } from "./json.ts";
import { ordinaryDays } from "./noise/noise.ts";
import type { TrailRecord } from "./records/record.ts";
import { tellStory } from "./story/story.ts";
import { storyTruth } from "./truth-story.ts";
import { describeTruth, type Delivered, type Truth } from "./truth.ts";

export interface ArchiveFile {
  /** Relative to the archive's folder, with forward slashes. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface DemoArchive {
  /** Sorted by path. */
  readonly files: readonly ArchiveFile[];
  readonly truth: Truth;
}

/** Ten days of an organisation trail, with or without the attack; always the same bytes. */
export function buildDemoArchive(options: { readonly story: boolean }): DemoArchive {
  const delivered = deliver(options);
  const logs = delivered.logFiles.map((file) => writeLog(file, delivered.truncated));
  const listed = logs.map((log) => log.listed);
  const keys = makeSigningKeys();
  const digests = writeDigests(delivered.logFiles, listed, keys);
  const files = [...logs.map((log) => log.file), ...digests, ...writePublicKeys(keys)];
  files.sort((a, b) => compareText(a.path, b.path));
  const salvaged = logs.find((log) => log.salvaged !== undefined)?.salvaged ?? [];
  const digestCount = digests.filter((file) => file.path.endsWith(".json.gz")).length;
  return { files, truth: describeTruth({ ...delivered, salvaged, digestCount, keys }) };
}

/** The log files of one day (`2026/03/29`) alone, the attack among them: the same bytes, in a fraction of the time. */
export function buildDemoDay(day: string): readonly ArchiveFile[] {
  const { logFiles, truncated } = deliver({ story: true });
  return logFiles.filter(({ key }) => key.includes(`/${day}/`)).map((file) => writeLog(file, truncated).file);
}

/** Every event of the attack, by id. */
export function attackIds(): readonly string[] {
  const { story, logFiles } = deliver({ story: true });
  const records = new Map(logFiles.flatMap((file) => file.records.map((record) => [record.eventID, record])));
  return storyTruth(story!, [...records.values()]).events.flatMap(({ event_ids }) => event_ids);
}

function deliver(options: { readonly story: boolean }): Delivered {
  const noise = ordinaryDays({ keyLeaks: options.story });
  const story = options.story ? tellStory() : null;
  const told = story?.events ?? [];
  const repeated = repeatedRecords(noise, told);
  const corrected = correction(noise);
  const parcels: Parcel[] = [
    ...[...noise, ...told.map((event) => event.record)].map((record) => ({ record })),
    ...repeated.map(again),
    corrected.parcel,
  ];
  const packed = packFiles(parcels).toSorted((a, b) => compareText(a.key, b.key));
  const redelivered = redeliveries(packed, told);
  const untouchable = new Set([
    ...repeated.map((record) => record.eventID),
    ...told.map((event) => event.record.eventID),
    ...redelivered.flatMap(({ original }) => original.records.map((record) => record.eventID)),
    corrected.original.eventID,
  ]);
  const truncated = fileToTruncate(packed, untouchable);
  const empty = emptyFiles();
  const logFiles = [...packed, ...redelivered.map(({ copy }) => copy), ...empty];
  return { logFiles, story, repeated, corrected, redelivered, truncated, empty };
}

interface WrittenLog {
  readonly file: ArchiveFile;
  readonly listed: ListedFile;
  /** Of the truncated file alone: the records that its remaining bytes still hold whole. */
  readonly salvaged?: readonly TrailRecord[];
}

function writeLog(log: LogFile, truncated: LogFile): WrittenLog {
  const text = logText(log);
  const compressed = gzip(text);
  const times = log.records.map((record) => record.eventTime).toSorted();
  const listed: ListedFile = {
    key: log.key,
    deliveredAt: log.deliveredAt,
    sha256: sha256Hex(text),
    newestEventTime: times.at(-1) ?? null,
    oldestEventTime: times[0] ?? null,
  };
  if (log !== truncated) return { file: { path: log.key, bytes: compressed }, listed };
  const bytes = compressed.subarray(0, Math.floor(compressed.length * TRUNCATED_TO));
  return { file: { path: log.key, bytes }, listed, salvaged: wholeRecords(log, bytes) };
}

/** The records that end before the text breaks off. */
function wholeRecords(log: LogFile, bytes: Buffer): TrailRecord[] {
  const text = inflateRawSync(bytes.subarray(10), { finishFlush: constants.Z_SYNC_FLUSH });
  let end = '{"Records":['.length;
  return log.records.filter((record) => {
    end += Buffer.byteLength(JSON.stringify(record)) + 1;
    return end - 1 <= text.length;
  });
}

function writeDigests(
  logFiles: readonly LogFile[],
  listed: readonly ListedFile[],
  keys: ReadonlyMap<Region, SigningKey>,
): ArchiveFile[] {
  const chains = new Map<string, { accountId: string; region: Region; files: ListedFile[] }>();
  logFiles.forEach(({ accountId, region }, index) => {
    const chain = chains.get(`${accountId}/${region}`) ?? { accountId, region, files: [] };
    const file = listed[index];
    if (file) chain.files.push(file);
    chains.set(`${accountId}/${region}`, chain);
  });
  return [...chains.values()].flatMap((chain) => {
    const key = keys.get(chain.region);
    if (!key) throw new Error(`No signing key for ${chain.region}`);
    const files = chain.files.toSorted((a, b) => compareText(a.key, b.key));
    const digests = digestChain({ ...chain, files }, key);
    const written = digests.map((digest) => ({ path: digest.key, bytes: gzip(digest.content) }));
    const [newest, newestFile] = [digests.at(-1), written.at(-1)];
    if (!newest || !newestFile) return written;
    const head = headObject(newest, newestFile.bytes.length);
    return [...written, { path: `${newest.key}.head.json`, bytes: prettyJson(head) }];
  });
}

function writePublicKeys(keys: ReadonlyMap<Region, SigningKey>): ArchiveFile[] {
  return [...keys.values()].map((key) => {
    return { path: `public-keys/${key.region}/public-keys.json`, bytes: prettyJson(publicKeyList(key)) };
  });
}

/** As the AWS command line prints: four spaces. */
function prettyJson(value: Json): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 4)}\n`);
}
