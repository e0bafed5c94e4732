import { defineConfig } from "vitest/config";

// Half an hour off every neighbour, with daylight saving: a time that is not handled as UTC shows.
const TIME_ZONE = "America/St_Johns";
process.env["TZ"] = TIME_ZONE;

// .ci/run counts the tests in this file.
const reportFile = process.env["COLDTRAIL_TEST_REPORT"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A second, which is the default, is short on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    env: { TZ: TIME_ZONE },
    reporters: reportFile === undefined ? ["default"] : ["default", ["json", { outputFile: reportFile }]],
  },
});
