import { COMPUTE_KINDS } from "./compute-kinds.ts";
import { IDENTITY_KINDS } from "./identity-kinds.ts";
import type { Random } from "./random.ts";
import type { Scene } from "./record.ts";
import { STORAGE_KINDS } from "./storage-kinds.ts";

/** A kind of event: how often it occurs, and how its record reads. */
export interface Kind {
  readonly weight: number;
  /** Recorded in us-east-1 alone. */
  readonly isGlobal?: boolean;
  readonly render: (scene: Scene) => string;
}

const KINDS = [...STORAGE_KINDS, ...COMPUTE_KINDS, ...IDENTITY_KINDS];

/** Picks the kind of the next event of a region. */
export function pickKind(region: string, random: Random): Kind {
  const table = region === "us-east-1" ? GLOBAL_TABLE : REGIONAL_TABLE;
  return table[Math.floor(random.fraction() * table.length)]!;
}

const GLOBAL_TABLE = tableOf(KINDS);
const REGIONAL_TABLE = tableOf(KINDS.filter(({ isGlobal }) => isGlobal !== true));

/** Each kind as often as its weight says, so that a pick is one step. */
function tableOf(kinds: readonly Kind[]): Kind[] {
  return kinds.flatMap((kind) => Array.from({ length: Math.round(kind.weight * 10) }, () => kind));
}
