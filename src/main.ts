#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

// Each thread of libuv's pool keeps an allocator arena of its own, which an ingest fills: two threads instead of four
// took the peak from 1.4 to 1.9 GB down to 1.3 to 1.4 GB. It counts only before the first use of the pool.
if (process.argv[2] === "ingest") process.env["UV_THREADPOOL_SIZE"] ??= "2";

// Every running query of the terminal UI holds a thread of the pool; with four of them, the fifth query and every read of
// a file waited for seconds.
if (process.argv[2] === "tui") process.env["UV_THREADPOOL_SIZE"] ??= "12";

if (major > 22 || (major === 22 && minor >= 12)) {
  // Imported late: an older Node would fail on the imports before it could say why.
  const { main } = await import("./cli/program.ts");
  await main(process.argv);
} else {
  process.exitCode = 2;
  const { reportOldNode } = await import("./cli/old-node.ts");
  reportOldNode(process.versions.node);
}
