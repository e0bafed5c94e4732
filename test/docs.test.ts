import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { findStale } from "../scripts/docs/generated-files.ts";
import { allCommands, buildProgram, EXIT_CODE_MEANINGS } from "../src/cli/program.ts";
import { Terminal } from "../src/cli/terminal.ts";
import { EXIT_CODES } from "../src/errors.ts";
import { EVENT_COLUMNS } from "../src/store/case-schema.ts";
import { commandsIn, refusalOf, shellWords } from "./helpers/command-line.ts";
import { codeSpans, fencedBlocks, headingAnchors, localLinks } from "./helpers/markdown.ts";
import { readSources } from "./helpers/source-imports.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(root + path, "utf8");

const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .toString("utf8")
  .split("\0")
  .filter((path) => path !== "" && existsSync(root + path));
const pages = tracked.filter((path) => /^(?:[^/]+|docs\/.+)\.md$/.test(path));

const commands = allCommands(buildProgram(new Terminal()));

const temporary = mkdtempSync(join(tmpdir(), "coldtrail-docs-test-"));
afterAll(() => rmSync(temporary, { recursive: true }));

test("there are pages to check", () => {
  expect(pages).toEqual(expect.arrayContaining(["README.md", "ARCHITECTURE.md", "docs/cli.md", "docs/formats.md"]));
});

describe("generated pages", () => {
  test("are what the code says now", () => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/generate-docs.ts", "--check"], { cwd: root });

    expect(stderr.toString()).toBe("");
    expect(status).toBe(0);
  });

  test("are named when they are stale or missing", async () => {
    cpSync(join(root, "docs"), join(temporary, "docs"), { recursive: true });
    writeFileSync(join(temporary, "docs/formats.md"), read("docs/formats.md").replace("`event_time`", "`time`"));
    rmSync(join(temporary, "docs/cli.md"));

    const stale = await findStale(temporary);

    expect(stale.map(({ path }) => path)).toEqual(expect.arrayContaining(["docs/cli.md", "docs/formats.md"]));
  });
});

describe("docs/cli.md", () => {
  const page = read("docs/cli.md");

  test.each(commands.map((command) => [`coldtrail ${pathOf(command)}`]))("has a section for %s", (name) => {
    expect(page).toContain(`\n## ${name}\n`);
  });

  test.each(commands.map((command) => [pathOf(command), command.summary(), command.description()]))(
    "%s says what it is for",
    (_, summary, description) => {
      expect(summary).not.toBe("");
      expect(description).not.toBe("");
    },
  );

  test.each(Object.entries(EXIT_CODES))("documents the exit code %s (%i)", (name, code) => {
    expect(page).toMatch(new RegExp(`^\\| ${code} +\\| ${EXIT_CODE_MEANINGS[name as keyof typeof EXIT_CODES]}`, "m"));
  });

  test("documents every environment variable that the program reads", () => {
    const names = readSources("src").flatMap(({ text }) => text.match(/\bCOLDTRAIL_[A-Z_]+\b/g) ?? []);

    expect(names.length).toBeGreaterThan(0);
    expect([...new Set(names)].filter((name) => !page.includes(`| \`${name}\` `))).toEqual([]);
  });
});

describe("docs/formats.md", () => {
  const page = read("docs/formats.md");

  test("has every column of events", () => {
    expect(EVENT_COLUMNS.length).toBeGreaterThan(70);
    expect(EVENT_COLUMNS.filter((column) => !page.includes(`\n| \`${column}\` `))).toEqual([]);
  });
});

describe("README.md", () => {
  test.each([
    ["demo", "npm ci && npm run demo"],
    ["test", "npm ci && npm test"],
  ])("has the command %s where .ci/run looks for it", (name, command) => {
    const after = read("README.md").split(`<!-- command: ${name} -->`)[1] ?? "";

    expect(fencedBlocks(after)[0]?.text).toBe(command);
  });

  test("shows commands", () => {
    expect(fencedBlocks(read("README.md")).flatMap(commandsIn).length).toBeGreaterThan(5);
  });
});

