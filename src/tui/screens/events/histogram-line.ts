import { formatTime } from "../../../cloudtrail/event-time.ts";
import type { Histogram, HistogramBucket } from "../../../queries/views/histogram.ts";
import type { Line, Span } from "../../state/types.ts";
import type { Theme } from "../../terminal/theme.ts";
import { span } from "../../text/fit.ts";
import { formatNumber } from "../../text/format.ts";
import { spark } from "../../text/spark.ts";

/** Buckets that a line of such a width has room for; with a series of errors beside it on wide screens. */
export function bucketsIn(width: number): number {
  return hasErrors(width) ? Math.floor((width - 76) / 2) : Math.max(10, width - 50);
}

const WITH_ERRORS_MIN = 110;

function hasErrors(width: number): boolean {
  return width >= WITH_ERRORS_MIN;
}

/** Events over time: the range, a glyph a bucket, its size, the most in one, errors apart, and where no file is. */
export function histogramLine(
  histogram: Histogram,
  { width, cursor, theme }: { readonly width: number; readonly cursor: number | null; readonly theme: Theme },
): Line {
  const { buckets, size } = histogram;
  const first = buckets[0]!;
  const last = buckets.at(-1)!;
  const most = Math.max(...buckets.map(({ n }) => n));
  const spans: Span[] = [
    span(` ${endOf(first.since, histogram)} `, "dim"),
    ...series(buckets, { most, cursor, theme, value: ({ n }) => n }),
    span(
      ` ${endOf(last.until - 1n, histogram)}${
        size.calendar === null
          ? formatTime(last.until - 1n)
              .slice(0, 4)
              .padStart(5)
          : ""
      }`,
      "dim",
    ),
  ];
  const at = cursor === null ? undefined : buckets[cursor];
  const words =
    at === undefined
      ? `  ${width >= 100 ? "bucket " : ""}${size.label}  max ${formatNumber(most)}`
      : `  ${rangeWords(at)}  ${at.is_gap ? "no file" : formatNumber(at.n)}${at.n_errors > 0 ? `  ! ${formatNumber(at.n_errors)}` : ""}`;
  spans.push(span(words));
  const mostErrors = Math.max(...buckets.map(({ n_errors }) => n_errors));
  if (hasErrors(width) && at === undefined && mostErrors > 0)
    spans.push(
      span("  errors "),
      ...series(buckets, { most: mostErrors, cursor: null, theme, value: ({ n_errors }) => n_errors }),
    );
  if (histogram.n_undated > 0 && at === undefined) spans.push(span(`  ${formatNumber(histogram.n_undated)} undated`));
  const gaps = buckets.filter(({ is_gap }) => is_gap).length;
  if (gaps > 0 && at === undefined) spans.push(span(`  ${GAP} ${formatNumber(gaps)} no file`, "gap"));
  else if (!histogram.knows_gaps && at === undefined) spans.push(span("  gaps unknown", "dim"));
  return spans;
}

/** Stands for a bucket without any log file: absence there is no evidence. */
const GAP = "x";

interface Series {
  readonly most: number;
  readonly cursor: number | null;
  readonly theme: Theme;
  readonly value: (bucket: HistogramBucket) => number;
}

function series(buckets: readonly HistogramBucket[], { most, cursor, theme, value }: Series): Span[] {
  const zero = theme.ascii ? "_" : "·";
  return buckets.map((bucket, i) => {
    const n = value(bucket);
    const glyph = bucket.is_gap ? GAP : n === 0 ? zero : spark([n], most, theme.glyphs);
    return span(glyph, i === cursor ? "cursor" : bucket.is_gap ? "gap" : n === 0 ? "dim" : "plain");
  });
}

const TWO_DAYS_MICROS = 172_800_000_000n;

/** The day at an end of the line; the time too in short stretches, the month or year alone in long ones. */
function endOf(micros: bigint, { buckets, size }: Histogram): string {
  const text = formatTime(micros).replace("T", " ");
  if (size.calendar !== null) return text.slice(0, size.calendar === "year" ? 4 : 7);
  return text.slice(5, buckets.at(-1)!.until - buckets[0]!.since <= TWO_DAYS_MICROS ? 16 : 10);
}

/** From the first moment of a bucket to its last. */
function rangeWords({ since, until }: HistogramBucket): string {
  const [from, to] = [formatTime(since), formatTime(until - 1_000_000n)];
  if (from.slice(11) === "00:00:00Z" && to.slice(11) === "23:59:59Z")
    return from.slice(0, 10) === to.slice(0, 10) ? from.slice(0, 10) : `${from.slice(0, 10)}..${to.slice(0, 10)}`;
  return `${from.slice(0, 16).replace("T", " ")}..${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11, 16) : to.slice(0, 16)}`;
}
