import type { CaseReader } from "../../store/case-reader.ts";
import type { OpenedCase } from "../state/case-facts.ts";
import type { Clock } from "../state/clock.ts";
import { Lane, type Answer, type Work } from "./lane.ts";

export type { Answer, Work };

/** A queue of length one with a connection of its own. Views use these; any other name makes a lane of its own. */
export type LaneName = "rows" | "count" | "histogram" | "facets" | "detail" | "library" | (string & {});

export interface RunningLane {
  readonly lane: LaneName;
  readonly since_ms: number;
  /** How much of it is done, where that is known. */
  readonly percent?: number;
}

/** Questions to the case: in each lane the newest wins, and different lanes do not wait for each other. */
export interface Lanes {
  /** Interrupts what runs in the lane, drops what waits there, and asks. The signal ends with the question. */
  ask<T>(lane: LaneName, work: Work<T>): Promise<Answer<T>>;
  /** Drops whatever the lane runs or holds. */
  drop(lane: LaneName): void;
  /** Lanes at work, the longest first. */
  running(): readonly RunningLane[];
  /** Ends everything that runs; returns how many lanes that were. */
  cancelAll(): number;
  /** Waits until nothing runs: for tests and for the end. */
  idle(): Promise<void>;
  /** Ends everything, closes the connections, and asks the new case from now on. */
  reopen(opened: OpenedCase): Promise<void>;
  close(): Promise<void>;
}

/** Lanes whose name begins so run library queries, and have all macros and tables for them. */
const LIBRARY = "library";

/** Makes the lanes of an open case; a connection is made when its lane is first asked. */
export function createLanes(
  opened: OpenedCase,
  { clock, changed }: { readonly clock: Clock; readonly changed: () => void },
): Lanes {
  const lanes = new Map<LaneName, Lane>();
  let source = opened;
  /** Pending while the old case is being closed; then null again, or settled for good. */
  let closing: PromiseWithResolvers<void> | null = null;

  async function connect(name: LaneName): Promise<CaseReader> {
    const isForViews = !name.startsWith(LIBRARY) && source.openForViews !== undefined;
    return isForViews ? await source.openForViews!() : await source.openSibling();
  }

  function laneOf(name: LaneName): Lane {
    const lane = lanes.get(name) ?? new Lane({ clock, changed, connect: async () => connect(name) });
    lanes.set(name, lane);
    return lane;
  }

  async function closeAll(): Promise<PromiseWithResolvers<void>> {
    closing ??= Promise.withResolvers();
    const closed = closing;
    await Promise.all([...lanes.values()].map(async (lane) => lane.close()));
    lanes.clear();
    return closed;
  }

  return {
    async ask(name, work) {
      if (closing === null) return await laneOf(name).ask(work);
      // Nothing may be asked of a case that is being closed, or the answer would be one of the old case. That is said
      // when it is closed: drawing asks again at once, and would keep the engine from ever being heard.
      await closing.promise;
      return { kind: "superseded" };
    },
    drop: (name) => void lanes.get(name)?.end("superseded"),
    running: () => runningOf(lanes),
    cancelAll() {
      const n_ended = [...lanes.values()].filter((lane) => lane.end("cancelled")).length;
      if (n_ended > 0) changed();
      return n_ended;
    },
    async idle() {
      while ([...lanes.values()].some((lane) => !lane.isIdle())) {
        await Promise.all([...lanes.values()].map(async (lane) => lane.idle()));
      }
    },
    async reopen(next) {
      const closed = await closeAll();
      source = next;
      closing = null;
      closed.resolve();
    },
    async close() {
      (await closeAll()).resolve();
    },
  };
}

/** Those that answer something wanted, the longest running first. */
function runningOf(lanes: ReadonlyMap<LaneName, Lane>): RunningLane[] {
  return [...lanes]
    .flatMap(([name, lane]) => {
      const since_ms = lane.runningSince_ms();
      return since_ms === null ? [] : [{ lane: name, since_ms }];
    })
    .sort((a, b) => a.since_ms - b.since_ms);
}