describe("what the pages name is there", () => {
  test.each(pages)("the commands of %s can be typed", (path) => {
    const shown = fencedBlocks(read(path))
      .flatMap(commandsIn)
      .map(({ line, words }) => [`${path}:${line}`, refusalOf(words)]);
    const mentioned = codeSpans(read(path))
      .filter(({ text }) => text.startsWith("coldtrail "))
      .map(({ line, text }) => [`${path}:${line}`, refusalOf(shellWords(text).slice(1), { isMention: true })]);

    expect([...shown, ...mentioned].filter(([, refusal]) => refusal !== null)).toEqual([]);
  });

  test.each(pages)("the links of %s lead somewhere", (path) => {
    const broken = localLinks(read(path)).filter(({ text }) => !leadsSomewhere(path, text));

    expect(broken.map(({ line, text }) => `${path}:${line}: ${text}`)).toEqual([]);
  });

  test.each(["README.md", "ARCHITECTURE.md", ...pages.filter((path) => path.startsWith("docs/"))])(
    "the paths that %s names exist",
    (path) => {
      const missing = codeSpans(read(path)).filter(({ text }) => isRepositoryPath(text) && !exists(text));

      expect(missing.map(({ line, text }) => `${path}:${line}: ${text}`)).toEqual([]);
    },
  );

  test.each(pages.flatMap((path) => npmScriptsIn(path).map((script) => [path, script] as const)))(
    "%s names the script %s",
    (_, script) => {
      const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

      expect(Object.keys(scripts)).toContain(script);
    },
  );
});

describe("what these tests would find", () => {
  test.each([
    ["coldtrail ingest ./a --no-such-option", "unknown option"],
    ["coldtrail no-such-command", "unknown command"],
    ["coldtrail show", "missing required argument"],
    ["coldtrail sql 'SELECT 1' more", "too many arguments"],
    ["$ coldtrail overview --format xml", "Allowed choices"],
  ])("%s is refused: %s", (text, refusal) => {
    const [command] = commandsIn({ line: 1, text });

    expect(refusalOf(command?.words ?? [])).toContain(refusal);
  });

  test.each([
    ["coldtrail evidence check --all # again", ["evidence", "check", "--all"]],
    ["coldtrail overview      what is in it", ["overview"]],
    ["coldtrail sql \"SELECT 'a b' FROM events\" | head", ["sql", "SELECT 'a b' FROM events"]],
    ["coldtrail sql 'SELECT 1\n  FROM events' --quiet\nnext", ["sql", "SELECT 1\n  FROM events", "--quiet"]],
    ["  $ coldtrail sql - \\\n    --quiet", ["sql", "-", "--quiet"]],
    ["coldtrail-old ingest", undefined],
  ])("the words of %j are %j", (text, words) => {
    expect(commandsIn({ line: 1, text })[0]?.words).toEqual(words);
  });

  test("a path of the repository is told from other code", () => {
    const texts = [
      "src/store/",
      "docs/cli.md",
      "ARCHITECTURE.md",
      ".ci/run",
      "./case",
      "journal/x.jsonl",
      "src/<folder>",
    ];

    expect(texts.filter(isRepositoryPath)).toEqual(["src/store/", "docs/cli.md", "ARCHITECTURE.md", ".ci/run"]);
  });

  test("a folder exists when a file of the repository lies in it", () => {
    expect(["src/store/", "src/store", "src/no-such-folder/", "docs/cli.md"].map(exists)).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});

function pathOf(command: (typeof commands)[number]): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** Whole files and folders of this repository; a name with a placeholder is none. */
function isRepositoryPath(text: string): boolean {
  if (!/^[\w./-]+$/.test(text)) return false;
  return /^(?:src|test|docs|scripts|queries|\.ci)\/|^[A-Z]+\.md$/.test(text);
}

function exists(path: string): boolean {
  const whole = path.replace(/\/$/, "");
  return tracked.some((file) => file === whole || file.startsWith(`${whole}/`));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [target = "", anchor] = link.split("#");
  const path = target === "" ? from : posix.normalize(posix.join(posix.dirname(from), target));
  if (!exists(path)) return false;
  return anchor === undefined || headingAnchors(read(path)).includes(anchor);
}

function npmScriptsIn(path: string): string[] {
  const text = [...fencedBlocks(read(path)), ...codeSpans(read(path))].map((piece) => piece.text).join("\n");
  return [...new Set([...text.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map((match) => match[1] ?? ""))];
}
