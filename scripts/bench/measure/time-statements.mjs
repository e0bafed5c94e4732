// Loaded into a profiled program: how long its statements took, which a profile of JavaScript cannot show. Statements
// that differ only in texts, numbers and lists count as one.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["BENCH_STATEMENTS_FILE"];

if (isMainThread && file !== undefined) {
  // Imported here alone: threads that read evidence do not load the engine.
  const { DuckDBConnection } = await import("@duckdb/node-api");
  const times = new Map();
  // oxlint-disable-next-line typescript/unbound-method -- It is applied to its own object below.
  const { run } = DuckDBConnection.prototype;
  DuckDBConnection.prototype.run = async function runTimed(...args) {
    const started = performance.now();
    try {
      return await run.apply(this, args);
    } finally {
      const name = nameOf(args[0]);
      const seen = times.get(name) ?? { calls: 0, milliseconds: 0 };
      times.set(name, { calls: seen.calls + 1, milliseconds: seen.milliseconds + performance.now() - started });
    }
  };
  process.on("exit", () => {
    writeFileSync(file, JSON.stringify([...times].map(([statement, time]) => ({ statement, ...time }))));
  });
}

function nameOf(sql) {
  const text = sql
    .replaceAll(/'[^']*'/g, "'…'")
    .replaceAll(/\s+/g, " ")
    .trim();
  // The list of columns says nothing; what follows it does.
  return text.replaceAll(/(?:\b[\w.]+, ){6,}/g, "…, ").slice(0, 110);
}
