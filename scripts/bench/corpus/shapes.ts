/** Raised with every change to what the generator writes: corpora of another version are made anew. */
export const GENERATOR_VERSION = 1;

export const CORPUS_NAMES = ["mixed", "mixed3", "small", "big", "large"] as const;
export type CorpusName = (typeof CORPUS_NAMES)[number];

/** What a corpus looks like; sizes of files are log-normal, cut off at `largest`. */
export interface CorpusShape {
  readonly name: CorpusName;
  readonly files: number;
  readonly median_events: number;
  /** Deviation of the logarithm of a file's events. */
  readonly spread: number;
  readonly largest: number;
  readonly days: number;
  /** Files that cover all the time to the next one (a merged export) instead of five minutes. */
  readonly spansGaps: boolean;
}

/** Events of the corpus `large`, about. */
export const LARGE_EVENTS = 10_000_000;

const SHAPES: Record<CorpusName, CorpusShape> = {
  mixed: {
    name: "mixed",
    files: 20_000,
    median_events: 9.1,
    spread: 1.66,
    largest: 3_000,
    days: 120,
    spansGaps: false,
  },
  mixed3: {
    name: "mixed3",
    files: 60_000,
    median_events: 9.1,
    spread: 1.66,
    largest: 3_000,
    days: 360,
    spansGaps: false,
  },
  small: { name: "small", files: 310_000, median_events: 3.65, spread: 0.92, largest: 60, days: 240, spansGaps: false },
  // What the queries are timed on: ten million events over three years.
  large: {
    name: "large",
    files: 279_000,
    median_events: 9.1,
    spread: 1.66,
    largest: 3_000,
    days: 1_095,
    spansGaps: false,
  },
  big: { name: "big", files: 20, median_events: 97_000, spread: 0.03, largest: 110_000, days: 240, spansGaps: true },
};

/** A corpus with `scale` times as many files; more files also cover more days, fewer do not cover fewer. */
export function corpusShape(name: CorpusName, scale: number): CorpusShape {
  const shape = SHAPES[name];
  return {
    ...shape,
    files: Math.max(2, Math.round(shape.files * scale)),
    days: Math.round(shape.days * Math.max(1, scale)),
  };
}

export function isCorpusName(name: string): name is CorpusName {
  return (CORPUS_NAMES as readonly string[]).includes(name);
}
