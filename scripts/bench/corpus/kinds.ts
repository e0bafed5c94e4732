import { COMPUTE_KINDS } from "./compute-kinds.ts";
import { IDENTITY_KINDS } from "./identity-kinds.ts";
import type { Random } from "./random.ts";
import type { Kind } from "./record.ts";
import { STORAGE_KINDS } from "./storage-kinds.ts";

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
