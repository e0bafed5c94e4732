/** Time as the UI sees it: real, or moved by a test. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now_ms(): number;
  /** Runs `work` once after so long; the returned function calls it off. Never keeps the program alive. */
  after(delay_ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now_ms: () => Date.now(),
  after: (delay_ms, work) => {
    const timer = setTimeout(work, delay_ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
