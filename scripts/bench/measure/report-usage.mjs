// Loaded before a measured program, in it and in every Node process that it starts: writes what the process has used,
// at its end. Plain JavaScript, so that no thread pays for stripping types.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

const folder = process.env["BENCH_USAGE_FOLDER"];

if (isMainThread && folder !== undefined) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { user_us: userCPUTime, system_us: systemCPUTime, peak_rss_bytes: maxRSS * 1024 };
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(usage));
  });
}
