import { sign } from "node:crypto";
import { TRAIL, type Region } from "../cast/accounts.ts";
import { compactTime, dateFolder, DAY, DAY_COUNT, FIRST_DAY, HOUR, isoTime, MINUTE } from "../clock.ts";
import { accountFolder, sha256Hex } from "../delivery/log-files.ts";
import type { Json } from "../json.ts";
import { randomFor } from "../random.ts";
import type { SigningKey } from "./signing-keys.ts";

/** What a digest says of a log file. */
export interface ListedFile {
  readonly key: string;
  readonly deliveredAt: number;
  /** Of the uncompressed bytes. */
  readonly sha256: string;
  readonly newestEventTime: string | null;
  readonly oldestEventTime: string | null;
}

export interface Digest {
  readonly key: string;
  readonly content: Buffer;
  readonly signature: string;
}

export interface Chain {
  readonly accountId: string;
  readonly region: Region;
  readonly files: readonly ListedFile[];
}

/** A digest for every hour of the archive, each naming and signing its predecessor, oldest first. */
export function digestChain(chain: Chain, key: SigningKey): Digest[] {
  // Every chain turns over at a minute of its own, late enough to list the last deliveries of the last day.
  const minute = randomFor(`digest/${chain.accountId}/${chain.region}`).integer(20, 50) * MINUTE;
  const digests: Digest[] = [];
  for (let end = FIRST_DAY + minute; end <= FIRST_DAY + DAY_COUNT * DAY + minute; end += HOUR) {
    const listed = chain.files.filter((file) => file.deliveredAt >= end - HOUR && file.deliveredAt < end);
    digests.push(makeDigest({ chain, end, listed, previous: digests.at(-1) }, key));
  }
  return digests;
}

interface Hour {
  readonly chain: Chain;
  readonly end: number;
  readonly listed: readonly ListedFile[];
  readonly previous: Digest | undefined;
}

function makeDigest(hour: Hour, key: SigningKey): Digest {
  const { chain, end, previous } = hour;
  const digestKey = digestObjectKey(chain, end);
  const times = hour.listed
    .flatMap((file) => [file.newestEventTime, file.oldestEventTime])
    .filter((time) => time !== null);
  times.sort();
  const digest: Json = {
    awsAccountId: chain.accountId,
    digestStartTime: isoTime(end - HOUR),
    digestEndTime: isoTime(end),
    digestS3Bucket: TRAIL.bucket,
    digestS3Object: digestKey,
    digestPublicKeyFingerprint: key.fingerprint,
    digestSignatureAlgorithm: "SHA256withRSA",
    newestEventTime: times.at(-1) ?? null,
    oldestEventTime: times[0] ?? null,
    previousDigestS3Bucket: previous ? TRAIL.bucket : null,
    previousDigestS3Object: previous?.key ?? null,
    previousDigestHashValue: previous ? sha256Hex(previous.content) : null,
    previousDigestHashAlgorithm: previous ? "SHA-256" : null,
    previousDigestSignature: previous?.signature ?? null,
    logFiles: hour.listed.map((file) => ({
      s3Bucket: TRAIL.bucket,
      s3Object: file.key,
      hashValue: file.sha256,
      hashAlgorithm: "SHA-256",
      newestEventTime: file.newestEventTime,
      oldestEventTime: file.oldestEventTime,
    })),
  };
  const content = Buffer.from(JSON.stringify(digest));
  const toSign = [isoTime(end), `${TRAIL.bucket}/${digestKey}`, sha256Hex(content), previous?.signature ?? "null"].join(
    "\n",
  );
  const signature = sign("sha256", Buffer.from(toSign), key.privateKey).toString("hex");
  return { key: digestKey, content, signature };
}

/** The region of the logs comes first, the trail's home region last. */
function digestObjectKey(chain: Chain, end: number): string {
  const { accountId, region } = chain;
  const name = `${accountId}_CloudTrail-Digest_${region}_${TRAIL.name}_${TRAIL.homeRegion}_${compactTime(end)}.json.gz`;
  return `${accountFolder(accountId)}/CloudTrail-Digest/${region}/${dateFolder(end)}/${name}`;
}

/** What `aws s3api head-object` prints of a digest: the only place where the newest signature is. */
export function headObject(digest: Digest, compressedSize: number): Json {
  return {
    AcceptRanges: "bytes",
    ContentLength: compressedSize,
    ContentType: "application/json",
    ServerSideEncryption: "AES256",
    Metadata: { signature: digest.signature, "signature-algorithm": "SHA256withRSA" },
  };
}
