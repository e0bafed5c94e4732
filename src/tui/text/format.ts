/** A number of things as it may be shown: exact, or saying that it is not. */
export type Count =
  | { readonly kind: "exact"; readonly n: number }
  /** At least so many: `10,000+`. */
  | { readonly kind: "at-least"; readonly n: number }
  /** Estimated: `~12,000`. */
  | { readonly kind: "about"; readonly n: number }
  | { readonly kind: "counting" };

const WHOLE_NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `12408991` as `12,408,991`. */
export function formatNumber(n: number | bigint): string {
  return WHOLE_NUMBER.format(n);
}

export function formatCount(count: Count): string {
  switch (count.kind) {
    case "exact":
      return formatNumber(count.n);
    case "at-least":
      return `${formatNumber(count.n)}+`;
    case "about":
      return `~${formatNumber(count.n)}`;
    case "counting":
      return "counting";
  }
}

/** `1 event`, `2 events`. */
export function plural(n: number, singular: string, many = `${singular}s`): string {
  return `${formatNumber(n)} ${n === 1 ? singular : many}`;
}

/** `4 ms`, `1.2 s`, `2 min 5 s`. */
export function formatElapsed(elapsed_ms: number): string {
  if (elapsed_ms < 999.5) return `${Math.round(elapsed_ms)} ms`;
  if (elapsed_ms < 59_950) return `${(elapsed_ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(elapsed_ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `512 B`, `4.2 kB`, `1.3 MB`: powers of 1000. */
export function formatSize(size_bytes: number): string {
  if (size_bytes < 1000) return `${size_bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = size_bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]!}`;
}

/** A time as the store writes it (`2024-03-09 22:01:58` with or without a fraction, UTC), cut to whole seconds. */
export function wholeSeconds(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
