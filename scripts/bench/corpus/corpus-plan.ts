import { ACCOUNT_SHARES, REGIONS, type Cast } from "./cast.ts";
import { Random } from "./random.ts";
import type { CorpusShape } from "./shapes.ts";

/** One file to write. */
export interface PlannedFile {
  /** Below the evidence folder, with forward slashes. */
  readonly path: string;
  /** Index of the account in the cast. */
  readonly account: number;
  readonly region: string;
  readonly events: number;
  /** Names the stream of choices; a redelivery has that of the file it repeats, hence the same records. */
  readonly content: number;
  /** Events lie between these, seconds since 1970 UTC. */
  readonly from: number;
  readonly until: number;
}

const START = Date.UTC(2025, 0, 6) / 1_000;
const SLOT = 300;
/** Of the files; redelivered files are chosen so that the same share of the events comes twice. */
const REDELIVERED = 0.006;

/** Every file of a corpus, in the order of delivery; redeliveries come last. */
export function planCorpus(shape: CorpusShape, cast: Cast): PlannedFile[] {
  const random = new Random(`${cast.seed}/plan`);
  const redeliveries = Math.round(shape.files * REDELIVERED);
  const originals = shape.files - redeliveries;
  const files = Array.from({ length: originals }, (_, index) => planFile(shape, cast, { index, originals, random }));
  return [...files, ...chooseRedelivered(files, redeliveries, random).map((file) => redeliver(file, random))];
}

function planFile(
  shape: CorpusShape,
  cast: Cast,
  { index, originals, random }: { index: number; originals: number; random: Random },
): PlannedFile {
  const gap = (shape.days * 86_400) / originals;
  const at = START + (index + random.fraction()) * gap;
  const delivered = Math.floor(at / SLOT) * SLOT;
  const account = weighted(ACCOUNT_SHARES, random);
  const region =
    REGIONS[
      weighted(
        REGIONS.map(([, share]) => share),
        random,
      )
    ]![0];
  const size = shape.median_events * Math.exp(shape.spread * random.gaussian());
  return {
    path: logPath({ account: cast.accounts[account]!.id, region, delivered }, random),
    account,
    region,
    events: Math.min(shape.largest, Math.max(1, Math.round(size))),
    content: index,
    from: shape.spansGaps ? Math.floor(delivered - gap) : delivered - random.integer(2, 3) * SLOT,
    until: delivered - 30,
  };
}

function weighted(shares: readonly number[], random: Random): number {
  let left = random.fraction();
  const found = shares.findIndex((share) => (left -= share) < 0);
  return found === -1 ? 0 : found;
}

/** Of three candidates each time the one that keeps the repeated events nearest to their share. */
function chooseRedelivered(files: readonly PlannedFile[], count: number, random: Random): PlannedFile[] {
  let wanted = REDELIVERED * files.reduce((sum, { events }) => sum + events, 0);
  const chosen = new Set<PlannedFile>();
  while (chosen.size < count) {
    const ideal = wanted / (count - chosen.size);
    const candidates = [random.pick(files), random.pick(files), random.pick(files)].filter((file) => !chosen.has(file));
    const [best] = candidates.toSorted((a, b) => Math.abs(a.events - ideal) - Math.abs(b.events - ideal));
    if (best === undefined) continue;
    chosen.add(best);
    wanted -= best.events;
  }
  return [...chosen];
}

/** The same records under another name, some minutes later. */
function redeliver(file: PlannedFile, random: Random): PlannedFile {
  const [, account = "", region = ""] = /AWSLogs\/(\d+)\/CloudTrail\/([^/]+)/.exec(file.path) ?? [];
  const delivered = Math.ceil((file.until + 30) / SLOT) * SLOT + random.integer(1, 12) * SLOT;
  return { ...file, path: logPath({ account, region, delivered }, random) };
}

function logPath(file: { account: string; region: string; delivered: number }, random: Random): string {
  const time = new Date(file.delivered * 1_000).toISOString();
  const minute = `${time.slice(0, 16).replace(/[-:]/g, "")}Z`;
  const name = `${file.account}_CloudTrail_${file.region}_${minute}_${random.text("alphanumeric", 16)}.json.gz`;
  return `AWSLogs/${file.account}/CloudTrail/${file.region}/${time.slice(0, 10).replaceAll("-", "/")}/${name}`;
}
