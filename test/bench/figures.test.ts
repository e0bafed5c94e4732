import { describe, expect, test } from "vitest";
import { corpusFolder, parseOptions, BenchUsageError } from "../../scripts/bench/options.ts";
import { median, percentile, spread, whole } from "../../scripts/bench/measure/figures.ts";
import { selfTimes, selfTimesByFile } from "../../scripts/bench/measure/self-times.ts";
import { budgetTable } from "../../scripts/bench/ingest/ingest-budgets.ts";
import { ratioTable } from "../../scripts/bench/ingest/ingest-report.ts";
import { tuiTable } from "../../scripts/bench/tui/tui-bench.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

describe("the middle of figures", () => {
  test.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[1, 10, 4, 2], 3],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test("of nothing is no number; a spread names the ends", () => {
    expect(median([])).toBeNaN();
    expect(spread([3, 1, 2], 1)).toBe("2.0 (1.0 to 3.0)");
    expect(spread([3], 0)).toBe("3");
    expect(whole(1_234_567.8)).toBe("1,234,568");
  });
});

test.each([
  [[5, 1, 3, 2, 4], 50, 3],
  [[5, 1, 3, 2, 4], 95, 5],
  [[7], 1, 7],
  [[], 50, Number.NaN],
])("of %j the %dth percentile is %d", (values, percent, expected) => {
  expect(percentile(values, percent)).toBe(expected);
});

describe("options", () => {
  const dir = temporaryFolder();

  test("have defaults", () => {
    expect(parseOptions(["ingest", "--dir", dir])).toMatchObject({
      command: "ingest",
      corpus: "mixed",
      scale: 1,
      rounds: 3,
      events: 10_000_000,
      only: [],
      jobs: null,
      folder: dir,
    });
  });

  test("name corpus, scale, rounds and contenders", () => {
    const options = parseOptions([
      "ingest",
      "--dir",
      dir,
      "--corpus",
      "small",
      "--scale",
      "0.5",
      "--rounds",
      "5",
      "--only",
      "coldtrail,duckdb",
      "--jobs",
      "1",
    ]);

    expect(options).toMatchObject({ corpus: "small", scale: 0.5, rounds: 5, only: ["coldtrail", "duckdb"], jobs: "1" });
    expect(corpusFolder(options)).toBe(`${dir}/small-x0.5`);
  });

  test("name the case of the terminal UI, which is the big one otherwise", () => {
    expect(parseOptions(["tui", "--dir", dir, "--case", dir])).toMatchObject({ command: "tui", caseFolder: dir });
    expect(parseOptions(["tui", "--dir", dir]).caseFolder).toBeNull();
  });

  test.each([
    [["ingest", "--corpus", "huge"], 'No corpus "huge"'],
    [["ingest", "--rounds", "none"], "--rounds none is not a number above 0"],
    [["ingest", "--scale", "-1"], /scale/],
    [["ingest", "--speed", "9"], /speed/],
  ])("%j is refused", (argv, message) => {
    expect(() => parseOptions([...argv, "--dir", dir])).toThrow(BenchUsageError);
    expect(() => parseOptions([...argv, "--dir", dir])).toThrow(message);
  });
});

const run = (elapsed_s: number, cpu_s: number, peak_rss_bytes = 1e9) => ({
  elapsed_s,
  cpu_s,
  peak_rss_bytes,
  threads: [],
  stdout: "",
});
const own = {
  id: "coldtrail",
  title: "coldtrail",
  runs: [run(10, 20), run(4, 8), run(5, 10)],
  bytes_per_event: [250, 250, 250],
};
const raw = {
  id: "duckdb",
  title: "raw",
  runs: [run(10, 10), run(8, 10), run(5, 10)],
  bytes_per_event: [200, 200, 200],
};
const manifest = {
  generator: 1,
  corpus: "mixed",
  scale: 1,
  complete: true,
  files: 20,
  records: 1_000,
  duplicate_records: 0,
  json_bytes: 1,
  gzip_bytes: 1,
  largest_json_bytes: 1,
  largest_records: 1,
  files_under_10: 0,
  sha256: "",
} as const;

describe("reports", () => {
  test("take ratios within a round, then their median", () => {
    expect(ratioTable([own, raw])).toMatch(
      /raw\s*\|\s*1.00x 2.00x 1.00x\s*\|\s*1.00x\s*\|\s*2.00x 0.80x 1.00x\s*\|\s*1.00x/,
    );
  });

  test("say which budgets are met, by the worst peak and the median of the rest", () => {
    const greedy = { ...own, runs: [run(10, 20, 2.5e9), run(4, 8), run(5, 10)] };
    const table = budgetTable(manifest, greedy, raw);

    expect(table).toMatch(/events\/s against raw DuckDB\s*\|\s*1.00x.*\|\s*ok/);
    expect(table).toMatch(/case size a record\s*\|\s*250 B.*\|\s*missed/);
    expect(table).toMatch(/peak memory of the tree\s*\|\s*2.50 GB.*\|\s*missed/);
  });
});

test("the table of the terminal UI says which budgets are met", () => {
  const figures = {
    start_ms: 950,
    cached_ms: [8, 9, 10, 40],
    page_ms: [20],
    scanning_ms: [250],
    filter_ms: 90,
    filter_counts_ms: 400,
    text_filter_ms: 1_000,
    words_filter_ms: Infinity,
    hold_cpu_percent: 40,
    hold_frames_per_s: 30,
    hold_lag_ms: 3,
    idle_frames: 1,
    idle_cpu_percent: 0.2,
    cursor_bytes: [700, 1_300],
    rss_bytes: 4e8,
  };
  const table = tuiTable(figures, { columns: 120, rows: 35 });

  expect(table).toMatch(/cached rows\s*\| p50 9.0, p95 40.0, most 40.0 ms\s*\| p50 16, p95 33 ms\s*\| over, 1.2x/);
  expect(table).toMatch(/all queries running\s*\| .*\| over, 2.5x/);
  expect(table).toMatch(/start to rows\s*\| 950 ms\s*\| 1,000 ms\s*\| ok/);
  expect(table).toMatch(/in any column, without a match\s*\| stopped after 20,000 ms\s*\| 500 ms\s*\| over/);
  expect(table).toMatch(/idle for 5 s: frames\s*\| 1\s*\| 0\s*\| over/);
  expect(table).toMatch(/cursor move, median\s*\| 1,000 B\s*\| 2,000 B\s*\| ok/);
});

test("self times leave waiting out, and go to the sampled function until the next sample", () => {
  const frame = (functionName: string, url = "file:///a/b.ts") => ({ functionName, url, lineNumber: 0 });
  const profile = {
    nodes: [
      { id: 1, callFrame: frame("(idle)", "") },
      { id: 2, callFrame: frame("parse") },
      { id: 3, callFrame: frame("scan") },
    ],
    samples: [2, 1, 3, 2],
    timeDeltas: [0, 2_000, 50_000, 3_000],
  };

  expect(selfTimes(profile)).toEqual([
    { name: "scan b.ts:1", milliseconds: 3 },
    { name: "parse b.ts:1", milliseconds: 2 },
  ]);
  expect(selfTimesByFile(profile)).toEqual([{ name: "b.ts", milliseconds: 5 }]);
});
