import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

/** A file system of its own in memory; only root on Linux can make one. */
export interface SmallDisk {
  readonly folder: string;
  /** Changes options, such as `size=64m` or `ro`. */
  remount(options: string): void;
  unmount(): void;
}

/** Null where no file system can be mounted. */
export function mountSmallDisk(size: string): SmallDisk | null {
  const folder = join(temporaryFolder(), "disk");
  mkdirSync(folder);
  if (!run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "coldtrail-test", folder])) return null;
  return {
    folder,
    remount: (options) => {
      if (!run("mount", ["-o", `remount,${options}`, folder])) throw new Error(`could not remount ${folder}`);
    },
    unmount: () => {
      if (!run("umount", [folder])) throw new Error(`could not unmount ${folder}`);
    },
  };
}

/** For the title of a test that is left out. */
export const canMount = mountAndUnmount();

function mountAndUnmount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const disk = mountSmallDisk("1m");
  disk?.unmount();
  return disk !== null;
}

function run(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}
