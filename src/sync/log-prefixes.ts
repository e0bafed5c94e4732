/*
 * Where a trail's files lie in a bucket, and which prefixes a range of days needs:
 *
 *   [prefix/]AWSLogs/[o-id/]<account>/<kind>/<region>/YYYY/MM/DD/
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 */

/** What is looked for; an empty list leaves nothing out. */
export interface Slice {
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly kinds: readonly string[];
  /** First and last UTC day, `YYYY-MM-DD`; null when open. */
  readonly first_day: string | null;
  readonly last_day: string | null;
}

export const EVERYTHING: Slice = { accounts: [], regions: [], kinds: [], first_day: null, last_day: null };

/** A folder of one account, kind and region. */
export interface RegionFolder {
  /** Up to and with the region's `/`. */
  readonly prefix: string;
  readonly organization_id: string | null;
  readonly account_id: string;
  readonly kind: string;
  readonly region: string;
}

/** Lists the names right below a prefix: the `/`-ended parts that S3 calls common prefixes, whole. */
export type ListFolders = (prefix: string) => Promise<readonly string[]>;

const KIND = /^CloudTrail(?:-(?:Digest|Insight|NetworkActivity|Aggregated))?$/;
const ACCOUNT = /^\d{12}$/;
const ORGANIZATION = /^o-[a-z0-9]{5,32}$/;
const DAY_MS = 86_400_000;
/** Deliveries of a day's events reach into the next day: what is later still is found by a sync without a range. */
const LATE_DAYS = 1;

/**
 * Finds the region folders below a prefix, which may end anywhere: above AWSLogs, at an account, a kind or a region.
 * Empty when nothing below it is laid out as CloudTrail does; the prefix is then listed as it is.
 */
export async function findRegionFolders(
  listFolders: ListFolders,
  prefix: string,
  slice: Slice,
): Promise<RegionFolder[]> {
  const roots = await findLogsRoots(listFolders, prefix);
  const accounts: AccountFolder[] = [];
  for (const root of roots) accounts.push(...(await accountsBelow(listFolders, root, prefix)));
  const folders: RegionFolder[] = [];
  for (const account of accounts.filter(({ account_id }) => isWanted(slice.accounts, account_id))) {
    for (const kindPrefix of await foldersAlong(listFolders, account.prefix, prefix)) {
      const kind = lastName(kindPrefix);
      if (!KIND.test(kind) || !isWanted(slice.kinds, kind)) continue;
      for (const regionPrefix of await foldersAlong(listFolders, kindPrefix, prefix)) {
        const region = lastName(regionPrefix);
        if (isWanted(slice.regions, region)) folders.push({ ...account, prefix: regionPrefix, kind, region });
      }
    }
  }
  return folders;
}

interface AccountFolder {
  readonly prefix: string;
  readonly organization_id: string | null;
  readonly account_id: string;
}

/** How deep AWSLogs folders are looked for below the prefix, and in how many folders. */
const SEARCH_DEPTH = 3;
const SEARCH_FOLDERS_MAX = 500;

/** Prefixes that end with `AWSLogs/`: that which the prefix lies in, or all that lie a few folders below it. */
async function findLogsRoots(listFolders: ListFolders, prefix: string): Promise<string[]> {
  const inside = /^(?:.*\/)?AWSLogs\//s.exec(prefix);
  if (inside !== null) return [inside[0]];
  const roots: string[] = [];
  let level = [prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`];
  for (let depth = 0, asked = 0; depth < SEARCH_DEPTH && level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      asked += 1;
      if (asked > SEARCH_FOLDERS_MAX) return roots;
      below.push(...(await listFolders(folder)));
    }
    roots.push(...below.filter((folder) => lastName(folder) === "AWSLogs"));
    level = below.filter((folder) => lastName(folder) !== "AWSLogs");
  }
  return roots;
}

async function accountsBelow(listFolders: ListFolders, root: string, prefix: string): Promise<AccountFolder[]> {
  const found: AccountFolder[] = [];
  for (const below of await foldersAlong(listFolders, root, prefix)) {
    const name = lastName(below);
    if (ACCOUNT.test(name)) found.push({ prefix: below, organization_id: null, account_id: name });
    if (!ORGANIZATION.test(name)) continue;
    for (const inside of await foldersAlong(listFolders, below, prefix)) {
      const account_id = lastName(inside);
      if (ACCOUNT.test(account_id)) found.push({ prefix: inside, organization_id: name, account_id });
    }
  }
  return found;
}

/** The folders below one, or only that on the way to where the prefix points. */
async function foldersAlong(listFolders: ListFolders, folder: string, prefix: string): Promise<readonly string[]> {
  if (prefix.length > folder.length && prefix.startsWith(folder)) {
    const end = prefix.indexOf("/", folder.length);
    if (end !== -1) return [prefix.slice(0, end + 1)];
    return (await listFolders(folder)).filter((below) => below.startsWith(prefix));
  }
  return listFolders(folder);
}

/** The day prefixes of a region folder that a range needs, with the day after for late deliveries; null for no range. */
export function dayPrefixes({ prefix }: RegionFolder, slice: Slice, today: string): string[] | null {
  if (slice.first_day === null) return null;
  const first = Date.parse(`${slice.first_day}T00:00:00Z`);
  const last = Date.parse(`${slice.last_day ?? today}T00:00:00Z`) + LATE_DAYS * DAY_MS;
  const days: string[] = [];
  for (let day = first; day <= last; day += DAY_MS) {
    days.push(`${prefix}${new Date(day).toISOString().slice(0, 10).replaceAll("-", "/")}/`);
  }
  return days;
}

function isWanted(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function lastName(prefix: string): string {
  return prefix.split("/").at(-2) ?? "";
}
