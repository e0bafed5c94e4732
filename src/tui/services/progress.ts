/** How far a question about rows or their number has come. */
export interface Progress {
  readonly status: "idle" | "loading" | "complete" | "failed" | "cancelled";
  readonly error: Error | null;
  readonly since_ms: number;
  readonly elapsed_ms: number;
}

export const IDLE: Progress = { status: "idle", error: null, since_ms: 0, elapsed_ms: 0 };

/** Progress once the answer has come. */
export function progressAfter(
  answer: { readonly kind: string; readonly error?: Error; readonly elapsed_ms?: number },
  before: Progress,
): Progress {
  switch (answer.kind) {
    case "answer":
      return { ...before, status: "complete", elapsed_ms: answer.elapsed_ms ?? 0 };
    case "failed":
      return { ...before, status: "failed", error: answer.error ?? null };
    case "cancelled":
      return { ...before, status: "cancelled" };
    default:
      // Overtaken by another view: asked anew when this one is drawn again.
      return IDLE;
  }
}
