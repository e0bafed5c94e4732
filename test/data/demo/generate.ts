import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { buildDemoArchive } from "./archive.ts";

const USAGE = "Usage: node test/data/demo/generate.ts --archive DIR [--truth FILE] [--no-story]";

/** Writes the archive into an empty folder, and the truth beside it. */
function generate(): void {
  const { values } = parseArgs({
    options: {
      archive: { type: "string" },
      truth: { type: "string" },
      "no-story": { type: "boolean", default: false },
    },
  });
  if (values.archive === undefined) return refuse("Missing --archive");
  const folder = resolve(values.archive);
  const truthFile = values.truth === undefined ? undefined : resolve(values.truth);
  // A truth file inside would be evidence of the archive it describes.
  if (truthFile?.startsWith(folder + sep)) return refuse("--truth must lie outside the archive");
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) return refuse(`${values.archive} is not empty`);
  const { files, truth } = buildDemoArchive({ story: !values["no-story"] });
  for (const { path, bytes } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
  if (truthFile !== undefined) {
    mkdirSync(dirname(truthFile), { recursive: true });
    writeFileSync(truthFile, `${JSON.stringify(truth, null, 2)}\n`);
  }
  const { events, log_files, digest_files } = truth.counts;
  console.error(`${events} events in ${log_files} log files, ${digest_files} digests: ${values.archive}`);
}

function refuse(reason: string): void {
  console.error(`${reason}\n${USAGE}`);
  process.exitCode = 2;
}

generate();
