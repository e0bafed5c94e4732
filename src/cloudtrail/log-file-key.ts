import { parseCanonicalTime } from "./event-time.ts";

/*
 * Names of the files that CloudTrail delivers. A name is a hint: what a file is, its content decides.
 *
 *   [prefix/]AWSLogs/[o-id/]<account>/<kind>/<region>/YYYY/MM/DD/<file>
 *   <account>_<kind>_<region>_<YYYYMMDDTHHmmZ>_<unique>.json.gz
 *   <account>_CloudTrail-Digest_<region>_<trail>_<home region>_<YYYYMMDDTHHMMSSZ>[_backfill].json.gz
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */

export type LogFileKind =
  "CloudTrail" | "CloudTrail-Digest" | "CloudTrail-Insight" | "CloudTrail-NetworkActivity" | "CloudTrail-Aggregated";

export interface LogFileName {
  readonly kind: LogFileKind;
  /** Twelve digits: the account whose activity it is, leading zeros kept. */
  readonly account_id: string;
  /** Where the events come from; for a digest not the trail's home region. */
  readonly region: string;
  /** Only organization trails have one, and only the folders tell: null when they are lost. */
  readonly organization_id: string | null;
  /** Delivery time, UTC, `YYYY-MM-DDTHH:MM:SSZ` (a log file's name has whole minutes); null for an impossible one. */
  readonly delivered_at: string | null;
  /** Only a digest's name carries it. */
  readonly trail_name: string | null;
  /** True when a copy suffix (` (1)`, ` - Copy`) or an extra extension had to be taken off before the name fitted. */
  readonly repaired: boolean;
}

const REGION = "[a-z]{2,4}(?:-[a-z]+){1,3}-\\d{1,2}";
const LOG = new RegExp(
  `^(?<account>\\d{12})_(?<kind>CloudTrail(?:-(?:Insight|NetworkActivity|Aggregated))?)_(?<region>${REGION})` +
    "_(?<time>\\d{8}T\\d{4}Z)_?[A-Za-z0-9]{8,32}\\.json(?:\\.gz)?$",
);
// A trail's name may itself look like regions: it is matched greedily, so that the last region is the home region.
const DIGEST = new RegExp(
  `^(?<account>\\d{12})_(?<kind>CloudTrail-Digest)_(?<region>${REGION})` +
    `_(?<trail>[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9])_${REGION}_(?<time>\\d{8}T\\d{6}Z)(?:_backfill)?\\.json(?:\\.gz)?$`,
);
const KEY = new RegExp(
  "^AWSLogs/(?:(?<organization>o-[a-z0-9]{5,32})/)?(?<account>\\d{12})/" +
    `CloudTrail(?:-(?:Digest|Insight|NetworkActivity|Aggregated))?/${REGION}/\\d{4}/\\d{2}/\\d{2}/[^/]+$`,
);
const COPY_SUFFIX = /(?: - copy(?: ?\(\d+\))?| copy(?: \d+)?| ?\((?:\d+|copy(?: \d+)?)\))(?=\.|$)/gi;
const EXTENSION = /\.[A-Za-z0-9]{1,8}$/;
/** `.json.gz.json.txt`: more extra extensions than this are no accident of copying. */
const MOST_EXTRA_EXTENSIONS = 3;
/** Longest name a file system or S3 allows; a longer one comes from a forged archive. */
const LONGEST_NAME = 1024;

/**
 * What the name of a delivered file says, from any tail of its S3 key or of a local path. Null when the last part
 * of the path is no such name.
 */
export function parseLogFileName(path: string): LogFileName | null {
  const parts = path.split(/[/\\]/);
  const fileName = parts[parts.length - 1] ?? "";
  if (fileName.length > LONGEST_NAME || !fileName.includes("CloudTrail")) return null;
  const match = matchName(fileName);
  const repaired = match === null;
  const groups = (match ?? matchRepaired(fileName))?.groups;
  if (groups === undefined) return null;
  const { account = "", kind = "", region = "", time = "", trail = null } = groups;
  return {
    kind: kind as LogFileKind,
    account_id: account,
    region,
    organization_id: organizationOf(parts, account),
    delivered_at: deliveredAt(time),
    trail_name: trail,
    repaired,
  };
}

/** Whether the file name claims to be CloudTrail's: foreign content under such a name deserves a warning. */
export function claimsCloudTrail(path: string): boolean {
  const fileName = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return fileName.includes("CloudTrail") && (fileName.endsWith(".json.gz") || fileName.endsWith(".json"));
}

function matchName(fileName: string): RegExpExecArray | null {
  return LOG.exec(fileName) ?? DIGEST.exec(fileName);
}

function matchRepaired(fileName: string): RegExpExecArray | null {
  let name = fileName.replace(COPY_SUFFIX, "");
  for (let removed = 0; removed <= MOST_EXTRA_EXTENSIONS; removed += 1) {
    const match = matchName(name);
    if (match !== null) return match;
    name = name.replace(EXTENSION, "");
  }
  return null;
}

function organizationOf(parts: readonly string[], account: string): string | null {
  const anchor = parts.lastIndexOf("AWSLogs");
  // Nearly every path ends here: the pattern below costs as much as the name.
  if (anchor === -1 || parts[anchor + 1]?.startsWith("o-") !== true) return null;
  const groups = KEY.exec(parts.slice(anchor).join("/"))?.groups;
  // Folders of another account were put together by hand, and say nothing about this file.
  return groups?.["account"] === account ? (groups["organization"] ?? null) : null;
}

function deliveredAt(time: string): string | null {
  const seconds = time.length > 14 ? time.slice(13, 15) : "00";
  const date = `${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)}`;
  const text = `${date}T${time.slice(9, 11)}:${time.slice(11, 13)}:${seconds}Z`;
  return parseCanonicalTime(text) === null ? null : text;
}
