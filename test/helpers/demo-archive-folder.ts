import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildDemoArchive } from "../data/demo/archive.ts";

/** Writes the demo archive into `folder` and returns its truth. */
export function writeDemoArchive(folder: string): ReturnType<typeof buildDemoArchive>["truth"] {
  const { files, truth } = buildDemoArchive({ story: true });
  for (const { path, bytes } of files) {
    const file = join(folder, ...path.split("/"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return truth;
}
