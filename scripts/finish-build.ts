/** Runs after tsc: makes the bin executable, and removes the output of sources that no longer exist. */
import { chmodSync, existsSync, globSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const output of globSync("dist/**/*.js", { cwd: root })) {
  const source = output.replace(/^dist/, "src").replace(/\.js$/, "");
  if (existsSync(`${root}${source}.ts`) || existsSync(`${root}${source}.tsx`)) continue;
  rmSync(`${root}${output}`);
}

chmodSync(`${root}dist/main.js`, 0o755);
