import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { takeCaseLock } from "../../src/store/case-lock.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const isLinux = process.platform === "linux";

function lockFile(holder?: object | string): string {
  const path = join(temporaryFolder(), "case.lock");
  if (holder !== undefined) writeFileSync(path, typeof holder === "string" ? holder : JSON.stringify(holder));
  return path;
}

/** The pid of a process that has ended and been collected. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("the lock of a case", () => {
  test("names its holder while it is held, and is gone afterwards", () => {
    const path = lockFile();
    const release = takeCaseLock(path);
    const holder = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;

    expect(holder).toMatchObject({ pid: process.pid, host: hostname() });
    expect(() => takeCaseLock(path)).toThrow(`process ${process.pid} on ${hostname()}`);
    release();
    expect(existsSync(path)).toBe(false);
  });

  test("is broken when its holder is dead on this host", () => {
    const path = lockFile({ pid: deadPid(), host: hostname(), started_at: "2024-03-01T10:00:00Z", start_ticks: null });
    takeCaseLock(path)();

    expect(existsSync(path)).toBe(false);
  });

  test.runIf(isLinux)("is broken when its pid belongs to another process by now", () => {
    const path = lockFile({ pid: process.pid, host: hostname(), started_at: "2024-03-01T10:00:00Z", start_ticks: "1" });
    takeCaseLock(path)();

    expect(existsSync(path)).toBe(false);
  });

  test("is never broken when its holder is on another host", () => {
    const path = lockFile({ pid: deadPid(), host: "elsewhere", started_at: "2024-03-01T10:00:00Z", start_ticks: null });

    expect(() => takeCaseLock(path)).toThrow(/Another process is writing to this case: process \d+ on elsewhere/);
    expect(existsSync(path)).toBe(true);
  });

  test.each(["", "garbage", "[]", '{"pid":"1"}'])("is not broken when it says %j", (text) => {
    const path = lockFile(text);

    expect(() => takeCaseLock(path)).toThrow("the lock cannot be read");
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});
