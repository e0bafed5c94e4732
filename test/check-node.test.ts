import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../scripts/check-node.mjs", import.meta.url));
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  engines: { node: string };
  scripts: Record<string, string>;
};

/** Runs the check in a Node that says it is another version. */
function checkOnNode(version: string): { status: number | null; stderr: string } {
  const pretend = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`;
  const options = ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`];
  return spawnSync(process.execPath, [...options, script], { encoding: "utf8" });
}

test.each(["22.12.0", "22.13.1", "23.0.0", "24.21.0", "100.0.0"])("Node %s runs the scripts", (version) => {
  expect(checkOnNode(version)).toMatchObject({ status: 0, stderr: "" });
});

test.each(["16.20.2", "20.20.2", "22.2.0", "22.11.0"])(
  "Node %s is refused in one line that names the fix",
  (version) => {
    const { status, stderr } = checkOnNode(version);

    expect(status).toBe(2);
    expect(stderr).toContain(`this is Node ${version}`);
    expect(stderr).toContain("Run plain `npm ci`");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  },
);

test("the minimum is the one that package.json declares", () => {
  const [, major, minor] = /MINIMUM = \[(\d+), (\d+)\]/.exec(readFileSync(script, "utf8")) ?? [];

  expect(manifest.engines.node).toBe(`>=${major}.${minor}`);
});

test("every npm script checks the Node first", () => {
  const unchecked = Object.entries(manifest.scripts).filter(
    ([, command]) => !command.startsWith("node scripts/check-node.mjs && "),
  );

  expect(Object.keys(manifest.scripts)).not.toHaveLength(0);
  expect(unchecked).toEqual([]);
});
