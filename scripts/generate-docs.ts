/** `npm run docs` writes the generated pages; `npm run docs:check` fails and names those that are stale. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findStale, writeStale } from "./docs/generated-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

if (values.check) {
  const stale = await findStale(root);
  for (const { path } of stale) console.error(`${path} is stale: run \`npm run docs\`.`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const path of await writeStale(root)) console.error(`wrote ${path}`);
}
