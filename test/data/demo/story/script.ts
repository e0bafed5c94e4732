import type { TrailRecord } from "../records/record.ts";

/** Made with the attacker's credentials; made by the defenders; or done by AWS as a result of either. */
export type Side = "attack" | "defence" | "consequence";

export interface StoryEvent {
  readonly side: Side;
  readonly record: TrailRecord;
  /** Ids of the catalogue's queries that should return this event. */
  readonly finders: readonly string[];
}

/** Collects a story in the order it is told. */
export class Script {
  readonly events: StoryEvent[] = [];

  attack(records: TrailRecord | readonly TrailRecord[], ...finders: string[]): void {
    this.#add("attack", records, finders);
  }

  defence(records: TrailRecord | readonly TrailRecord[], ...finders: string[]): void {
    this.#add("defence", records, finders);
  }

  consequence(records: TrailRecord | readonly TrailRecord[], ...finders: string[]): void {
    this.#add("consequence", records, finders);
  }

  #add(side: Side, records: TrailRecord | readonly TrailRecord[], finders: readonly string[]): void {
    const list: readonly TrailRecord[] =
      "eventID" in records ? [records as TrailRecord] : (records as readonly TrailRecord[]);
    for (const record of list) this.events.push({ side, record, finders });
  }
}
