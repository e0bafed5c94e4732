import type { AppState } from "./types.ts";

/** The one mutable thing of the UI. Any number of updates in one turn make one call of each listener. */
export interface Store {
  getState(): AppState;
  update(patch: (state: AppState) => AppState): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export function createStore(initial: AppState): Store {
  let state = initial;
  let isFlushing = false;
  const listeners = new Set<() => void>();

  function flush(): void {
    isFlushing = false;
    for (const listener of listeners) listener();
  }

  return {
    getState: () => state,
    update(patch) {
      const next = patch(state);
      if (next === state) return;
      state = next;
      if (isFlushing) return;
      isFlushing = true;
      queueMicrotask(flush);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
