#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 12)) {
  // Imported late: an older Node would fail on the imports before it could say why.
  const { main } = await import("./cli/program.ts");
  await main(process.argv);
} else {
  process.exitCode = 2;
  const { reportOldNode } = await import("./cli/old-node.ts");
  reportOldNode(process.versions.node);
}
