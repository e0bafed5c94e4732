import { randomFor } from "../random.ts";
import { blinding } from "./blinding.ts";
import { defence } from "./defence.ts";
import { enumeration } from "./enumeration.ts";
import { giveaway } from "./giveaway.ts";
import { persistence } from "./persistence.ts";
import { plunder } from "./plunder.ts";
import { roleChain, type Chain } from "./role-chain.ts";
import { secrets } from "./secrets.ts";
import { Script, type StoryEvent } from "./script.ts";

export interface Story {
  readonly events: readonly StoryEvent[];
  readonly chain: Chain;
}

/** One night, in the order it happened; `README.md` tells it in words. */
export function tellStory(): Story {
  const script = new Script();
  enumeration(script, randomFor("story/enumeration"));
  const chain = roleChain(script, randomFor("story/role-chain"));
  persistence(script, chain.maintenance, randomFor("story/persistence"));
  secrets(script, randomFor("story/secrets"));
  giveaway(script, randomFor("story/giveaway"));
  blinding(script, randomFor("story/blinding"));
  plunder(script, randomFor("story/plunder"));
  defence(script, randomFor("story/defence"));
  return { events: script.events, chain };
}
